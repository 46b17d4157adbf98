"""Sentences for people, in Japanese and English, looked up by the code of an error or finding."""

import pkgutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, runtime_checkable

LANGUAGES = ("ja", "en")


@runtime_checkable
class Coded(Protocol):
    """Anything that a sentence can be said of: an error, a reason."""

    @property
    def code(self) -> str:
        """Which sentence."""

    @property
    def details(self) -> Mapping[str, object]:
        """What it needs."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value that people call by a word of their language, and programs as it is."""

    plain: str
    ja: str
    en: str


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
    """Say a word of ours, such as the type of a column, or reasons inside a sentence, in the sentence's language."""
    if isinstance(detail, str):
        return _sentence(f"word.{name}_{detail}", lang) or detail
    if isinstance(detail, Spoken):
        return detail.ja if lang == "ja" else detail.en
    if isinstance(detail, Coded):
        return translate(detail.code, lang, **detail.details)
    if isinstance(detail, tuple) and detail and all(isinstance(one, Coded) for one in detail):
        return ("" if lang == "ja" else " ").join(translate(one.code, lang, **one.details) for one in detail)
    return detail


def title(code: str, lang: str) -> str:
    """Give the short headline of a finding's code, by which reports group."""
    return _sentence(f"{code}.title", lang) or code
