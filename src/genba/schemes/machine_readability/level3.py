"""Level 3: header first, codes, symbols and units explained, time and region in standard notation, long form."""

import re
from collections.abc import Iterator

from genba.formats.calendar import parse_date, parse_datetime
from genba.formats.layout.series import is_series
from genba.schemes.machine_readability.definitions import defines_symbol
from genba.schemes.machine_readability.evidence import Column, Evidence, Holds, Part, Stored, Table
from genba.schemes.machine_readability.regions import PREFECTURES, SHORT_PREFECTURES
from genba.schemes.machine_readability.wording import Reading, is_choice_name, names_its_unit, reading_of, states_unit

# Two like columns side by side may be two things; three in a series are a repetition.
SERIES_COLUMNS = 3
# Answers such as 1, A, ○ need a table of codes; words explain themselves.
MAX_CODE_CHARS = 2
PLAIN_ANSWERS = frozenset(("OK", "NG"))
# So many of a column's values must be regions for it to be one of regions.
REGION_SHARE = 0.6

_ERA = re.compile(r"令和|平成|昭和|大正|明治|(?<![A-Za-z])[RHSTM]\.?\s?(?:元|\d{1,2})\s?(?:年|[./-])")
# The year is missing, or cut to two digits.
_CUT_DATE = re.compile(r"\d{1,2}\s*[/月]\s*\d{1,2}|['’]?\d\d[/.-]\d{1,2}[/.-]\d")
_WESTERN = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"\d")
_TIME_NAME = re.compile(
    r"年月日|日付|日時|年度|年月|時刻|(受注|納|出荷|検査|発生|測定|製造|作成|更新|登録|入社|購入|発行)日$"
)


def header_comes_first(evidence: Evidence) -> bool | None:
    """L3-01. The file or sheet begins with one row of names, and data follows in the next."""
    return all(table.opens and table.header_rows == 1 for table in evidence.tables)


def codes_are_explained(evidence: Evidence) -> bool | None:
    """L3-02. Where answers are codes (1, A, ○), a code table, a list of permitted values or a note explains them."""
    coded = [column for column in evidence.columns if _is_coded(column)]
    if not coded:
        return None
    return evidence.code_tables > 0 or all(column.codes for column in coded)


def _is_coded(column: Column) -> bool:
    if column.holds not in (Holds.TEXT, Holds.NUMBERS) or not (column.is_choice or is_choice_name(column.name)):
        return False
    texts = [value.text.strip() for value in column.distinct if reading_of(value.text) is not Reading.SYMBOL]
    kanji = any("\u3040" <= char <= "\u9fff" for text in texts for char in text)
    if set(texts) <= PLAIN_ANSWERS:
        return False
    return len(texts) > 1 and all(len(text) <= MAX_CODE_CHARS for text in texts) and not kanji


def symbols_are_defined(evidence: Evidence) -> bool | None:
    """L3-03. Where amounts have marks for missing or withheld values (-, X, 欠測), a note tells what each means."""
    found = False
    for part in evidence.parts:
        texts = [*part.around, *part.beside, *(note for table in part.tables for note in table.notes)]
        for column in _columns(part):
            if column.holds is not Holds.NUMBERS:
                continue
            for value in column.distinct:
                if value.stored is Stored.TEXT and reading_of(value.text) is Reading.SYMBOL:
                    found = True
                    if not _explains_itself(value.text) and not defines_symbol(value.text.strip(), texts):
                        return False
    return True if found else None


