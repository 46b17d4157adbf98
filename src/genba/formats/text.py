"""Make Japanese text plain without losing what was written: width, kana, spaces, dashes, each change recorded.

Kanji are never replaced in the text itself: 髙橋 and 高橋 may be two persons. They meet in `search_key` only.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from genba.formats.variants import VARIANT_TABLE


class Change(NamedTuple):
    """One change, at a position of the text as given; with `before` = `after`, something kept but worth a note."""

    start: int
    before: str
    after: str
    rule: str


_KANA = "\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe\uff66-\uff9f"
_KANJI = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ALNUM = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
_DIGIT = "0-9０-９"
_SPACE = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_CIRCLED = "\u2460-\u2473\u24b6-\u24ff\u2776-\u277f\u3251-\u325f\u32b1-\u32bf"
_SQUARED = "\u3220-\u3243\u3280-\u32b0\u32c0-\u32cb\u32ff\u3300-\u33ff\u2116\u2121\u2160-\u217f"
_DASH = "―‐‑‒–—−－─"
_EDGE = ":：()（）\\[\\]【】<>＜＞「」\n\r\t,，、/／・"

_MASTER = re.compile(
    "|".join(
        (
            f"(?P<looks>(?:^|(?<=[{_EDGE}]))[{_KANJI}{_KANA}](?:[ {_SPACE}]+[{_KANJI}{_KANA}])+(?=$|[{_EDGE}]))",
            f"(?P<zero_width>[{_ZERO_WIDTH}]+)",
            "(?P<newline>\r\n?|[\x0b\x0c\x85\u2028\u2029])",
            "(?P<control>[\x00-\x08\x0e-\x1f\x7f]+)",
            f"(?P<space>[{_SPACE}]+)",
            "(?P<half_width_kana>[\uff61-\uff9f]+)",
            "(?P<full_width>[！-，．-｝]+)",
            f"(?P<dash>[{_DASH}]|(?<![{_KATAKANA}\u3041-\u3096])ー|ー(?=[{_DIGIT}]))",
            "(?P<wave_dash>〜)",
            f"(?P<squared>[{_SQUARED}]+)",
            f"(?P<circled>[{_CIRCLED}])",
            "(?P<composed>[^\\s\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+)",
        )
    )
)
_SUSPECT = re.compile(
    f"[{_SPACE}{_ZERO_WIDTH}{_DASH}{_SQUARED}{_CIRCLED}\uff61-\uff9f！-，．-｝〜\u0300-\u036f\u3099\u309a"
    "\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]"
)
_SUSPECT_PLACE = re.compile(
    f"(?<=[{_KANJI}{_KANA}]) +(?=[{_KANJI}{_KANA}])|(?<![{_KATAKANA}\u3041-\u3096])ー|ー(?=[{_DIGIT}])"
)
"""These two find quickly what any rule could want; most texts have nothing."""
_LINE_BREAK = re.compile(
    f"(?<=[{_KANJI}{_KANA}])[ ]*\n[ ]*(?=[{_KANJI}{_KANA}])"  # joined on request
)
_CANNOT_BEGIN = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶーゝゞヽヾ々"
_LINE_BREAK_IN_WORD = re.compile(f"(?<=[{_KANJI}{_KANA}])\n(?=[{_CANNOT_BEGIN}])")

_HALF = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ"
_FULL = (
    "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ"
    "タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"
)
_HALF_TO_FULL = str.maketrans(_HALF, _FULL)
_VOICED = re.compile("([カ-トハ-ホウワヲ])゛")
_HALF_VOICED = re.compile("([ハ-ホ])゜")
_SQUARED_AS = dict(
    pair.split("=")
    for pair in [
        "㎡=m²",
        "㎥=m³",
        "㎠=cm²",
        "㎤=cm³",
        "㎟=mm²",
        "㎣=mm³",
        "㎢=km²",
        "㎦=km³",
        "㎛=μm",
        "㏄=cc",
        "№=No.",
    ]
)

_LISTS = [
    "日月火水木金土祝",
    "年月日時分秒",
    "大中小",
    "上中下",
    "左右前後",
    "良否",
    "有無",
    "可否",
    "合否",
    "正誤",
    "男女",
    "甲乙丙丁戊",
    "春夏秋冬",
    "東西南北",
    "一二三四五六七八九十",
    "内外",
    "縦横高",
    "優良可不",
    "新旧",
    "入出",
    "昼夜",
    "早遅",
    "朝昼夕夜",
]
"""Single characters that stand side by side as items of their own, not as a word spread out."""
_MAX_SPREAD = 8
_SHORT = 60


def normalise(text: str, *, join_lines: bool = False) -> tuple[str, tuple[Change, ...]]:
    """Fold widths, kana, spaces, dashes and squared words; the result is stable under another call.

    A line break inside a word is closed where the next line cannot begin a word (a small kana, ー, 々); with
    `join_lines`, as for the headers of narrow columns, wherever Japanese stands on both sides.
    """
    if not _needs_work(text, join_lines):
        return text, ()
    return _again(text, join_lines) if len(text) <= _SHORT else _normalise(text, join_lines)


def _normalise(text: str, join_lines: bool) -> tuple[str, tuple[Change, ...]]:
    changes: list[Change] = []
    spans: list[tuple[int, int]] = []  # for every pass, where its pieces came from
    current = text
    for number in range(6):
        made, found, spans_now = _one_pass(current, join_lines)
        changes += [
            change if not number else change._replace(start=_origin(spans, change.start))
            for change in found
            if not number or change.before != change.after
        ]
        if made == current:
            break
        spans = spans_now if not number else [(new, _origin(spans, old)) for new, old in spans_now]
        current = made
    return current, tuple(changes)


_again = lru_cache(maxsize=8192)(_normalise)  # cells say the same again and again


def search_key(text: str) -> str:
    """Fold strongly, for finding and matching only: width, case, kana, variant kanji, dashes, spaces, long vowels."""
    key = unicodedata.normalize("NFKC", normalise(text, join_lines=True)[0]).casefold()
    key = _HIRAGANA.sub(lambda found: chr(ord(found[0]) + 0x60), key.translate(VARIANT_TABLE))
    key = _KEY_DASH.sub("-", _KEY_DROPPED.sub("", key))
    return _KEY_LONG.sub("", key).translate(_KEY_TABLE)


_HIRAGANA = re.compile("[\u3041-\u3096]")
_KEY_DROPPED = re.compile("[\\s\u3000\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200f]+")
_KEY_DASH = re.compile("[‐‑‒–—―−─]")
_KEY_LONG = re.compile("(?<=[ァ-ヺー][ァ-ヺ])ー+(?![ァ-ヺー])")
_KEY_TABLE = str.maketrans({"〜": "~", "・": None, "ヅ": "ズ", "ヂ": "ジ", "ヶ": "ケ", "ヵ": "カ", "µ": "μ"})


def _needs_work(text: str, join_lines: bool) -> bool:
    if text.isascii() and text.isprintable():
        return False
    if _SUSPECT.search(text) is not None:
        return True
    if (" " in text or "ー" in text) and _SUSPECT_PLACE.search(text) is not None:
        return True
    return "\n" in text and (_LINE_BREAK if join_lines else _LINE_BREAK_IN_WORD).search(text) is not None


def _one_pass(text: str, join_lines: bool) -> tuple[str, list[Change], list[tuple[int, int]]]:
    """Apply every rule once; also say for each piece of the result where it came from."""
    out: list[str] = []
    changes: list[Change] = []
    spans: list[tuple[int, int]] = []
    done = length = 0
    for start, end, after, rule in _edits(text, join_lines):
        if start < done:
            continue
        if start > done:
            spans.append((length, done))
            out.append(text[done:start])
            length += start - done
        spans.append((length, start))
        out.append(after)
        length += len(after)
        changes.append(Change(start, text[start:end], after, rule))
        done = end
    spans.append((length, done))
    out.append(text[done:])
    return "".join(out), changes, spans


def _edits(text: str, join_lines: bool) -> list[tuple[int, int, str, str]]:
    edits = []
    for found in _MASTER.finditer(text):
        rule = found.lastgroup or ""
        before = found[0]
        after, rule = _apply(rule, before, text, found.start())
        if after != before or rule == "circled":
            edits.append((found.start(), found.end(), after, rule))
    breaks = _LINE_BREAK if join_lines else _LINE_BREAK_IN_WORD
    edits += [(found.start(), found.end(), "", "line_break") for found in breaks.finditer(text)]
    return sorted(edits)


def _origin(spans: list[tuple[int, int]], position: int) -> int:
    """Where a position of a later pass lies in the text as given."""
    new, old = spans[bisect_right(spans, (position, 1 << 60)) - 1]
    return old + position - new


def _apply(rule: str, before: str, text: str, start: int) -> tuple[str, str]:
    if rule == "looks":
        return _spread(before)
    if rule == "dash":
        return _dash(before, text[start - 1] if start else "", text[start + 1 : start + 2])
    if rule == "zero_width" and start and text[start - 1] > "\U0001f000":
        return before, rule  # joins pictures: an emoji, not text
    return _AFTER[rule](before), rule


def _spread(before: str) -> tuple[str, str]:
    """Close up 氏　名 and 品 　番, unless the characters are items of a list such as 日 月 火."""
    joined = re.sub(f"[ {_SPACE}]+", "", before)
    if len(joined) > _MAX_SPREAD or any(all(char in items for char in joined) for items in _LISTS):
        return re.sub(f"[{_SPACE}]", " ", before), "space"
    return joined, "spaced_for_looks"


def _dash(dash: str, left: str, right: str) -> tuple[str, str]:
    """A dash by its neighbours: minus or range between digits, the long vowel after katakana, else what it is."""
    if dash == "ー":
        number = _is(_DIGIT, right) and (not left or _is(_ALNUM, left) or left in " (（,:：=＝±")
        return ("-", "minus") if number else (dash, "dash")
    if _is(_DIGIT, right) or (_is(_ALNUM, left) and _is(_ALNUM, right)):
        return "-", "minus" if _is(_DIGIT, right) else "hyphen"
    if _is(_KATAKANA, left):
        if _is(_KATAKANA, right) or (dash in "‐‑−－" and not _is(_ALNUM + _KANJI, right)):
            return "ー", "long_vowel"
        return dash, "dash"
    return ("-", "hyphen") if dash in "‐‑−－" else (dash, "dash")


_CLASSES = {name: re.compile(f"[{name}]") for name in (_DIGIT, _ALNUM, _KATAKANA, _ALNUM + _KANJI)}


def _is(name: str, char: str) -> bool:
    return bool(char) and _CLASSES[name].match(char) is not None


def _kana(before: str) -> str:
    full = before.translate(_HALF_TO_FULL)
    return unicodedata.normalize("NFC", _VOICED.sub("\\1\u3099", _HALF_VOICED.sub("\\1\u309a", full)))


def _squared(before: str) -> str:
    return "".join(_SQUARED_AS.get(char) or unicodedata.normalize("NFKC", char).replace("⁄", "/") for char in before)


_AFTER: dict[str, Callable[[str], str]] = {
    "zero_width": lambda before: "",
    "newline": lambda before: "\n",
    "control": lambda before: "",
    "space": lambda before: " " * len(before),
    "half_width_kana": _kana,
    "full_width": lambda before: "".join(chr(ord(char) - 0xFEE0) for char in before),
    "wave_dash": lambda before: "～",
    "squared": _squared,
    "circled": lambda before: before,
    "composed": lambda before: unicodedata.normalize("NFC", before),
}
