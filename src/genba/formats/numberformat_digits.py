"""Numbers as strings of digits the way Excel makes them: 15 significant digits, halves away from zero, General."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

_WIDE = Context(prec=4000, rounding=ROUND_HALF_UP)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(32))


def decimal15(value: float) -> Decimal:
    """The magnitude as Excel holds it for display: at most 15 significant digits."""
    return Decimal(f"{abs(value):.15g}")


def fixed(value: Decimal, places: int) -> tuple[str, str]:
    """Round half away from zero to so many places; the digits before the point and those after it."""
    step = _STEPS[places] if places < 32 else Decimal(1).scaleb(-places)
    text = format(value.quantize(step, context=_WIDE), "f")
    if not places:
        return text, ""
    return text[: -places - 1], text[-places:]


def scaled(value: float, power: int) -> Decimal:
    """The magnitude times a power of ten, exactly."""
    number = decimal15(value)
    return number.scaleb(power, context=_WIDE) if power else number


def general(value: float) -> str:
    """A number in Excel's General format: at most 11 characters, else an exponent with six digits."""
    if isinstance(value, int):
        if -100_000_000_000 < value < 100_000_000_000:
            return str(value)
    elif -1e11 < value < 1e11:
        if value == int(value):
            return str(int(value))
        text = f"{value:.15g}"
        if len(text) <= (12 if value < 0 else 11) and "e" not in text:
            return text
        if len(text) > 13 and 1e-4 <= abs(value) < 1e9:  # too long to end in a half: binary rounding cannot differ
            return f"{value:.10g}" if abs(value) >= 1 else f"{value:.9f}".rstrip("0")
    sign = "-" if value < 0 else ""
    number = decimal15(value)
    exponent = number.adjusted()
    if -4 <= exponent <= 10:
        text = _trimmed(number, 9 if exponent < 0 else max(0, 9 - exponent))
        if len(text) <= 11:
            return sign + text
    if exponent < -4:
        small = _trimmed(number, 11)
        if len(small) <= 11 and small != "0":
            return sign + small
    return sign + _exponential(number, exponent)


def _trimmed(number: Decimal, places: int) -> str:
    whole, decimals = fixed(number, places)
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _exponential(number: Decimal, exponent: int) -> str:
    mantissa = _trimmed(number.scaleb(-exponent, context=_WIDE), 5)
    if mantissa == "10":
        mantissa, exponent = "1", exponent + 1
    return f"{mantissa}E{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def grouped(digits: str) -> str:
    """Put a comma before every third digit from the right."""
    if len(digits) <= 3:
        return digits
    head = len(digits) % 3
    groups = [digits[position : position + 3] for position in range(head, len(digits), 3)]
    return ",".join([digits[:head], *groups] if head else groups)


_POSITIONAL = {
    1: str.maketrans("0123456789", "〇一二三四五六七八九"),
    2: str.maketrans("0123456789", "〇壱弐参四伍六七八九"),
    3: str.maketrans("0123456789", "０１２３４５６７８９"),
}
_UNITS = {1: ("", "十", "百", "千"), 2: ("", "拾", "百", "阡")}
_MYRIADS = {1: ("", "万", "億", "兆", "京"), 2: ("", "萬", "億", "兆", "京")}


def kanji_digits(digits: str, style: int) -> str:
    """Digit by digit: 2024 → 二〇二四 (style 1), 弐〇弐四 (2), ２０２４ (3)."""
    return digits.translate(_POSITIONAL[style]) if style else digits


def kanji_number(digits: str, style: int) -> str:
    """As it is read: 1234 → 千二百三十四 (style 1), 壱阡弐百参拾四 (2); full-width digits in style 3."""
    if style not in _UNITS or not digits.isdigit() or len(digits) > 20:
        return kanji_digits(digits, style)
    digits = digits.lstrip("0")
    if not digits:
        return kanji_digits("0", style)
    groups = []
    for index in range((len(digits) + 3) // 4):
        part = digits[max(0, len(digits) - 4 * index - 4) : len(digits) - 4 * index]
        if text := _four(part, style):
            groups.append(text + _MYRIADS[style][index])
    return "".join(reversed(groups))


def _four(digits: str, style: int) -> str:
    text = []
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            continue
        if not (digit == "1" and place and style == 1):  # 十, 百, 千 without 一; the formal style always writes 壱
            text.append(kanji_digits(digit, style))
        text.append(_UNITS[style][place])
    return "".join(text)
