"""Which documents lie on the share: one builder per kind, and the copies people made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from examples.factory import (
    csv_logs,
    drawings,
    flowcharts,
    forms,
    instructions_excel,
    instructions_word,
    ledgers,
    mails,
    pdfs,
    quality_sheets,
    related,
    scans,
    slides,
    texts,
    troubles,
)
from examples.factory.company import Builder, Factory, File

BUILDERS: tuple[Builder, ...] = (
    instructions_word.build,
    instructions_excel.build,
    related.build,
    quality_sheets.build,
    ledgers.build,
    forms.build,
    flowcharts.build,
    slides.build,
    pdfs.build,
    drawings.build,
    mails.build,
    scans.build,
    texts.build,
    csv_logs.build,
    troubles.build,
    troubles.old_workbook,
)


def copies(factory: Factory, files: Sequence[File]) -> Iterator[File]:
    """Exact duplicates under the names that people give them."""
    by_path = {file.path: file for file in files}
    for source, path in (
        ("01_製造部/生産実績/生産実績_上期.csv", "99_共有/コピー 〜 生産実績_上期 (2).csv"),
        ("01_製造部/手順書/組立作業手順書_アクチュエーター_第3版.docx", "99_共有/コピー 〜 組立作業手順書.docx"),
        ("99_共有/todo.txt", "99_共有/旧/todo - コピー.txt"),
    ):
        original = by_path[source]
        yield replace(
            original, path=path, troubles=(*original.troubles, "duplicate"), truth={"duplicate_of": original.path}
        )
