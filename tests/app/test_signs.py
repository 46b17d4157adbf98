"""Signs of life from recognisers name what is being worked on."""

from genba.app.signs import SignsOfLife
from genba.ports.recognisers import Raster, Recognisers
from tests.fakes import FakeTextRecogniser, text_line

PAGE = Raster(width=1, height=1, channels=1, data=b"\0")


def test_each_picture_gives_a_sign_that_names_the_document_begun_last() -> None:
    heard: list[str] = []
    signs = SignsOfLife()
    started = signs.following(heard.append)
    inner = FakeTextRecogniser(text_line("文", 0, 0))
    recogniser = signs.given_by(Recognisers(text_recogniser=inner)).text_recogniser
    assert recogniser is not None
    started("a.zip")
    started("a.zip!/b.pdf")
    assert recogniser.lines(PAGE) == inner.lines(PAGE)
    assert recogniser.name == inner.name
    assert heard == ["a.zip", "a.zip!/b.pdf", "a.zip!/b.pdf"]


def test_what_is_missing_stays_missing() -> None:
    assert SignsOfLife().given_by(Recognisers()) == Recognisers()
