"""Parameters in the words of a step: values with tolerance, limits and unit; what only looks like one is left."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from genba.formats.units import Quantity, parse_unit, split_quantity
from genba.model.instruction import Parameter
from genba.model.place import NOWHERE, Place
from genba.steps.instructions.notations import (
    AFTER_NAMING,
    CALENDAR,
    CODE,
    COUNTS,
    EXPRESSION,
    NAME,
    NAMING,
    NO_NAME,
    NUMBER,
    ONE_TO_ONE,
    TOOL_AFTER,
    TOOL_BEFORE,
    UNIT_AHEAD,
    UNIT_BEHIND,
    shadow,
    units,
)

MAX_CHARS = 2_000
MAX_FOUND = 40
APART_CHARS = 4

_EVERY = re.compile(r"\s?(?:ごと|毎|おき|に(?:1|一)回|経過|保管)")
_TIMES = re.compile(r"(?:標準|所要|作業|正味|目標|予定)(?:時間|工数)|(?:サイクル|タクト)タイム|[SC]\.?T")
_ENDS = re.compile(r"(?:以上|以下|未満|超過|超|を超える|を超え|以内)$")


def parameters(
    text: str, *, place: Place = NOWHERE, name: str = "", unit: str = "", is_value: bool = False
) -> tuple[Parameter, ...]:
    """Find the quantities of a text in their order.

    `is_value` says that the text stands where values stand (a column 管理値): plain numbers and counts are taken too.
    `name` and `unit` come from the column and hold where the text itself has none.
    """
    if not text or len(text) > MAX_CHARS or not _DIGIT.search(text):
        return ()
    text = _PARTED.sub("", text)
    folded = text.translate(ONE_TO_ONE)
    masked = CODE.sub(lambda found: "\0" * len(found.group()), folded)
    found: list[Parameter] = []
    ended = 0
    for match in EXPRESSION.finditer(shadow(masked)):
        if len(found) == MAX_FOUND:
            break
        parameter = _parameter(match, masked, name, unit, is_value)
        if parameter is not None:
            parameter = replace(_in_own_characters(parameter, text, masked, match.start()), place=place)
            if found and match.start() - ended <= APART_CHARS and (whole := _merged(found[-1], parameter)) is not None:
                found[-1] = whole
            else:
                found.append(parameter)
            ended = match.end()
    return tuple(found)


def _merged(one: Parameter, other: Parameter) -> Parameter | None:
    """上限 0.5mm、下限 0.3mm: two limits of one quantity."""
    low, high = (one, other) if one.lower is not None else (other, one)
    opposite = low.lower is not None and low.upper is None and high.upper is not None and high.lower is None
    same = one.value is None and other.value is None and (one.ucum == other.ucum or not one.ucum or not other.ucum)
    said = _LIMIT_WORD.match(one.as_written) and _LIMIT_WORD.match(other.as_written)
    if not (opposite and same and said) or (low.lower or 0) >= (high.upper or 0):
        return None
    written = f"{one.as_written}、{other.as_written}"
    known = other if other.ucum else one
    return replace(one, as_written=written, lower=low.lower, upper=high.upper, unit=known.unit, ucum=known.ucum)


def _in_own_characters(parameter: Parameter, text: str, folded: str, start: int) -> Parameter:
    """Give the writing as it stands in the text; folding keeps every position."""
    at = folded.find(parameter.as_written, start)
    if at < 0:
        return parameter
    written = text[at : at + len(parameter.as_written)]
    shown = parameter.unit
    if shown and shown not in written:
        spelt = [found.span() for found in units().finditer(parameter.as_written)]
        own = [written[start:end] for start, end in spelt]
        shown = next((unit for unit in reversed(own) if _same(unit, parameter)), shown)
    return replace(parameter, as_written=written, unit=shown)


def _same(unit: str, parameter: Parameter) -> bool:
    known = parse_unit(unit, context=parameter.name)
    return known is not None and known.ucum == parameter.ucum


_PARTED = re.compile(r"(?<=\d[.．])\n(?=\d)")  # a number that a narrow cell wraps: 0.⏎70
_LIMIT_WORD = re.compile(r"上限|下限|最大|最小|MAX|MIN|Max|Min|max|min")
_DIGIT = re.compile(r"[\d０-９]")


def _parameter(match: re.Match[str], text: str, name: str, unit: str, is_value: bool) -> Parameter | None:
    start, end = match.span()
    before = text[max(0, match.start("number") - 12) : start if match["before"] else match.start("number")]
    if not match["before"] and NAMING.search(before):
        return None
    if _is_named(match, text) or TOOL_AFTER.match(text[end:]) or (TOOL_BEFORE.search(before) and not match["before"]):
        return None
    said = _name_before(text[:start])
    if _TIMES.search(said) or _EVERY.match(text[end:]):
        return None
    context = f"{said or name}{text[end : end + 4]}"
    written = text[start:end].strip()
    if written.endswith(")") and "(" not in written:
        written = written[:-1].rstrip()
    if written.endswith(("超え", "超", "を超え")) and text[end : end + 1] == "た":
        return None  # 45℃を超えたら: when something is done, not what is set
    if match["fit"]:
        shown = text[slice(*match.span("unit"))] if match["unit"] else ""
        return _fitted(match, written, said or name, shown, is_value=is_value and written == text.strip())
    if match["limits"]:
        return _within(match["number"], text[slice(*match.span("limits"))].strip(), written, context)
    written, bound = _bound(match, written)
    behind = UNIT_BEHIND.match(match.string, end) if not match["unit"] else None
    tail = text[end : behind.end()] if behind is not None else ""
    if behind is not None:
        unit = text[slice(*behind.span("unit"))]
    elif (ahead_unit := UNIT_AHEAD.search(match.string, max(0, start - 16), start)) is not None:
        unit = text[slice(*ahead_unit.span("unit"))]
        said = _name_before(text[: ahead_unit.start()]) or said
    letters = _AHEAD.match(match["before"] or "")
    prefix = letters.group() if letters and letters.group() in _PREFIXES else "φ" if match["before"] == "φ" else ""
    ahead = _LEAD.match(written) if prefix and prefix != "φ" else None
    lead = ahead.group() if ahead else ""
    bare = written.removeprefix(lead)
    quantity, bare = _longest(bare, context)
    if quantity is None:
        return None
    if bound or "≦" in lead or "≤" in lead:
        quantity = _bounded(quantity, bound or "<=")
    whole = lead + bare
    if bound or tail:
        whole = text[start : behind.end() if behind is not None else end].strip()
    return _accepted(quantity, whole, prefix, said or name, unit, is_value)


def _bound(match: re.Match[str], written: str) -> tuple[str, str]:
    """Take a bound off that only this notation has: MAX 0.5, 上限 26.0, 0.3↑, 0.5を超えない."""
    before, after = (match["before"] or "").strip(" .:：=").removesuffix("値"), (match["after"] or "").strip()
    for word, sign in _BEFORE.items():
        if before.casefold() == word:
            return written[len(match["before"] or "") :].strip(), sign
    for word, sign in _AFTER.items():
        if after == word:
            return written.removesuffix(after).strip(), sign
    return written, ""


_BEFORE = {"~": "<=", "max": "<=", "最大": "<=", "上限": "<=", "min": ">=", "最小": ">=", "下限": ">="}
_AFTER = {
    "~": ">=",
    "MIN": ">=",
    "min": ">=",
    "MAX": "<=",
    "max": "<=",
    "↑": ">=",
    "↓": "<=",
    "を超えない": "<=",
    "を上回らない": "<=",
    "を下回らない": ">=",
}


def _bounded(quantity: Quantity, sign: str) -> Quantity:
    if quantity.value is None:
        return quantity
    lower, upper = (quantity.value, None) if sign == ">=" else (None, quantity.value)
    return quantity._replace(value=None, lower=lower, upper=upper, comparator=sign)


def _within(number: str, limited: str, written: str, name: str) -> Parameter | None:
    """24.5N・m(23.0～26.0): a value with the limits it may have."""
    limits = split_quantity(limited, context=name)
    value = split_quantity(number, context=name)
    spelt = [found.group() for found in units().finditer(written)]
    known = next((unit for each in spelt if (unit := parse_unit(each, context=name)) is not None), None)
    if limits is None or value is None or known is None:
        return None
    return Parameter(
        as_written=written, name=name, value=value.value, tolerance=f"({limited})",
        lower=limits.lower, upper=limits.upper, unit=known.as_written, ucum=known.ucum,
    )  # fmt: skip


_PREFIXES = {"Ra": "um", "Rz": "um", "Rmax": "um", "HRC": (
    "{HRC}"
), "HRB": "{HRB}", "HV": "{HV}", "HB": "{HB}", "HS": "{HS}",
             "C": "mm", "R": "mm", "t": "mm", "φ": "mm"}  # fmt: skip
_AHEAD = re.compile(r"[A-Za-z]+")
_LEAD = re.compile(r"[A-Za-z]+\s?[:=]?\s?[≦≤]?\s*")
_PREFIX_NAMES = {"Ra": "Ra", "Rz": "Rz", "Rmax": "Rmax", "C": "C", "R": "R", "t": "t"}


def _is_named(match: re.Match[str], text: str) -> bool:
    """第3章, 2回目, 8時30分: what follows the bare number says that it is no measure."""
    after = text[match.end("number") :]
    return AFTER_NAMING.match(after) is not None


def _longest(written: str, context: str) -> tuple[Quantity | None, str]:
    """Read the longest beginning of what was found that is a quantity."""
    percent = _PERCENT.match(written)
    if percent is not None and (base := split_quantity(percent["base"], context=context)) is not None:
        return _by_percent(base, float(percent["by"]), written), written
    for attempt in _attempts(written):
        quantity = split_quantity(_plain(attempt), context=context)
        if quantity is not None:
            return quantity, attempt
    return None, written


_PERCENT = re.compile(rf"(?P<base>.*[^\d\s%±(])\s?\(?\s?(?:±|\+/-)\s?(?P<by>{NUMBER})\s?%\s?\)?$")
_PLAINNUMBER = re.compile(rf"[-+]?{NUMBER}")


def _attempts(written: str) -> Iterator[str]:
    yield written
    cut = re.split(r"\s?(?:~|から|±|\(|\+)", written, maxsplit=1)[0].strip()
    if cut and cut != written:
        yield cut
    if (number := _PLAINNUMBER.match(written)) is not None and number.group() not in (written, cut):
        yield number.group()


_TOLERANCE_WORD = re.compile(r"[、,/]?\s?(?:公差|許容差|許容)\s?[:=]?\s?")


def _plain(written: str) -> str:
    """Take the brackets off a tolerance: 24.5(±1.5)N·m."""
    written = _TOLERANCE_WORD.sub("", written)
    if "(" in written and ("±" in written or "+" in written):
        written = re.sub(r"\(\s?(±[^()]*)\)", r"\1", written)
        if "±" in written:
            return written.replace("(", "").replace(")", "")
    return written.removesuffix(")") if written.endswith(")") and "(" not in written else written


def _by_percent(base: Quantity, percent: float, written: str) -> Quantity:
    if base.value is None:
        return base
    by = abs(base.value) * percent / 100
    lower, upper = round(base.value - by, 9), round(base.value + by, 9)
    return base._replace(lower=lower, upper=upper, tolerance=(-by, by), comparator="±", as_written=written)


def _accepted(quantity: Quantity, written: str, prefix: str, name: str, unit: str, is_value: bool) -> Parameter | None:
    known = quantity.unit
    if known is None and unit and not prefix:
        known = parse_unit(unit, context=name)
        if known is None and is_value:
            return _made(quantity, written, name, unit, "")
    key = unicodedata.normalize("NFKC", known.as_written).replace(" ", "") if known else ""
    bounded = bool(quantity.comparator)
    if key in COUNTS or key in CALENDAR:
        if not is_value and not (bounded and key not in CALENDAR and key == "回"):
            return None
    elif (
        (known is None and not prefix and not (bounded and quantity.comparator != "range") and not is_value)
        or (known is None and prefix in ("C", "R", "t") and not ("." in written or is_value))
        or (known is None and is_value and not prefix and not bounded and not _ALONE.fullmatch(written))
    ):
        return None
    ucum = known.ucum if known else _PREFIXES.get(prefix, "")
    shown = ("s" if _LONG.search(written) else known.as_written) if known else prefix if prefix.startswith("H") else ""
    return _made(quantity, written, name or _PREFIX_NAMES.get(prefix, ""), shown, ucum)


_LONG = re.compile(r"\d時間\d|\d分\d")
_ALONE = re.compile(rf"[-+]?{NUMBER}")


def _made(quantity: Quantity, written: str, name: str, unit: str, ucum: str) -> Parameter:
    tolerance = ""
    if quantity.tolerance is not None:
        tolerance = _tolerance_written(written)
    return Parameter(
        as_written=written,
        name=name,
        value=quantity.value,
        tolerance=tolerance,
        lower=quantity.lower,
        upper=quantity.upper,
        unit=unit,
        ucum=ucum,
    )


_TOLERANCE = re.compile(
    rf"(?:±|\+/-|\+-)\s?{NUMBER}(?:\s?%)?|[-+]\s?{NUMBER}\s?[/,~ ]?\s?(?:[-+]\s?{NUMBER}|0(?![\d.]))"
)


def _tolerance_written(written: str) -> str:
    found = _TOLERANCE.search(written, 1) or _TOLERANCE.search(written)
    return found.group().strip() if found else ""


def _fitted(match: re.Match[str], written: str, name: str, unit: str, *, is_value: bool = False) -> Parameter | None:
    """φ10 H7, 25 h6: a nominal size with a fit of ISO 286; without φ only where the words say what is sized."""
    if match["before"] != "φ" and not (unit == "mm" or is_value or _SIZED.search(name)):
        return None
    nominal = float(match["number"].replace(",", ""))
    return Parameter(as_written=written, name=name, value=nominal, tolerance=match["fit"], unit=unit, ucum="mm")


_SIZED = re.compile(r"径|穴|軸|幅|寸法|はめあい|嵌合")


_CODE_NAME = re.compile(r"[A-Za-z0-9]*\d[A-Za-z0-9]*")


def _name_before(text: str) -> str:
    """The words right before a value that say what it is of: 締付けトルク, 内径."""
    tail = text[-28:]
    found = NAME.search(tail)
    if found is None:
        return ""
    name = found["name"].strip()
    if name in NO_NAME or (len(name) < 2 and not _SIZED.search(name)) or _CODE_NAME.fullmatch(name):
        return ""
    return name
