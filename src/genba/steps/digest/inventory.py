"""A form or a table summed up by what it is: its title, what it is about, its sections and columns."""

import re

from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Heading

_ABOUT = (
    ("document_number", "文書番号"), ("revision", "改訂"), ("product", "品名"), ("part_number", "品番"),
    ("process", "工程"), ("equipment", "設備"), ("lot", "ロット"), ("customer", "客先"),
)  # fmt: skip
_BULLETS = "■◆●◇□○▼▽◎★☆・ 　"
_UNNAMED = re.compile(r"(?:Sheet|シート) ?\d*", re.IGNORECASE)
_MADE_UP = re.compile(r"列\d+|_.*|.*_\d+")  # names that tidying gave


def inventory(document: Document, chars: int) -> str:
    """Name the title, what it is about, its sections, and its tables by their columns; nothing is counted."""
    values = {item.name: item.value for item in reversed(document.properties)}
    about = "、".join(f"{label} {values[name]}" for name, label in _ABOUT if values.get(name))
    headings = [node for node in document.nodes if isinstance(node, Heading) and Mark.HIDDEN not in node.marks]
    names = dict.fromkeys(heading.text.lstrip(_BULLETS) for heading in headings[:12])
    sections = "、".join(name for name in names if name != values.get("title") and not _UNNAMED.fullmatch(name))
    parts = [f"{values.get('title', '')}（{about}）" if about else values.get("title", ""), sections]
    for table in document.tables[:3]:
        columns = "、".join(column.name for column in table.columns if not _MADE_UP.fullmatch(column.name))
        parts.append(f"表: {columns}" if columns else "")
    text = ""
    if len([part for part in parts if part]) > 1 or about:
        for part in filter(None, dict.fromkeys(parts)):
            if text and len(text) + len(part) >= chars:
                break
            text += f"{part}。"
    return _cut(text, chars)


def _cut(text: str, chars: int) -> str:
    """Shorten between words: half a number would be another number."""
    if len(text) <= chars:
        return text
    return re.sub(r"[^、。（）\s]*$", "", text[:chars]).rstrip("、（ ")
