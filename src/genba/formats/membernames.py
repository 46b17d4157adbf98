"""Names of files inside archives: decoded as the packer wrote them, made portable, refused when they lead outside."""

import re

from genba.formats.encoding import CODECS, examine
from genba.formats.paths import is_inside, portable_key, safe_name

OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|^\\\\|\0")
LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._[^/]*$|\.DS_Store$)")


def decode_names(names: list[bytes]) -> list[str]:
    """Decode names whose encoding nobody states: UTF-8 when all are valid, else what Japanese packers wrote."""
    try:
        return [name.decode("utf-8") for name in names]
    except UnicodeDecodeError:
        pass
    found = examine(b"\n".join(name for name in names if not name.isascii()), complete=True)
    codec = CODECS[found.encoding] if found and found.encoding in ("cp932", "euc-jp") else "cp932"
    return [name.decode(codec, "replace") for name in names]


def portable_name(name: str) -> str:
    """Give a member's portable path; empty when the name leads outside its archive and must be refused."""
    if OUTSIDE.search(name):
        return ""
    if is_inside("", name):
        return portable_key(name)
    parts = [safe_name(part) for part in name.replace("\\", "/").split("/") if part.strip() not in ("", ".")]
    return portable_key("/".join(parts))


def is_litter(name: str) -> bool:
    """Say whether a member is what macOS adds beside the files."""
    return LITTER.search(name) is not None
