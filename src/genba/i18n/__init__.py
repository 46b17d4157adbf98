"""Sentences for people, in Japanese and English, looked up by the code of an error or finding."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("ja", "en")


@cache
def catalog(lang: str) -> Mapping[str, str]:
    """Load every message of one language, keyed `area.fact`; the area is the file's name."""
    messages: dict[str, str] = {}
    folder = resources.files("genba").joinpath("messages", lang)
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            area = entry.name.removesuffix(".toml")
            for fact, sentence in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                messages[f"{area}.{fact}"] = sentence
    return messages


def translate(code: str, lang: str, /, **details: object) -> str:
    """Fill the sentence of a code; an unknown code is shown as it is, since a message must never hide an error."""
    sentence = catalog(lang).get(code)
    if sentence is None:
        return code
    try:
        return sentence.format(**details)
    except (KeyError, IndexError, ValueError):
        return sentence


def title(code: str, lang: str) -> str:
    """Give the short headline of a finding's code, by which reports group."""
    return catalog(lang).get(f"{code}.title", code)
