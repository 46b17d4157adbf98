"""Gives readers what this machine has for them: the parts are pure, the programs they may use are found here."""

from dataclasses import dataclass
from functools import cache, partial

from genba.app.task import LANGUAGE_BYTES, MEMORY_LIMIT_BYTES, MEMORY_TOGETHER_BYTES, OCR_BYTES, OCR_KEPT_BYTES
from genba.config import load_config
from genba.engines.processes import KEPT_BYTES
from genba.formats.recordings.kinds import RECORDINGS
from genba.ports.reader import Reader
from genba.ports.recognisers import Recognisers
from genba.readers import reader_for
from genba.recognisers import installed

# Kinds whose reader converts them first where LibreOffice is installed.
CONVERTED = frozenset({"doc", "ppt"})


@cache
def reader_of(kind: str) -> Reader | None:
    """Give the reader of a kind with what it needs; None for a kind nobody knows."""
    if kind == "pdf" and recognisers().text_recogniser is not None:
        from genba.readers.pdf import read as read_pdf

        return partial(read_pdf, with_pictures=True)
    if kind in RECORDINGS:
        from genba.app.recordings import can_be_described, describe

        return partial(describe, kind=kind) if can_be_described(kind) else reader_for(kind)
    if kind not in CONVERTED:
        return reader_for(kind)
    from genba.engines.libreoffice import converter, find_soffice

    soffice = find_soffice()
    if not soffice:
        return reader_for(kind)
    from genba.readers.legacy_office import read

    return partial(read, convert=converter(soffice), readers=reader_for)


@cache
def recognisers() -> Recognisers:
    """Give the models that this machine has; each is loaded by the first file that needs it."""
    return installed(load_config())


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What workers may hold: one of them, all together, and one that goes on to the next file."""

    one_bytes: int
    together_bytes: int
    kept_bytes: int


def memory(workers: int) -> Memory:
    """Give the limits for so many workers: models are loaded once in each, besides what a file needs."""
    found = recognisers()
    language = LANGUAGE_BYTES if found.tokeniser or found.embedder else 0
    reading, kept = (OCR_BYTES, OCR_KEPT_BYTES) if found.text_recogniser else (0, 0)
    return Memory(
        one_bytes=MEMORY_LIMIT_BYTES + language + reading,
        together_bytes=MEMORY_TOGETHER_BYTES + workers * (language + reading),
        kept_bytes=KEPT_BYTES + language + kept,
    )
