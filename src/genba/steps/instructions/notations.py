"""How quantities are written in running text: one pattern over all units, and what only looks like a quantity."""

import re
from functools import lru_cache

from genba.formats.units_table import UNITS

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ONE_TO_ONE = str.maketrans(
    "０１２３４５６７８９．，＋－−–‐～〜∼％（）／　＜＞Φø⌀∅µ"
    + "".join(chr(ord(letter) + 0xFEE0) for letter in _LETTERS),
    "0123456789.,+----~~~%()/ <>φφφφμ" + _LETTERS,
)
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
COUNTS = frozenset(
    word for word, known in UNITS.items() if known.kind in ("count", "money") and word not in ("回転", "rev")
)
CALENDAR = frozenset(
    ("日", "月", "年", "週", "か月", "ヶ月", "カ月", "ケ月", "箇月", "ヵ月", "年間", "日間", "週間", "day", "days")
)
_AMBIGUOUS = ("°", "度", "K")


UNIT = "\ue000"  # stands for each character of a unit, so that one short pattern reads every notation
_PER = "秒 分 時間 時 日 週 月 年 直 シフト ロット 個 本 枚 台 箱 h min s 回 ショット".split()


@lru_cache(maxsize=1)
def units() -> re.Pattern[str]:
    """Every spelling of a unit behind a figure, a space or a bracket, the longest first."""
    words = sorted({*UNITS, *_AMBIGUOUS, "°C", "℃", "°F", "℉", "N m", "kgf cm", "min⁻¹", "s⁻¹"}, key=len, reverse=True)
    spelt = "|".join(re.escape(word).replace(r"\.", "[.・·⋅∙•*×]") for word in words)
    return re.compile(
        r"(?<=\d)(?:時間\d+分(?:\d+秒)?|分\d+秒)間?"
        rf"|(?:(?<=[\d±()\[\]【】{{}}])|(?<=[\d)\[(]\s))(?:(?:{spelt})(?![A-Za-zμΩ0-9])(?:[²³](?!\d))?(?:/(?:{'|'.join(_PER)}))?|[㎀-㏟℃℉Ω²³]+)"
    )


def shadow(text: str) -> str:
    """Put `UNIT` in the place of each unit; every position stays."""
    return units().sub(lambda found: UNIT * len(found.group()), text)


_SIGNED = rf"[-+]?{NUMBER}"
_U = f"{UNIT}+"
_TOL = r"(?:[、,/]?\s?\(?\s?(?:公差|許容差|許容)\s?[:：=]?\s?|\(?\s?)"
EXPRESSION = re.compile(
    r"(?:(?P<before>φ|(?<![A-Za-z])(?:Ra|Rz|Rmax|HRC|HRB|HV|HB|HS)\s?[:=]?\s?[≦≤]?|(?<![A-Za-z])[CRt](?=\d)"
    r"|(?<![A-Za-z])(?:MAX|Max|max|MIN|Min|min)\.?\s?[:=]?|最大|最小|上限(?:値)?[:：]?|下限(?:値)?[:：]?"
    rf"|約|≦|≧|≤|≥|<=|>=|<|>|±|▲|(?<![\d{UNIT}A-Za-z])~)\s*"
    rf"|(?<![A-Za-z0-9_.]))(?P<number>(?:(?<![\d)])[-+])?{NUMBER})(?![\d])"
    rf"(?P<rest>\s?(?P<unit>{_U})?"
    rf"(?:\s?{_TOL}(?:±|\+/-|\+-)\s?{NUMBER}\s?(?:{_U})?\s?\)?\s?(?:{_U})?"
    rf"|\s?{_TOL}(?:[-+]\s?{NUMBER}|0(?=\s?[/,~ ]))\s?(?:{_U})?\s?[/,~ \n]\s?(?:[-+]\s?{NUMBER}|0(?![\d.]))"
    rf"\s?(?:{_U})?\s?\)?\s?(?:{_U})?"
    rf"|\s?{_TOL}[-+]\s?{NUMBER}\s?[-+]\s?{NUMBER}\s?\)?\s?(?:{_U})?"
    rf"|\s?(?:以上|超|を超え)\s?[、,~]?\s?{NUMBER}\s?(?:{_U})?\s?(?:以下|未満|以内)"
    rf"|\s?\(\s?(?P<limits>{NUMBER}\s?(?:{_U})?\s?~\s?{NUMBER}\s?(?:{_U})?)\s?\)\s?(?:{_U})?"
    rf"|\s?(?:~|から|-|…)\s?{_SIGNED}\s?(?:{_U})?"
    r"|\s?\(?\s?(?:公差|はめあい)?\s?(?P<fit>[A-Z]{1,2}\d{1,2}(?:/[a-z]{1,2}\d{1,2})?"
    r"|(?:[a-hjkmnprst]|js)\d{1,2})(?![A-Za-z0-9.])\)?"
    r"|)"
    r"(?P<after>\s?(?:以上|以下|未満|超過|超|を超える|を超えない|を超え|を下回らない|を上回らない|以内"
    r"|max\.?|MAX\.?|min\.?|MIN\.?|[↑↓]|~(?=\s*(?:$|[^\s\d+-]))))?)"
)
# A unit in brackets behind its value, or before it behind the name: 24.5±1.5[N・m], トルク(N・m): 24.5.
UNIT_BEHIND = re.compile(rf"\s?[\[(［【]\s?(?P<unit>{_U})\s?[\])］】]")
UNIT_AHEAD = re.compile(rf"[\[(［【]\s?(?P<unit>{_U})\s?[\])］】]\s?(?:[:：=＝]|は)?\s?$")


