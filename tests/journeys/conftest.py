"""A small factory to walk through, and the command line as a user runs it."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from docx import Document

Run = Callable[..., "subprocess.CompletedProcess[str]"]
# What may differ between two runs over the same input: times and the run's own memory.
APART = ("run.json",)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "genba", *map(str, arguments)]


def environment(state: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "GENBA_STATE_DIR": str(state), "PYTHONUTF8": "1", "GENBA_LANG": "ja", **more}


@pytest.fixture
def genba(tmp_path: Path) -> Run:
    """Run the command line to its end."""

    def run(*arguments: object, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command(*arguments),
            env=environment(tmp_path / "state", **more),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run


def product_of(out: Path) -> dict[str, str]:
    """Hash every file of a product that must be the same for the same input."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".genba" not in path.parts and path.relative_to(out).as_posix() not in APART
    }


def make_small_factory(root: Path) -> Path:
    """Write a few files of the kinds that take different ways through the house."""
    (root / "製造部").mkdir(parents=True)
    for number in range(4):
        rows = "".join(f"2025-10-{day:02d},{number * 10 + day},{day / 7:.3f}\n" for day in range(1, 29))
        (root / "製造部" / f"生産実績_{number}.csv").write_text("日付,数量[個],温度[℃]\n" + rows, encoding="cp932")
    document = Document()
    document.add_heading("組立作業手順書", 1)
    for step in ("部品を治具に固定する。", "ボルトを24.5 N・mで締め付ける。", "外観を確認する。"):
        document.add_paragraph(step, style="List Number")
    document.save(str(root / "製造部" / "手順書.docx"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["品番", "品名", "単価"])
    for number in range(20):
        sheet.append([f"A-{number:04d}", "ﾎﾞﾙﾄ", 120 + number])
    book.save(root / "品番表.xlsx")
    (root / "議事録.md").write_text("# 品質会議\n\n- 不良率は0.3%だった。\n", encoding="utf-8")
    (root / "空.docx").write_bytes(b"")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "項目,値\n圧力,0.5\n")
        archive.writestr("b.txt", "点検は毎週月曜日に行う。\n")
    (root / "まとめ.zip").write_bytes(inner.getvalue())
    return root


@pytest.fixture
def small_factory(tmp_path: Path) -> Path:
    return make_small_factory(tmp_path / "工場")
