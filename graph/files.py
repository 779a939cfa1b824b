"""Files and folders that are there whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph.errors import SourceUnavailable, StoreFull


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A temporary file beside `path` that takes its name when the block ends well.

    Readers see the old file or the new one, never a part; a block that fails leaves the old one.

    Raises:
        StoreFull: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreFull(
            f"{path} cannot be written ({error.strerror or error}): make room, or give another "
            "place; what was there before still is."
        ) from error


def takes_writes(folder: Path, room: int) -> bool:
    """Whether a file can be written there now, and so many bytes more besides."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4_096))
            file.flush()
            os.fsync(file.fileno())
        return shutil.disk_usage(folder).free >= room
    except OSError:
        return False


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` that takes its name when the block ends well; else nothing is left.

    Raises:
        SourceUnavailable: `path` exists and is not an empty folder, or it cannot be written (no
            right to, no room).
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise SourceUnavailable(f"{path} is there already; choose a new folder, or remove it first")
    partial = path.with_name(f".{path.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise SourceUnavailable(
            f"{path} cannot be written ({error.strerror}); nothing is left of it"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
