"""What the front pages promise of the example factory is what a user sees."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.factory import generate
from examples.factory.company import File

ROOT = Path(__file__).resolve().parents[2]
SEED = 7  # of make demo
SHOWN = re.compile(r"^ +\.venv/bin/genba inspect build/demo/factory/(\S+)$", re.MULTILINE)
PROMISED = {
    ".docx": ("⚠ 注意:保護めがね着用",),
    "検査成績書_KG-2140-01_F0702-134.xlsx": ("±0.02mm", "00759", "令和7年7月2日"),
    "S-0107_調査票.xlsx": ("会社名: ", "☑無"),
    "不適合品処理フロー.xlsx": ("手直し可能か?", "手直し作業", "→5 はい"),
}


def examples() -> list[str]:
    pages = [SHOWN.findall((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.ja.md")]
    assert pages[0] == pages[1]
    return pages[0]


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    return {file.path: file for file in generate.build(SEED)}


@pytest.mark.parametrize("shown", examples())
def test_the_example_shows_what_the_front_page_says(shown: str, files: dict[str, File], tmp_path: Path) -> None:
    copy = tmp_path / Path(shown).name
    copy.write_bytes(files[shown].data)
    command = [sys.executable, "-X", "utf8", "-m", "genba", "inspect", str(copy), "--lang", "ja"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    promised = next(words for end, words in PROMISED.items() if shown.endswith(end))
    for words in promised:
        assert words in done.stdout
