"""What a PDF holds beside its text: pictures, forms, remarks, links, properties, files; and what is wrong with it."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from genba.errors import InvalidInput
from genba.model.document import Property
from genba.model.image import Image
from genba.model.nodes import Choices, Comment, Pair
from genba.ports.reader import Child, Limits
from tests.readers.pdf.pages import BODY, make_pdf, objects, paragraph, read_pdf, stream


def picture(kind, size=(60, 40), mode="RGB"):
    out = io.BytesIO()
    image = Pillow.new(mode, size)
    image.putdata([(x * 4 % 256, x // 9 % 256, 90) if mode == "RGB" else x % 256 for x in range(size[0] * size[1])])
    image.save(out, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def test_a_jpeg_is_kept_as_stored_and_tied_to_its_caption():
    data = picture("JPEG")

    def page(canvas):
        paragraph(canvas, 60, 780, BODY)
        canvas.drawImage(ImageReader(io.BytesIO(data)), 100, 560, 180, 120)
        canvas.drawString(140, 540, "図1 締付け位置")
        paragraph(canvas, 60, 500, BODY)

    parts = read_pdf(make_pdf(page))
    (image,) = parts.of(Image)
    assert image.media_type == "image/jpeg"
    assert Pillow.open(io.BytesIO(image.data)).size == (60, 40)
    (figure,) = parts.figures
    assert (figure.image, figure.caption) == (image.name, "図1 締付け位置")
    assert parts.texts == [BODY, BODY]


def test_other_pictures_become_png_with_the_same_pixels():
    data = picture("PNG")
    parts = read_pdf(make_pdf(lambda canvas: canvas.drawImage(ImageReader(io.BytesIO(data)), 100, 560, 180, 120)))
    (image,) = parts.of(Image)
    assert image.media_type == "image/png"
    taken = Pillow.open(io.BytesIO(image.data)).convert("RGB")
    assert taken.tobytes() == Pillow.open(io.BytesIO(data)).tobytes()


def test_a_picture_shown_twice_is_kept_once_and_small_ones_are_counted():
    reader = ImageReader(io.BytesIO(picture("PNG")))
    dot = ImageReader(io.BytesIO(picture("PNG", (4, 4))))

    def page(canvas):
        canvas.drawImage(reader, 100, 560, 180, 120)
        canvas.drawImage(reader, 100, 360, 180, 120)
        canvas.drawImage(dot, 50, 50, 5, 5)

    parts = read_pdf(make_pdf(page))
    assert (len(parts.of(Image)), len(parts.figures)) == (1, 2)
    assert parts.codes["pdf.small_images_skipped"].count == 1


def test_scanned_pages_are_reported_and_their_picture_is_kept():
    reader = ImageReader(io.BytesIO(picture("JPEG", (300, 420))))
    parts = read_pdf(
        make_pdf(
            lambda canvas: canvas.drawImage(reader, 0, 0, 595, 842), lambda canvas: paragraph(canvas, 60, 700, BODY)
        )
    )
    finding = parts.codes["pdf.scanned_pages"]
    assert (finding.details["pages"], finding.details["share"]) == ("1", 50)
    assert [(figure.place.page, bool(figure.image)) for figure in parts.figures] == [(1, True)]
    assert parts.texts == [BODY]


def test_text_recognised_under_a_scan_is_used_and_said_so():
    reader = ImageReader(io.BytesIO(picture("JPEG", (300, 420))))

    def page(canvas):
        canvas.drawImage(reader, 0, 0, 595, 842)
        text = canvas.beginText(60, 700)
        text.setTextRenderMode(3)
        text.textOut("スキャンから読み取られた文字")
        canvas.drawText(text)

    parts = read_pdf(make_pdf(page))
    assert parts.texts == ["スキャンから読み取られた文字"]
    assert "pdf.recognised_text" in parts.codes


def test_form_fields_become_pairs_and_choices():
    def page(canvas):
        form = canvas.acroForm
        form.textfield(name="operator", tooltip="作業者", value="Yamada", x=100, y=700, width=100, height=20)
        form.textfield(name="lot", tooltip="ロット", value="", x=100, y=660, width=100, height=20)
        form.checkbox(name="ok", tooltip="外観 合格", checked=True, x=100, y=620)
        form.checkbox(name="ng", tooltip="外観 不合格", checked=False, x=100, y=590)

    parts = read_pdf(make_pdf(page))
    assert [(p.label, p.value) for p in parts.of(Pair)] == [("作業者", "Yamada"), ("ロット", "")]
    assert [(o.text, o.selected) for c in parts.of(Choices) for o in c.options] == [
        ("外観 合格", True),
        ("外観 不合格", False),
    ]


def test_remarks_and_links_are_kept_with_their_place():
    def page(canvas):
        paragraph(canvas, 60, 700, BODY)
        canvas.textAnnotation("公差を見直すこと", Rect=(100, 600, 120, 620), name="x")
        canvas.drawString(60, 500, "規格のページ")
        canvas.linkURL("https://example.jp/spec", (60, 495, 130, 512))

    parts = read_pdf(make_pdf(page))
    assert [(c.text, c.place.page) for c in parts.of(Comment)] == [("公差を見直すこと", 1)]
    links = [(p.value, p.as_written) for p in parts.of(Property) if p.name == "link"]
    assert links == [("https://example.jp/spec", "規格のページ")]


def test_properties_are_read_with_dates_in_iso():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    data = objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        b"<</Title(Spec)/CreationDate(D:20240316093000+09'00')>>",
    )
    data = data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Info 4 0 R")
    values = {p.name: p.value for p in read_pdf(data).of(Property)}
    assert values == {"title": "Spec", "created": "2024-03-16T09:30:00+09:00"}


def attachment_pdf(name: bytes, data: bytes) -> bytes:
    return objects(
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        b"<</Type/Filespec/F(" + name + b")/EF<</F 5 0 R>>>>",
        stream(data, b"/Type/EmbeddedFile/Params<</Size %d>>" % len(data)),
    )


def test_files_inside_are_children_by_their_name_alone():
    parts = read_pdf(attachment_pdf(b"../../etc/data.csv", b"a,b\n1,2\n"))
    (child,) = parts.of(Child)
    assert child.path == "data.csv"
    assert child.blob.open().read() == b"a,b\n1,2\n"
    assert parts.codes["pdf.embedded_files"].details["count"] == 1


def test_a_file_inside_beyond_the_limit_is_named_and_left():
    parts = read_pdf(attachment_pdf(b"big.bin", b"0" * 5000), Limits(member_bytes=1000))
    assert parts.of(Child) == []
    assert parts.codes["pdf.embedded_file_too_large"].details["name"] == "big.bin"


def test_a_password_is_said_so():
    data = make_pdf(lambda canvas: paragraph(canvas, 60, 700, BODY), encrypt=StandardEncryption("secret"))
    with pytest.raises(InvalidInput) as error:
        read_pdf(data)
    assert error.value.code == "pdf.encrypted"


def test_restrictions_by_the_owner_are_a_notice():
    data = make_pdf(
        lambda canvas: paragraph(canvas, 60, 700, BODY),
        encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0),
    )
    parts = read_pdf(data)
    assert parts.texts == [BODY]
    assert "pdf.restricted" in parts.codes


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all" * 50])
def test_what_is_no_pdf_is_said_so(data):
    with pytest.raises(InvalidInput) as error:
        read_pdf(data)
    assert error.value.code == "pdf.broken"


def test_a_cut_off_file_gives_what_is_left_and_a_finding():
    data = make_pdf(*[lambda canvas: paragraph(canvas, 60, 700, BODY)] * 3)
    parts = read_pdf(data[: data.rindex(b"xref")])
    assert "pdf.damaged" in parts.codes
    assert parts.texts == [BODY] * 3


def test_more_pages_than_the_limit_are_read_up_to_it():
    data = make_pdf(*[lambda canvas: paragraph(canvas, 60, 700, BODY)] * 5)
    parts = read_pdf(data, Limits(pages=2))
    assert len(parts.texts) == 2
    assert parts.codes["pdf.too_many_pages"].details == {"count": 5, "limit": 2}


def test_a_page_that_is_missing_is_named_and_the_others_are_read():
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 5 0 R/Resources<</Font<</F 6 0 R>>>>>>"
    data = objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 99 0 R 4 0 R]/Count 3>>",
        page,
        page,
        stream(b"BT /F 12 Tf 20 200 Td (Tighten the bolt) Tj ET"),
        font,
    )
    parts = read_pdf(data)
    assert parts.texts == ["Tighten the bolt", "Tighten the bolt"]
    assert parts.codes["pdf.page_failed"].details["pages"] == "2"


def test_a_huge_picture_is_left_out_and_counted():
    data = objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        stream(b"q 400 0 0 400 50 50 cm /I Do Q"),
        stream(
            zlib.compress(b"\x00" * 100_000),
            b"/Type/XObject/Subtype/Image/Width 60000/Height 60000"
            b"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode",
        ),
    )
    parts = read_pdf(data)
    assert parts.of(Image) == []
    assert "pdf.image_too_large" in parts.codes


def test_forms_within_forms_without_end_are_contained():
    data = objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        stream(b"/X Do"),
        stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>"),
    )
    assert read_pdf(data).texts == []


def test_an_outline_that_bites_its_tail_ends():
    data = objects(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</First 5 0 R/Last 5 0 R>>",
        b"<</Title(a)/Parent 4 0 R/Next 5 0 R/First 5 0 R>>",
    )
    assert read_pdf(data).texts == []


WHOLE = make_pdf(lambda canvas: paragraph(canvas, 60, 700, BODY), lambda canvas: canvas.rect(50, 50, 100, 100))


@given(st.integers(0, len(WHOLE)), st.binary(max_size=8), st.booleans())
@settings(max_examples=40)
def test_damage_anywhere_ends_in_parts_or_in_invalid_input(at, junk, cut):
    data = WHOLE[:at] + junk + (b"" if cut else WHOLE[at + len(junk) :])
    try:
        read_pdf(data)
    except InvalidInput as error:
        assert error.code.startswith("pdf.")
