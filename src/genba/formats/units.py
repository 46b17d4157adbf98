"""Read units and quantities as Japanese factories write them; what can be read in two ways is refused, not guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from genba.formats.units_table import CONTEXTS, UNITS

MAX_CHARS = 80


class Unit(NamedTuple):
    """A unit as written and in UCUM; money has a currency (ISO 4217) instead, since UCUM has none."""

    as_written: str
    ucum: str
    kind: str
    factor: float = 1.0  # a written value times this is a value in `ucum` or in the currency: 千円 → 1000
    currency: str = ""


class Quantity(NamedTuple):
    """What a written quantity says: one value, or bounds, or both."""

    value: float | None
    lower: float | None
    upper: float | None
    tolerance: tuple[float, float] | None  # deviations downward and upward from the value
    unit: Unit | None
    comparator: str  # "", "±", "range", ">=", "<=", ">" or "<"
    as_written: str
    symbol: str = ""  # φ, where the value is a diameter


_MIDDLE_DOTS = str.maketrans("・·⋅∙･−–µ˚º", ".....--μ°°")
_COMPOUND_DOT = re.compile(r"(?<=[A-Za-z])\s*[.*×]\s*(?=[A-Za-z])")
_BROKEN = re.compile(r"\S\s+\d")  # 5 mm 3 is not 5 mm³
_SINGLE = re.compile(r"[A-Za-z]$")
_CALENDAR = frozenset("日月年分")
_PER = dict(pair.split("=") for pair in "秒=s 分=min 時間=h 時=h 日=d 月=mo 年=a h=h min=min s=s hr=h".split())


def parse_unit(text: str, *, context: str = "") -> Unit | None:
    """Read a unit standing alone; `context`, such as the name of the column, decides ° and 度."""
    return _parse_unit(text, context) if 0 < len(text) <= MAX_CHARS else None


@lru_cache(maxsize=4096)
def _parse_unit(text: str, context: str) -> Unit | None:
    written = text.strip()
    key = _key(written)
    if key in ("°", "度", "K", "G", "H"):
        return _ambiguous(written, key, context)
    if _BROKEN.search(written):
        return None
    known = UNITS.get(key)
    if known is None and key[:1] in "[(" and key[-1:] in ")]" and len(key) > 2:
        known = UNITS.get(key[1:-1])
    if known is not None:
        return Unit(written, *known)
    return _per(written, key)


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_MIDDLE_DOTS)).translate(_MIDDLE_DOTS)
    return _COMPOUND_DOT.sub(".", folded).replace(" ", "").replace("⁄", "/")


def _ambiguous(written: str, key: str, context: str) -> Unit | None:
    angle, temperature = _vouches("angle", context), _vouches("temperature", context)
    if key in ("°", "度") and angle != temperature:
        return Unit(written, "deg", "angle") if angle else Unit(written, "Cel", "temperature")
    if key == "K" and temperature:
        return Unit(written, "K", "temperature")
    return None


def _vouches(kind: str, context: str) -> bool:
    lowered = context.lower()
    return any(word in lowered for word in CONTEXTS.get(kind, "").split())


def _per(written: str, key: str) -> Unit | None:
    """個/時間, 円/kg: something counted or paid for each of something."""
    above, slash, below = key.partition("/")
    if not slash or not above or not below:
        return None
    first = UNITS.get(above)
    second = UNITS.get(below)
    if first is None:
        return None
    if first.kind == "money" and second is not None and second.kind != "money":
        return Unit(written, "", "price", first.factor, first.currency)
    if first.kind == "count" and below in _PER:
        return Unit(written, f"{first.ucum}/{_PER[below]}", "rate", first.factor)
    if first.kind == "count" and second is not None and second.kind in ("count", "mass", "length", "area", "volume"):
        return Unit(written, f"{first.ucum}/{second.ucum}", "rate", first.factor) if second.factor == 1 else None
    if first.kind in ("mass", "volume", "energy", "length") and below in _PER and first.factor == 1:
        return Unit(written, f"{first.ucum}/{_PER[below]}", "rate")
    return None


_BRACKETED = re.compile(
    r"(?P<name>.*\S)?\s*(?P<open>[\[(【〔<{])\s*(?P<unit>[^\[\](){}【】〔〕<>]+(?:\([A-Z]\))?)\s*[\])】〕>}]\s*$",
    re.DOTALL,
)
_SLASHED = re.compile(r"(?P<name>[^/]+?)\s*/\s*(?P<unit>[^/\s].*)$")
_SPACED = re.compile(r"(?P<name>.*\S)\s+(?P<unit>\S+)$", re.DOTALL)
_CLASSES = re.compile(
    r"ランク|区分|分類|種別|型|等級|クラス|記号|判定|棟|班|組|系|ライン|タイプ|グレード|備考|No|番", re.IGNORECASE
)


def split_header(text: str) -> tuple[str, Unit | None]:
    """Part a header such as 長さ[mm], 重量（kg）, 温度 ℃ or 単価/円 into its name and its unit."""
    whole = text.strip()
    if not whole or len(whole) > 200:
        return whole, None
    folded = unicodedata.normalize("NFKC", whole)
    for pattern, loose in ((_BRACKETED, False), (_SLASHED, True), (_SPACED, True)):
        match = pattern.match(folded)
        if match is None or not match["name"]:
            continue
        name = match["name"].strip().rstrip(":：")
        unit = parse_unit(match["unit"].strip(), context=name)
        if unit is not None and _fits(unit, name, loose=loose, square=not loose and match["open"] == "["):
            return name, unit._replace(as_written=_as_written(whole, match["unit"]))
    return whole, None


def _as_written(whole: str, unit: str) -> str:
    """The unit in the characters it was written with: ㎜ stays ㎜."""
    wanted = unit.strip()
    folded, origins = "", []
    for position, char in enumerate(whole):
        plain = unicodedata.normalize("NFKC", char)
        folded += plain
        origins += [position] * len(plain)
    start = folded.rfind(wanted)
    return whole[origins[start] : origins[start + len(wanted) - 1] + 1] if start >= 0 and wanted else wanted


def _fits(unit: Unit, name: str, *, loose: bool, square: bool) -> bool:
    """Whether a unit may stand there: 分類(A) is a class and 日/月 two dates, neither has a unit."""
    key = _key(unit.as_written)
    if unit.kind in ("count", "rate") and _CLASSES.search(name):
        return False
    if key in _CALENDAR:
        return not loose and _vouches("time", name)
    if _SINGLE.match(key) and not _vouches(unit.kind, name):
        return square and _CLASSES.search(name) is None
    if loose:
        return unit.kind not in ("count", "rate") and parse_unit(name) is None
    return True


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SIGNED = rf"[-+]?{_NUMBER}"
_UNIT = r"[^\d\s+\-±~<>≦≧≤≥,;。、].*?"
_SYMBOL = r"(?P<symbol>[φΦøØ⌀∅])?\s*"
_MONEY = r"(?P<money>[¥$€])?\s*"
_AFTER = {
    **dict.fromkeys(("以下", "以内", "max", "MAX", "max.", "MAX."), "<="),
    **dict.fromkeys(("以上", "min.", "MIN."), ">="),
    **dict.fromkeys(("超", "超過", "を超える", "より大"), ">"),
    **dict.fromkeys(("未満", "より小"), "<"),
}
_BEFORE = {
    **dict.fromkeys(("≦", "<=", "max", "MAX", "max.", "最大"), "<="),
    **dict.fromkeys(("≧", ">=", "最小"), ">="),
    ">": ">",
    "<": "<",
}
_WORDS_AFTER = "|".join(sorted(map(re.escape, _AFTER), key=len, reverse=True))
_WORDS_BEFORE = "|".join(sorted(map(re.escape, _BEFORE), key=len, reverse=True))

_PLAIN = re.compile(
    rf"(?P<before>{_WORDS_BEFORE})?\s*{_SYMBOL}(?P<minus>-\s?)?{_MONEY}(?P<value>{_SIGNED})\s*"
    rf"(?P<unit>{_UNIT})??\s*(?P<after>{_WORDS_AFTER})?$"
)
_SYMMETRIC = re.compile(
    rf"{_SYMBOL}(?P<value>{_SIGNED})?\s*(?P<unit1>{_UNIT})??\s*(?:±|\+/-|\+-)\s*(?P<by>{_NUMBER})\s*(?P<unit>{_UNIT})?$"
)
_UNEVEN = re.compile(
    rf"{_SYMBOL}(?P<value>{_SIGNED})\s*(?P<unit1>{_UNIT})??\s*\(?\s*(?P<up>[+-]\s?{_NUMBER}|0)"
    rf"(?P<between>\s*[/,~]\s*|\s+|(?=[+-]))(?P<down>[+-]\s?{_NUMBER}|0)\s*\)?\s*(?P<unit>{_UNIT})?$"
)
_RANGE = re.compile(
    rf"{_SYMBOL}(?P<low>{_SIGNED})\s*(?P<unit1>{_UNIT})??\s*(?P<dash>~|-|から)\s*(?P<high>{_SIGNED})\s*(?P<unit>{_UNIT})?$"
)
_BETWEEN = re.compile(
    rf"(?P<low>{_SIGNED})\s*(?P<unit1>{_UNIT})??\s*(?P<a>以上|超|を超え)\s*[、,~]?\s*"
    rf"(?P<high>{_SIGNED})\s*(?P<unit>{_UNIT})??\s*(?P<b>以下|未満|以内)$"
)
_DURATION = re.compile(r"(?:(?P<h>\d+)(?:時間|h))?(?:(?P<m>\d+)(?:分|min))?(?:(?P<s>\d+(?:\.\d+)?)(?:秒|s|sec))?$")
_WORDS = re.compile(r"[\d０-９.．\s]+")
_RAISED = re.compile(r"\d[⁰¹²³⁴⁵⁶⁷⁸⁹]|[①-⓿❶-➓½¼¾⅓-⅞]|\d[₀-₉]")
_TILDES = str.maketrans({"～": "~", "〜": "~", "∼": "~", "−": "-", "–": "-", "△": "▲", "￥": "¥", "≤": "≦", "≥": "≧"})
_BEGINS = re.compile(r"[\d+\-−–±φΦøØ⌀∅¥￥$＄€▲△≦≧≤≥<>＜＞＋－約最mM(（]")
_QUICK = re.compile(r"((?:[1-9]\d*|0)(?:\.\d+)?) ?([^\d\s+\-±~～〜−▲△]\S{0,11})?$")
_CODE = re.compile(r"[-+]?0\d")


def split_quantity(text: str, *, context: str = "") -> Quantity | None:
    """Read a value with its unit, tolerance, range or bound; None where it is anything else, or not certain."""
    written = text.strip()
    if not written or len(written) > MAX_CHARS or not _BEGINS.match(written):
        return None
    return _split(written, context)


@lru_cache(maxsize=8192)
def _split(written: str, context: str) -> Quantity | None:
    if match := _QUICK.match(written):
        unit = parse_unit(match[2], context=context) if match[2] else None
        if unit is not None or not match[2]:
            return Quantity(float(match[1]), None, None, None, unit, "", written)
    if _RAISED.search(written):
        return None
    folded = unicodedata.normalize("NFKC", written.translate(_TILDES)).translate(_TILDES).translate(_MIDDLE_DOTS)
    folded = " ".join(folded.removeprefix("約").split())
    if folded.startswith("▲"):
        folded = "-" + folded[1:].lstrip()
    elif "▲" in folded:
        return None
    for signs, pattern, build in _FORMS:
        if signs.search(folded) and (match := pattern.match(folded)):
            found = build(match, written, context)
            if found is not None:
                return _with_own_characters(found)
    return None


def _with_own_characters(found: Quantity) -> Quantity:
    if found.unit is None or found.as_written.isascii() or found.unit.as_written in found.as_written:
        return found
    return found._replace(unit=found.unit._replace(as_written=_as_written(found.as_written, found.unit.as_written)))


def _unit(match: re.Match[str], context: str) -> tuple[Unit | None, bool]:
    """The unit of a match, and whether what stands in its place can be one; written twice it must be the same."""
    groups = match.groupdict()
    texts = [text.strip() for text in (groups.get("unit1"), groups.get("unit")) if text and text.strip()]
    if not texts:
        return None, True
    units = [parse_unit(text, context=context) for text in texts]
    first = units[0]
    if first is None or any(unit is None or unit.ucum != first.ucum or unit.factor != first.factor for unit in units):
        return None, False
    return first, True


def _decimal(text: str) -> Decimal | None:
    plain = text.replace(",", "").replace(" ", "")
    return None if _CODE.match(plain) and len(plain) < 80 else Decimal(plain)


def _plain(match: re.Match[str], written: str, context: str) -> Quantity | None:
    unit, valid = _unit(match, context)
    number = _decimal(match["value"])
    if (
        not valid
        or number is None
        or (match["before"] and match["after"])
        or (match["minus"] and match["value"][0] in "+-")
    ):
        return None
    if match["money"]:
        if unit is not None:
            return None
        unit = parse_unit(match["money"])
    value = float(-number if match["minus"] else number)
    comparator = _BEFORE.get(match["before"] or "") or _AFTER.get(match["after"] or "") or ""
    lower = value if comparator in (">=", ">") else None
    upper = value if comparator in ("<=", "<") else None
    shown = None if comparator else value
    return Quantity(shown, lower, upper, None, unit, comparator, written, _symbol(match))


def _symmetric(match: re.Match[str], written: str, context: str) -> Quantity | None:
    unit, valid = _unit(match, context)
    by = _decimal(match["by"])
    if not valid or by is None or (match["unit1"] and not match["value"]):
        return None
    middle = _decimal(match["value"]) if match["value"] else Decimal(0)
    if middle is None:
        return None
    value = float(middle) if match["value"] else None
    tolerance = (-float(by), float(by))
    return Quantity(value, float(middle - by), float(middle + by), tolerance, unit, "±", written, _symbol(match))


def _uneven(match: re.Match[str], written: str, context: str) -> Quantity | None:
    unit, valid = _unit(match, context)
    middle = _decimal(match["value"])
    one, other = (Decimal(match[name].replace(" ", "").replace(",", "")) for name in ("up", "down"))
    signs = {match[name][0] for name in ("up", "down")}
    if not valid or middle is None or not signs & {"+", "-"} or one == other:
        return None
    if not match["between"] and signs != {"+", "-"}:
        return None  # 10-20-5 is a number of a part
    down, up = min(one, other), max(one, other)
    bounds = float(middle + down), float(middle + up)
    return Quantity(float(middle), *bounds, (float(down), float(up)), unit, "±", written, _symbol(match))


def _range(match: re.Match[str], written: str, context: str) -> Quantity | None:
    unit, valid = _unit(match, context)
    low, high = _decimal(match["low"]), _decimal(match["high"])
    if not valid or low is None or high is None or low >= high:
        return None
    if match["dash"] == "-" and (unit is None or match["low"][0] in "+-" or match["high"][0] in "+-"):
        return None  # 10-20 may be a number of a part
    return Quantity(None, float(low), float(high), None, unit, "range", written, _symbol(match))


def _between(match: re.Match[str], written: str, context: str) -> Quantity | None:
    unit, valid = _unit(match, context)
    low, high = _decimal(match["low"]), _decimal(match["high"])
    if not valid or low is None or high is None or low >= high:
        return None
    return Quantity(None, float(low), float(high), None, unit, "range", written)


def _duration(match: re.Match[str], written: str, context: str) -> Quantity | None:
    """1時間30分 as seconds; a single part is an ordinary quantity and not read here."""
    del context
    parts = [(match["h"], 3600), (match["m"], 60), (match["s"], 1)]
    given = [(Decimal(text), factor) for text, factor in parts if text]
    if len(given) < 2 or any(number >= 60 for number, _ in given[1:]):
        return None
    total = sum((number * factor for number, factor in given), Decimal(0))
    return Quantity(float(total), None, None, None, Unit(_WORDS.sub("", written), "s", "time"), "", written)


def _symbol(match: re.Match[str]) -> str:
    return "φ" if match["symbol"] else ""


_FORMS = (
    (re.compile(r"\d\s?[時分hm]"), _DURATION, _duration),
    (re.compile(r"±|\+/?-"), _SYMMETRIC, _symmetric),
    (re.compile(r".[+-]"), _UNEVEN, _uneven),
    (re.compile(r"以上.|超."), _BETWEEN, _between),
    (re.compile(r".[~-]|から"), _RANGE, _range),
    (re.compile(r"\d"), _PLAIN, _plain),
)
"""How a form is told apart quickly, how it is written, and what it says."""
