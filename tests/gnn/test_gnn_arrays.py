"""Arrays in a file are numpy's, and those that stay there are not in memory."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gnn.arrays import ALIGNMENT, mapped, write_arrays

RNG = np.random.default_rng(0)
ARRAYS = {
    "ids": np.array(["ana", "ben", "čen"]),
    "a_vector": RNG.standard_normal(7).astype(np.float32),
    "user_vectors": RNG.standard_normal((300, 33)).astype(np.float32),
    "turned": RNG.standard_normal((5, 4)).T,
    "number": np.asarray(2.5),
    "nothing": np.zeros((0, 4), np.float32),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with (path := tmp_path / "arrays.npz").open("wb") as file:
        write_arrays(file, ARRAYS)
    return path


def resident(path: Path) -> int:
    """KB of the file that this process has in memory, by what Linux tells of its mappings."""
    told = Path("/proc/self/smaps").read_text().split(f"{path}\n")[1:]
    assert told, "the file is mapped nowhere"
    return sum(int(each.split("Rss:")[1].split()[0]) for each in told)


def test_numpy_reads_what_is_written(path: Path) -> None:
    with np.load(path, allow_pickle=False) as found:
        assert set(found.files) == set(ARRAYS)
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype
    assert zipfile.ZipFile(path).testzip() is None


def test_the_same_arrays_are_the_same_bytes(path: Path) -> None:
    again = io.BytesIO()
    write_arrays(again, ARRAYS)
    assert again.getvalue() == path.read_bytes()


@pytest.mark.parametrize("name", [name for name, array in ARRAYS.items() if array.size])
def test_each_lies_where_a_processor_can_compute_with_it(path: Path, name: str) -> None:
    with path.open("rb") as file:
        found = mapped(file, name)
    assert found is not None
    np.testing.assert_array_equal(found.array, ARRAYS[name])
    assert found.array.ctypes.data % ALIGNMENT == 0 and found.array.flags.aligned


def test_what_is_left_is_not_in_memory_until_it_is_asked_for(tmp_path: Path) -> None:
    table = np.ones((4_096, 256), np.float32)
    with (path := tmp_path / "large.npz").open("w+b") as file:
        write_arrays(file, {"table": table})
        file.flush()
        found = mapped(file, "table")
    assert found is not None
    assert found.array.sum() == table.size and resident(path) >= 4_096
    found.leave()
    assert resident(path) == 0
    assert found.array[2_048].tolist() == table[2_048].tolist() and 0 < resident(path) < 1_024


def test_it_lasts_when_the_file_is_replaced_and_cannot_be_written_to(path: Path) -> None:
    with path.open("rb") as file:
        found = mapped(file, "user_vectors")
    assert found is not None
    path.with_name("other").write_bytes(b"other")
    path.with_name("other").replace(path)
    found.leave()
    np.testing.assert_array_equal(found.array, ARRAYS["user_vectors"])
    with pytest.raises(ValueError, match="read-only"):
        found.array[0, 0] = 1.0


def test_what_lies_otherwise_is_for_numpy_to_read(tmp_path: Path) -> None:
    compressed, by_columns, nothing = (tmp_path / each for each in ("z.npz", "f.npz", "n.npz"))
    np.savez_compressed(compressed, table=ARRAYS["user_vectors"])
    with zipfile.ZipFile(by_columns, "w") as archive, archive.open("table.npy", "w") as place:
        np.lib.format.write_array(place, np.asfortranarray(ARRAYS["user_vectors"]))
    np.savez(nothing, table=ARRAYS["nothing"])
    for path in (compressed, by_columns, nothing):
        with path.open("rb") as file:
            assert mapped(file, "table") is None


def test_what_numpy_wrote_is_taken_only_where_it_happens_to_lie_well(tmp_path: Path) -> None:
    for length in range(64):
        name = "t" * (length + 1)
        np.savez(tmp_path / "numpy.npz", allow_pickle=False, **{name: ARRAYS["user_vectors"]})
        with (tmp_path / "numpy.npz").open("rb") as file:
            found = mapped(file, name)
        if found is not None:
            np.testing.assert_array_equal(found.array, ARRAYS["user_vectors"])
            assert found.array.flags.aligned


def test_a_file_that_is_cut_off_or_lacks_it_is_told(path: Path) -> None:
    with path.open("rb") as file, pytest.raises(KeyError):
        mapped(file, "others")
    with pytest.raises(zipfile.BadZipFile):
        mapped(io.BytesIO(path.read_bytes()[:-100]), "ids")
