"""Texts of a product are found with their place and marks; bad output of a peer is a result."""

from pathlib import Path

from benchmarks.house import log_line, small_files, write_csv
from benchmarks.product import Output, read_peer


def grid(columns: int) -> dict[str, object]:
    cells = [{"r": 1, "c": 2, "text": "12円", "unit": "円", "marks": ["hidden"]}]
    return {"kind": "grid", "rows": 3, "columns": columns, "cells": cells, "origin": {"sheet": "A", "range": "B3:D5"}}


def test_a_cell_of_a_grid_has_its_address_on_the_sheet():
    spot = Output("", document={"tables": [grid(3)]}).spots[0]
    assert (spot.sheet, spot.cell, spot.text, spot.unit, spot.marks) == ("A", "D4", "12円", "円", {"hidden"})


def test_a_cell_of_a_squeezed_grid_has_no_address():
    assert Output("", document={"tables": [grid(2)]}).spots[0].cell == ""


def test_a_peer_that_wrote_nothing_gives_an_empty_output(tmp_path: Path):
    output = read_peer(tmp_path / "0", "ValueError: no")
    assert (output.text, output.error) == ("", "ValueError: no")


def test_a_peer_that_writes_json_only_is_judged_by_it(tmp_path: Path):
    (tmp_path / "0.json").write_text('{"a": ["治具", 5]}', encoding="utf-8")
    output = read_peer(tmp_path / "0", "")
    assert output.text == '{"a": ["治具", 5]}'
    assert "治具" in output.squashed


def test_many_small_files_are_written_once(tmp_path: Path):
    small_files(tmp_path / "many", 3, str)
    marked = tmp_path / "many" / "0000" / "marked"
    marked.touch()
    small_files(tmp_path / "many", 3, str)
    assert marked.exists()
    small_files(tmp_path / "many", 2, str)
    assert sorted(path.name for path in (tmp_path / "many" / "0000").iterdir()) == [
        "実績0000000.csv",
        "実績0000001.csv",
    ]


def test_a_log_of_a_size_is_the_same_for_a_seed(tmp_path: Path):
    write_csv(tmp_path / "a" / "log.csv", 4, 1)
    write_csv(tmp_path / "b" / "log.csv", 4, 1)
    data = (tmp_path / "a" / "log.csv").read_bytes()
    assert data == (tmp_path / "b" / "log.csv").read_bytes()
    assert len(data) >= 1 << 20


def test_log_lines_are_a_second_apart():
    import random

    rng = random.Random(1)
    assert log_line(59, rng).startswith("2025/01/15 00:00:59,")
    assert log_line(3600, rng).startswith("2025/01/15 01:00:00,")
