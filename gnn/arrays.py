"""Arrays as an ``.npz`` file, of which some can stay in it until they are asked for.

numpy reads what is written here, and what numpy wrote is read here. But numpy lets an array begin
anywhere in the file (2.5), where a processor cannot compute with it as it lies; here each begins at
a multiple of `ALIGNMENT`, after room that zip's extra field makes for it.
"""

import mmap
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

ALIGNMENT = npy.ARRAY_ALIGN
"""Bytes; numpy's own, which the header before an array fills up to."""
_LOCAL, _ZIP64, _LENGTHS = 30, 20, 26
"""Bytes of zip's header before a file's name; of its extra field for large files; and where in that
header are the lengths of the name and of the extra fields (PKWARE's APPNOTE 6.3, 4.3.7 and 4.5.3).
"""
_PADDING = 0xD935
"""The extra field that Android's zipalign makes room with."""


def write_arrays(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write them without pickle; the same bytes for the same arrays.

    Args:
        file: open, at its beginning.
        arrays: by name; in C order, as they are mapped.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            before = file.tell() + _LOCAL + len(member.filename) + _ZIP64 + 4
            room = -before % ALIGNMENT
            member.extra = struct.pack("<HH", _PADDING, room) + bytes(room)
            with archive.open(member, "w", force_zip64=True) as place:
                npy.write_array(place, np.ascontiguousarray(array), allow_pickle=False)


@dataclass(frozen=True)
class Mapped:
    """An array that stays in its file; it cannot be written to.

    The file may be replaced or removed meanwhile, as it lasts as long as this; who changed it in
    place, or made it shorter, would end the process.
    """

    array: np.ndarray
    _held: mmap.mmap

    def leave(self) -> None:
        """Have none of it in memory until it is asked for again, where the system can."""
        if hasattr(self._held, "madvise"):
            self._held.madvise(mmap.MADV_DONTNEED)


def mapped(file: BinaryIO, name: str) -> Mapped | None:
    """The array of that name in an open file; None where it does not lie as `write_arrays` has it.

    Raises:
        OSError, ValueError, KeyError, zipfile.BadZipFile: the file cannot be read, is damaged, or
            has no such array.
    """
    with zipfile.ZipFile(file) as archive:
        member = archive.getinfo(f"{name}.npy")
        with archive.open(member) as place:
            if npy.read_magic(place) != (1, 0):
                return None
            shape, by_columns, dtype = npy.read_array_header_1_0(place)
            header = place.tell()
        file.seek(member.header_offset + _LENGTHS)
        lengths = struct.unpack("<HH", file.read(4))
        start = member.header_offset + _LOCAL + sum(lengths) + header
        size = int(np.prod(shape, dtype=np.int64))
        lies = member.compress_type == zipfile.ZIP_STORED and not by_columns and not dtype.hasobject
        if not lies or start % ALIGNMENT or not size:
            return None
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Mapped(np.frombuffer(held, dtype, size, start).reshape(shape), held)
