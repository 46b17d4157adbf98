"""Tests of the look that tells pages from photographs."""

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from genba.errors import InvalidInput
from genba.formats.picture_look import Look, look
from tests.formats.test_pictures import huge_png


@pytest.fixture(autouse=True)
def _with_opencv(needs: Callable[[str, str], str]) -> None:
    needs("python:cv2", "pip install genba[ocr]")


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def printed(lines: int, *, paper: int = 250, ink: int = 20, size: tuple[int, int] = (1240, 1754)) -> Image.Image:
    page = Image.new("L", size, paper)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(28)
    rng = random.Random(5)
    for number in range(lines):
        words = " ".join("".join(rng.choices("abcdefghinorstu", k=rng.randrange(3, 9))) for _ in range(9))
        pen.text((110, 120 + number * 60), words, font=font, fill=ink)
    return page


def photograph(size: tuple[int, int] = (1600, 1200), seed: int = 3) -> Image.Image:
    rng = random.Random(seed)
    image = Image.frombytes("RGB", (20, 15), rng.randbytes(900)).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = rng.randrange(size[0]), rng.randrange(size[1]), rng.randrange(10, 200)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.choices(range(256), k=3)))
    return image.filter(ImageFilter.GaussianBlur(2))


@pytest.mark.parametrize("paper", [250, 200])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_lines_of_print_on_paper_are_a_page(kind: str, paper: int) -> None:
    assert look(encoded(printed(20, paper=paper), kind)) is Look.PAGE


def test_a_page_that_lies_on_its_side_is_a_page() -> None:
    assert look(encoded(printed(20).rotate(90, expand=True))) is Look.PAGE


def test_light_letters_on_a_dark_screen_are_seen() -> None:
    assert look(encoded(printed(12, paper=20, ink=235, size=(1240, 900)))) is not Look.NONE


def test_a_word_or_two_are_no_page() -> None:
    assert look(encoded(printed(2, size=(1000, 400)))) is Look.WORDS


@pytest.mark.parametrize("seed", [3, 4, 5])
@pytest.mark.parametrize(("kind", "size"), [("JPEG", (1600, 1200)), ("PNG", (800, 600)), ("PNG", (2600, 1950))])
def test_a_photograph_is_neither(kind: str, size: tuple[int, int], seed: int) -> None:
    assert look(encoded(photograph(size, seed), kind)) is Look.NONE


def test_blank_paper_is_neither() -> None:
    assert look(encoded(printed(0))) is Look.NONE


def test_the_first_rows_of_a_large_picture_do_not_hide_the_print_below() -> None:
    page = Image.new("RGB", (2480, 3508), (250, 250, 250))
    page.paste(printed(25).resize((2480, 3508)).convert("RGB"), (0, 1200))
    assert look(encoded(page)) is Look.PAGE


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(InvalidInput):
        look(huge_png(30_000, 30_000))
