"""Headers that count are told, whatever else stands among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.layout.series import is_series


@pytest.mark.parametrize("texts", [["4月", "5月", "6月"], ["1回目", "", "2回目"], ["2024年度", "2025年度"]])
def test_counting_headers_are_a_series(texts: list[str]) -> None:
    assert is_series(texts)


@pytest.mark.parametrize("texts", [[], ["", ""], ["#", "A"], ["#", "1"], ["品名", "数量"]])
def test_other_headers_are_none(texts: list[str]) -> None:
    assert not is_series(texts)


@given(st.lists(st.text(alphabet="#1２月 a.", max_size=4), max_size=5))
def test_no_headers_at_all_are_too_odd(texts: list[str]) -> None:
    assert is_series(texts) in (True, False)