# What stands before a number says that it counts or names something.
NAMING = re.compile(
    r"(?:図表?|写真|表|手順|工程|ステップ|STEP|Step|No\.?|№|第|項|注|式|別紙|様式|付図|頁|ページ|p\.|Fig\.?|版|"
    r"Rev\.?|ver\.?|号機|ライン|"
    r"[A-Za-z]{2,}-?|JIS ?[A-Z]?|ISO|[A-Z]-|品番|図番|型式|#|[A-Za-z]\d+[-×xX]|×|[xX]|\d[/:-])\s?$"
)
AFTER_NAMING = re.compile(r"\s?(?:番|号|版|章|割|番地|節|項|号機|工程|次|段目|回目|個目|つ目|本目|枚目|番目|時(?!間))")
CODE = re.compile(
    r"(?<![A-Za-z0-9.])(?!(?:min|sec|s)-1|\d+(?:\.\d+)?(?:min|s|sec|N|kgf)-(?:1|m|"
    r"cm)(?![A-Za-z0-9])|\d+(?:\.\d+)?-\d+(?:\.\d+)?(?:[kmM]?[NVAWg]|[kcmμu]?m|[kM]?Pa|k?Hz|m?s|sec|min|m?[Ll]|rpm)"
    r"(?![A-Za-z0-9]))(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+(?![A-Za-z0-9.])"
    r"|(?<![A-Za-z0-9])(?:M|Tr|UNC|G|Rc?|PT|PF|NPT)\d+(?:\.\d+)?(?:\s?[×xX]\s?\d+(?:\.\d+)?){1,2}(?:\s?(?:mm|L|l))?"
    r"|(?:19|20)\d{2}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}日?|(?:令和|平成|昭和)\s?\d+年\d+月\d+日|"
    r"\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(?::\d{2})?"
    r"|[nN]\s?[=＝]\s?\d+|\d+\s?/\s?\d+\s?(?:個|本|枚|台|ロット|lot|箱|回)"
    r"|\d+(?:\.\d+)?\s?(?:mm)?\s?[×xX*]\s?\d+(?:\.\d+)?(?:\s?[×xX*]\s?\d+(?:\.\d+)?)?\s?(?:mm)?"
)
TOOL_AFTER = re.compile(
    r"\s?の?(?:六角|ソケット|スパナ|レンチ|ドライバ|ドリル|ビット|ボックス|めがね|メガネ|リーマ|タップ|"
    r"エンドミル|刷毛|角材)"
)
TOOL_BEFORE = re.compile(r"(?:ソケット|スパナ|レンチ|ドライバー?|ドリル|ビット|リーマ|タップ|エンドミル)\s?(?:φ|\()?$")
NAME = re.compile(
    r"(?P<name>(?:[一-鿿々ァ-ヴーA-Za-zα-ωΑ-Ω](?:[一-鿿々ァ-ヴーA-Za-zα-ωΑ-Ω0-9]|"
    r"(?<=[一-鿿])[けりれさみきえぎめせげべい](?=[一-鿿ァ-ヴー])){0,19}|すき間|すきま)"
    r"[けりれみさえげきせ]?)\s?(?:が|は|を|の|で|に|も|[:：=＝、,]|\(|（|値は|値を|として|\s)*\s?$"
)
NO_NAME = frozenset(
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
