"""The report as a browser shows it: complete, quiet, offline, on screen and on paper."""

import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.journeys.conftest import command, environment, make_small_factory

CHROMIUM = "apt-get install chromium"
LARGEST_BYTES = 2 << 20


class Page(HTMLParser):
    """What a browser made of the page: ids, links, elements that load something, headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag in ("script", "img", "link", "iframe", "object", "embed", "form") or "src" in values:
            self.loads.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    factory, out = make_small_factory(folder / "工場"), folder / "out"
    refine = command("refine", factory, "--out", out, "--lang", "ja")
    done = subprocess.run(refine, env=environment(folder / "state"), capture_output=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr
    return out / "report.html"


def browse(program: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Open a page in a browser that reaches no network."""
    base = [
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder}",
        "--enable-logging=stderr",
    ]
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--no-first-run"]
    return subprocess.run(
        [*base, *offline, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def test_the_report_is_shown_without_errors_or_requests(
    report: Path, tmp_path: Path, needs: Callable[[str, str], str]
) -> None:
    chromium = needs("chromium", CHROMIUM)
    done = browse(chromium, tmp_path / "profile", "--dump-dom", report.as_uri())
    assert "CONSOLE" not in done.stderr, done.stderr
    assert "「工場」のデータ診断レポート" in done.stdout
    page = Page(done.stdout)
    assert page.loads == []
    assert not re.search(r"https?://", done.stdout)


def test_the_report_prints_what_to_mend_even_where_it_is_folded(
    report: Path, tmp_path: Path, needs: Callable[[str, str], str]
) -> None:
    import pypdfium2

    chromium = needs("chromium", CHROMIUM)
    paper = tmp_path / "report.pdf"
    browse(chromium, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", report.as_uri())
    document = pypdfium2.PdfDocument(paper)
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842)  # A4 in points
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "空.docx" in text
    assert "file.empty" in text


def test_the_first_screen_says_what_is_usable_and_what_to_do(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    first = text[text.index("<main>") : text.index('id="mend"')]
    assert "件のうち10件（91%）が、AIや検索に使えます" in first
    assert "次にすること" in first
    assert 'href="#file.empty"' in first


def test_every_link_leads_somewhere_and_every_id_is_unique(report: Path) -> None:
    page = Page(report.read_text(encoding="utf-8"))
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert (report.parent / link).is_file()


def test_headings_skip_no_level_and_tables_name_their_columns(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    levels = Page(text).levels
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert text.count("<table") == text.count("<thead><tr><th scope=")


def test_colours_of_text_have_enough_contrast(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z]+-\d+):(#[0-9a-f]{6})", text))
    grounds = ["#ffffff", *(colours[name] for name in ("gray-50", "green-50", "yellow-50", "red-50"))]
    for name in ("gray-900", "gray-700", "blue-900"):
        assert all(contrast(colours[name], ground) >= 4.5 for ground in grounds), name
    for name in ("red-900", "yellow-1100"):
        assert contrast(colours[name], "#ffffff") >= 4.5, name


def test_the_report_is_one_small_file(report: Path) -> None:
    assert report.stat().st_size <= LARGEST_BYTES


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
