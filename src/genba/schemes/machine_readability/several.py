"""Several files together: whether files of one family keep one format (L3-07), and the score of them all."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from genba.model.record import DocumentRecord
from genba.model.report import SetScore

FILES_WEIGHT, FORMAT_WEIGHT = 0.7, 0.3
# Files of a family differ markedly when a file shares less than half of its columns with the one before it.
SHARED_COLUMNS = 0.5

_VARYING = re.compile(
    r"(令和|平成|昭和)?(元|\d+)年度?|[上下]半?期|第?\d?四半期|\d+月分?|\d+日|\d+回目?|コピー|copy|最終|最新|rev|ver|v(?=\d)|"
    r"(?<![a-z])[rhs](?=\d)|\d+",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\s_()\[\]【】「」.,~〜～・\-]+")


def compare_files(records: Iterable[DocumentRecord]) -> SetScore | None:
    """Judge the families and sum the scores up; None where no file has a score.

    The columns compared are those of the refined tables both before and after: refinement joins header rows and changes
    values, but never makes the columns of two files alike.
    """
    scored = sorted((record for record in records if record.scores), key=lambda record: record.path)
    if not scored:
        return None
    families = [members for members in _families(scored).values() if len(members) > 1]
    changing = tuple(members[0].path for members in families if not _keeps_its_format(members))
    share = (len(families) - len(changing)) / len(families) * 100 if families else None
    return SetScore(
        files=len(scored),
        before=_total([_mean([score.before for score in record.scores]) for record in scored], share),
        after=_total([_mean([score.after for score in record.scores]) for record in scored], share),
        families=len(families),
        changing=changing,
    )


def _mean(levels: Sequence[int | None]) -> float:
    given = [level for level in levels if level is not None]
    return sum(given) / len(given) if given else 0.0


def _total(files: Sequence[float], share: float | None) -> float:
    mean = sum(files) / len(files)
    return round(mean if share is None else mean * FILES_WEIGHT + share * FORMAT_WEIGHT, 1)


def _families(records: Iterable[DocumentRecord]) -> dict[tuple[str, str, str], list[DocumentRecord]]:
    found: dict[tuple[str, str, str], list[DocumentRecord]] = defaultdict(list)
    for record in records:
        folder, _, name = record.path.rpartition("/")
        stem = unicodedata.normalize("NFKC", name.rpartition(".")[0] or name)
        family = _SIGNS.sub("", _VARYING.sub("", stem))
        if family:
            found[_VARYING.sub("", folder), family, record.kind].append(record)
    return found


def _keeps_its_format(members: Sequence[DocumentRecord]) -> bool:
    signatures = [_signature(record) for record in members]
    return all(
        len(first & second) >= SHARED_COLUMNS * len(first | second) for first, second in itertools.pairwise(signatures)
    )


def _signature(record: DocumentRecord) -> frozenset[str]:
    """The columns of all tables; numbers in names (years, dates) may differ."""
    return frozenset(
        _VARYING.sub("0", unicodedata.normalize("NFKC", column.name))
        for table in record.tables
        for column in table.columns
    )
