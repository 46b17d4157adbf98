"""Tells the language of a text by its letters, as far as they tell it."""

import re

_KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ]")


def language_of(text: str) -> str:
    """Say "ja" of a text with kana, nothing otherwise: 検査 is Chinese as well, and Latin letters are anyone's."""
    return "ja" if _KANA.search(text) else ""
