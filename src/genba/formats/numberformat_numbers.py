"""Compile a number section of an Excel format: digit places, grouping, scaling, percent, exponents, fractions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from genba.formats import numberformat_digits as digits
from genba.formats.numberformat_tokens import Section, Token

PAD = "\0"
"""Stands for room left blank only to align columns; taken away at the edges of a text, a space inside it."""

Show = Callable[[float], str]
_REMEMBERED = 1024  # results a slow format keeps: columns repeat their values


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the digits of one section go."""

    items: tuple[Token, ...]
    whole: str  # the places before the point, such as "###0"
    decimals: str
    exponent: str
    grouping: bool
    power: int  # percent signs and trailing commas as a power of ten
    kanji: int


def compile_number(section: Section, *, minus: bool) -> Show:
    """Give a function that shows a number; with `minus`, the sign of a negative number is put in front."""
    if section.has("general"):
        return _general(section, minus)
    if not section.has("slot"):
        return _constant(section, minus)
    if (slash := _slash(section)) is not None:
        return lru_cache(_REMEMBERED)(_fraction(section, slash, minus))
    layout = _lay_out(section)
    if layout.exponent:
        return lru_cache(_REMEMBERED)(_scientific(layout, minus))
    if _is_plain(layout):
        return _simple(layout, _plain(layout, minus), minus)
    return lru_cache(_REMEMBERED)(_placed(layout, minus))


def tidy(text: str) -> str:
    """Drop alignment room at the edges and make it a space inside."""
    return text.strip(PAD).replace(PAD, " ") if PAD in text else text


def _edge(token: Token) -> str:
    return PAD if token.kind == "pad" else token.text


def _constant(section: Section, minus: bool) -> Show:
    text = "".join(_edge(token) for token in section.tokens if token.kind != "at")
    if section.has("at"):  # a number in a text format is shown as General
        before, _, after = "".join("\1" if t.kind == "at" else _edge(t) for t in section.tokens).partition("\1")
        after = after.replace("\1", "")
        return lambda value: tidy(before + digits.general(value if minus else abs(value)) + after)
    negative = tidy("-" + text if minus and text else text)
    positive = tidy(text)
    return lambda value: negative if value < 0 else positive


def _general(section: Section, minus: bool) -> Show:
    kinds = [token.kind for token in section.tokens]
    position = kinds.index("general")
    before = "".join(_edge(token) for token in section.tokens[:position])
    after = "".join(_edge(token) for token in section.tokens[position + 1 :] if token.kind != "general")
    percent = 2 * kinds.count("percent")
    kanji = section.kanji
    if not before and not after and not kanji:
        return digits.general if minus else (lambda value: digits.general(abs(value)))

    def show(value: float) -> str:
        text = digits.general(abs(value) * 10**percent if percent else abs(value))
        if kanji:
            whole, point, decimals = text.partition(".")
            text = digits.kanji_number(whole, kanji) + point + digits.kanji_digits(decimals, kanji)
        return tidy(f"{'-' if minus and value < 0 else ''}{before}{text}{after}")

    return show


def _lay_out(section: Section) -> _Layout:
    items: list[Token] = []
    places = {"whole": "", "decimals": "", "exponent": ""}
    part, power, grouping, commas = "whole", 0, False, 0
    for token in section.tokens:
        kind, text = token
        if kind == "point" and part == "whole":
            power -= 3 * commas
            commas, part = 0, "decimals"
        elif kind == "exp" and part != "exponent":
            part = "exponent"
        elif kind == "comma" and any(places.values()):
            commas += 1
            continue
        elif kind == "slot":
            grouping = grouping or (commas > 0 and part == "whole")
            commas = 0
            places[part] += text
            items.append(Token(part, text))
            continue
        elif kind == "percent":
            power += 2
            kind = "literal"
        elif kind != "pad":
            kind = "literal"
        items.append(Token(kind, text))
    power -= 3 * commas
    return _Layout(
        tuple(items), places["whole"], places["decimals"], places["exponent"], grouping, power, section.kanji
    )


def _is_plain(layout: _Layout) -> bool:
    """The usual case: text, one run of #0 places, a point, a run of 0# places, text."""
    if layout.kanji or "?" in layout.whole + layout.decimals or not layout.whole:
        return False
    if "0#" in layout.whole or "#0" in layout.decimals:
        return False
    kinds = [item.kind for item in layout.items]
    first = kinds.index("whole")
    length = len(layout.whole) + len(layout.decimals) + ("point" in kinds)
    run = kinds[first : first + length]
    return all(kind in ("whole", "point", "decimals") for kind in run)


