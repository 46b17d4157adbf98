"""Page pictures as a factory's scanner makes them, with the text on them: print, forms, vertical writing, bad scans."""

# ruff: noqa: E501 - tables of words; a full-width character counts as two

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from benchmarks.generators.vocabulary import CAUTIONS, LABELS, Words, write_corpus

DPI = 200
LEFT = 120  # of tables
A4 = (1654, 2339)
KINDS = ("clean", "factory", "small", "noisy", "form", "form_noisy", "vertical", "turned", "photo", "stamped")
FACES = {  # by look: the first of each that is installed
    "gothic": ("ipag.ttf", "msgothic.ttc", "NotoSansCJK-Regular.ttc"),
    "proportional": ("ipagp.ttf", "meiryo.ttc", "NotoSansCJK-Regular.ttc"),
    "sans": ("NotoSansCJK-Regular.ttc", "YuGothR.ttc", "ipag.ttf"),
    "mincho": ("ipam.ttf", "msmincho.ttc", "NotoSerifCJK-Regular.ttc"),
    "serif": ("NotoSerifCJK-Regular.ttc", "yumin.ttf", "ipam.ttf"),
}
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
TABLE_HEADS = (("検査項目", "規格値", "測定値1", "測定値2", "判定"), ("工程", "管理項目", "規格", "実績", "合否"))
ITEMS = (
    "外径", "内径", "全長", "表面粗さ", "硬度", "締付トルク", "ねじ深さ", "平行度", "直角度", "板厚", "穴位置", "面取り", "質量", "絶縁抵抗", "気密",
    "振れ", "真円度", "めっき厚", "塗装膜厚", "引張強さ", "バリ", "キズ・打痕", "刻印", "ロット番号",
)  # fmt: skip
SENTENCES = (
    "{object}の{item}は{value}とし、範囲を外れた場合は班長へ連絡する。",
    "作業前に{object}の清掃状態を確認し、異物や打痕がないことを目視で確かめる。",
    "{item}の測定には校正済みの測定器を用い、結果を検査記録表に記入する。",
    "ロット切替え時は{object}を交換し、初品検査で{item}が{value}に入ることを確認する。",
    "不適合品は赤札を付けて隔離し、品質保証課の判断を待つこと。",
    "設備を停止してから{object}を取り外す。電源を切らずに作業してはならない。",
    "締付けは対角順に行い、最終トルクは{value}で管理する。",
    "改訂の理由は、顧客からの要求により{item}の規格を見直したためである。",
    "この標準書は、機械加工工程における{object}の段取り作業に適用する。",
    "異常時は直ちに作業を中止し、ライン責任者の指示に従って処置する。",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page being drawn, and what stands on it in reading order."""

    image: Image.Image
    pen: ImageDraw.ImageDraw
    words: Words
    face: str
    texts: list[str] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, points: float) -> float:
        """Draw a line of text; gives where it ends."""
        font = font_of(self.face, points)
        self.pen.text((x, y), text, font=font, fill=20)
        self.texts.append(text)
        return x + font.getlength(text)


def can_draw() -> bool:
    """Say whether a Japanese font is installed."""
    return all(find_face(face) is not None for face in FACES)


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` pages and truth.json into `out`; the kinds take turns."""
    return write_corpus(out, seed, count, make, "scans")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One page of the kind whose turn it is."""
    kind = KINDS[number % len(KINDS)]
    image, truth = draw(kind, rng)
    stream = io.BytesIO()
    image.save(stream, "PNG", dpi=(DPI, DPI))
    return f"scan{number:03d}_{kind}.png", stream.getvalue(), {"kind": kind, **truth}


def draw(kind: str, rng: random.Random) -> tuple[Image.Image, dict[str, object]]:
    """Draw a page and spoil it as its kind asks."""
    base = {"noisy": "clean", "form_noisy": "form", "turned": "clean", "photo": "factory", "stamped": "form"}
    image = Image.new("L", A4, 255)
    sheet = Sheet(image, ImageDraw.Draw(image), Words(rng), rng.choice(sorted(FACES)))
    tables = DRAWN[base.get(kind, kind)](sheet)
    truth: dict[str, object] = {"text": "\n".join(sheet.texts), "tables": tables}
    return SPOILT.get(kind, lambda page, _: page)(image, rng), truth


def clean(sheet: Sheet) -> list[object]:
    """A page of running text."""
    rng = sheet.words.rng
    points = rng.choice((10.0, 10.5, 11.0, 12.0))
    y = 160.0
    sheet.write(200, y, f"{sheet.words.pick(('作業標準書', '設備点検要領', '品質管理規程'))}", points * 1.6)
    y += pixels(points) * 3
    while y < 1500:
        y = paragraph(sheet, 170, y, A4[0] - 170, points) + pixels(points) * 0.6
    return []


def small(sheet: Sheet) -> list[object]:
    """A page in small print."""
    y = 150.0
    points = sheet.words.rng.choice((7.0, 7.5, 8.0))
    while y < 900:
        y = paragraph(sheet, 150, y, A4[0] - 150, points) + pixels(points) * 0.5
    return []


def paragraph(sheet: Sheet, left: float, y: float, right: float, points: float) -> float:
    """Set a few sentences in lines of full width."""
    rng = sheet.words.rng
    text = "　" + "".join(sentence(sheet.words) for _ in range(rng.randrange(2, 5)))
    font = font_of(sheet.face, points)
    while text:
        end = len(text)
        while font.getlength(text[:end]) > right - left:
            end -= 1
        sheet.write(left, y, text[:end], points)
        text, y = text[end:], y + pixels(points) * 1.6
    return y


def factory(sheet: Sheet) -> list[object]:
    """A work instruction with part numbers, half-width kana, units and circled numbers."""
    words, rng = sheet.words, sheet.words.rng
    lines = [
        "作業手順書",
        (
            f"文書番号：WI-{rng.randrange(2019, 2026)}-{rng.randrange(1000):04d} 改訂：{rng.choice('ABCDE')}版 "
            f"作成日：令和{rng.randrange(2, 8)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"
        ),
        f"1. 部品（P/N: {words.code()}）を治具に固定する。",
        f"2. M{rng.choice((4, 5, 6, 8, 10))}ボルト{rng.randrange(2, 9)}本を締付トルク {value(rng)} で締める。",
        f"3. {rng.choice(('ﾄﾙｸﾚﾝﾁ', 'ﾉｷﾞｽ', 'ﾏｲｸﾛﾒｰﾀ', 'ﾊｲﾄｹﾞｰｼﾞ'))}の校正期限を確認し、期限切れの場合は使用しないこと。",
        f"4. すきまゲージで 0.{rng.randrange(1, 10)}{rng.randrange(10)}㎜ 以下であることを確認する。",
        f"5. {words.phrase()}。",
        f"注意：{words.pick(CAUTIONS)}",
        "①外観検査 ②寸法検査 ③機能検査",
        f"ロット番号 L{rng.randrange(200101, 261231)}-{rng.randrange(1, 99):02d}　数量 {rng.randrange(10, 999)}個　判定 合・否",
        f"承認：{words.firm()} 品質保証課 {words.person()}",
        f"6. {words.phrase()}（図番 {words.code()} 参照）。",
        f"警告：{words.pick(CAUTIONS)}",
    ]
    points = rng.choice((10.5, 11.0, 12.0))
    for number, line in enumerate(lines):
        sheet.write(150, 150 + number * pixels(points) * 2, line, points)
    return []


def form(sheet: Sheet) -> list[object]:
    """An inspection form: a title, a table of fields, and a ruled table whose groups span rows."""
    words, rng = sheet.words, sheet.words.rng
    sheet.write(560, 110, rng.choice(("受入検査成績書", "出荷検査記録表", "工程内検査票")), 18)
    labels = rng.sample(("品番", "品名", "ロット番号", "検査日", "検査員", "数量", "客先名", "図番"), 4)
    fields: Rows = [
        [(labels[0], 1, 1), (words.code(), 1, 1), (labels[1], 1, 1), (words.pick(LABELS), 1, 1)],
        [(labels[2], 1, 1), (words.code(), 1, 1), (labels[3], 1, 1), (words.person(), 1, 1)],
    ]
    points = rng.choice((9.0, 10.0, 10.5))
    height = round(pixels(points) * rng.choice((1.9, 2.2, 2.6)))
    bottom = ruled(sheet, 210, (200, 480, 200, 480), height, fields, points)
    rows = measurements(words)
    ruled(
        sheet,
        bottom + 60,
        rng.choice(((150, 300, 380, 190, 190, 150), (180, 260, 340, 200, 200, 180))),
        height,
        rows,
        points,
    )
    return [table(fields), table(rows)]


Rows = list[list[tuple[str, int, int]]]  # text, rows and columns that it spans


def measurements(words: Words) -> Rows:
    """Rows of items with limits and values; the first column names groups of rows."""
    rng = words.rng
    head = rng.choice(TABLE_HEADS)
    rows: Rows = [[("区分", 2, 1), (head[0], 2, 1), (head[1], 2, 1), ("測定結果", 1, 2), (head[4], 2, 1)]]
    rows.append([(head[2], 1, 1), (head[3], 1, 1)])
    for group in rng.sample(("寸法", "外観", "機能", "材料"), rng.randrange(2, 4)):
        count = rng.randrange(2, 5)
        for place in range(count):
            number = rng.uniform(1, 60)
            row = [
                (rng.choice(ITEMS), 1, 1),
                (value(rng), 1, 1),
                (f"{number:.2f}", 1, 1),
                (f"{number + 0.02:.2f}" if rng.random() < 0.9 else "", 1, 1),
                (rng.choice(("合", "合", "否", "○")), 1, 1),
            ]
            rows.append([(group, count, 1), *row] if place == 0 else row)
    rows.append([("備考", 1, 2), (words.pick(CAUTIONS), 1, 4)])
    return rows


def ruled(sheet: Sheet, top: int, widths: Sequence[int], height: int, rows: Rows, points: float) -> int:
    """Draw a table; gives its lower edge."""
    edges = [LEFT]
    for width in widths:
        edges.append(edges[-1] + width)
    line = sheet.words.rng.choice((1, 2, 3))
    font = font_of(sheet.face, points)
    for row, column, (text, row_span, column_span) in spots(rows, len(widths)):
        x0, x1 = edges[column], edges[column + column_span]
        y0, y1 = top + row * height, top + (row + row_span) * height
        sheet.pen.rectangle((x0, y0, x1, y1), outline=30, width=line)
        if text:
            x = x0 + 12 if column and row else (x0 + x1 - font.getlength(text)) / 2
            sheet.write(x, (y0 + y1) / 2 - pixels(points) / 2, text, points)
    return top + len(rows) * height


def spots(rows: Rows, columns: int) -> Iterator[tuple[int, int, tuple[str, int, int]]]:
    """Where each cell begins."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            taken |= {(row + down, column + right) for down in range(cell[1]) for right in range(cell[2])}
        assert all((row, at) in taken for at in range(columns))


def table(rows: Rows) -> list[list[list[object]]]:
    """A table as the truth holds it."""
    return [[[*cell] for cell in row] for row in rows]


def vertical(sheet: Sheet) -> list[object]:
    """A page of vertical writing."""
    words = sheet.words
    points = words.rng.choice((11.0, 12.0, 14.0))
    font = font_of(sheet.face, points)
    text = "".join(prose(words) for _ in range(6)).replace("ｼﾘﾝﾀﾞ", "シリンダ")  # nothing stands half-width in a column
    x, count = A4[0] - 250.0, 38
    while text and x > 250:
        column, text = text[:count], text[count:]
        sheet.pen.text((x, 200), column, font=font, fill=20, direction="ttb", features=["vert"])
        sheet.texts.append(column)
        x -= pixels(points) * 1.8
    return []


def prose(words: Words) -> str:
    """A sentence without figures, as vertical writing has them."""
    return words.rng.choice(
        (
            f"{words.pick(('若手', '熟練工', '職長'))}は、{words.phrase()}ことを毎朝の習慣としている。",
            "「安全は全てに優先する」という言葉を、朝礼で必ず唱和する。",
            f"現場の改善は、{words.phrase()}という小さな工夫から始まった。",
            "先輩から受け継いだ技能を、次の世代へ確実に伝えていくことが大切である。",
        )
    )


DRAWN: dict[str, Callable[[Sheet], list[object]]] = {
    "clean": clean,
    "factory": factory,
    "small": small,
    "form": form,
    "vertical": vertical,
}


def spoil(image: Image.Image, rng: random.Random) -> Image.Image:
    """A bad scan: askew, dim on one side, blurred, grainy, saved as JPEG."""
    angle = rng.uniform(0.5, 3.0) * rng.choice((-1, 1))
    page = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9)))
    shade = Image.linear_gradient("L").resize(page.size).point(lambda level: 170 + level // 3)
    if rng.random() < 0.5:
        shade = shade.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    page = ImageChops.multiply(page, shade)
    page = ImageChops.add(page, noise(page.size, rng), 1, -128)
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=rng.randrange(40, 70))
    return Image.open(stream).convert("L")


