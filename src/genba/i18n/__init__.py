"""Sentences for people, in Japanese and English, looked up by the code of an error or finding."""

import pkgutil
import tomllib
from collections.abc import Mapping
from functools import cache

LANGUAGES = ("ja", "en")


@cache
def catalog(lang: str) -> Mapping[str, str]:
    """Load every message of one language, keyed `area.fact`; the area is the file's name."""
    from importlib import resources  # every command shows messages, few all of them

    names = sorted(entry.name for entry in resources.files("genba").joinpath("messages", lang).iterdir())
    areas = [name.removesuffix(".toml") for name in names if name.endswith(".toml")]
    return {code: sentence for area in areas for code, sentence in _area(area, lang).items()}


@cache
def _area(area: str, lang: str) -> Mapping[str, str]:
    """Load the messages of one area; none where there is no such area."""
    try:
        data = pkgutil.get_data("genba", f"messages/{lang}/{area}.toml") or b""
    except OSError:
        return {}
    messages = tomllib.loads(data.decode("utf-8"))
    return {f"{area}.{fact}": sentence for fact, sentence in messages.items()}


def _sentence(code: str, lang: str) -> str | None:
    area = code.partition(".")[0]
    return _area(area, lang).get(code) if area.isidentifier() else None


def translate(code: str, lang: str, /, **details: object) -> str:
    """Fill the sentence of a code; an unknown code is shown as it is, since a message must never hide an error."""
    sentence = _sentence(code, lang)
    if sentence is None:
        return code
    try:
        return sentence.format(**{name: _worded(name, detail, lang) for name, detail in details.items()})
    except (KeyError, IndexError, ValueError):
        return sentence


def _worded(name: str, detail: object, lang: str) -> object:
    """Say a word of ours, such as the type of a column, in the language of the sentence."""
    return (_sentence(f"word.{name}_{detail}", lang) or detail) if isinstance(detail, str) else detail


def title(code: str, lang: str) -> str:
    """Give the short headline of a finding's code, by which reports group."""
    return _sentence(f"{code}.title", lang) or code