def _plain(layout: _Layout, minus: bool) -> Show:
    kinds = [item.kind for item in layout.items]
    first = kinds.index("whole")
    has_point = "point" in kinds
    last = first + len(layout.whole) + len(layout.decimals) + has_point
    before = "".join(_edge(item) for item in layout.items[:first]).lstrip(PAD).replace(PAD, " ")
    after = "".join(_edge(item) for item in layout.items[last:]).rstrip(PAD).replace(PAD, " ")
    least, places, kept = layout.whole.count("0"), len(layout.decimals), layout.decimals.count("0")
    power, grouping, point = layout.power, layout.grouping, "." if has_point else ""
    sign = "-" + before if minus else before

    def show(value: float) -> str:
        if not places and not power and isinstance(value, int) and -(10**15) < value < 10**15:
            whole, decimals = str(abs(value)), ""
        else:
            whole, decimals = digits.fixed(digits.scaled(value, power), places)
        nonzero = value < 0 and (whole.strip("0") or decimals.strip("0"))
        if len(whole) < least:
            whole = whole.zfill(least)
        elif not least and whole == "0":
            whole = ""
        if kept < places:
            decimals = decimals[:kept] + decimals[kept:].rstrip("0")
        if grouping:
            whole = digits.grouped(whole)
        return f"{sign if nonzero else before}{whole}{point}{decimals}{after}"

    return show


def _simple(layout: _Layout, exact: Show, minus: bool) -> Show:
    """Let binary rounding do 0, 0.00, #,##0.0 and 0.0% wherever it cannot differ: far from a half, within 15 digits."""
    places = len(layout.decimals)
    if layout.power not in (0, 2) or layout.whole.count("0") != 1 or "#" in layout.decimals or places > 4:
        return exact
    if ("." in (item.text for item in layout.items if item.kind == "point")) != (places > 0):
        return exact
    frame = exact(0).split("0." + "0" * places if places else "0")
    if len(frame) != 2:
        return exact
    before, after = frame
    factor, shift = 10.0**layout.power, 10.0**places
    spec = f"{',' if layout.grouping else ''}.{places}f"

    def show(value: float) -> str:
        if 0 <= value < 1e8:
            number, sign = value * factor, ""
        elif minus and -1e8 < value < 0:
            number, sign = -value * factor, "-"
        else:
            return exact(value)
        if abs(number * shift % 1.0 - 0.5) < 1e-3:
            return exact(value)
        text = format(number, spec)
        if sign and not text.strip("0."):
            sign = ""
        return f"{sign}{before}{text}{after}"

    return show


def _placed(layout: _Layout, minus: bool) -> Show:
    def show(value: float) -> str:
        whole, decimals = digits.fixed(digits.scaled(value, layout.power), len(layout.decimals))
        nonzero = whole.strip("0") or decimals.strip("0")
        text = _place(layout, whole, decimals)
        return tidy("-" + text.lstrip(PAD) if minus and value < 0 and nonzero else text)

    return show


def _scientific(layout: _Layout, minus: bool) -> Show:
    step = max(1, len(layout.whole))
    places = len(layout.decimals)
    shift = 0 if layout.whole else 1
    plus = any(item.kind == "exp" and item.text == "E+" for item in layout.items)

    def show(value: float) -> str:
        number = digits.scaled(value, layout.power)
        exponent = _exponent(number, step, shift)
        whole, decimals = digits.fixed(_shifted(number, exponent), places)
        if len(whole) > step and not shift:
            exponent += step
            whole, decimals = digits.fixed(_shifted(number, exponent), places)
        mark = "-" if exponent < 0 else "+" if plus else ""
        text = _place(layout, whole, decimals, mark, str(abs(exponent)))
        return tidy("-" + text.lstrip(PAD) if minus and value < 0 and number else text)

    return show


