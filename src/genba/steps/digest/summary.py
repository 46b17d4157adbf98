"""A short summary of the document in its own words."""

import re
from dataclasses import replace

from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Choices, Grid, Heading, Pair, Paragraph, Role

SUMMARY_CHARS = 200

_SENTENCE_END = re.compile(r"(?<=[。．!?！？])|\n")
_STANDS_ALONE = re.compile("[^。．!?！？、,ぁ-ん]$")  # a line, where it is not broken within a sentence
_PURPOSE = re.compile(r"目的|適用範囲|概要|はじめに|要旨|背景")
_SLOTS = (
    ("document_number", "文書番号"), ("revision", "改訂"), ("product", "品名"), ("part_number", "品番"),
    ("process", "工程"), ("equipment", "設備"), ("lot", "ロット"), ("customer", "客先"),
)  # fmt: skip


def summary(document: Document, *, chars: int = SUMMARY_CHARS) -> Document:
    """Take the section on purpose or scope, else the first sentences of a text, else say what form or table it is."""
    paragraphs = _purpose(document)
    if not paragraphs and not _is_form(document):
        paragraphs = [node.text for node in document.nodes if isinstance(node, Paragraph) and _is_prose(node)]
    text = ""
    for sentence in (part.strip() for paragraph in paragraphs for part in _SENTENCE_END.split(paragraph)):
        if len(text) + len(sentence) > chars:
            break
        if sentence:
            text += f"{sentence} " if _STANDS_ALONE.search(sentence) else sentence
    return replace(document, summary=text.strip() or _inventory(document, chars))


def _purpose(document: Document) -> list[str]:
    taken: list[str] = []
    inside = False
    for node in document.nodes:
        if isinstance(node, Heading):
            if taken:
                break
            inside = bool(_PURPOSE.search(node.text))
        elif inside and isinstance(node, Paragraph) and _is_prose(node):
            taken.append(node.text)
    return taken


def _is_prose(node: Paragraph) -> bool:
    usual = node.role in (Role.BODY, Role.LIST_ITEM) and not node.marks & {Mark.HIDDEN, Mark.WITHDRAWN, Mark.FURNITURE}
    return usual and len(node.text) >= 10


def _is_form(document: Document) -> bool:
    """Fields and tables say more of it than the lines between them."""
    prose = sum(len(node.text) for node in document.nodes if isinstance(node, Paragraph) and _is_prose(node))
    cells = sum(len(node.cells) for node in document.nodes if isinstance(node, Grid))
    fields = sum(isinstance(node, Pair | Choices) for node in document.nodes)
    return prose < 20 * fields + 4 * cells + 100 * len([table for table in document.tables if not table.grid])


def _inventory(document: Document, chars: int) -> str:
    """Name the title, what it is about, its sections, and its tables by their columns."""
    values = {item.name: item.value for item in reversed(document.properties)}
    about = "、".join(f"{label} {values[name]}" for name, label in _SLOTS if values.get(name))
    names = [node.text for node in document.nodes if isinstance(node, Heading) and Mark.HIDDEN not in node.marks]
    sections = "、".join(dict.fromkeys(name for name in names[:12] if name != values.get("title")))
    parts = [f"{values.get('title', '')}（{about}）" if about else values.get("title", ""), sections]
    for table in document.tables[:3]:
        columns = "、".join(column.name for column in table.columns if not column.name.startswith("_"))
        parts.append(f"表: {columns}（{table.rows}行）")
    text = ""
    if len([part for part in parts if part]) > 1 or about:
        for part in filter(None, parts):
            if text and len(text) + len(part) >= chars:
                break
            text += f"{part}。"
    return text[:chars]
