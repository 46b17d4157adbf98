"""Files inside OLE objects: what Office wraps into `oleObject1.bin` when a file is dropped into a document."""

import io
import struct

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NATIVE = "\x01Ole10Native"
_WHOLE = {"CONTENTS": ".pdf", "Package": "", "EmbeddedOdf": ".odt"}
_STREAM_LIMIT = 512 << 20


def unwrap(data: bytes, name: str) -> tuple[str, bytes]:
    """Take the file out of an OLE object with the name it had; anything else is given back as it is."""
    if not data.startswith(OLE_MAGIC):
        return name, data
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists(_NATIVE):
                found = _native(_read(ole, _NATIVE))
                return found if found is not None else (name, data)
            for stream, ending in _WHOLE.items():
                if ole.exists(stream):
                    inner = _read(ole, stream)
                    return _named(name, inner, ending), inner
    except (OSError, ValueError, IndexError, struct.error):
        return name, data
    return name, data


def _read(ole: object, stream: str) -> bytes:
    with ole.openstream(stream) as found:  # type: ignore[attr-defined]
        content: bytes = found.read(_STREAM_LIMIT)
    return content


def _native(stream: bytes) -> tuple[str, bytes] | None:
    """Read MS-OLEDS 2.3.6: size, type, label, file name, two numbers, path, size, content."""
    position = 6
    label, position = _text(stream, position)
    path, position = _text(stream, position)
    position += 4
    (length,) = struct.unpack_from("<I", stream, position)
    position += 4 + length
    (size,) = struct.unpack_from("<I", stream, position)
    position += 4
    content = stream[position : position + size]
    if len(content) != size:
        return None
    name = (label or path).replace("\\", "/").rsplit("/", 1)[-1].strip()
    return (name or "embedded.bin"), content


def _text(stream: bytes, position: int) -> tuple[str, int]:
    end = stream.index(b"\0", position)
    return stream[position:end].decode("cp932", "replace"), end + 1


def _named(name: str, inner: bytes, ending: str) -> str:
    stem = name.rsplit(".", 1)[0]
    if inner.startswith(b"%PDF"):
        return stem + ".pdf"
    return stem + (ending if ending and not inner.startswith(b"PK") else ".bin")
