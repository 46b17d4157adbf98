"""Regenerate the pages that come from code, check links, and turn docs/ into build/docs/*.html.

With --check nothing is written; the exit status is 1 when a generated page is stale or a link leads nowhere.
"""

import argparse
import html
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt

from genba.cli.main import COMMANDS, make_parser
from genba.i18n import LANGUAGES, catalog

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
OUT = ROOT / "build" / "docs"
GENERATED = "<!-- Generated from the code by `make docs`; do not edit. -->"
WORDS = {
    "ja": {
        "cli": "コマンド",
        "cli_intro": "コマンドと指定の一覧です。終了状態は、0=すべて、1=一部、2=なし(または使い方の誤り)です。",
        "option": "指定",
        "meaning": "意味",
        "required": "必須",
        "messages": "メッセージ",
        "messages_intro": "指摘とエラーの番号、見出し、本文の一覧です。番号は版が変わっても同じ意味のままです。",
        "code": "番号",
        "title": "見出し",
        "sentence": "本文",
        "other": "English",
    },
    "en": {
        "cli": "Commands",
        "cli_intro": "All commands and options. The exit status is 0 for all, 1 for some, 2 for none or misuse.",
        "option": "Option",
        "meaning": "Meaning",
        "required": "required",
        "messages": "Messages",
        "messages_intro": "Codes, headlines and sentences of findings and errors. A code keeps its meaning for ever.",
        "code": "Code",
        "title": "Headline",
        "sentence": "Sentence",
        "other": "日本語",
    },
}
# Texts of the command line itself, which nobody looks up by code.
SCREEN_AREAS = frozenset({"cli", "report", "summary", "progress", "word"})
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · genba</title><style>
body{{font-family:system-ui,"Hiragino Sans","Yu Gothic UI",Meiryo,sans-serif;line-height:1.7;max-width:60rem;
margin:0 auto;padding:1rem;color:#1a1a1c;background:#fff}}nav a{{margin-right:1rem}}a{{color:#0017c1}}
table{{border-collapse:collapse;display:block;overflow-x:auto}}td,th{{border:1px solid #949494;padding:.3rem .6rem;
text-align:left;vertical-align:top}}pre{{background:#f2f2f2;padding:.8rem;overflow-x:auto}}
</style></head><body><nav>{nav}</nav><main>{body}</main></body></html>
"""


def cli_page(lang: str) -> str:
    """The reference of all commands, from the parser and not from its printed help, which varies with Python."""
    words = WORDS[lang]
    lines = [GENERATED, "", f"# {words['cli']}", "", words["cli_intro"]]
    subparsers = next(action for action in make_parser(lang)._actions if isinstance(action, argparse._SubParsersAction))
    for name in COMMANDS:
        parser = subparsers.choices[name]
        lines += ["", f"## genba {name}", "", parser.description or "", ""]
        lines += [f"| {words['option']} | {words['meaning']} |", "|---|---|"]
        lines += [
            f"| `{cell(shown(action))}` | {cell(described(action, words))} |"
            for action in parser._actions
            if not isinstance(action, argparse._HelpAction)
        ]
    return "\n".join(lines) + "\n"


def shown(action: argparse.Action) -> str:
    """An option as a user types it."""
    value = (
        f"{{{','.join(map(str, action.choices))}}}" if action.choices else str(action.metavar or action.dest.upper())
    )
    if not action.option_strings:
        return value + (" …" if action.nargs in ("+", "*") else "")
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"


def described(action: argparse.Action, words: Mapping[str, str]) -> str:
    """What an option means, and whether it must be given."""
    note = f" ({words['required']})" if action.option_strings and action.required else ""
    return (action.help or "") + note


def messages_page(lang: str) -> str:
    """Every code that a report or an error may show, by area."""
    words = WORDS[lang]
    lines = [GENERATED, "", f"# {words['messages']}", "", words["messages_intro"]]
    sentences = catalog(lang)
    codes = [code for code in sorted(sentences) if not code.endswith(".title") and area(code) not in SCREEN_AREAS]
    last = ""
    for code in codes:
        if area(code) != last:
            last = area(code)
            lines += [
                "",
                f"## {last}",
                "",
                f"| {words['code']} | {words['title']} | {words['sentence']} |",
                "|---|---|---|",
            ]
        lines.append(f"| `{code}` | {cell(sentences.get(f'{code}.title', ''))} | {cell(sentences[code])} |")
    return "\n".join(lines) + "\n"


def area(code: str) -> str:
    """The first part of a code."""
    return code.partition(".")[0]


def cell(text: str) -> str:
    """Text that stays in one cell of a Markdown table and stays text."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|")


def generated() -> dict[Path, str]:
    """The pages that come from code, by where they belong."""
    pages = {}
    for lang in LANGUAGES:
        pages[DOCS / lang / "cli.md"] = cli_page(lang)
        pages[DOCS / lang / "messages.md"] = messages_page(lang)
    return pages


def stale(pages: Mapping[Path, str]) -> Iterator[str]:
    """Name the generated pages that no longer say what the code says."""
    for path, text in pages.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield f"{path.relative_to(ROOT).as_posix()}:1: stale; run make docs"


def broken_links(sources: list[Path]) -> Iterator[str]:
    """Name relative links that lead to no file; addresses on the web are not looked at."""
    for source in sources:
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1):
            for target in LINK.findall(line):
                path = unquote(target.partition("#")[0])
                if (
                    path
                    and "://" not in path
                    and not path.startswith("mailto:")
                    and not (source.parent / path).exists()
                ):
                    yield f"{source.relative_to(ROOT).as_posix()}:{number}: {target} leads nowhere"


def render(lang: str, source: Path, nav: str) -> str:
    """One page as HTML; raw HTML in Markdown stays text."""
    text = source.read_text(encoding="utf-8").replace(GENERATED, "")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    body = re.sub(r'(<a href="[^":]+)\.md(["#])', r"\1.html\2", body)
    return PAGE.format(lang=lang, title=html.escape(title(source)), nav=nav, body=body)


def title(source: Path) -> str:
    """A page's first heading."""
    found = re.search(r"^# (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else source.stem


def write_html() -> int:
    """Write every page and an entry page; return how many."""
    count = 0
    for lang in LANGUAGES:
        sources = sorted((DOCS / lang).glob("*.md"))
        links = [f'<a href="{source.stem}.html">{html.escape(title(source))}</a>' for source in sources]
        folder = OUT / lang
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            other = next(name for name in LANGUAGES if name != lang)
            nav = " ".join([*links, f'<a href="../{other}/{source.stem}.html">{WORDS[lang]["other"]}</a>'])
            (folder / f"{source.stem}.html").write_text(render(lang, source, nav), encoding="utf-8")
            count += 1
    entry = " ".join(f'<a href="{lang}/cli.html">{lang}</a>' for lang in LANGUAGES)
    (OUT / "index.html").write_text(PAGE.format(lang="ja", title="genba", nav=entry, body=""), encoding="utf-8")
    return count


def main(arguments: list[str]) -> int:
    """Check, or regenerate and write."""
    pages = generated()
    if "--check" not in arguments:
        for path, text in pages.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    sources = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    problems = [*stale(pages), *broken_links(sources)]
    print(*problems, sep="\n", end="\n" if problems else "")
    if "--check" not in arguments:
        print(f"{write_html()} pages in {OUT.relative_to(ROOT).as_posix()}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
