"""Tests of the pictures of pages whose text must be read from them."""

import io
from typing import Any

import pytest
from PIL import Image as Pillow
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from genba.model.image import Image
from genba.model.nodes import Figure
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers.pdf import read
from tests.readers.blobs import blob_of, codes_of, of_kind
from tests.readers.pdf.pages import A4, make_pdf, paragraph


def scan(colour: int = 250) -> ImageReader:
    out = io.BytesIO()
    Pillow.new("L", (413, 585), colour).save(out, "JPEG")
    return ImageReader(out)


def pdf(*draw: Any) -> Blob:
    return blob_of(make_pdf(*draw), "a.pdf")


def whole(canvas: Canvas) -> None:
    canvas.drawImage(scan(), 0, 0, *A4)


def strips(canvas: Canvas) -> None:
    for number in range(4):
        canvas.drawImage(scan(240 - number), 0, number * A4[1] / 4, A4[0], A4[1] / 4)


def turned(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    whole(canvas)


@pytest.mark.parametrize("with_pictures", [True, False])
def test_a_scan_stands_for_its_page_as_it_is_stored(with_pictures: bool) -> None:
    parts = list(read(pdf(whole), Limits(), with_pictures=with_pictures))
    (figure,) = of_kind(parts, Figure)
    (image,) = of_kind(parts, Image)
    assert (figure.kind, figure.image, figure.place.page) == ("page", image.name, 1)
    assert image.media_type == "image/jpeg"
    assert codes_of(parts) == ["pdf.scanned_pages"]


@pytest.mark.parametrize("draw", [strips, turned])
def test_strips_and_turned_scans_are_rendered_as_one_page(draw: Any, needs: Any) -> None:
    needs("python:cv2", "pip install genba[ocr]")
    parts = list(read(pdf(draw), Limits(), with_pictures=True))
    (figure,) = of_kind(parts, Figure)
    (image,) = of_kind(parts, Image)
    assert figure.kind == "page"
    assert figure.place.box == (0.0, 0.0, *A4)
    assert image.width_px == pytest.approx(A4[0] * 200 / 72, abs=2)


def test_without_rendering_strips_stay_what_they_are() -> None:
    parts = list(read(pdf(strips), Limits()))
    assert {figure.kind for figure in of_kind(parts, Figure)} == {"picture"}
    assert len(of_kind(parts, Image)) == 4


def garbled(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 12)
    for row in range(20):
        canvas.drawString(60, 780 - row * 20, "‚±‚ê‚Í•¶Žš‰»‚¯‚Å‚·ŠmF’÷•t"[:40])


def test_a_garbled_page_is_rendered_in_grey_and_others_are_not() -> None:
    def text(canvas: Canvas) -> None:
        paragraph(canvas, 60, 780, "締付けトルクを確認する。")

    parts = list(read(pdf(garbled, text), Limits(), with_pictures=True))
    assert "pdf.text_layer_garbled" in codes_of(parts)
    (image,) = of_kind(parts, Image)
    (figure,) = of_kind(parts, Figure)
    assert (figure.kind, figure.image, figure.place.page) == ("page", image.name, 1)
    with Pillow.open(io.BytesIO(image.data)) as picture:
        assert picture.mode == "L"


def test_pages_beyond_the_limit_of_pictures_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genba.readers.pdf.scans.MOST_BYTES", 100)
    parts = list(read(pdf(garbled, garbled, garbled), Limits(), with_pictures=True))
    assert len(of_kind(parts, Image)) == 1
    assert "pdf.page_not_rendered" in codes_of(parts)
