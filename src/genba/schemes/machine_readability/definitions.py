"""Whether a file explains itself: tables of codes, meanings of columns, source and history."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from genba.schemes.machine_readability.matching import Made

_CODE_HEADER = re.compile(r"コード|code|記号|区分", re.IGNORECASE)
_MEANING_HEADER = re.compile(r"名称|内容|意味|説明|定義|meaning|description|label", re.IGNORECASE)
_CODE_TABLE = re.compile(r"コード(表|一覧|リスト)|凡例|code ?(list|table)", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:^|[\s、,。(（:：])([0-9A-Z○×△◎])\s*[:：=＝…]\s*\S+.*?([0-9A-Z○×△◎])\s*[:：=＝…]\s*\S")
_COLUMN_HEADER = re.compile(r"項目名?|列名?|カラム名?|フィールド名?|field|column|変数名?", re.IGNORECASE)
_DEFINITION_HEADER = re.compile(r"定義|説明|意味|meaning|description", re.IGNORECASE)
_DEFINED = re.compile(r"(項目|データ|用語|列)(の)?(定義|説明)|データ辞書|data dictionary|データ定義", re.IGNORECASE)
_HISTORY = re.compile(
    r"(更新|変更|改訂|改定)(履歴|日|日時)|最終更新|出典|出所|データソース|出力日|作成日|集計日|抽出日|source:|updated",
    re.I,
)


def has_code_table(made: Sequence[Made], texts: Iterable[str]) -> bool:
    """Say whether codes are explained: by a table of codes with their meanings, or by notes (1：合格 2：不合格)."""
    for item in made:
        names = [column.name for column in item.refined.columns]
        explains = any(_CODE_HEADER.search(name) for name in names[:2]) and any(map(_MEANING_HEADER.search, names))
        if explains and len(made) > 1:  # beside the data it explains
            return True
        if _CODE_TABLE.search(item.refined.name) or _CODE_TABLE.search(item.refined.place.sheet):
            return True
    return any(_CODE_TABLE.search(text) or _ANSWERS.search(text) for text in texts)


def defines_columns(made: Sequence[Made], texts: Iterable[str]) -> bool:
    """Say whether the meanings of columns are written down: a table of definitions, or a note that gives them."""
    for item in made:
        names = [column.name for column in item.refined.columns]
        explains = any(map(_COLUMN_HEADER.fullmatch, names)) and any(map(_DEFINITION_HEADER.search, names))
        if explains and len(made) > 1:
            return True
        described = [column for column in item.refined.columns if not column.name.startswith("_")]
        if described and all(column.description for column in described):
            return True
    return any(_DEFINED.search(text) for text in texts)


def tells_history(texts: Iterable[str]) -> bool:
    """Say whether a source or a date of creation or change is written beside the data."""
    return any(_HISTORY.search(text) for text in texts)


def defines_symbol(symbol: str, texts: Iterable[str]) -> bool:
    """Say whether a note tells what a mark in place of a number means: 「－」は未測定, X：秘匿."""
    bare = re.escape(unicodedata.normalize("NFKC", symbol))
    pattern = re.compile(
        rf"[「『\"'“]{bare}[」』\"'”]|(?:^|[\s※*注:：、。(（]){bare}\s*(?:[:：=＝…は]|とは)", re.IGNORECASE
    )
    return any(pattern.search(unicodedata.normalize("NFKC", text)) for text in texts)
