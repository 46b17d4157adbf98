"""Tests of reading pictures, with a recogniser that reads what the test says."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from genba.model.document import Document
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure, Heading, Paragraph, Role
from genba.model.place import NOWHERE, Place
from genba.model.source import Source
from genba.steps.scans import read
from tests.fakes import FakeTextRecogniser, text_line
from tests.formats.test_picture_look import encoded, photograph, printed
from tests.formats.test_pictures import huge_png

BODY = "締付けトルクを確認する。"


@pytest.fixture(autouse=True)
def _with_opencv(needs: Callable[[str, str], str]) -> None:
    needs("python:cv2", "pip install genba[ocr]")


def document(*figures: Figure, kind: str = "png", findings: tuple[Finding, ...] = (), **pictures: bytes) -> Document:
    source = Source(path=f"a.{kind}", sha256="", size_bytes=1, kind=kind)
    images = tuple(Image(name=name, media_type="image/png", data=data) for name, data in pictures.items())
    return Document(source=source, id="a" * 20, nodes=figures, images=images, findings=findings)


def codes(found: Document) -> dict[str, int]:
    return {finding.code: finding.count for finding in found.findings}


def texts(found: Document) -> list[str]:
    return [node.text for node in found.nodes if isinstance(node, Paragraph | Heading)]


PAGE = encoded(printed(20))


def test_a_page_becomes_text_in_the_place_of_its_figure_and_stays_as_an_image() -> None:
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400, confidence=0.95), text_line("検查者", 150, 600))
    found = read(document(Figure(image="p"), p=PAGE), text_recogniser=recogniser)
    assert texts(found) == [BODY, "検査者"]
    assert len(found.images) == 1
    assert not any(isinstance(node, Figure) for node in found.nodes)
    assert all(node.place.page == 1 and node.place.box for node in found.nodes)
    assert codes(found) == {"scans.read": 1}
    assert [(edit.step, edit.rule, edit.before, edit.after) for edit in found.edits] == [
        ("scans.read", "variant", "查", "査")
    ]


def test_a_photograph_is_not_read_at_all() -> None:
    recogniser = FakeTextRecogniser(text_line("無", 10, 10))
    given = document(Figure(image="p"), p=encoded(photograph(), "JPEG"))
    assert read(given, text_recogniser=recogniser) == given
    assert not recogniser.seen


def test_words_in_another_picture_are_noted_with_its_figure_when_they_are_sure() -> None:
    recogniser = FakeTextRecogniser(
        text_line("下", 10, 90),
        text_line("右", 200, 12),
        text_line("左", 10, 10),
        text_line("疑", 10, 200, confidence=0.3),
    )
    figure = Figure(image="p", texts=("左",))
    found = read(document(figure, kind="docx", p=encoded(printed(2, size=(1000, 400)))), text_recogniser=recogniser)
    assert found.nodes == (replace(figure, texts=("左", "右", "下")),)
    assert codes(found) == {"scans.words_read": 1}


def test_a_screen_in_an_office_file_stays_a_figure_and_a_scanned_sheet_becomes_text() -> None:
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400))
    place = Place(sheet="表紙", range="B2:F9")
    images = {"screen": encoded(printed(12, size=(1600, 900))), "sheet": PAGE}
    given = document(Figure(image="screen"), Figure(image="sheet", place=place), kind="xlsx", **images)
    given = replace(
        given,
        images=tuple(
            replace(image, width_px=w, height_px=h)
            for image, (w, h) in zip(given.images, ((1600, 900), (1240, 1754)), strict=True)
        ),
    )
    found = read(given, text_recogniser=recogniser)
    assert isinstance(found.nodes[0], Figure)
    assert found.nodes[0].texts == (BODY,)
    assert texts(found) == [BODY]
    assert (found.nodes[1].place.sheet, found.nodes[1].place.range) == ("表紙", "B2:F9")


def test_without_a_recogniser_only_a_finding_says_how_many_pictures_were_not_read() -> None:
    given = document(
        Figure(image="p"), Figure(image="q"), Figure(image="p", marks=frozenset({Mark.HIDDEN})), p=PAGE, q=PAGE
    )
    found = read(given)
    assert codes(found) == {"scans.not_read": 2}
    assert replace(found, findings=()) == given


def test_without_pictures_nothing_is_said() -> None:
    given = document(Paragraph(text="本文"))
    assert read(given) == given


def test_pages_of_a_pdf_are_placed_where_their_picture_is_shown() -> None:
    recogniser = FakeTextRecogniser(text_line(BODY, 620, 877))
    said = (Finding(code="pdf.scanned_pages"), Finding(code="pdf.signed"))
    figure = Figure(image="p", kind="page", place=Place(page=3, box=(0.0, 0.0, 595.0, 842.0)))
    found = read(document(figure, kind="pdf", findings=said, p=PAGE), text_recogniser=recogniser)
    (node,) = found.nodes
    assert node.place.page == 3
    assert node.place.box is not None
    assert node.place.box[:2] == pytest.approx((297.6, 421), abs=3)
    assert codes(found) == {"pdf.signed": 1, "scans.read": 1}
    assert codes(read(document(figure, kind="pdf", findings=said, p=PAGE))) == {"pdf.scanned_pages": 1, "pdf.signed": 1}


def test_what_repeats_at_the_edges_of_pages_stays_once_as_header_and_footer() -> None:
    pages = [Figure(image=f"p{n}", kind="page", place=Place(page=n, box=(0, 0, 595, 842))) for n in (1, 2, 3)]

    class Copier(FakeTextRecogniser):
        def lines(self, page: object) -> tuple[object, ...]:  # type: ignore[override]
            super().lines(page)  # type: ignore[arg-type]
            number = len(self.seen)
            header = "作業標準書WS-101" if number != 2 else "作業標隼書WS-101"
            return (
                text_line(header, 150, 60 + 4 * number),
                text_line(f"本文その{number}です。", 150, 500 + 90 * number),
                text_line(f"{number}/3", 600, 1690, size=22),
            )

    given = document(*pages, kind="pdf", p1=PAGE, p2=PAGE, p3=PAGE)
    found = read(given, text_recogniser=Copier())  # type: ignore[arg-type]
    assert [
        (node.role, node.text) for node in found.nodes if isinstance(node, Paragraph) and Mark.FURNITURE in node.marks
    ] == [
        (Role.HEADER, "作業標準書WS-101"),
        (Role.FOOTER, "1/3"),
    ]
    assert [text for text in texts(found) if "本文" in text] == [f"本文その{n}です。" for n in (1, 2, 3)]


def test_a_page_on_which_reading_breaks_off_costs_only_itself() -> None:
    figures = [Figure(image=name, kind="page", place=Place(page=n)) for n, name in enumerate("pq", 1)]
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400), breaks_at=(1,))
    found = read(document(*figures, kind="pdf", p=PAGE, q=PAGE), text_recogniser=recogniser)
    assert isinstance(found.nodes[0], Figure)
    assert texts(found) == [BODY]
    assert codes(found) == {"scans.read": 1, "scans.failed": 1}


def test_pages_beyond_the_limit_keep_their_figures_and_are_counted() -> None:
    figures = [Figure(image=name, kind="page", place=Place(page=n)) for n, name in enumerate("pq", 1)]
    found = read(
        document(*figures, kind="pdf", findings=(Finding(code="pdf.scanned_pages"),), p=PAGE, q=PAGE),
        text_recogniser=FakeTextRecogniser(text_line(BODY, 150, 400)),
        pages=1,
    )
    assert isinstance(found.nodes[1], Figure)
    assert codes(found) == {"pdf.scanned_pages": 1, "scans.read": 1, "scans.beyond_limit": 1}


def test_bombs_and_damaged_pictures_are_told_and_left() -> None:
    given = document(
        Figure(image="p"), Figure(image="q"), Figure(image="none"), p=huge_png(30_000, 30_000), q=PAGE[:99]
    )
    recogniser = FakeTextRecogniser()
    found = read(given, text_recogniser=recogniser)
    assert found.nodes == given.nodes
    assert codes(found) == {"scans.too_large": 1, "scans.not_decoded": 1}
    assert not recogniser.seen


def test_lines_read_with_doubt_are_marked_and_counted() -> None:
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400), text_line("かすれた文字", 150, 700, confidence=0.7))
    found = read(document(Figure(image="p"), p=PAGE), text_recogniser=recogniser)
    (doubtful,) = [finding for finding in found.findings if finding.code == "scans.uncertain"]
    assert dict(doubtful.details) == {"count": 1, "lines": 2, "share": 50}
    assert [node.text for node in found.nodes if Mark.UNCERTAIN in node.marks] == ["かすれた文字"]
    assert all(getattr(node, "confidence", 1.0) < 1 for node in found.nodes)


def test_every_page_of_a_tiff_is_read_by_itself() -> None:
    out = io.BytesIO()
    first, second = printed(20), printed(20).rotate(180)
    first.save(out, "TIFF", save_all=True, append_images=[second])
    figures = [Figure(image="p", place=Place(page=n)) for n in (1, 2)]
    given = document(*figures, kind="tiff", p=out.getvalue())
    given = replace(given, images=(replace(given.images[0], media_type="image/tiff"),))
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400))
    found = read(given, text_recogniser=recogniser)
    assert [node.place.page for node in found.nodes] == [1, 2]
    assert recogniser.seen[0].data != recogniser.seen[1].data
    assert NOWHERE not in {node.place for node in found.nodes}


def page_with_photograph() -> bytes:
    page = printed(6)
    page.paste(photograph((400, 300)).convert("L"), (300, 900))
    return encoded(page)


def test_a_photograph_on_a_page_becomes_a_figure_with_a_picture_of_its_own() -> None:
    recogniser = FakeTextRecogniser(text_line(BODY, 150, 400), text_line("写真1：塗布範囲", 330, 1225))
    given = document(Figure(image="p.png"), **{"p.png": page_with_photograph(), "p-1-1.jpg": PAGE})
    found = read(given, text_recogniser=recogniser)
    (figure,) = (node for node in found.nodes if isinstance(node, Figure))
    assert figure.caption == "写真1：塗布範囲"
    names = [image.name for image in found.images]
    assert len(names) == len(set(names)) == 3
    cut = next(image for image in found.images if image.name == figure.image)
    assert cut.media_type == "image/jpeg"
    assert abs(cut.width_px - 400) < 20
    assert abs(cut.height_px - 300) < 20
    assert read(given, text_recogniser=recogniser) == found


def test_a_page_on_which_nothing_but_a_picture_is_found_stays_a_figure() -> None:
    given = document(Figure(image="p", kind="page"), kind="pdf", p=page_with_photograph())
    found = read(given, text_recogniser=FakeTextRecogniser())
    assert found.nodes == given.nodes
    assert [image.name for image in found.images] == ["p"]


def test_a_page_number_between_dashes_is_furniture_though_other_pages_have_none() -> None:
    class Numbered(FakeTextRecogniser):
        def lines(self, page: object) -> tuple[object, ...]:  # type: ignore[override]
            self.seen.append(page)  # type: ignore[arg-type]
            number = (text_line("-2-", 600, 1690),) if len(self.seen) == 2 else ()
            return (text_line(BODY, 150, 400 + 100 * len(self.seen)), *number)

    pages = (Figure(image="p", kind="page", place=Place(page=1)), Figure(image="q", kind="page", place=Place(page=2)))
    found = read(document(*pages, kind="pdf", p=PAGE, q=PAGE), text_recogniser=Numbered())
    footers = [node for node in found.nodes if isinstance(node, Paragraph) and node.role is Role.FOOTER]
    assert [footer.text for footer in footers] == ["-2-"]
    assert Mark.FURNITURE in footers[0].marks
