"""A list of delivered files is believed only as far as it can be put on a disk."""

import json

import pytest

from genba.errors import InvalidInput
from genba.storage.exchange.deliveries import read_index

FILE = {"path": "a.csv", "size_bytes": 1, "sha256": "0" * 64}


def index(*files: dict[str, object]) -> bytes:
    return json.dumps(
        {"format": "genba-delivery/1.0", "dataset": "d", "version": "1", "title": "t", "provider": "p", "files": files}
    ).encode()


@pytest.mark.parametrize(
    "path",
    ["../a", "/a", "a/../b", "a\\b", "C:a", "a//b", "./a", "a/.", "a ", "a.", "", "a\0", "a\nb", "\x1b[2J", "a\x7f",
     "x" * 1001],
)  # fmt: skip
def test_a_name_that_leads_out_or_draws_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match=r"delivery\.bad_path"):
        read_index(index(FILE | {"path": path}))


@pytest.mark.parametrize("size", [-1, 1 << 62, 10**30])
def test_a_size_that_no_disk_has_is_refused(size: int) -> None:
    with pytest.raises(InvalidInput, match=r"delivery\.bad_index"):
        read_index(index(FILE | {"size_bytes": size}))


def test_names_that_one_disk_takes_for_the_same_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"delivery\.bad_index"):
        read_index(index(FILE, FILE | {"path": "A.csv"}))
    assert len(read_index(index(FILE, FILE | {"path": "b.csv"})).files) == 2
