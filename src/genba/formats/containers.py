"""What a zip or OLE2 container is, told by its directory and its content types, never by the file's name."""

import struct
import zlib
from typing import BinaryIO

from genba.errors import InvalidInput

TAIL_BYTES = 65_557  # end of central directory plus the longest comment
DIRECTORY_BYTES = 1 << 20
TYPES_BYTES = 4 << 20
MIMETYPES = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.graphics": "odg",
    b"application/epub+zip": "epub",
}
# Content types of main parts (ISO/IEC 29500-1 and MS-OFFMACRO2); macro-enabled and binary ones first.
MAIN_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    (b"ms-excel.sheet.macroEnabled.main", "xlsm"),
    (b"ms-excel.template.macroEnabled.main", "xltm"),
    (b"ms-excel.addin.macroEnabled.main", "xlsm"),
    (b"ms-word.document.macroEnabled.main", "docm"),
    (b"ms-word.template.macroEnabledTemplate.main", "dotm"),
    (b"ms-powerpoint.presentation.macroEnabled.main", "pptm"),
    (b"ms-powerpoint.slideshow.macroEnabled.main", "ppsm"),
    (b"ms-powerpoint.template.macroEnabled.main", "pptm"),
    (b"wordprocessingml.document.main", "docx"),
    (b"wordprocessingml.template.main", "dotx"),
    (b"presentationml.presentation.main", "pptx"),
    (b"presentationml.slideshow.main", "ppsx"),
    (b"presentationml.template.main", "potx"),
    (b"spreadsheetml.sheet.main", "xlsx"),
    (b"spreadsheetml.template.main", "xltx"),
    (b"ms-visio.drawing.main", "vsdx"),
    (b"ms-visio.drawing.macroEnabled.main", "vsdx"),
    (b"package.xps-fixeddocumentsequence", "xps"),
)

USUAL_PARTS = (
    (b"xl/workbook.xml", "xlsx"),
    (b"xl/workbook.bin", "xlsb"),
    (b"word/document.xml", "docx"),
    (b"ppt/presentation.xml", "pptx"),
)


def zip_kind(stream: BinaryIO, size: int, head: bytes) -> str:
    """Tell what a zip holds; raises InvalidInput("file.truncated") when its directory is missing or cut off."""
    directory, offset = _directory(stream, size)
    if head[30:38] == b"mimetype" and not struct.unpack_from("<H", head, 8)[0]:
        length = struct.unpack_from("<I", head, 18)[0]
        extra = struct.unpack_from("<H", head, 28)[0]
        known = MIMETYPES.get(bytes(head[38 + extra : 38 + extra + (length or 64)]).strip())
        if known:
            return known
    at = _entry(directory, b"[Content_Types].xml")
    if at >= 0:
        types = _member(stream, directory, at, offset)
        for content_type, kind in MAIN_PARTS:
            if content_type in types:
                return kind
    for name, kind in USUAL_PARTS:  # content types that are damaged, or that the writer left out
        if _entry(directory, name) >= 0:
            return kind
    return "jar" if b"META-INF/MANIFEST.MF" in directory else "zip"


def _directory(stream: BinaryIO, size: int) -> tuple[bytes, int]:
    """Read the central directory and the shift of all offsets (self-extractors put bytes before the archive)."""
    tail_start = max(0, size - TAIL_BYTES)
    stream.seek(tail_start)
    tail = stream.read(TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise InvalidInput("file.truncated")
    length, start = struct.unpack_from("<II", tail, at + 12)
    if start == 0xFFFFFFFF or length == 0xFFFFFFFF:
        locator = tail.rfind(b"PK\x06\x07", 0, at)
        if locator < 0:
            raise InvalidInput("file.truncated")
        stream.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
        record = stream.read(56)
        if len(record) < 56 or record[:4] != b"PK\x06\x06":
            raise InvalidInput("file.truncated")
        length, start = struct.unpack_from("<QQ", record, 40)
        shift = 0
    else:
        shift = tail_start + at - length - start
    if start + shift < 0 or start + length > size or shift < 0:
        raise InvalidInput("file.truncated")
    stream.seek(start + shift)
    return stream.read(min(length, DIRECTORY_BYTES)), shift


def _entry(directory: bytes, name: bytes) -> int:
    """Find a member's header in the directory; -1 when there is none of exactly this name."""
    at = directory.find(name)
    while at >= 0:
        header = at - 46
        is_header = header >= 0 and directory[header : header + 4] == b"PK\x01\x02"
        if is_header and struct.unpack_from("<H", directory, header + 28)[0] == len(name):
            return header
        at = directory.find(name, at + 1)
    return -1


def _member(stream: BinaryIO, directory: bytes, at: int, shift: int) -> bytes:
    method, packed = struct.unpack_from("<H8xI", directory, at + 10)
    stream.seek(struct.unpack_from("<I", directory, at + 42)[0] + shift)
    local = stream.read(30)
    if len(local) < 30 or local[:4] != b"PK\x03\x04":
        raise InvalidInput("file.truncated")
    stream.seek(sum(struct.unpack_from("<HH", local, 26)), 1)
    data = stream.read(min(packed, TYPES_BYTES))
    if method == 0:
        return data
    try:
        return zlib.decompressobj(-15).decompress(data, TYPES_BYTES)
    except zlib.error:
        return b""


def ole_kind(stream: BinaryIO) -> str:
    """Tell what an OLE2 file is by its streams; raises InvalidInput for cut-off and encrypted files."""
    import olefile

    try:
        ole = olefile.OleFileIO(stream)
    except (OSError, IndexError, ValueError, struct.error, RecursionError):
        raise InvalidInput("file.truncated") from None
    try:
        return _kind_of_streams({"/".join(path).lower() for path in ole.listdir(streams=True, storages=True)})
    finally:
        ole.close()


def _kind_of_streams(names: set[str]) -> str:
    if "encryptedpackage" in names:
        protected = any("drmencrypted" in name for name in names)
        raise InvalidInput("file.rights_managed" if protected else "file.password_protected")
    for stream, kind in OLE_STREAMS:
        if stream in names:
            return kind
    if any("jsrv_" in name for name in names):
        return "ichitaro"
    if any(name.startswith("swdoc") or "swxmlcontents" in name for name in names):
        return "cad"
    return "mpp" if any(name.startswith("   1") for name in names) else "ole"


OLE_STREAMS = (
    ("__properties_version1.0", "msg"),
    ("\x04jsrv_segmentinformation", "ichitaro"),
    ("workbook", "xls"),
    ("book", "xls"),
    ("worddocument", "doc"),
    ("powerpoint document", "ppt"),
    ("pp40", "ppt"),
    ("visiodocument", "vsd"),
    ("quill/quillsub/contents", "pub"),
    ("catalog", "thumbs"),
)
