"""Opens a DXF file in whatever form and encoding it was written; a broken one is mended as far as it goes."""

import io
import re
from typing import Any

from genba.errors import InvalidInput
from genba.formats.encoding import CODECS, examine
from genba.model.finding import Finding
from genba.ports.blob import Blob
from genba.ports.reader import Limits

DRAWING_BYTES = 192 << 20  # ezdxf holds some twenty times as much
_SENTINEL = b"AutoCAD Binary DXF"
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d{4})")
_CODEPAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(?:ANSI_|dos|cp)?(\w+)", re.IGNORECASE)
_UTF8_SINCE = 1021  # R2007
_JAPANESE = ("932", "1252", "ascii", "1251", "utf8", "0", "850", "437")
_ENTITY = re.compile(rb"\n {0,2}0\r?\n(?=[A-Z])")
HEAD_BYTES = 64 << 10
TAIL_BYTES = 1 << 20


def load(blob: Blob, limits: Limits) -> tuple[Any, list[Finding]]:
    """Give ezdxf's document, and what was wrong with the file; raises InvalidInput where nothing can be made of it."""
    allowed = min(DRAWING_BYTES, limits.member_bytes)
    with blob.open() as stream:
        data = stream.read(allowed + 1)
    if len(data) > allowed:
        raise InvalidInput("drawing.too_large", size_mb=blob.size_bytes >> 20, limit_mb=allowed >> 20)
    try:
        return _document(data), []
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- ezdxf raises whatever a broken file leads it into
        return _recovered(data)


def _document(data: bytes) -> Any:
    import ezdxf
    from ezdxf.document import Drawing
    from ezdxf.lldxf.tagger import binary_tags_loader

    if data.startswith(_SENTINEL):
        return Drawing.load(binary_tags_loader(data))
    return ezdxf.read(io.TextIOWrapper(io.BytesIO(data), encoding=encoding_of(data), errors="surrogateescape"))  # type: ignore[attr-defined]


def _recovered(data: bytes) -> tuple[Any, list[Finding]]:
    from ezdxf import recover

    reason = ""
    for attempt in (data, _ended(data)):
        try:
            document, auditor = recover.read(io.BytesIO(attempt))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 -- as above
            reason = reason or type(error).__name__
            continue
        if not any(len(layout) for layout in document.layouts):
            continue
        mended = max(1, len(auditor.errors) + len(auditor.fixes))
        return document, [Finding(code="drawing.mended", details={"count": mended})]
    raise InvalidInput("drawing.broken", reason=reason or "empty")


def _ended(data: bytes) -> bytes:
    """Close a text that was cut off: up to its last whole entity, then the marks of the end."""
    last = None
    for last in _ENTITY.finditer(data, max(0, len(data) - TAIL_BYTES)):  # noqa: B007 -- the last one is wanted
        pass
    return data[: last.start() + 1] + b"  0\nENDSEC\n  0\nEOF\n" if last else b""


def encoding_of(data: bytes) -> str:
    """Name Python's codec for a DXF in text form: what the bytes say counts before what the header says."""
    if data.isascii():
        return "ascii"
    head = data[:HEAD_BYTES]
    version = _VERSION.search(head)
    if version and int(version[1]) >= _UTF8_SINCE:
        try:
            data.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            pass
    codepage = _CODEPAGE.search(head)
    declared = codepage[1].decode("ascii", "replace").lower() if codepage else ""
    found = examine(data, complete=True)
    if found and (not declared or declared in _JAPANESE) and found.encoding in ("utf-8", "cp932", "euc-jp"):
        return CODECS[found.encoding]
    return {"932": "cp932", "936": "gbk", "949": "cp949", "950": "big5", "utf8": "utf-8"}.get(declared, "cp932")