def _exponent(number: Decimal, step: int, shift: int) -> int:
    return (number.adjusted() // step) * step + shift if number else 0


def _shifted(number: Decimal, exponent: int) -> Decimal:
    return number.scaleb(-exponent)


def _blank(place: str) -> str:
    return "0" if place == "0" else PAD if place == "?" else ""


def _place(layout: _Layout, whole: str, decimals: str, mark: str = "", exponent: str = "") -> str:
    """Put digits into their places one by one, with whatever text stands between them."""
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    kanji = layout.kanji
    out: list[str] = []
    left = {"whole": len(layout.whole), "exponent": len(layout.exponent)}
    source = {"whole": whole, "exponent": exponent}
    used = 0
    for kind, text in layout.items:
        if kind in source:
            first = left[kind] == len(layout.whole if kind == "whole" else layout.exponent)
            left[kind] -= 1
            if kind == "exponent" and first:
                out.append(mark)
            grouping = layout.grouping and kind == "whole"
            out.append(_whole_place(source[kind], text, left[kind], first=first, grouping=grouping, kanji=kanji))
        elif kind == "decimals":
            digit = decimals[used] if used < len(decimals) else _blank(text)
            used += 1
            out.append(digits.kanji_digits(digit, kanji))
        else:
            if kind == "point" and not layout.whole:
                out.append(digits.kanji_digits(whole, kanji))
            out.append(PAD if kind == "pad" else "E" if kind == "exp" else text)
    return "".join(out)


def _whole_place(source: str, place: str, left: int, *, first: bool, grouping: bool, kanji: int) -> str:
    """One place before the point; the first place takes all the digits that are too many."""
    ends = len(source) - left
    begins = 0 if first else ends - 1
    shown = source[max(0, begins) : ends] if ends > 0 else _blank(place)
    if grouping and shown:
        parts = []
        for offset, digit in enumerate(shown):
            position = left + len(shown) - 1 - offset
            parts.append(digit + (("," if digit != PAD else PAD) if position and position % 3 == 0 else ""))
        shown = "".join(parts)
    return digits.kanji_digits(shown, kanji)


def _slash(section: Section) -> int | None:
    """Position of the slash of a fraction: digit places before it, places or a fixed number after it."""
    tokens = section.tokens
    for position, token in enumerate(tokens):
        if token.kind != "slash" or not 0 < position < len(tokens) - 1:
            continue
        if tokens[position - 1].kind == "slot" and tokens[position + 1].kind in ("slot", "fixed"):
            return position
    return None


def _fraction(section: Section, slash: int, minus: bool) -> Show:
    tokens = section.tokens
    start = slash
    while start and tokens[start - 1].kind == "slot":
        start -= 1
    end = slash + 1
    while end < len(tokens) and tokens[end].kind in ("slot", "fixed"):
        end += 1
    above = "".join(token.text for token in tokens[start:slash])
    below = "".join(token.text for token in tokens[slash + 1 : end])
    fixed_below = int(below.replace("#", "").replace("?", "")) if below.strip("#?0") else 0
    whole_at = [index for index in range(start) if tokens[index].kind == "slot"]
    has_whole = bool(whole_at)
    whole_slots = "".join(tokens[index].text for index in whole_at)
    before = "".join(_edge(token) for token in tokens[: whole_at[0] if has_whole else start])
    between = "".join(_edge(token) for token in tokens[whole_at[-1] + 1 : start]) if has_whole else ""
    after = "".join(_edge(token) for token in tokens[end:])

    def show(value: float) -> str:
        number = digits.decimal15(value)
        whole = int(number) if has_whole else 0
        rest = number - whole
        if fixed_below:
            top, bottom = int(digits.fixed(rest * fixed_below, 0)[0]), fixed_below
        else:
            top, bottom = nearest_fraction(float(rest), 10 ** len(below) - 1)
        if has_whole and top == bottom:
            whole, top = whole + 1, 0
        text = before
        if has_whole:
            shown = str(whole) if whole or not top else ""
            missing = "".join(_blank(place) for place in whole_slots[: len(whole_slots) - len(shown)])
            text += missing + shown
        if top or not has_whole or "0" in above + below.strip("123456789"):
            numerator = str(top)
            numerator = "".join(_blank(place) for place in above[: max(0, len(above) - len(numerator))]) + numerator
            padding = "" if fixed_below else "".join(_blank(p) for p in below[len(str(bottom)) :] if p == "?")
            text += (between if text != before else "") + f"{numerator}/{bottom}{padding}"
        else:
            text += PAD * (len(between) + len(above) + 1 + len(below))
        text = "-" + text.lstrip(PAD) if minus and value < 0 and (whole or top) else text
        return tidy(text) + after.replace(PAD, "")

    return show


def nearest_fraction(value: float, largest: int) -> tuple[int, int]:
    """The last continued-fraction convergent whose denominator fits, which is what Excel shows (0.3 → 1/3, not 2/7)."""
    above, above_last, below, below_last = int(value), 1, 1, 0
    rest = value - above
    while rest > 5e-8:
        rest = 1 / rest
        part = int(rest + 5e-10)
        if part * below + below_last > largest:
            break
        above, above_last = part * above + above_last, above
        below, below_last = part * below + below_last, below
        rest -= part
    return above, below
