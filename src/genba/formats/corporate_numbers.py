"""法人番号: thirteen digits, the first of which checks the others."""

DIGITS = 13


def has_shape(text: str) -> bool:
    """Tell thirteen ASCII digits, whether or not the first one checks them."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def is_corporate_number(text: str) -> bool:
    """Tell a 法人番号 by its check digit (Ordinance on Designation of Corporate Numbers, article 2)."""
    if not has_shape(text):
        return False
    weighed = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text[1:])))
    return int(text[0]) == 9 - weighed % 9