def noise(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Grain around a level of 128, the same for a seed."""
    strength = rng.uniform(0.10, 0.22)
    table_of = [max(0, min(255, round(128 + (level - 127.5) * strength))) for level in range(256)]
    return Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).point(table_of)


def turn(image: Image.Image, rng: random.Random) -> Image.Image:
    """Fed into the scanner the wrong way round."""
    return image.rotate(rng.choice((90, 180, 270)), expand=True)


def photograph(image: Image.Image, rng: random.Random) -> Image.Image:
    """Taken by hand: the page on a dark desk, its far edge shorter, light from one side."""
    page = image.crop((0, 0, A4[0], 1200))
    width, height = page.size
    margin = 120
    desk = Image.new("L", (width + 2 * margin, height + 2 * margin), 60)
    desk.paste(page, (margin, margin))
    lean, tilt = rng.uniform(30, 80), rng.uniform(-30, 30)
    full = desk.size
    quad = (-lean, -tilt, -lean * 0.2, full[1] + tilt, full[0] + lean * 0.2, full[1] - tilt, full[0] + lean, tilt)
    taken = desk.transform(full, Image.Transform.QUAD, quad, resample=Image.Resampling.BICUBIC, fillcolor=60)
    shade = Image.linear_gradient("L").rotate(90).resize(full).point(lambda level: 150 + level * 2 // 5)
    taken = ImageChops.multiply(taken, shade).filter(ImageFilter.GaussianBlur(0.5))
    return ImageChops.add(taken, noise(full, rng), 1, -128)


def stamp(image: Image.Image, rng: random.Random) -> Image.Image:
    """A red seal over a part of the page."""
    page = image.convert("RGB")
    seal = Image.new("RGB", (150, 150), (255, 255, 255))
    pen = ImageDraw.Draw(seal)
    pen.ellipse((4, 4, 145, 145), outline=(215, 50, 45), width=6)
    name = rng.choice(("佐藤", "鈴木", "検査", "承認"))
    pen.text((75, 75), name, font=font_of("mincho", 20), fill=(215, 50, 45), anchor="mm")
    box = (rng.randrange(900, 1300), rng.randrange(180, 420))
    layer = Image.new("RGB", page.size, (255, 255, 255))
    layer.paste(seal.rotate(rng.uniform(-15, 15), fillcolor=(255, 255, 255)), box)
    return ImageChops.multiply(page, layer)


SPOILT: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "noisy": spoil,
    "form_noisy": spoil,
    "turned": turn,
    "photo": photograph,
    "stamped": stamp,
}


def sentence(words: Words) -> str:
    """A sentence of a standard."""
    return words.rng.choice(SENTENCES).format(
        object=words.phrase().split("を")[0], item=words.rng.choice(ITEMS), value=value(words.rng)
    )


def value(rng: random.Random) -> str:
    """A quantity with its limits."""
    number = rng.uniform(1, 90)
    return rng.choice(
        (
            f"φ{number:.2f}±0.0{rng.randrange(1, 6)}mm",
            f"{number:.1f}±{rng.uniform(0.1, 2):.1f}N·m",
            f"{number:.1f}±0.{rng.randrange(1, 9)}mm",
            f"Ra {rng.choice((0.8, 1.6, 3.2, 6.3))}μm以下",
            f"HRC {rng.randrange(40, 55)}～{rng.randrange(56, 64)}",
            f"{rng.randrange(10, 300)}℃以下",
            f"{rng.randrange(1, 20)}mm以上",
            f"{number:.1f}kPa",
        )
    )


def pixels(points: float) -> float:
    """The size of a character on the page."""
    return points * DPI / 72


_FONTS: dict[tuple[str, float], ImageFont.FreeTypeFont] = {}


def font_of(face: str, points: float) -> ImageFont.FreeTypeFont:
    """A font in a size."""
    if (face, points) not in _FONTS:
        found = find_face(face)
        if found is None:
            raise SystemExit("no Japanese font is installed (Debian: fonts-ipafont, fonts-noto-cjk)")
        _FONTS[face, points] = ImageFont.truetype(str(found), round(pixels(points)))
    return _FONTS[face, points]


_FACES: dict[str, Path | None] = {}


def find_face(face: str) -> Path | None:
    """Where the first font of a look is installed."""
    if face not in _FACES:
        installed = {path.name: path for folder in FOLDERS for path in sorted(Path(folder).rglob("*.tt[cf]"))}
        _FACES[face] = next((installed[name] for name in FACES[face] if name in installed), None)
    return _FACES[face]
