"""The pdfium library: opening files from outside, and the calls that are made for every character, made fast.

pdfium is not thread-safe: one process reads one PDF at a time.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genba.errors import InvalidInput
from genba.ports.blob import Blob

IN_MEMORY_BYTES = 256 << 20  # larger files are read through the open stream, block by block


def open_document(blob: Blob) -> Any:
    """Open a PDF; raises InvalidInput for a password, and for files in which pdfium finds no document."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    if blob.size_bytes == 0:
        raise InvalidInput("pdf.broken", reason="0 bytes")
    try:
        stream = blob.open()
        source: Any = stream
        if blob.size_bytes <= IN_MEMORY_BYTES:
            with stream:
                source = stream.read()
        return pypdfium2.PdfDocument(source, autoclose=True)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise InvalidInput("pdf.encrypted") from None
        raise InvalidInput("pdf.broken", reason="no document found") from None


@dataclass(frozen=True, slots=True)
class Calls:
    """Entry points by address: handles as plain integers, which is twice as fast as pointer objects."""

    unicode: Callable[[int, int], int]
    text_object: Callable[[int, int], int | None]
    loose_box: Callable[[int, int, Any], int]
    matrix: Callable[[int, int, Any], int]
    map_error: Callable[[int, int], int]
    is_generated: Callable[[int, int], int]


def calls() -> Calls:
    """Bind the calls made per character."""
    import pypdfium2.raw as pdfium

    integer, handle = ctypes.c_int, ctypes.c_void_p

    def bind(function: Any, result: Any, *arguments: Any) -> Any:
        address = ctypes.cast(function, ctypes.c_void_p).value
        return ctypes.CFUNCTYPE(result, *arguments)(address or 0)

    return Calls(
        bind(pdfium.FPDFText_GetUnicode, ctypes.c_uint, handle, integer),
        bind(pdfium.FPDFText_GetTextObject, handle, handle, integer),
        bind(pdfium.FPDFText_GetLooseCharBox, integer, handle, integer, handle),
        bind(pdfium.FPDFText_GetMatrix, integer, handle, integer, handle),
        bind(pdfium.FPDFText_HasUnicodeMapError, integer, handle, integer),
        bind(pdfium.FPDFText_IsGenerated, integer, handle, integer),
    )


def address_of(handle: Any) -> int:
    """The address behind a handle of the library."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def read_utf16(call: Callable[..., int], *arguments: Any, most_bytes: int = 1 << 20) -> str:
    """Call a function of the pattern (…, buffer, length) → length in bytes, and decode its UTF-16."""
    length = call(*arguments, None, 0)
    if not 2 < length <= most_bytes:
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").rstrip("\x00")


def read_bytes(call: Callable[..., int], *arguments: Any, most_bytes: int) -> bytes | None:
    """The same for plain bytes; None beyond the limit."""
    length = call(*arguments, None, 0)
    if length > most_bytes:
        return None
    if length == 0:
        return b""
    buffer = ctypes.create_string_buffer(length)
    call(*arguments, buffer, length)
    return buffer.raw
