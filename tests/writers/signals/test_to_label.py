"""The table of what waits for a person's word: joined where it belongs together, read back as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genba.app.rendering_truth import read_truth
from genba.writers.signals import to_label

STEP_NS = 80_000_000
AT_NS = 1_775_487_558_125_000_001  # 2026-04-06T14:59:18.125Z


def facts(*windows: tuple[str, int, str, str]) -> dict[str, list[Any]]:
    """Windows of two steps' length: capture, number of the step, label, who asked."""
    return {
        "capture": [capture for capture, *_ in windows],
        "stream": ["spindle"] * len(windows),
        "first_ns": [AT_NS + step * STEP_NS for _, step, *_ in windows],
        "last_ns": [AT_NS + (step + 2) * STEP_NS for _, step, *_ in windows],
        "label": [label for *_, label, _ in windows],
        "asked_by": [asked for *_, asked in windows],
    }


def test_windows_that_follow_each_other_are_one_row_and_labels_gaps_and_captures_part_them() -> None:
    waiting = [("a", 0, "", "m"), ("a", 1, "", "m"), ("a", 2, "normal", "m"), ("a", 3, "", "m"), ("a", 9, "", "m")]
    found = to_label.rows(facts(*waiting, ("b", 10, "", "m"), ("c", 11, "", "")), STEP_NS)
    spans = [(capture, (first - AT_NS) // STEP_NS, (last - AT_NS) // STEP_NS) for capture, _, first, last in found]
    assert spans == [("a", 0, 3), ("a", 3, 5), ("a", 9, 11), ("b", 10, 12)]


def test_the_table_opens_in_a_spreadsheet_and_is_read_back_whole(tmp_path: Path) -> None:
    stretches = to_label.rows(facts(("a", 0, "", "m"), ("b", 1, "", "m")), STEP_NS)
    data = to_label.encode(stretches, is_utc={"a": True, "b": False})
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = data.decode("utf-8-sig").splitlines()[1:]
    assert first == f"a,spindle,{AT_NS} ns,{AT_NS + 2 * STEP_NS} ns,,2026-04-06T14:59:18.125Z"
    assert second.endswith(",,")  # of a clock without a calendar no date is told
    path = tmp_path / "to_label.csv"
    path.write_bytes(data)
    assert read_truth([str(path)]).annotations == ()
    path.write_bytes(data.replace(b"ns,,2026", b"ns,normal,2026"))
    (note,) = read_truth([str(path)]).annotations
    assert (note.capture, note.first_ns, note.last_ns, note.label) == ("a", AT_NS, AT_NS + 2 * STEP_NS, "normal")
