"""A small company's folder whose files number parts and drawings and point at one another, with the truth of both."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.generators.instructions import word
from benchmarks.generators.instructions.blocks import Block, Cell, Layout, Line, Pairs, Row, Table
from benchmarks.generators.numbering import House, distractors, draw_house
from examples.writing.cells import GRID, HEAD, TITLE
from examples.writing.pdf import Pdf
from examples.writing.spreadsheet import Workbook

NAMES = (
    "ハウジング",
    "軸受カバー",
    "出力軸",
    "中間歯車",
    "シールプレート",
    "ブラケット",
    "取付け台",
    "端子箱",
    "ノズル",
    "弁座",
    "ピストン",
    "レバー",
    "フランジ",
    "スリーブ",
    "調整ねじ",
    "ガイド",
    "支持板",
    "押え金具",
)
PRODUCTS = ("減速機", "油圧バルブ", "計量ポンプ", "搬送ローラー")


@dataclass(slots=True)
class File:
    """A file with what is true of it."""

    path: str
    data: bytes
    codes: set[tuple[str, str]] = field(default_factory=set)  # kind, number
    references: list[dict[str, object]] = field(default_factory=list)


class Company:
    """What the company has: parts with drawings, some of them in several revisions, and numbered documents."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.house = rng, draw_house(rng)
        self._used: set[str] = set()
        names = rng.sample(NAMES, 12)
        self.parts = [(self.number("part"), name) for name in names]
        self.drawings = [(self.number("drawing"), name) for name in names]
        self.revisions = [["A", "B", "C"][: rng.choice((1, 1, 2, 3))] for _ in names]
        self.standards = [
            (self.number("document"), f"{rng.choice(PRODUCTS)}{name}{what}")
            for name, what in zip(
                names,
                ("組立作業標準書", "加工作業標準書", "検査基準書", "洗浄作業標準書", "検査基準書", "梱包要領書"),
                strict=False,
            )
        ]
        self.files: list[File] = []
        self.drawing_files: dict[tuple[str, str], str] = {}
        self.standard_files: dict[str, str] = {}

    def number(self, kind: str) -> str:
        """A number that is not given away yet."""
        while True:
            found = getattr(self.house, kind).draw(self.rng)
            if found not in self._used:
                self._used.add(found)
                return str(found)


