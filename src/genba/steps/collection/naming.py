"""What a file's name says: the name apart from edition, date and copy marks, and whether it is a record or a rule."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from genba.formats.codes import REVISION, codes, folded, normal_revision

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_REVISION = re.compile(rf"(?<![A-Za-z0-9])[(\[]?(?:{REVISION})[)\]]?", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-_./年]?(?:0?[1-9]|1[0-2])[-_./月]?(?:0?[1-9]|[12]\d|3[01])日?|(?:19|20)\d{2}[-_./年](?:0?[1-9]|1[0-2])月?"
    r"|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|[RHrh]\d{1,2}[._年-]\d{1,2}(?:[._月-]\d{1,2}日?)?)(?!\d)"
)
_COPY = re.compile(
    r"^コピー\s*[~〜-]\s*|[\s_-]*(?:の)?コピー(?:\s*\(\d+\))?|^copy of\s*|[\s_-]+copy(?:\s*\(\d+\))?$|\s*\(\d{1,2}\)$|[\s_-]*(?:バックアップ|backup|bak)$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"[\s_(【\[-]*(?:最新版?|最終版?|最終|確定版?|完成版?|決定版|修正版?|訂正版?|更新版?|旧版?|新版|旧|新|draft|ドラフト|案|final|old|new|fix|済み?|承認済み?|正式版?|控え?)\d{0,2}[\s_)】\]]*$",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"手順|標準|基準|規程|規定|規則|要領|マニュアル|仕様書|工程表|指示書|様式|ひな形|雛形|テンプレート|フォーマット|図面|計画書|ガイド|manual|instruction|standard|procedure",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"記録|日報|月報|週報|年報|議事|成績|報告|実績|データ|ログ|伝票|見積|請求|注文|納品|受領|ミルシート|点検表|検査表|測定|履歴|日誌|依頼|申請|届|連絡|通知|チェックシート|チェックリスト|台帳"
    r"|ヒヤリ|アンケート|調査票|写真|log|data|report|record|minutes|invoice|quotation",
    re.IGNORECASE,
)
_RULE_END = re.compile(
    r"(?:手順書?|標準書?|基準書?|規程|規定|規則|要領書?|マニュアル|仕様書|様式|ひな形|テンプレート)(?:[\s_(（-].*)?$"
)
_OLD_FOLDER = re.compile(
    r"(?:^|/)[^/]*(?:旧|廃止|過去|バックアップ|old|backup|bak|archive|obsolete|アーカイブ)[^/]*/", re.IGNORECASE
)
RECORD_KINDS = frozenset({"csv", "tsv", "json", "jsonl", "eml", "msg"})


class FileName(NamedTuple):
    """A file's name in its parts."""

    stem: str
    key: str  # apart from edition, date, state and copy marks
    revision: str
    has_date: bool
    is_copy: bool
    is_old: bool  # by its folder or the word 旧


@lru_cache(maxsize=50_000)
def file_name(path: str) -> FileName:
    """Take a file's name apart."""
    name = path.rsplit("!/", 1)[-1].rsplit("/", 1)[-1]
    stem = _EXTENSION.sub("", folded(unicodedata.normalize("NFKC", name))).strip()
    plain = stem.replace("_", " ")
    is_copy = bool(_COPY.search(plain))
    plain = _COPY.sub("", plain)
    revision = _REVISION.search(plain)
    key = _REVISION.sub(" ", plain)
    has_date = bool(_DATE.search(key))
    key = _DATE.sub(" ", key)
    bare = _STATE.sub("", key.strip())
    return FileName(
        stem=stem,
        key=re.sub(r"[\s_.,\-()（）\[\]【】~]+", "", bare or key).lower(),
        revision=normal_revision(revision.group()) if revision else "",
        has_date=has_date,
        is_copy=is_copy,
        is_old=bool(_OLD_FOLDER.search(path)) or bool(re.search(r"旧版?$|[_( ]old$|^旧|廃止", plain, re.IGNORECASE)),
    )


def is_record(kind: str, stem: str, title: str) -> bool:
    """Tell whether a document was filled in once, so that a later one beside it does not replace it."""
    if kind in RECORD_KINDS:
        return True
    names = (stem, title)
    if any(_RULE_END.search(name) for name in names):
        return False
    return any(_RECORD.search(name) for name in names)


def is_rule(stem: str, title: str) -> bool:
    """Tell whether a document's name says that it tells people what to do, and so exists in editions."""
    return any(_RULE.search(name) for name in (stem, title))


def title_key(title: str) -> str:
    """Bring a title to the form in which titles are compared."""
    return re.sub(r"[\s「」『』_.,\-()（）\[\]【】・]+", "", unicodedata.normalize("NFKC", title)).lower()


def untitled(stem: str) -> str:
    """The title in a file's name behind its number, in the form in which titles are compared."""
    text = folded(stem.replace("_", " "))
    found = codes(text)
    return title_key(text[found[0].end :] if found and found[0].start <= 1 else text)
