import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.corporate_numbers import is_corporate_number


def test_a_real_corporate_number_is_known_by_its_check_digit() -> None:
    assert is_corporate_number("7000012050002")  # 国税庁
    assert not is_corporate_number("8000012050002")


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_exactly_one_check_digit_fits(number: str) -> None:
    assert sum(is_corporate_number(f"{digit}{number}") for digit in range(10)) == 1


@pytest.mark.parametrize("text", ["", "123", "７000012050002", "70000120500021", "700001205000a"])
def test_anything_else_is_no_corporate_number(text: str) -> None:
    assert not is_corporate_number(text)