def generate(out: Path, seed: int, number: int) -> dict[str, object]:
    """Write one company's folder; the truth is given back and stands beside the folder."""
    rng = random.Random(f"company/{seed}/{number}")
    company = Company(rng)
    for build in (_drawings, _standards, _lists, _reports, _orders, _notes):
        build(company)
    for file in company.files:
        path = out / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    truth: dict[str, object] = {
        "seed": seed,
        "schemes": {kind: getattr(company.house, kind).draw(random.Random(0)) for kind in House.__dataclass_fields__},
        "current": {
            **{
                number: company.drawing_files[number, company.revisions[place][-1]]
                for place, (number, _) in enumerate(company.drawings)
            },
            **company.standard_files,
        },
        "files": [{"file": f.path, "codes": sorted(f.codes), "references": f.references} for f in company.files],
    }
    out.with_name(out.name + ".truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return truth


def _drawings(company: Company) -> None:
    """A drawing for each part: its number in the title block, and in the file's name most times."""
    rng = company.rng
    label = rng.choice(("図番", "図面番号", "DWG No."))
    for place, (number, name) in enumerate(company.drawings):
        for revision in company.revisions[place]:
            pdf = Pdf(name, "")
            page = pdf.page((842, 595))
            page.box(30, 30, 782, 535)
            page.box(300, 150, 200, 160)
            page.text(320, 330, f"{rng.randrange(20, 90)}±0.1")
            notes = ("注記", "1. 指示なき角部は C0.5 とする。", "2. 普通公差は JIS B 0405-m による。")
            for line, words in enumerate(notes):
                page.text(60, 520 - line * 16, words)
            cells = (
                ("品番", company.parts[place][0]),
                ("名称", name),
                (label, number),
                ("改訂", revision),
                ("尺度", "1:2"),
                ("材質", "S45C"),
            )
            for row, (head, value) in enumerate(cells):
                page.box(560, 130 - row * 18, 70, 18)
                page.box(630, 130 - row * 18, 170, 18)
                page.text(564, 135 - row * 18, head, 9)
                page.text(636, 135 - row * 18, value, 9)
            safe = number.replace("/", "_")
            told = f"{safe}_Rev{revision}_{name}" if rng.random() < 0.7 else f"図面_{name}_{revision}"
            path = f"図面/{told}.pdf"
            codes = {("drawing", number), ("part", company.parts[place][0])}
            company.files.append(File(path, pdf.to_bytes(), codes))
            company.drawing_files[number, revision] = path


def _standards(company: Company) -> None:
    """Work standards that name parts, drawings and one another."""
    for number, title in company.standards:
        company.standard_files[number] = (
            f"標準/{number}_{title}.docx" if company.rng.random() < 0.5 else f"標準/{title}.docx"
        )
    for place, (number, title) in enumerate(company.standards):
        file = File(company.standard_files[number], b"")
        blocks: list[Block] = [
            Line(title, "title"),
            Pairs((("文書番号", number), ("改訂", "第2版"), ("品番", company.parts[place][0]))),
        ]
        file.codes.add(("part", company.parts[place][0]))
        blocks.append(Line("1. 適用", "heading"))
        blocks += [Line(words) for words in _sentences(company, file, 5, place)]
        blocks.append(Line("2. 作業", "heading"))
        blocks += [Line(words, "step", f"{n}.") for n, words in enumerate(_sentences(company, file, 5, place), 1)]
        blocks += [Line(words) for words in company.rng.sample(distractors(company.rng), 3)]
        file.data = word.write(Layout(title, blocks), company.rng)
        company.files.append(file)


def _sentences(company: Company, file: File, count: int, own: int = -1) -> list[str]:
    """Sentences that mention parts with and without a label, and refer to drawings and standards."""
    rng = company.rng
    makers: tuple[Callable[[Company, File, int], str], ...] = (
        _labelled_part,
        _bare_part,
        _bare_part,
        _to_drawing,
        _to_drawing,
        _to_standard,
        _to_title,
        _to_nothing,
        _machine,
    )
    return [rng.choice(makers)(company, file, own) for _ in range(count)]


def _labelled_part(company: Company, file: File, own: int) -> str:
    number, name = company.rng.choice(company.parts)
    file.codes.add(("part", number))
    label = company.rng.choice(("品番", "部品番号", "P/N"))
    return f"{name}（{label} {number}）を使用する。"


def _bare_part(company: Company, file: File, own: int) -> str:
    number, name = company.rng.choice(company.parts)
    file.codes.add(("part", number))
    return company.rng.choice(
        (f"{name} {number} を取り付ける。", f"{number}の在庫を確認する。", f"{number} と同じ箱に入れる。")
    )


def _to_drawing(company: Company, file: File, own: int) -> str:
    """With a revision that is there, with one that is not, or with none: then the newest is meant."""
    rng = company.rng
    place = rng.randrange(len(company.drawings))
    number, name = company.drawings[place]
    file.codes.add(("drawing", number))
    known = company.revisions[place]
    draw = rng.random()
    if draw < 0.4:
        revision, target = rng.choice(known), ""
        target = company.drawing_files[number, revision]
        words = f"図面 {number} {rng.choice(('Rev.{}', 'Rev {}', '改{}', '(Rev.{})')).format(revision)} {rng.choice(('参照', 'による', 'を参照すること'))}。"
    elif draw < 0.5:
        revision, target, words = "F", "", f"図面 {number} Rev.F 参照。"
    else:
        revision, target = "", company.drawing_files[number, known[-1]]
        words = rng.choice(
            (f"図面 {number} 参照。", f"寸法は図番 {number} による。", f"{name}は図面{number}を参照のこと。")
        )
    file.references.append({"code": number, "revision": revision, "title": "", "as_written": words, "target": target})
    return words


def _to_standard(company: Company, file: File, own: int) -> str:
    rng = company.rng
    number, _ = company.standards[rng.choice([place for place in range(len(company.standards)) if place != own])]
    words = rng.choice((f"{number} による。", f"手順は {number} に従う。", f"詳細は{number}を参照。"))
    file.references.append(
        {"code": number, "revision": "", "title": "", "as_written": words, "target": company.standard_files[number]}
    )
    return words


def _to_title(company: Company, file: File, own: int) -> str:
    rng = company.rng
    number, title = company.standards[rng.choice([place for place in range(len(company.standards)) if place != own])]
    words = rng.choice((f"「{title}」に従う。", f"判定は{title}に従う。", f"『{title}』を参照する。"))
    file.references.append(
        {"code": "", "revision": "", "title": title, "as_written": words, "target": company.standard_files[number]}
    )
    return words


def _to_nothing(company: Company, file: File, own: int) -> str:
    """A reference to what is not in the folder must stay unresolved."""
    rng = company.rng
    if rng.random() < 0.5:
        number = company.number("drawing")
        file.codes.add(("drawing", number))
        words = f"図面 {number} 参照。"
        file.references.append({"code": number, "revision": "", "title": "", "as_written": words, "target": ""})
    else:
        number = company.number("document")
        words = f"{number} による。"
        file.references.append({"code": number, "revision": "", "title": "", "as_written": words, "target": ""})
    return words


def _machine(company: Company, file: File, own: int) -> str:
    rng = company.rng
    return f"設備 {company.house.equipment.draw(rng)} で加工し、ロット {company.house.lot.draw(rng)} を記録する。"


def _lists(company: Company) -> None:
    """Parts lists, whose columns tell a part number from a drawing number."""
    rng = company.rng
    heads = rng.choice(
        (("品番", "品名", "図番"), ("部品番号", "名称", "図面番号"), ("品目コード", "品目名", "図面No."))
    )
    for product in rng.sample(PRODUCTS, 2):
        book = Workbook(f"部品表 {product}", "")
        sheet = book.sheet("部品表")
        sheet.merge((1, 1, 1, 6), f"{product} 部品表", TITLE)
        sheet.row(3, 1, ["No.", *heads, "員数", "備考"], HEAD)
        file = File(f"部品表/部品表_{product}.xlsx", b"")
        for row, place in enumerate(sorted(rng.sample(range(len(company.parts)), 8)), 4):
            number, name = company.parts[place]
            drawing = company.drawings[place][0]
            remark = rng.choice(("", "M8×20 付き", "JIS B 1180", "2025/04/01 変更", ""))
            sheet.row(row, 1, [row - 3, number, name, drawing, rng.randrange(1, 9), remark or None], GRID)
            file.codes |= {("part", number), ("drawing", drawing)}
        file.data = book.to_bytes()
        company.files.append(file)


def _reports(company: Company) -> None:
    rng = company.rng
    for number in range(5):
        file = File(f"報告/不具合報告書_{number + 1:02d}.docx", b"")
        blocks: list[Block] = [
            Line("不具合報告書", "title"),
            Pairs((("発行日", f"2025/06/{number + 10}"), ("報告者", "三好野"))),
        ]
        blocks += [Line(words) for words in _sentences(company, file, 6)]
        blocks += [Line(words) for words in rng.sample(distractors(rng), 4)]
        rows = []
        for part, name in rng.sample(company.parts, 3):
            file.codes.add(("part", part))
            rows.append(
                Row(
                    (
                        Cell(part),
                        Cell(name),
                        Cell(rng.choice(("キズ", "寸法不良", "欠品"))),
                        Cell(str(rng.randrange(1, 9))),
                    )
                )
            )
        blocks.append(Table(("品番", "品名", "不具合内容", "数"), (4, 4, 4, 2), tuple(rows)))
        file.data = word.write(Layout("不具合報告書", blocks), rng)
        company.files.append(file)


def _orders(company: Company) -> None:
    rng = company.rng
    file = File("受注/受注台帳.csv", b"")
    lines = ["受注番号,品番,数量,納期"]
    for order in range(20):
        part = rng.choice(company.parts)[0]
        file.codes.add(("part", part))
        lines.append(f"{20250000 + order},{part},{rng.randrange(1, 200)},2025/07/{rng.randrange(10, 28)}")
    file.data = ("\r\n".join(lines) + "\r\n").encode("cp932")
    company.files.append(file)


def _notes(company: Company) -> None:
    rng = company.rng
    for number in range(5):
        file = File(f"メモ/連絡{number + 1}.txt", b"")
        lines = ["各位", "", *_sentences(company, file, 3), *rng.sample(distractors(rng), 6), "以上"]
        file.data = "\n".join(lines).encode("utf-8")
        company.files.append(file)
