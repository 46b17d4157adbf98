"""What is written in a field: pieces joined, the unit behind it taken off."""

import re
from collections.abc import Sequence

from genba.formats.layout.wording import fold, is_number, is_unit, is_value
from genba.model.cells import Cell

_BRACKETED = re.compile(r"^[\[［]\s*(.*?)\s*[\]］]\s*(\S{0,10})$")
_GLUE = frozenset("年月日時分秒〒-－‐―~〜～():：/（）") | {"から", "まで", "年度", "円", "頃"}
_SIGNS = frozenset("[]［］")


def read_value(cells: Sequence[Cell]) -> tuple[str, str]:
    """The value and its unit; dates and digits set one per cell are put together."""
    texts = [cell.text.strip() for cell in cells if cell.text.strip()]
    if not texts:
        return "", ""
    if len(texts) == 1:
        return _split_brackets(texts[0], cells)
    if any(text in _SIGNS for text in texts):
        texts = [text for text in texts if text not in _SIGNS]
        if not texts:
            return "", ""
    unit = ""
    amount = len(texts) == 2 and is_number(texts[0])  # 「174 | 分」 is a time, 「3 | 月 | 1 | 日」 a date
    if is_unit(texts[-1]) and (amount or not (texts[-1] in _GLUE and _is_pieces(texts))):
        rest = texts[:-1]
        if not rest or (len(rest) == 1 and (is_value(rest[0]) or len(rest[0]) <= 20)):
            unit, texts = texts[-1].strip("[]［］()（）"), rest
    if len(texts) == 1:
        value, inner = _split_brackets(texts[0], ())
        return value, unit or inner
    if _is_pieces(texts) or (len(texts) > 1 and all(len(text) == 1 for text in texts)):
        return "".join(texts), unit
    return _in_lines(cells, texts), unit


def _split_brackets(text: str, cells: Sequence[Cell]) -> tuple[str, str]:
    if is_unit(text) and not fold(text).isdigit():
        return "", text.strip("[]［］()（）")
    hit = _BRACKETED.match(text)
    if hit and (not hit.group(2) or is_unit(hit.group(2))) and "[" not in hit.group(1):
        return hit.group(1), hit.group(2)
    return text, next((cell.unit for cell in cells if cell.unit), "")


def _is_pieces(texts: Sequence[str]) -> bool:
    """「2026 | 年 | 4 | 月 | 1 | 日」, telephone numbers in three cells."""
    glue = sum(1 for text in texts if text in _GLUE)
    return glue > 0 and all(text in _GLUE or len(text) <= 6 for text in texts) and glue * 3 >= len(texts) - 1


def _in_lines(cells: Sequence[Cell], texts: Sequence[str]) -> str:
    wanted = list(texts)
    lines: list[list[str]] = []
    row = -1
    for cell in cells:
        text = cell.text.strip()
        if not wanted or text != wanted[0]:
            continue
        wanted.pop(0)
        if cell.row == row and lines:
            lines[-1].append(text)
        else:
            lines.append([text])
            row = cell.row
    return "\n".join(" ".join(line) for line in lines)
