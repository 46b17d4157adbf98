"""Tests of the plain text reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.nodes import Heading, Paragraph, Role
from genba.ports.reader import Limits
from genba.readers.text import read
from tests.readers.blobs import blob_of, codes_of, of_kind, parts_of

MANUAL = """作業手順書
==========
第1章 目的
この手順は旋盤の
始業点検に用いる。

■ 準備
1. 保護めがねを着用する。
2. 電源を入れる。
【注意】
回転部に触れない。

品番      数量      単価
A-1       10        20
A-2       11        21
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16"])
def test_headings_lists_and_paragraphs_are_told_apart_in_every_encoding(encoding: str) -> None:
    parts = parts_of(MANUAL.encode(encoding), "手順.txt")
    headings = [(part.level, part.number, part.text) for part in of_kind(parts, Heading)]
    assert headings == [(1, "", "作業手順書"), (1, "第1章", "目的"), (2, "", "準備"), (2, "", "注意")]
    items = [(part.number, part.text) for part in of_kind(parts, Paragraph) if part.role is Role.LIST_ITEM]
    assert items == [("1.", "保護めがねを着用する。"), ("2.", "電源を入れる。")]


def test_tables_drawn_with_spaces_stay_as_text() -> None:
    (drawn,) = [part for part in of_kind(parts_of(MANUAL.encode(), "a.txt"), Paragraph) if part.role is Role.CODE]
    assert drawn.text.split("\n")[1] == "A-1       10        20"
    assert (drawn.place.line, drawn.place.line_end) == (13, 15)


def test_a_text_beyond_the_limit_is_read_up_to_it() -> None:
    parts = parts_of("あいうえお。\n".encode() * 100, "a.txt", text_chars=70)
    assert codes_of(parts) == ["file.text_too_long"]
    assert sum(part.text.count("あ") for part in of_kind(parts, Paragraph)) == 10


@given(
    st.lists(
        st.sampled_from(["", "本文です。", "■ 見出し", "1. 手順", "2.1 節", "・項目", "a  |  b", "====", "  字下げ"]),
        max_size=30,
    )
)
def test_no_line_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines) or "x"
    parts = list(read(blob_of(text.encode(), "a.txt"), Limits()))
    seen = "\n".join(f"{part.number} {part.text}" for part in parts if isinstance(part, Heading | Paragraph))
    for word in ("本文です。", "見出し", "手順", "節", "項目", "字下げ", "a  |  b"):
        assert seen.count(word) == text.count(word)
