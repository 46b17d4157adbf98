"""Edge batches of version 1.0 are read as ever, and written as ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden import make_edge
from tests.golden.make_edge import GOLDEN, parts

FILES = ("plain", "keyed", "recovered")


@pytest.mark.parametrize("name", FILES)
def test_golden_batches_are_read_as_on_the_day_they_were_made(name: str) -> None:
    raw = (GOLDEN / f"{name}.gbatch").read_bytes()
    assert len(raw) <= 4096
    assert parts(raw) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["plain", "recovered"])  # compressed bytes may differ between versions of zlib
def test_batches_are_written_byte_for_byte_as_the_golden_ones(name: str, tmp_path: Path) -> None:
    made = getattr(make_edge, name)(tmp_path)
    assert made == (GOLDEN / f"{name}.gbatch").read_bytes()


def test_a_compressed_batch_written_now_says_the_same_as_the_golden_one(tmp_path: Path) -> None:
    told = parts(make_edge.keyed(tmp_path))
    golden = parts((GOLDEN / "keyed.gbatch").read_bytes())
    assert [part for part in told if "Property" not in part] == [part for part in golden if "Property" not in part]