def _explains_itself(text: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" for char in text)  # 欠測, 測定不可 are words


def units_are_stated(evidence: Evidence) -> bool | None:
    """L3-04. Every column of amounts has its unit: in name, format or values, in a column beside it or a note."""
    amounts = False
    for part in evidence.parts:
        texts = [*part.around, *(note for table in part.tables for note in table.notes)]
        of_all = any(map(states_unit, texts))
        for table in part.tables:
            beside = any(column.name.rsplit("/", 1)[-1].strip() in ("単位", "unit", "Unit") for column in table.columns)
            for column in table.columns:
                if column.holds is Holds.NUMBERS:
                    amounts = True
                    if not (of_all or beside or _has_unit(column)):
                        return False
    return True if amounts else None


def _has_unit(column: Column) -> bool:
    if column.unit or names_its_unit(column.name):
        return True
    written = [value.text for value in column.distinct if reading_of(value.text) is Reading.DECORATED]
    return bool(written) and len(written) * 2 > len(column.distinct) and any(not text[-1].isdigit() for text in written)


def time_is_standard(evidence: Evidence) -> bool | None:
    """L3-05. Dates are western, or in an era with the western year beside it, complete, and all in one notation.

    A date that a workbook or Parquet stores as such is standard, however it is displayed, as numbers are in L2-01.
    """
    found = False
    for column in evidence.columns:
        dated = column.holds is Holds.MOMENTS or (
            column.holds is Holds.TEXT and _TIME_NAME.search(column.name) and _has_dates(column)
        )
        if _ERA.search(column.name) or _WESTERN.search(column.name):
            found = True
            if not _WESTERN.search(column.name):
                return False
        if dated:
            found = True
            if not _is_standard(column):
                return False
    return True if found else None


def _has_dates(column: Column) -> bool:
    return any(_ERA.search(value.text) or _CUT_DATE.match(value.text.strip()) for value in column.distinct)


def _is_standard(column: Column) -> bool:
    notations: set[str] = set()
    for value in column.distinct:
        if value.stored is not Stored.TEXT or reading_of(value.text) is Reading.SYMBOL:
            continue
        text = value.text.strip()
        if not _WESTERN.search(text):
            if _ERA.search(text) or parse_date(text) is not None or parse_datetime(text) is not None:
                return False
            if _CUT_DATE.match(text):
                return False
        notations.add(re.sub(r"\d+", "0", text))
    return len(notations) <= 1


def regions_are_standard(evidence: Evidence) -> bool | None:
    """L3-06. Prefectures are written in full (東京都) or by the standard code."""
    found = False
    for column in evidence.columns:
        texts = [value.text.strip() for value in column.distinct]
        known = sum(text in PREFECTURES or text in SHORT_PREFECTURES for text in texts)
        if column.holds is Holds.TEXT and len(texts) > 1 and known >= REGION_SHARE * len(texts):
            found = True
            if any(text in SHORT_PREFECTURES for text in texts):
                return False
    return True if found else None


def data_is_defined(evidence: Evidence) -> bool | None:
    """L3-08. The file says what its columns mean, where the data comes from or when it changed, and its encoding."""
    return evidence.has_definitions and evidence.has_history and evidence.has_encoding


def table_is_long(evidence: Evidence) -> bool | None:
    """L3-09. No years, months or repetitions (4月 5月 6月, 1回目 2回目 3回目) run along the columns."""
    return not any(_is_wide(table) for table in evidence.tables)


def _is_wide(table: Table) -> bool:
    run: list[Column] = []
    for column in (*table.columns, None):
        if column is not None and (not run or (_alike(run[-1], column))):
            run.append(column)
            continue
        leaves = [item.name.rpartition("/")[2] for item in run]
        if len(run) >= SERIES_COLUMNS and _has_series(leaves):
            return True
        run = [column] if column is not None else []
    return False


def _alike(first: Column, second: Column) -> bool:
    same_group = first.name.rpartition("/")[0] == second.name.rpartition("/")[0]
    return same_group and Holds.TEXT not in (first.holds, second.holds)


def _has_series(leaves: list[str]) -> bool:
    """A series, perhaps with other columns before or behind it (計)."""
    windows = (leaves[start : start + SERIES_COLUMNS] for start in range(len(leaves) - SERIES_COLUMNS + 1))
    return any(all(map(_FIGURE.search, window)) and is_series(window) for window in windows)


def _columns(part: Part) -> Iterator[Column]:
    for table in part.tables:
        yield from table.columns
