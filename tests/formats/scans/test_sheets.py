"""The corners of a photographed sheet are found where they are clear, and only there."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.formats.scans.sheets import find_corners, flattened
from genba.formats.scans.straighten import straighten

shifts = st.integers(0, 90)


def photograph(corners: list[tuple[int, int]], desk: int = 70, paper: int = 230) -> np.ndarray:
    picture = np.full((1000, 800), desk, dtype=np.uint8)
    cv2.fillConvexPoly(picture, np.array(corners, dtype=np.int32), paper)
    return picture


@settings(max_examples=25)
@given(st.tuples(shifts, shifts, shifts, shifts), st.tuples(shifts, shifts, shifts, shifts))
def test_the_corners_of_a_sheet_on_a_desk_are_found(dx: tuple[int, ...], dy: tuple[int, ...]) -> None:
    drawn = [(60 + dx[0], 60 + dy[0]), (740 - dx[1], 60 + dy[1]), (740 - dx[2], 940 - dy[2]), (60 + dx[3], 940 - dy[3])]
    found = find_corners(photograph(drawn))
    assert found is not None
    assert np.abs(found - np.array(drawn)).max() < 8


def test_a_scan_has_no_corners() -> None:
    page = np.full((1000, 800), 245, dtype=np.uint8)
    cv2.rectangle(page, (100, 100), (700, 900), 0, 3)
    assert find_corners(page) is None
    assert find_corners(np.full((1000, 800), 128, dtype=np.uint8)) is None


def test_a_sheet_on_paper_of_nearly_its_own_brightness_is_not_guessed() -> None:
    assert find_corners(photograph([(60, 60), (740, 60), (740, 940), (60, 940)], desk=200)) is None


def test_a_sheet_seen_too_aslant_is_left() -> None:
    corners = np.array([(350, 60), (450, 60), (740, 940), (60, 940)], dtype=np.float32)
    assert flattened(photograph([(350, 60), (450, 60), (740, 940), (60, 940)]), corners) is None


def test_places_on_the_flat_page_lead_back_to_the_photograph() -> None:
    straight = straighten(photograph([(90, 70), (700, 60), (760, 930), (40, 950)]))
    height, width = straight.picture.shape[:2]
    x, y, w = straight.back @ np.array([0.0, 0.0, 1.0])
    assert (x / w, y / w) == pytest.approx((90, 70), abs=6)
    x, y, w = straight.back @ np.array([width, height, 1.0])
    assert (x / w, y / w) == pytest.approx((760, 930), abs=6)
