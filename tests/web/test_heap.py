"""A server's threads share heaps, which do not grow for what is large."""

import platform
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc's")

LOOKED = """
    import ctypes, os, tempfile, threading
    from pathlib import Path
    from web.heap import LARGE, share_heaps

    libc = ctypes.CDLL(None)
    libc.fdopen.restype = ctypes.c_void_p

    def heaps():
        with tempfile.NamedTemporaryFile() as file:
            stream = ctypes.c_void_p(libc.fdopen(os.dup(file.fileno()), b"w"))
            libc.malloc_info(0, stream)
            libc.fclose(stream)
            return Path(file.name).read_text().count("<heap ")

    def allocate():
        pieces = [bytes(5_000) for _ in range(100)]
        all_there.wait(20)

    def heap_size():
        (line,) = (each for each in open("/proc/self/maps") if "[heap]" in each)
        start, end = (int(each, 16) for each in line.split()[0].split("-"))
        return end - start

    SHARED and share_heaps()
    all_there = threading.Barrier(8)
    threads = [threading.Thread(target=allocate) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for _ in range(3):  # by the second glibc has learnt that such pieces come again
        piece = None
        piece = bytearray(2 * LARGE)
    before = heap_size()
    pieces = [bytearray(2 * LARGE) for _ in range(50)]
    print(heaps(), (heap_size() - before) // LARGE)
"""


def looked(shared: bool) -> tuple[int, int]:
    """How many heaps there are, and by how much one grew for what is large, in MB."""
    code = textwrap.dedent(LOOKED).replace("SHARED", str(shared))
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    heaps, grown = map(int, found.stdout.split())
    return heaps, grown


def test_threads_make_no_heaps_of_their_own_and_none_grows_for_what_is_large() -> None:
    heaps, grown = looked(shared=True)
    assert heaps == 1 and grown <= 2


def test_else_they_make_more_and_one_grows() -> None:
    heaps, grown = looked(shared=False)
    assert heaps > 1 and grown > 50
