"""Tests of how dimensions, roughness and feature control frames are worded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.drawing.written import (
    is_callout,
    read_dimension,
    read_frames,
    read_roughness,
    read_written_frames,
)


@pytest.mark.parametrize(
    ("written", "value", "told"),
    [
        ("120", 120.0, {}),
        ("4-φ6.6 キリ", 6.6, {"prefix": "φ", "count": 4}),
        ("４×⌀６.６", 6.6, {"prefix": "φ", "count": 4}),
        ("φ25H7/g6", 25.0, {"prefix": "φ", "fit": "H7/g6"}),
        ("30 h6", 30.0, {"fit": "h6"}),
        ("120 ±0.05", 120.0, {"upper": 0.05, "lower": -0.05}),
        ("25 +0.1/-0.2", 25.0, {"upper": 0.1, "lower": -0.2}),
        ("25 0/-0.02", 25.0, {"upper": 0.0, "lower": -0.02}),
        ("12.5 +0.2", 12.5, {"upper": 0.2, "lower": 0.0}),
        ("(120)", 120.0, {"is_reference": True}),
        ("R5", 5.0, {"prefix": "R"}),
        ("2-C1", 1.0, {"prefix": "C", "count": 2}),
        ("M8×1.25-6H 深15", 8.0, {"prefix": "M", "fit": "6H"}),
        ("M6 (3箇所)", 6.0, {"prefix": "M", "count": 3}),
        ("45°", 45.0, {"unit": "°"}),
        ("2×45°", 2.0, {}),
        ("10.05/9.95", None, {"upper": 10.05, "lower": 9.95, "is_limits": True}),
        ("別図参照", None, {}),
    ],
)
def test_a_dimensions_wording_is_taken_apart(written: str, value: float | None, told: dict[str, Any]) -> None:
    found = read_dimension(written)
    nothing = {"prefix": "", "upper": None, "lower": None, "fit": "", "unit": "mm", "count": 1, "is_reference": False}
    wanted = {**nothing, "is_limits": False, **told}
    assert found.value == value
    assert {name: getattr(found, name) for name in wanted} == wanted


def test_a_text_by_itself_is_a_dimension_only_where_its_signs_say_so() -> None:
    for text in ("4-φ6.6 キリ", "R5", "C0.5", "M6", "φ25H7", "120±0.1", "(φ12)", "25 +0.1/-0.2"):
        assert is_callout(text, bare=False), text
    for text in ("120", "A-1023", "2025/3/1", "注記", "M-103", "C3604BD", "R2", "t"):
        assert is_callout(text, bare=False) == (text == "R2"), text
    assert is_callout("120", bare=True)


def test_roughness_is_read_as_parameter_and_value_or_as_triangles() -> None:
    assert [(found.parameter, found.value) for found in read_roughness("√Ra 1.6 (Rz6.3)")] == [("Ra", 1.6), ("Rz", 6.3)]
    assert [found.text for found in read_roughness("▽▽ (▽)")] == ["▽▽", "▽"]
    assert read_roughness("RAL 9005") == []


def test_feature_control_frames_are_read_from_codes_and_from_words() -> None:
    (frame,) = read_frames("{\\Fgdt;j}%%v{\\Fgdt;n}0.05{\\Fgdt;m}%%v%%vA%%vB%%v^J")
    assert (frame.characteristic, frame.value, frame.datums) == ("position", "φ0.05Ⓜ", ("A", "B"))
    (frame,) = read_written_frames("⌖ φ0.05 A-B")
    assert (frame.characteristic, frame.value, frame.datums) == ("position", "φ0.05", ("A", "B"))
    (frame,) = read_written_frames("平行度 0.02 A")
    assert (frame.characteristic, frame.value, frame.datums) == ("parallelism", "0.02", ("A",))


@given(st.text(max_size=60) | st.from_regex(r"[φRMC0-9.+/±×x() -]{0,40}"))
def test_any_wording_is_read_without_fail(text: str) -> None:
    found = read_dimension(text)
    assert found.count >= 1
    is_callout(text, bare=True)
    read_frames(text)
    read_roughness(text)
    read_written_frames(text)
