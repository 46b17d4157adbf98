"""Lists inside a text: lines with bullets, names between commas, parts with number and quantity, times, branches."""

import re
import unicodedata

from genba.formats.units import parse_unit, split_quantity
from genba.model.instruction import Branch, Part
from genba.model.place import NOWHERE, Place
from genba.steps.instructions.numbering import REFERENCE

NAME_CHARS = 60
_BULLET = re.compile(r"^\s*(?:[・･\-‐–—●○◎■□◆◇▪▶►※*＊✓✔☑►]|[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}[).．](?!\d))\s*")
_NOTHING = frozenset(
    ("", "-", "―", "－", "ー", "—", "–", "なし", "無し", "無", "特になし", "〃", "同上", "/", "／", "N/A", "n/a")
)
OUTSIDE = re.compile(r"[、,，;；\n\t](?![^()（）]*[)）])|\s{2,}")


def lines_of(text: str) -> tuple[str, ...]:
    """The points of a cell: a line each where lines begin with bullets or end a sentence, else the whole."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if any(_BULLET.match(line) for line in lines):
        points: list[str] = []
        for line in lines:
            bare = _BULLET.sub("", line)
            if bare == line and points:
                points[-1] += line
            elif bare:
                points.append(bare)
        return tuple(points)
    return tuple(line for line in lines if line not in _NOTHING)


_MACHINE = re.compile(r"(?:設備|機械|装置|マシン|号機)(?:名|番号|no\.?)?", re.IGNORECASE)
_MACHINE_NUMBER = re.compile(r"\s*[(（]?(?:No\.?\s?\d+|[A-Z]{1,4}[-‐]?\d{1,4}[A-Z]?|\d{1,3}号機)[)）]?$")


def tools_of(text: str, label: str = "") -> tuple[str, ...]:
    """The names of a list of tools; the number that tells one machine from its like (MC-05, 3号機) is no tool."""
    names = names_of(text)
    if not _MACHINE.search(label):
        return names
    return tuple(name for name in (_MACHINE_NUMBER.sub("", each) for each in names) if name)


def names_of(text: str) -> tuple[str, ...]:
    """The names of a list: トルクレンチ、六角ソケット 10mm."""
    names: list[str] = []
    text = _picked(text)
    if text.count("/") + text.count("／") and not re.search(r"\d\s?[/／]", text):
        text = re.sub(r"\s?[/／]\s?", "、", text)
    for piece in OUTSIDE.split(re.sub(r"[☑☒✓✔■]", "、", text) if re.search(r"[☑☒✓✔]", text) else text):
        for part in re.split(r"・(?=[^)）]*(?:[(（]|$))", piece) if _lists_by_dots(piece) else (piece,):
            name = re.sub(
                r"(?:を|の)?(?:着用|使用|装着)(?:する(?:こと)?|のこと|すること)?。?$",
                "",
                _BULLET.sub("", part).strip(" 　。.:："),
            )
            if name not in _NOTHING and len(name) <= NAME_CHARS and name not in names:
                names.append(name)
    return tuple(names)


_TICKED, _BLANK = "■☑☒✓✔◼", "□☐◻"
_CHOICE = re.compile(rf"(?P<mark>[{_TICKED}{_BLANK}])\s*(?P<name>[^{_TICKED}{_BLANK}]+)")


def _picked(text: str) -> str:
    """Of a list with boxes to tick, what is ticked: □保護めがね ■安全靴; a list without empty boxes stays."""
    if not any(mark in text for mark in _BLANK) or not any(mark in text for mark in _TICKED):
        return text
    return "、".join(found["name"].strip() for found in _CHOICE.finditer(text) if found["mark"] in _TICKED)


def _lists_by_dots(text: str) -> bool:
    parts = text.split("・")
    return len(parts) > 1 and all(len(part.strip()) > 1 for part in parts)


_CODE = r"(?=[A-Za-z0-9/_.-]*\d)[A-Za-z0-9]+(?:[-/_.][A-Za-z0-9]+)+|[A-Z]{1,4}\d{3,}[A-Z0-9]*"
_COUNT = r"(?P<count>\d+(?:\.\d+)?)\s?(?P<unit>個|本|枚|台|組|セット|ケ|ヶ|コ|点|箱|巻|缶|袋|式|pcs|g|kg|mL|ml|L|m|mm)"
_COUNTED = re.compile(rf"\s*[(（×xX:：\s]*\s?{_COUNT}\s*[)）]?\s*$")
_TIMES = re.compile(r"\s*[×xX]\s?(?P<count>\d+)\s*$")
_NUMBERED = re.compile(
    rf"[(（\[【]\s*(?:品番|部番|図番|P/?N|No\.?|部品番号)?\s*[:：.]?\s*(?P<number>{_CODE})\s*[)）\]】]|(?:品番|"
    rf"部番|P/?N|部品番号)\s*[:：.]?\s*(?P<named>{_CODE})"
)
_CODE_FIRST = re.compile(rf"^(?P<number>{_CODE})(?:\s*[:：]\s*|\s+|$)")

# Long enough to be a part's number: P-10 and M6-20 are sizes.
_CODE_LAST = re.compile(rf"[\s　:：](?=[A-Za-z\d/_.-]{{6}})(?=(?:\D*\d){{3}})(?P<number>{_CODE})$")


def part_of(text: str, place: Place = NOWHERE) -> Part | None:
    """Read a part as people write it: ボルト M6×20（KG-1234）8本."""
    rest = _BULLET.sub("", text).strip(" 　。")
    if rest in _NOTHING or len(rest) > 2 * NAME_CHARS:
        return None
    quantity, unit, number = None, "", ""
    counted = _COUNTED.search(rest)
    if counted is not None:
        quantity, unit = float(counted["count"]), counted["unit"]
        rest = rest[: counted.start()].strip()
    elif (times := _TIMES.search(rest)) is not None and not re.search(r"M\d+(?:\.\d+)?$", rest[: times.start()]):
        quantity = float(times["count"])
        rest = rest[: times.start()].strip()
    named = _NUMBERED.search(rest)
    if named is not None:
        number = named["number"] or named["named"]
        rest = (rest[: named.start()] + rest[named.end() :]).strip(" 　、,")
    elif (first := _CODE_FIRST.match(rest) or _CODE_LAST.search(rest)) is not None:
        number, rest = first["number"], (rest[: first.start()] + rest[first.end() :]).strip()
    name = rest.strip(" 　:：()（）")
    if not name and not number:
        return None
    return Part(number=number, name=name, quantity=quantity, unit=unit, place=place)


def parts_of(text: str, place: Place = NOWHERE) -> tuple[Part, ...]:
    """Read a list of parts."""
    return tuple(part for piece in OUTSIDE.split(text) if (part := part_of(piece, place)) is not None)


_TIME_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "ms": 0.001, "d": 86400.0}
_TIME_SAID = re.compile(
    r"(?:標準|所要|作業|正味|目標|サイクル|タクト)(?:時間|タイム)\s*(?:は|が|"
    r"[:：=])?\s*約?\s*(?P<value>\d+(?:\.\d+)?\s*(?:時間|分間?|秒間?|min|sec|s|h)(?:\s*\d+\s*(?:分|秒)間?)?)"
)


def seconds_of(text: str, unit: str = "") -> float | None:
    """Read how long something takes: 30秒, 1分30秒, 1.5 in a column of minutes."""
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("約").strip()
    found = split_quantity(bare, context="時間") if bare else None
    if found is None:
        clock = re.fullmatch(r"(\d{1,3})['′’](\d{1,2})[\"″”]?", bare)
        return float(clock[1]) * 60 + float(clock[2]) if clock else None
    known = found.unit or (parse_unit(unit, context="時間") if unit else None)
    value = found.value if found.value is not None else found.upper
    if known is None or value is None or known.ucum not in _TIME_UNITS:
        return None
    return value * known.factor * _TIME_UNITS[known.ucum]


def time_said(text: str) -> float | None:
    """Find the time that a text says the work takes (標準時間 30秒)."""
    found = _TIME_SAID.search(unicodedata.normalize("NFKC", text)) if "時間" in text or "タイム" in text else None
    return seconds_of(re.sub(r"\s", "", found["value"])) if found is not None else None


_IF = re.compile(
    r"(?P<condition>[^。、\n→]{1,60}?)(?:(?:の)?(?:場合|とき|時)(?:に)?(?:は|には)?|(?<=[っれいめけえん])たら|(?<=[んい])だら)[、,]?"
    r"\s*(?P<then>[^。\n]{2,80})"
    r"|(?P<short>(?:OK|NG|ＯＫ|ＮＧ|Ok|Ng|合格|不合格|良|否|可|不可|異常(?:なし|あり)?|正常|はい|いいえ|YES|NO|"
    r"Yes|No)(?:品)?)\s*(?:なら(?:ば)?|であれば|→|⇒|->|[:：])\s*(?P<other>[^。、\n]{1,60})"
    r"|(?P<arrow>[^。、\n→⇒]{1,40}?)(?:→|⇒)\s*(?P<target>(?:手順|ステップ|STEP|工程|作業|No\.?)\s*[^。、\n]{1,20})"
)
_GOING = re.compile(r"(?:戻|進|移|飛|やり直|再度|行く|行う|実施|から|へ|に)")
_CONDITIONAL = re.compile(r"場合|とき|時|なら|たら|だら|であれば|→|⇒|->|[:：]")
_NG = re.compile(
    r"NG|ＮＧ|OK|不合格|合格|異常|不良|外れ|はずれ|ない|超え|満た|未満|以上|以下|ず$|残|ある|あれば|でき|不|良|否|ズレ|"
    r"ずれ|漏れ|違"
)


def branches_of(text: str) -> tuple[Branch, ...]:
    """Find where the work goes on under a condition: NG の場合は手順5へ戻る."""
    if not _CONDITIONAL.search(text):
        return ()
    found: list[Branch] = []
    for match in _IF.finditer(text):
        condition = (match["condition"] or match["short"] or match["arrow"] or "").strip(" 　・※*(（")
        then = (match["then"] or match["other"] or match["target"] or "").strip(" 　")
        if not condition or not then or (match["condition"] and not _NG.search(condition)):
            continue
        branch = Branch(condition=condition, target=target_of(then))
        if branch not in found:
            found.append(branch)
    return tuple(found)


def target_of(words: str) -> str:
    """The number of the step that words lead to, else the words."""
    for match in REFERENCE.finditer(words):
        after = words[match.end() : match.end() + 8]
        if match["word"] or match["after"] or re.match(r"\s*(?:へ|に|から)\s*(?:戻|進|移|飛|行|やり直)", after):
            return match["number"].strip("()（） ")
    return words.strip(" 　。)）")


def is_nothing(text: str) -> bool:
    """Tell a cell that says that there is nothing: ―, なし, 〃."""
    return text.strip() in _NOTHING
