"""The grain of a bad scan is no drawing."""

import numpy as np
import pytest

from genba.formats.scans.pictures import find_pictures, without_grain

cv2 = pytest.importorskip("cv2")


@pytest.mark.parametrize("strength", [6, 12, 24])
def test_a_page_of_grain_has_no_pictures(strength: int) -> None:
    noise = np.random.default_rng(5).normal(0, strength, (1100, 800))
    page = np.clip(225 + noise, 0, 255).astype(np.uint8)
    assert find_pictures(page, 200 / 72, (), ()) == ()


def test_lines_stay_where_specks_go() -> None:
    marked = np.zeros((40, 40), bool)
    marked[5, 2:30] = True
    marked[20, 20] = True
    kept = without_grain(marked)
    assert kept[5, 2:30].all()
    assert not kept[20, 20]
