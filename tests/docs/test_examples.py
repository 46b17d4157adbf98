"""Examples in the documentation do what they show: fenced blocks marked `console run` or `python run` are run.

A console block runs in a folder with a few factory files in `factory/`; lines after `$ genba …` are the
expected output, where `...` stands for anything, and `# exit 1` on the command's line names its exit status.
A Python block that names `product/` finds the files refined there.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(console|python) run\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s+# exit (\d)$")


def examples() -> list[tuple[str, str, str]]:
    """Every marked block with its place."""
    found = []
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*/*.md")]):
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append((f"{page.relative_to(ROOT).as_posix()}:{line}", match[1], match[2]))
    return found


EXAMPLES = examples()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the examples assume it."""
    import openpyxl

    files = tmp_path / "factory"
    files.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "検査"
    for row in (["ロット", "外径 (mm)", "判定"], ["A-001", 12.01, "合格"], ["A-002", 12.08, "不合格"]):
        sheet.append(row)
    book.save(files / "検査成績書.xlsx")
    (files / "温度.csv").write_bytes("時刻,温度(℃)\r\n2026/04/01 08:00,21.5\r\n".encode("cp932"))
    (files / "メモ.txt").write_text("4月1日 プレス3号機 点検済み\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("kind", "block"), [pytest.param(k, b, id=place) for place, k, b in EXAMPLES])
def test_an_example_in_the_docs_does_what_it_shows(kind: str, block: str, folder: Path) -> None:
    if kind == "python":
        if '"product' in block:
            run([sys.executable, "-m", "genba", "refine", "factory", "--out", "product", "--workers", "1"], folder, 0)
        run([sys.executable, "-c", block], folder, 0)
        return
    for command, expected in steps(block):
        status = EXIT.search(command)
        words = shlex.split(EXIT.sub("", command))
        assert words[0] == "genba", "examples start genba and nothing else"
        output = run([sys.executable, "-m", "genba", *words[1:]], folder, int(status[1]) if status else 0)
        if expected:
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            assert doctest.OutputChecker().check_output(expected, output, flags), output


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output shown below it."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found:
            command, output = found[-1]
            found[-1] = (command, output + line + "\n")
    return found


def run(command: list[str], folder: Path, status: int) -> str:
    """Run one example and return what it printed."""
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "GENBA_STATE_DIR": str(folder / "state")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_block_is_split_into_commands_with_their_output() -> None:
    assert steps("$ genba --version\ngenba ...\n$ genba recipes  # exit 2\n") == [
        ("genba --version", "genba ...\n"),
        ("genba recipes  # exit 2", ""),
    ]
