"""Parameters in the words of a step: values with tolerance, limits and unit; what only looks like one is left."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from genba.formats.units import Quantity, parse_unit, split_quantity
from genba.formats.units_table import UNITS
from genba.model.instruction import Parameter
from genba.model.place import NOWHERE, Place

MAX_CHARS = 2_000
MAX_FOUND = 40

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ONE_TO_ONE = str.maketrans(
    "０１２３４５６７８９．，＋－−–‐～〜∼％（）／　＜＞Φø⌀∅µ"
    + "".join(chr(ord(letter) + 0xFEE0) for letter in _LETTERS),
    "0123456789.,+----~~~%()/ <>φφφφμ" + _LETTERS,
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_COUNTS = frozenset(
    word for word, known in UNITS.items() if known.kind in ("count", "money") and word not in ("回転", "rev")
)
_CALENDAR = frozenset(
    ("日", "月", "年", "週", "か月", "ヶ月", "カ月", "ケ月", "箇月", "ヵ月", "年間", "日間", "週間", "day", "days")
)
_AMBIGUOUS = ("°", "度", "K")


@lru_cache(maxsize=1)
def _unit() -> str:
    """Every spelling of a unit, the longest first."""
    dot = "[.・·⋅∙•*×]"
    words = sorted({*UNITS, *_AMBIGUOUS, "°C", "℃", "°F", "℉"}, key=len, reverse=True)
    spelt = "|".join(re.escape(word).replace(r"\.", dot) for word in words)
    per = "|".join(
        (
            "秒",
            "分",
            "時間",
            "時",
            "日",
            "週",
            "月",
            "年",
            "直",
            "シフト",
            "ロット",
            "個",
            "本",
            "枚",
            "台",
            "箱",
            "h",
            "min",
            "s",
            "回",
            "ショット",
        )
    )
    return rf"(?:(?:{spelt})(?![A-Za-zμΩ0-9])(?:[²³](?!\d))?(?:/(?:{per}))?|[㎀-㏟℃℉Ω²³]+)"


@lru_cache(maxsize=1)
def _expression() -> re.Pattern[str]:
    unit = _unit()
    signed = rf"[-+]?{_NUMBER}"
    return re.compile(
        rf"(?:(?P<before>φ|(?<![A-Za-z])(?:Ra|Rz|Rmax|HRC|HRB|HV|HB|HS|[CRt](?=\d))|最大|最小|約|≦|≧|≤|≥|<=|>=|<|>|±|▲)\s*"
        rf"|(?<![A-Za-z0-9_.]))(?P<number>(?:(?<![\d)])[-+])?{_NUMBER})(?![\d])"
        rf"(?P<rest>(?:時間\d+分(?:\d+秒)?|(?<=\d)分\d+秒)間?|\s?(?P<unit1>{unit})?"
        rf"(?:\s?\(?\s?(?:±|\+/-|\+-)\s?{_NUMBER}\s?(?:{unit})?\s?\)?\s?(?:{unit})?"
        rf"|\s?\(?\s?[-+]\s?{_NUMBER}(?:\s?(?:{unit}))?\s?[/,~ ]\s?(?:[-+]\s?{_NUMBER}|0(?![\d.]))\s?(?:{unit})?\s?\)?\s?(?:{unit})?"
        rf"|\s?\(?\s?[-+]\s?{_NUMBER}\s?[-+]\s?{_NUMBER}\s?\)?\s?(?:{unit})?"
        rf"|\s?(?:以上|超|を超え)\s?[、,~]?\s?{_NUMBER}\s?(?:{unit})?\s?(?:以下|未満|以内)"
        rf"|\s?(?:~|から|-)\s?{signed}\s?(?:{unit})?"
        rf"|\s?(?P<fit>[A-Z]{{1,2}}\d{{1,2}}(?:/[a-z]{{1,2}}\d{{1,2}})?|(?:[a-hjkmnprst]|js)\d{{1,2}})(?![A-Za-z0-9])"
        rf"|)"
        rf"\s?(?:以上|以下|未満|超過|超|を超える|を超え|以内|max\.?|MAX\.?|min\.?|MIN\.?)?)"
    )


# What stands before a number says that it counts or names something.
_NAMING = re.compile(
    r"(?:図表?|写真|表|手順|工程|ステップ|STEP|Step|No\.?|№|第|項|注|式|別紙|様式|付図|頁|ページ|p\.|Fig\.?|版|Rev\.?|ver\.?|号機|ライン|"
    r"[A-Za-z]{2,}-?|JIS ?[A-Z]?|ISO|[A-Z]-|品番|図番|型式|#|[A-Za-z]\d+[-×xX]|×|[xX]|\d[/:-])\s?$"
)
_AFTER_NAMING = re.compile(r"\s?(?:番|号|版|章|節|項|号機|工程|次|段目|回目|個目|つ目|本目|枚目|番目|時(?!間))")
_CODE = re.compile(
    r"(?<![A-Za-z0-9.])(?!(?:min|sec|s)-1)(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+(?![A-Za-z0-9.])"
    r"|(?<![A-Za-z0-9])(?:M|Tr|UNC|G|Rc?|PT|PF|NPT)\d+(?:\.\d+)?(?:\s?[×xX]\s?\d+(?:\.\d+)?){1,2}(?:\s?(?:mm|L|l))?"
    r"|(?:19|20)\d{2}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}日?|(?:令和|平成|昭和)\s?\d+年\d+月\d+日|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(?::\d{2})?"
    r"|[nN]\s?[=＝]\s?\d+|\d+\s?/\s?\d+\s?(?:個|本|枚|台|ロット|lot|箱|回)"
    r"|\d+(?:\.\d+)?\s?(?:mm)?\s?[×xX*]\s?\d+(?:\.\d+)?(?:\s?[×xX*]\s?\d+(?:\.\d+)?)?\s?(?:mm)?"
)
_TOOL_AFTER = re.compile(
    r"\s?の?(?:六角|ソケット|スパナ|レンチ|ドライバ|ドリル|ビット|ボックス|めがね|メガネ|リーマ|タップ|エンドミル|刷毛|角材)"
)
_TOOL_BEFORE = re.compile(r"(?:ソケット|スパナ|レンチ|ドライバー?|ドリル|ビット|リーマ|タップ|エンドミル)\s?(?:φ|\()?$")
_NAME = re.compile(
    r"(?P<name>(?:[一-鿿々ァ-ヴーA-Za-zα-ωΑ-Ω](?:[一-鿿々ァ-ヴーA-Za-zα-ωΑ-Ω0-9]|(?<=[一-鿿])[けりれさみきえぎめせげべい](?=[一-鿿ァ-ヴー])){0,19}|すき間|すきま)"
    r"[けりれみさえげきせ]?)\s?(?:が|は|を|の|で|に|も|[:：=＝、,]|\(|（|値は|値を|として|\s)*\s?$"
)
_NO_NAME = frozenset(
    (
        "場合",
        "以上",
        "以下",
        "各",
        "約",
        "計",
        "毎",
        "また",
        "間",
        "時",
        "値",
        "他",
        "全",
        "後",
        "前",
        "規定",
        "範囲",
        "上限",
        "下限",
        "全周",
        "最大",
        "最小",
    )
)
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
    folded = text.translate(_ONE_TO_ONE)
    masked = _CODE.sub(lambda found: "\0" * len(found.group()), folded)
    found: list[Parameter] = []
    for match in _expression().finditer(masked):
        if len(found) == MAX_FOUND:
            break
        parameter = _parameter(match, masked, name, unit, is_value)
        if parameter is not None:
            found.append(replace(_in_own_characters(parameter, text, match), place=place))
    return tuple(found)


def _in_own_characters(parameter: Parameter, text: str, match: re.Match[str]) -> Parameter:
    """Give the writing as it stands in the text; folding keeps every position."""
    at = match.string.find(parameter.as_written, match.start())
    if at < 0:
        return parameter
    written = text[at : at + len(parameter.as_written)]
    shown = parameter.unit
    if shown and shown not in written:
        spelt = [found.span() for found in re.finditer(_unit(), parameter.as_written)]
        own = [written[start:end] for start, end in spelt]
        shown = next((unit for unit in reversed(own) if _same(unit, parameter)), shown)
    return replace(parameter, as_written=written, unit=shown)


def _same(unit: str, parameter: Parameter) -> bool:
    known = parse_unit(unit, context=parameter.name)
    return known is not None and known.ucum == parameter.ucum


_DIGIT = re.compile(r"[\d０-９]")


def _parameter(match: re.Match[str], text: str, name: str, unit: str, is_value: bool) -> Parameter | None:
    start, end = match.span()
    before = text[max(0, match.start("number") - 12) : start if match["before"] else match.start("number")]
    if not match["before"] and _NAMING.search(before):
        return None
    if _is_named(match, text) or _TOOL_AFTER.match(text[end:]) or (_TOOL_BEFORE.search(before) and not match["before"]):
        return None
    said = _name_before(text[:start])
    if _TIMES.search(said):
        return None
    context = said or name
    written = text[start:end].strip()
    if written.endswith(")") and "(" not in written:
        written = written[:-1].rstrip()
    if written.endswith(("超え", "超", "を超え")) and text[end : end + 1] == "た":
        return None  # 45℃を超えたら: when something is done, not what is set
    if match["fit"]:
        return _fitted(match, written, context)
    prefix = match["before"] if match["before"] in _PREFIXES else ""
    ahead = _AHEAD.match(written) if prefix and prefix != "φ" else None
    lead = ahead.group() if ahead else ""
    quantity, bare = _longest(written.removeprefix(lead), context)
    return _accepted(quantity, lead + bare, prefix, said or name, unit, is_value) if quantity else None


_PREFIXES = {"Ra": "um", "Rz": "um", "Rmax": "um", "HRC": "{HRC}", "HRB": "{HRB}", "HV": "{HV}", "HB": "{HB}", "HS": "{HS}",
             "C": "mm", "R": "mm", "t": "mm", "φ": "mm"}  # fmt: skip
_AHEAD = re.compile(r"[A-Za-z]+\s*")
_PREFIX_NAMES = {"Ra": "Ra", "Rz": "Rz", "Rmax": "Rmax", "C": "C", "R": "R", "t": "t"}


def _is_named(match: re.Match[str], text: str) -> bool:
    """第3章, 2回目, 8時30分: what follows the bare number says that it is no measure."""
    after = text[match.end("number") :]
    return _AFTER_NAMING.match(after) is not None


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


_PERCENT = re.compile(rf"(?P<base>.*[^\d\s%±(])\s?\(?\s?(?:±|\+/-)\s?(?P<by>{_NUMBER})\s?%\s?\)?$")
_PLAIN_NUMBER = re.compile(rf"[-+]?{_NUMBER}")


def _attempts(written: str) -> Iterator[str]:
    yield written
    cut = re.split(r"\s?(?:~|から|±|\(|\+)", written, maxsplit=1)[0].strip()
    if cut and cut != written:
        yield cut
    if (number := _PLAIN_NUMBER.match(written)) is not None and number.group() not in (written, cut):
        yield number.group()


def _plain(written: str) -> str:
    """Take the brackets off a tolerance: 24.5(±1.5)N·m."""
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
    if key in _COUNTS or key in _CALENDAR:
        if not is_value and not (bounded and key not in _CALENDAR and key == "回"):
            return None
    elif known is None and not prefix and not (bounded and quantity.comparator != "range") and not is_value:
        return None
    elif known is None and prefix in ("C", "R", "t") and not ("." in written or is_value):
        return None
    elif known is None and is_value and not prefix and not bounded and not _ALONE.fullmatch(written):
        return None
    ucum = known.ucum if known else _PREFIXES.get(prefix, "")
    shown = ("s" if _LONG.search(written) else known.as_written) if known else prefix if prefix.startswith("H") else ""
    return _made(quantity, written, name or _PREFIX_NAMES.get(prefix, ""), shown, ucum)


_LONG = re.compile(r"\d時間\d|\d分\d")
_ALONE = re.compile(rf"[-+]?{_NUMBER}")


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
    rf"(?:±|\+/-|\+-)\s?{_NUMBER}(?:\s?%)?|[-+]\s?{_NUMBER}\s?[/,~ ]?\s?(?:[-+]\s?{_NUMBER}|0(?![\d.]))"
)


def _tolerance_written(written: str) -> str:
    found = _TOLERANCE.search(written, 1) or _TOLERANCE.search(written)
    return found.group().strip() if found else ""


def _fitted(match: re.Match[str], written: str, name: str) -> Parameter | None:
    """φ10 H7, 25 h6: a nominal size with a fit of ISO 286; without φ only where the words say what is sized."""
    if match["before"] != "φ" and not (match["unit1"] == "mm" or _SIZED.search(name)):
        return None
    nominal = float(match["number"].replace(",", ""))
    return Parameter(
        as_written=written, name=name, value=nominal, tolerance=match["fit"], unit=match["unit1"] or "", ucum="mm"
    )


_SIZED = re.compile(r"径|穴|軸|幅|寸法|はめあい|嵌合")


_CODE_NAME = re.compile(r"[A-Za-z0-9]*\d[A-Za-z0-9]*")


def _name_before(text: str) -> str:
    """The words right before a value that say what it is of: 締付けトルク, 内径."""
    tail = text[-28:]
    found = _NAME.search(tail)
    if found is None:
        return ""
    name = found["name"].strip()
    if name in _NO_NAME or (len(name) < 2 and not _SIZED.search(name)) or _CODE_NAME.fullmatch(name):
        return ""
    return name
