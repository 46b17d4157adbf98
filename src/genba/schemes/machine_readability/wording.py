"""What words and values say: numbers with something added, marks for missing values, names of codes and units."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from genba.formats.calendar import parse_date, parse_datetime, parse_time
from genba.formats.units import parse_unit, split_header, split_quantity

MAX_MOMENT_CHARS = 32
MAX_VALUE_CHARS = 60  # longer texts are prose

# Marks and words that stand where a number is missing or withheld.
SYMBOLS = frozenset(
    """- -- --- ― — – ー － ‐ ― / ／ * ** *** ＊ × x X χ … ... ・・・ .. ・ # N/A n/a NA NaN nan NULL null ND N.D. N.D
    欠測 欠損 欠 測定不可 測定不能 未測定 未計測 計測不能 秘匿 不詳 不明 該当なし データなし""".split()
)
DITTO = frozenset("同上 〃 々 ″ ” 〃〃 同 〻 ゝ 同左 (同上) （同上）".split())

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_CODE = re.compile(r"[+-]?0\d")
_FOOTNOTE = re.compile(r"[▲△+-]?\d[\d,]*(?:\.\d+)?\s*(?:[*＊]{1,3}|[※注][\d)）]{0,3}|[(（]注?\d*[)）]|[a-c]\))")
_HAS_FIGURE = re.compile(r"\d|元年|[一二三四五六七八九十]")
_NUMERIC_DATE = re.compile(r"\d+(?:[-/.]\d+)?|\d{8}")

_CODE_NAME = re.compile(
    r"(品番|部番|図番|型番|型式|製番|工番|機番|号機|コード|ｺｰﾄﾞ|code|ロット|lot|シリアル|serial|電話|tel|fax|郵便|〒|番号|番地|"
    r"(^|[^a-z])(id|no|num|number)\.?$|№|^[#＃]$|jan|バージョン|版|連番|項番|順位|順番|行番|順$|"
    r"(^|[/^])(年|月|日|年度|年月|曜日|西暦|year|month|day|week|週|時|期)$)",
    re.IGNORECASE,
)
_CHOICE_NAME = re.compile(
    r"(区分|コード|種別|分類|フラグ|判定|結果|ランク|等級|code|flag|status|type|class|状態|ステータス)$", re.I
)
_COUNT_NAME = re.compile(
    r"(件|人|個|台|枚|本|回|点|日|週|月|年|時間|分|秒|箱|袋|組|社|名|室|棟|床|行|列|ページ|ロット)数$|年齢|回目$"
)
_FREE_OF_UNIT = re.compile(
    r"(係数|指数|比|倍率|偏差|pH|Cpk?|Ppk?|シグマ|スコア|得点|評価|RPN|count|index|ratio)$", re.I
)
# severity, occurrence and detection of an FMEA are ranks from 1 to 10
_FMEA_RANK = re.compile(r"[SOD]")
_INVENTED_NAME = re.compile(
    r"(列|項目|カラム|column|col|field|unnamed|f|c|var|no ?name)[ _:：]*\d+(_\d+)?", re.IGNORECASE
)
_NOTE = re.compile(
    r"\s*[(（]?(※|注|＊|\*|出典|資料|出所|単位|備考|凡例|作成|更新|出力|集計|記号|対象|定義|source|note|unit)", re.I
)
_UNIT_NOTE = re.compile(r"単位\s*[:：=＝)）は]?\s*\S|[(（\[]単位|unit\s*[:=]", re.IGNORECASE)


class Reading(StrEnum):
    """What a written value is to a machine that knows numbers only in their plain form."""

    BLANK = "blank"
    NUMBER = "number"
    DECORATED = "decorated"  # a number with a unit, comma, note mark, full-width digits …
    MOMENT = "moment"
    SYMBOL = "symbol"
    WORD = "word"


@lru_cache(maxsize=65_536)
def reading_of(text: str) -> Reading:
    """Tell what a value is; specifications such as 10±0.1 and ≧5 are words, since they are no single number."""
    bare = text.strip()
    if not bare:
        return Reading.BLANK
    if bare in SYMBOLS:
        return Reading.SYMBOL
    if len(bare) > MAX_VALUE_CHARS:
        return Reading.WORD
    if _PLAIN.fullmatch(bare) and bare.isascii():
        return Reading.WORD if _CODE.match(bare) else Reading.NUMBER
    if is_moment(bare):
        return Reading.MOMENT
    quantity = split_quantity(bare)
    if quantity is not None and quantity.value is not None and not quantity.comparator and not quantity.symbol:
        return Reading.DECORATED
    return Reading.DECORATED if _FOOTNOTE.fullmatch(bare) else Reading.WORD


def is_moment(text: str) -> bool:
    """Say whether a text is a date or a time of day, in any notation."""
    if len(text) > MAX_MOMENT_CHARS or not _HAS_FIGURE.search(text):
        return False
    if _NUMERIC_DATE.fullmatch(text) and "/" not in text and text.count("-") != 2:
        return False
    return parse_date(text) is not None or parse_datetime(text) is not None or parse_time(text) is not None


def is_code_name(name: str) -> bool:
    """Say whether a column's figures name things (品番, 年, No.) and are no amounts."""
    return bool(_CODE_NAME.search(_leaf(name)))


def is_choice_name(name: str) -> bool:
    """Say whether a column's name promises one of several answers."""
    return bool(_CHOICE_NAME.search(_leaf(name)))


def is_meaningless(name: str) -> bool:
    """Say whether a name tells nothing of its column: none, a number or sign alone, or 列3."""
    bare = unicodedata.normalize("NFKC", name).strip()
    if not any(ch.isalpha() for ch in bare):
        # years stand for themselves; 0, 1, -, ? do not
        return not re.fullmatch(r"(19|20)\d\d([-/.]\d{1,2})?", bare) and bare not in ("№", "#", "%", "℃", "°")
    return bool(_INVENTED_NAME.fullmatch(bare))


def names_its_unit(name: str) -> bool:
    """Say whether a name alone makes clear what is counted: 件数, 重量(kg), 比率[%], or a figure without unit."""
    leaf = _leaf(name)
    if _COUNT_NAME.search(leaf) or _FREE_OF_UNIT.search(leaf) or _FMEA_RANK.fullmatch(leaf):
        return True
    suffix = leaf.rpartition("_")[2]  # temp_degC, as programs name columns
    if suffix != leaf and parse_unit(suffix, context=leaf) is not None:
        return True
    return any(split_header(part)[1] is not None for part in {leaf, name, *name.split("/")})


def states_unit(text: str) -> bool:
    """Say whether a note gives the unit of a whole table: 単位：mm."""
    return bool(_UNIT_NOTE.search(text))


def is_note(text: str) -> bool:
    """Say whether a text explains the table it stands with."""
    return bool(_NOTE.match(text))


def _leaf(name: str) -> str:
    return unicodedata.normalize("NFKC", name.rsplit("/", 1)[-1]).strip()
