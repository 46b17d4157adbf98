"""Several files together: families by name, L3-07, and the score of them all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from genba.model.record import DocumentRecord, TableRecord, Usability
from genba.model.score import Score
from genba.model.table import Column
from genba.schemes.machine_readability import compare_files

COLUMNS = ("日付", "品番", "生産数", "不良数")


def record(path: str, columns: Sequence[str] = COLUMNS, *, before: int | None = 50, after: int = 80) -> DocumentRecord:
    table = TableRecord(id="t", name="表", path="", rows=1, columns=tuple(Column(name=name) for name in columns))
    scores = (
        () if before is None else (Score(level=1, before=before, after=after), Score(level=2, before=None, after=None))
    )
    return DocumentRecord(
        path=path, id=path, kind="csv", size_bytes=1, sha256="", modified="", usability=Usability.FULLY, scores=scores,
        tables=(table,),
    )  # fmt: skip


def test_files_without_scores_have_no_score_together() -> None:
    assert compare_files([]) is None
    assert compare_files([record("a.csv", before=None)]) is None


def test_without_families_the_mean_stands_alone() -> None:
    found = compare_files(
        [record("a/出荷.csv", before=40), record("a/在庫.csv", before=60), record("b/図.csv", before=None)]
    )
    assert found is not None
    assert (found.files, found.families, found.before, found.after) == (2, 0, 50.0, 80.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("実績_2024.csv", "実績_2025.csv"),
        ("生産実績_4月.csv", "生産実績_5月.csv"),
        ("R6年度_検査.csv", "R7年度_検査.csv"),
        ("日報_上期.csv", "日報_上期 (2).csv"),
        ("検査成績書_KG-4102-03_F0818.csv", "検査成績書_KG-2140-01_F0702.csv"),
    ],
)
def test_files_whose_names_differ_in_numbers_are_a_family_and_alike_formats_pass(first: str, second: str) -> None:
    found = compare_files([record(f"d/{first}"), record(f"d/{second}")])
    assert found is not None
    assert (found.families, found.changing) == (1, ())
    assert (found.before, found.after) == (50 * 0.7 + 30, 80 * 0.7 + 30)


def test_a_family_whose_columns_change_markedly_fails() -> None:
    found = compare_files([record("d/実績_2025.csv", ("年月", "名称", "数", "備考")), record("d/実績_2024.csv")])
    assert found is not None
    assert found.changing == ("d/実績_2024.csv",)
    assert (found.before, found.after) == (35.0, 56.0)


def test_one_more_column_and_other_years_in_names_are_no_marked_change() -> None:
    first = record("d/実績_2024.csv", ("品番", "2024年4月", "2024年5月"))
    second = record("d/実績_2025.csv", ("品番", "2025年4月", "2025年5月", "備考"))
    found = compare_files([first, second])
    assert found is not None and found.families == 1 and not found.changing


def test_the_order_of_files_does_not_matter() -> None:
    records = [record(f"d/実績_{year}.csv", before=year - 2000) for year in (2023, 2024, 2025)]
    assert compare_files(records) == compare_files(records[::-1])
