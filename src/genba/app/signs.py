"""Signs of life: a page of a scan takes seconds, so that limits of time must count per page, not per document."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from genba.ports.recognisers import Raster, Recognisers, TextLine, TextRecogniser


@dataclass(slots=True)
class SignsOfLife:
    """Where the parts of a task say that it goes on; the worker sets what hears it for each task."""

    hear: Callable[[], None] = lambda: None

    def following(self, started: Callable[[str], None]) -> Callable[[str], None]:
        """Remember what was begun last, and let signs of life name it."""

        def begin(label: str) -> None:
            self.hear = lambda: started(label)
            started(label)

        return begin

    def given_by(self, recognisers: Recognisers) -> Recognisers:
        """Let the recognisers that take seconds give a sign before each picture."""
        return replace(
            recognisers,
            text_recogniser=self._heard(recognisers.text_recogniser),
            vertical_recogniser=self._heard(recognisers.vertical_recogniser),
        )

    def _heard(self, recogniser: TextRecogniser | None) -> TextRecogniser | None:
        return _Heard(recogniser, self) if recogniser is not None else None


class _Heard:
    """A recogniser that is heard before each picture."""

    def __init__(self, recogniser: TextRecogniser, signs: SignsOfLife) -> None:
        self.name = recogniser.name
        self._recogniser = recogniser
        self._signs = signs

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        self._signs.hear()
        return self._recogniser.lines(page)
