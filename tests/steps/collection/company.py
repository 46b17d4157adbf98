"""A small company with numbering schemes drawn at random: its documents as read, and what is true of them."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field

from genba.app.gisting import gist_of
from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.gist import Gist
from genba.model.nodes import Grid, Heading, Pair, Paragraph
from genba.model.source import Source, document_id
from genba.steps.identity import assign
from genba.steps.metadata import extract
from genba.steps.semantics import mentions

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
NOUNS = (
    "ベアリング",
    "ブラケット",
    "シャフト",
    "カバー",
    "ハウジング",
    "ギヤ",
    "プレート",
    "フランジ",
    "スリーブ",
    "ピン",
    "レバー",
    "ケース",
)
WORK = ("圧入", "組立", "旋削", "研削", "洗浄", "検査", "溶接", "塗装", "梱包", "締付け")
DISTRACTORS = (
    "2025-04-01 に受領した。", "令和7年4月1日より適用する。", "連絡先 03-1234-5678（内線 2041）", "ボルトは M8×20、座金は JIS B 1256 による。",
    "ISO 9001 の要求に従う。", "締付トルクは 24.5 N·m とする。", "穴径は φ10H7 とする。", "〒123-4567 長野県", "温度 20±5℃、湿度 65%RH 以下",
    "No.1-50 を抜き取る。", "100個に1個を検査する。", "材質は SUS304 または S45C とする。", "Ra1.6 以下", "10:30 から 15:00 まで",
    "測定機 XYZ-100 を使う。", "シリアル S0001〜S0050 を対象とする。", "難燃性は UL94-V0 相当。", "保護等級 IP67、電源 AC100V", "PO-2025-0012 で発注済み。",
    "FANUC R-2000iC を用いる。", "Windows 11 の PC で開く。", "歩留まり 98.5%、Cpk 1.33 以上", "2025/04/01-2026/03/31", "1/2 に縮小する。", "手順 3-2 に戻る。",
    "様式は 5部 用意する。", "寸法 120×80×45 mm", "担当: 社員番号 104522", "注文番号 40021877 を記入する。",
)  # fmt: skip


@dataclass
class Scheme:
    """How one kind of thing is numbered."""

    parts: tuple[tuple[str, str | int], ...]  # ("text", "KB") | ("digits", 4) | ("letters", 2)
    separator: str

    def code(self, rng: random.Random) -> str:
        made = []
        for kind, value in self.parts:
            if kind == "text":
                made.append(str(value))
            elif kind == "digits":
                made.append("".join(rng.choice(string.digits) for _ in range(int(value))))
            else:
                made.append("".join(rng.choice(LETTERS) for _ in range(int(value))))
        return self.separator.join(made)


def draw_scheme(rng: random.Random, taken: set[str]) -> Scheme:
    """Draw a scheme of letters, figures and separators; no two kinds of a company share their fixed letters or form."""
    if rng.random() < 0.3:
        forms = [
            (("letters", 2), ("digits", 4)), (("digits", 3), ("digits", 5)), (("digits", 4), ("letters", 1), ("digits", 3)),
            (("letters", 1), ("digits", 5), ("letters", 1)), (("digits", 2), ("digits", 4), ("digits", 3)), (("digits", 8),),
        ]  # fmt: skip
        form = rng.choice(forms)
        if str(form) not in taken:
            taken.add(str(form))
            return Scheme(form, "-")
    while True:
        fixed = "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 3)))
        if fixed not in taken:
            taken.add(fixed)
            break
    digits = rng.randint(3, 6)
    tail = rng.choice([(), (("digits", 2),), (("letters", 1),), (("digits", 3),)])
    separator = rng.choice(["-", "-", "-", "/", "_", ""])
    if separator == "":
        return Scheme((("text", fixed), ("digits", max(4, digits))), "")
    return Scheme((("text", fixed), ("digits", digits), *tail), separator)


@dataclass
class Company:
    """Documents and truth: codes by document and kind; references as (document, code) → path or None."""

    documents: list[Document] = field(default_factory=list)
    codes: set[tuple[str, str, str]] = field(default_factory=set)  # kind, code, document id
    references: dict[tuple[str, str, str], str | None] = field(default_factory=dict)  # document id, code, revision → id

    def gists(self) -> list[Gist]:
        refined = [mentions(assign(extract(document))) for document in self.documents]
        return sorted((gist_of(document, text_of(document)) for document in refined), key=lambda gist: gist.path)


def text_of(document: Document) -> str:
    texts = []
    for node in document.nodes:
        match node:
            case Heading() | Paragraph():
                texts.append(node.text)
            case Pair():
                texts.append(f"{node.label}: {node.value}")
            case Grid():
                texts.extend(cell.text for cell in node.cells)
    return "\n".join(texts)


def make_document(path: str, nodes: list[Node], kind: str = "docx") -> Document:
    identity = document_id(path)
    return Document(
        source=Source(path=path, sha256=f"{random.Random(path).getrandbits(256):064x}", size_bytes=9, kind=kind),
        nodes=tuple(nodes),
        id=identity,
    )


def grid(rows: list[list[str]]) -> Grid:
    cells = tuple(Cell(r, c, text, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Grid(cells=cells, rows=len(rows), columns=len(rows[0]), header_rows=1)


def make_company(seed: int) -> Company:
    """Write the documents of a company."""
    rng = random.Random(seed)
    taken: set[str] = set()
    part, drawing, rule, machine = (draw_scheme(rng, taken) for _ in range(4))
    company = Company()
    parts, drawings = unique(part, rng, 24), unique(drawing, rng, 24)
    machines, rules = unique(machine, rng, 6), unique(rule, rng, 12)
    drawing_ids = add_drawings(company, rng, parts, drawings)
    rule_ids = {number: document_id(rule_path(number, index)) for index, number in enumerate(rules[:9])}
    for index, number in enumerate(rules[:9]):
        shown, pointed = drawings[rng.randrange(24)], rules[rng.randrange(12)]
        revision = rng.choice("AB") if rng.random() < 0.5 else ""
        mine, other, used = parts[index], parts[(index + 7) % 24], machines[index % 6]
        nodes: list[Node] = [
            Heading(text=f"{WORK[index]}作業手順書", level=1),
            Pair(label="文書番号", value=number),
            Pair(label="品番", value=mine),
            Paragraph(text=f"寸法は図面 {shown}{f' Rev.{revision}' if revision else ''} を参照すること。"),
            Paragraph(text=f"{rng.choice(NOUNS)}（{other}）を{used}に取り付ける。"),
            Paragraph(text=f"前処理は {pointed} による。"),
            *(Paragraph(text=text) for text in rng.sample(DISTRACTORS, 6)),
        ]
        document = make_document(rule_path(number, index), nodes)
        add(company, document, ("document", number), ("part", mine), ("part", other), ("drawing", shown))
        add(company, document, ("equipment", used), ("document", pointed))
        known = [r for (n, r) in drawing_ids if n == shown]
        company.references[document.id, shown, revision] = drawing_ids.get((shown, revision or max(known, default="")))
        if pointed != number:
            company.references[document.id, pointed, ""] = rule_ids.get(pointed)
    add_ledgers(company, rng, parts, drawings, machines)
    return company


def rule_path(number: str, index: int) -> str:
    return f"手順書/{number.replace('/', '_')}_{WORK[index]}作業手順書.docx"


def add_drawings(
    company: Company, rng: random.Random, parts: list[str], drawings: list[str]
) -> dict[tuple[str, str], str]:
    """Write drawings, every fourth in two revisions; gives their ids by number and revision."""
    ids: dict[tuple[str, str], str] = {}
    for index, number in enumerate(drawings[:16]):
        for revision in ("A", "B") if index % 4 == 0 else ("A",):
            name = f"{NOUNS[index % 12]}{index}"
            nodes: list[Node] = [
                Heading(text=f"{name} 製作図", level=1),
                Pair(label="図番", value=number),
                Pair(label="品番", value=parts[index]),
                Pair(label="尺度", value="1:2"),
                Pair(label="改訂", value=revision),
                Paragraph(text=f"指示なき角は C0.5 とする。{name} の仕上げは図による。 {rng.choice(DISTRACTORS)}"),
            ]
            document = make_document(f"図面/{number.replace('/', '_')}_{name}_Rev{revision}.pdf", nodes, "pdf")
            ids[number, revision] = document.id
            add(company, document, ("drawing", number), ("part", parts[index]))
    return ids


def add_ledgers(
    company: Company, rng: random.Random, parts: list[str], drawings: list[str], machines: list[str]
) -> None:
    rows = [["No.", "部品番号", "品名", "図番", "数量"]]
    rows += [[str(i + 1), parts[i], NOUNS[i % 12], drawings[i], str(rng.randint(1, 400))] for i in range(24)]
    ledger = make_document("台帳/部品表.xlsx", [grid(rows)], "xlsx")
    add(company, ledger, *(("part", code) for code in parts), *(("drawing", code) for code in drawings))
    rows = [["設備番号", "設備名", "導入日"]] + [
        [code, f"{WORK[i]}機", "2019/04/01"] for i, code in enumerate(machines)
    ]
    machines_ledger = make_document("台帳/設備台帳.xlsx", [grid(rows)], "xlsx")
    add(company, machines_ledger, *(("equipment", code) for code in machines))


def unique(scheme: Scheme, rng: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[scheme.code(rng)] = None
    return list(found)


def add(company: Company, document: Document, *codes: tuple[str, str]) -> None:
    if document not in company.documents:
        company.documents.append(document)
    company.codes.update((kind, code.upper(), document.id) for kind, code in codes)
