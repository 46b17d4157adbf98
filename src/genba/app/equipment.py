"""Gives readers what this machine has for them: the parts are pure, the programs they may use are found here."""

from functools import cache, partial

from genba.config import load_config
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
