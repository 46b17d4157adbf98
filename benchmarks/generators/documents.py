"""Word documents with every case that converters get wrong, and what a reader of the printed page sees."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.generators.numbers import PATTERNS, Counter
from benchmarks.generators.vocabulary import HEADINGS, SINGLES, Words, write_corpus
from examples.writing import pictures
from examples.writing.word import (
    Cell,
    Document,
    content_control,
    deleted,
    field_run,
    inserted,
    paragraph,
    ruby,
    run,
    table,
    text_box,
)

_READINGS = (
    ("返り", "ばり"),
    ("治具", "じぐ"),
    ("公差", "こうさ"),
    ("嵌合", "かんごう"),
    ("捺印", "なついん"),
    ("屑", "くず"),
    ("螺子", "ねじ"),
)
_NOTED = ("changes", "ruby", "hidden", "text_boxes", "footnotes", "comments", "controls", "figures")
_UNITS = ("N・m", "mm", "℃", "秒", "MPa", "回", "rpm")


class Draft:
    """A document while it is written, with the truth so far.

    The body holds paragraphs and tables in order. A paragraph's text is what every faithful reading of it contains:
    it leaves out what readers may render in ways of their own (note marks, box glyphs, struck-through text).
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.words = rng, Words(rng)
        self.document = Document(self.words.phrase(), self.words.person())
        self.body: list[dict[str, object]] = []
        self.truth: dict[str, list[object]] = {
            key: [] for key in (*_NOTED, "withdrawn")
        }  # fmt: skip
        self.serial = 0
        levels = rng.sample(PATTERNS, 2)
        self.headings, self.steps = (self.document.list_of(pattern) for pattern in levels)
        self.heading_count, self.step_count = (Counter(pattern) for pattern in levels)
        self.steps_now = self.steps

    def next(self) -> int:
        """A number for ids."""
        self.serial += 1
        return self.serial

    def add(self, runs: list[str], shown: str, *, level: int | None = None) -> None:
        """A paragraph, numbered when a level is given."""
        number = ""
        if level is None:
            self.document.add(*runs)
        else:
            self.document.add(*runs, numbering=(self.steps_now, level))
            number = self.step_count.next(level)
        self.body.append({"kind": "paragraph", "text": shown, "number": number, "level": level})


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` documents and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "documents")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One document: numbered headings, steps, and all cases in an order of their own."""
    draft = Draft(rng)
    words, document = draft.words, draft.document
    code, revision = words.code(), f"第{rng.randrange(1, 20)}版"
    header = f"文書番号：{code}　改訂：{revision}"
    document.header = paragraph(run(header)) if rng.random() < 0.5 else _header_table(code, revision)
    footer = words.firm()
    document.footer = paragraph(run(footer + "　"), field_run("PAGE", "1"))
    document.heading_list = draft.headings
    document.add(run(document.title), style="a3")
    cases = list(CASES)
    rng.shuffle(cases)
    headings = rng.sample(HEADINGS, rng.randrange(2, 5))
    for place, heading in enumerate(headings):
        _heading(draft, heading, 0)
        mine = cases[place :: len(headings)]
        for order, case in enumerate(mine):
            if order and rng.random() < 0.3:
                _heading(draft, words.phrase(), 1)
            case(draft)
    truth: dict[str, object] = {
        "title": document.title, "document_number": code, "revision": revision, "footer": footer,
        "body": draft.body, **draft.truth,
    }  # fmt: skip
    return f"document{number:03d}.docx", document.to_bytes(), truth


def _header_table(code: str, revision: str) -> str:
    return table([["文書番号", code, "改訂", revision]], (1500, 2500, 1000, 1500), header_rows=0) + paragraph()


def _heading(draft: Draft, words: str, level: int) -> None:
    draft.document.heading(words, level + 1)
    number = draft.heading_count.next(level)
    draft.body.append({"kind": "heading", "text": words, "number": number, "level": level})


def _changed_value(draft: Draft) -> None:
    rng = draft.rng
    old, new, unit = str(rng.randrange(10, 90)), f"{rng.uniform(10, 90):.1f}", draft.words.pick(_UNITS)
    author, before = draft.words.person(), draft.words.phrase()
    runs = [
        run(before + "。規定値は "),
        deleted(old, author, draft.next()),
        inserted(new, author, draft.next()),
        run(f" {unit} とする。"),
    ]
    draft.add(runs, f"{before}。規定値は {new} {unit} とする。", level=0 if rng.random() < 0.5 else None)
    draft.truth["changes"].append({"deleted": old, "inserted": new, "author": author})


def _changed_sentence(draft: Draft) -> None:
    old, new, author = draft.words.phrase(), draft.words.phrase(), draft.words.person()
    parts = [deleted(old, author, draft.next()), inserted(new, author, draft.next())]
    draft.rng.shuffle(parts)
    draft.add([*parts, run("。")], new + "。")
    draft.truth["changes"].append({"deleted": old, "inserted": new, "author": author})


def _steps(draft: Draft) -> None:
    """A run of steps over up to three levels; now and then the list starts anew."""
    rng = draft.rng
    if draft.step_count.counts[0] and rng.random() < 0.4:
        draft.steps_now = draft.document.restart_of(draft.steps)
        draft.step_count.restart()
    level = 0
    for place in range(rng.randrange(4, 9)):
        level = 0 if place == 0 else rng.randrange(0, min(level + 2, 3))
        if draft.step_count.counts[level] >= 15:
            level = 0
        words = draft.words.phrase() + "。"
        draft.add([run(words)], words, level=level)


def _ruby(draft: Draft) -> None:
    base, reading = draft.rng.choice(_READINGS)
    before, after = draft.words.phrase(), draft.words.caution()
    draft.add([run(before + "。"), ruby(base, reading), run("は" + after)], f"{before}。{base}は{after}")
    draft.truth["ruby"].append([base, reading])


def _hidden(draft: Draft) -> None:
    words, secret = draft.words.phrase(), draft.words.phrase()
    draft.add([run(words + "。"), run(secret, hidden=True)], words + "。")
    draft.truth["hidden"].append(secret)


def _text_box(draft: Draft) -> None:
    lines = [
        draft.words.pick(("⚠ 警告", "危険", "注意")) + "：" + draft.words.caution()
        for _ in range(draft.rng.randrange(1, 3))
    ]
    words = draft.words.phrase() + "。"
    draft.add([run(words), text_box(lines, draft.next())], words)
    draft.truth["text_boxes"].append("\n".join(lines))


def _merged_table(draft: Draft) -> None:
    """A table whose first column is merged downwards and whose header spans two columns."""
    rng, words = draft.rng, draft.words
    names, pair = rng.sample(SINGLES, 3), rng.sample(("標準", "予備", "上限", "下限"), 2)
    rows: list[list[Cell | str]] = [
        [Cell(names[0], vertical="restart"), Cell(names[1], vertical="restart"), Cell(names[2], span=2)],
        [Cell(vertical="continue"), Cell(vertical="continue"), *pair],
    ]
    full = []
    for _ in range(rng.randrange(2, 4)):
        kind = words.phrase()
        for place in range(rng.randrange(1, 4)):
            values = [words.code(), str(rng.randrange(90)), str(rng.randrange(90))]
            first = Cell(kind, vertical="restart") if place == 0 else Cell(vertical="continue")
            rows.append([first, *values])
            full.append([kind, *values])
    draft.document.body.append(table(rows, (2500, 2500, 1200, 1200), header_rows=2))
    columns = [names[0], names[1], f"{names[2]}/{pair[0]}", f"{names[2]}/{pair[1]}"]
    draft.body.append({"kind": "table", "columns": columns, "rows": full})


def _notes(draft: Draft) -> None:
    words, note, remark, author = (
        make() for make in (draft.words.phrase, draft.words.caution, draft.words.caution, draft.words.person)
    )
    runs = [draft.document.comment(remark, author, run(words)), run("。"), draft.document.footnote(note)]
    draft.add(runs, words + "。")
    draft.truth["footnotes"].append(note)
    draft.truth["comments"].append({"text": remark, "author": author, "on": words})


def _controls(draft: Draft) -> None:
    person, checked = draft.words.person(), draft.rng.random() < 0.5
    runs = [
        run("確認者："),
        content_control("確認者", person),
        run("　"),
        content_control("確認済", "", checked=checked),
        run("確認済"),
    ]
    draft.add(runs, f"確認者：{person}")
    draft.truth["controls"].append({"確認者": person, "確認済": checked})


def _figure(draft: Draft) -> None:
    number, words = len(draft.truth["figures"]) + 1, draft.words.phrase()
    alt = draft.words.phrase()
    draft.document.add(draft.document.picture(pictures.photograph(draft.rng, size=(80, 60)), alt))
    draft.document.add(run("図 "), field_run("SEQ 図 \\* ARABIC", str(number)), run(" " + words), style="a4")
    draft.truth["figures"].append({"caption": f"図 {number} {words}", "alt": alt})


def _withdrawn(draft: Draft) -> None:
    words, old = draft.words.phrase() + "。", draft.words.phrase() + "。"
    draft.add([run(words), run(old, strike=True)], words)
    draft.truth["withdrawn"].append(old)


CASES: tuple[Callable[[Draft], None], ...] = (
    _changed_value, _changed_sentence, _steps, _steps, _ruby, _hidden, _text_box, _merged_table, _notes, _controls,
    _figure, _withdrawn,
)  # fmt: skip
