"""File names and paths by rule, alike on every system: portable keys, safe names, long Windows paths, no traversal."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_BYTES = 255
_LONG_PATH = 240  # Windows stops at 260 for files and at 248 for folders; leave room for a name

_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\s*\..*)?\s*$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DRIVE = re.compile(r"[A-Za-z]:")
_FULL_WIDTH = str.maketrans('<>:"/\\|?*', "＜＞：”／＼｜？＊")


def portable_key(path: str) -> str:
    """A relative path as one key on every system: forward slashes, NFC, no `.` parts; macOS writes が in two."""
    parts = unicodedata.normalize("NFC", path.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def is_reserved(name: str) -> bool:
    """Tell whether Windows takes a name for a device: CON, nul.txt, COM1, also before spaces and dots."""
    return _RESERVED.match(name) is not None


def safe_name(name: str) -> str:
    """A name every file system takes, as near to the given one as can be; what is forbidden becomes full-width or _."""
    name = unicodedata.normalize("NFC", name).translate(_FULL_WIDTH)
    name = _FORBIDDEN.sub("_", "".join("_" if "\ud800" <= char <= "\udfff" else char for char in name))
    name = name.rstrip(" .")
    if not name.strip(" ."):
        return "_"
    if is_reserved(name):
        stem, dot, rest = name.partition(".")
        name = f"{stem.rstrip()}_{dot}{rest}"
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = MAX_NAME_BYTES - len((dot + extension).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") or "_"
    return _RESERVED.sub("_", stem) + dot + extension


def extended(path: str, *, windows: bool) -> str:
    r"""Prefix an absolute Windows path with `\\?\` (`\\?\UNC\` for shares), so that it may exceed 260 characters.

    Such a path is taken literally by Windows: slashes and `.`, `..` are resolved here. Short ones are prefixed only
    where Windows would bend the name (trailing dots and spaces, device names).
    """
    if not windows or path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    text = path.replace("/", "\\")
    if text.startswith("\\\\"):
        root, rest = "\\\\?\\UNC\\", text[2:].split("\\")
        keep = 2  # server and share cannot be left by ..
    elif _DRIVE.match(text) and text[2:3] == "\\":
        root, rest = "\\\\?\\", text.split("\\")
        keep = 1
    else:
        return path  # a relative path has no long form
    bent = any(part not in ("", ".", "..") and (part[-1] in " ." or is_reserved(part)) for part in rest[keep:])
    return root + "\\".join(_resolved(rest, keep)) if len(text) > _LONG_PATH or bent else path


def _resolved(parts: list[str], keep: int) -> list[str]:
    done: list[str] = []
    for part in parts:
        if part == "..":
            if len(done) > keep:
                done.pop()
        elif part not in ("", "."):
            done.append(part)
    return done if len(done) > 1 or keep > 1 else [*done, ""]


def is_inside(root: str, member: str) -> bool:
    r"""Tell whether a member's name, joined to `root`, stays below it on every system; anything doubtful is outside.

    Refused: `..`, absolute paths, drive letters and streams (`a:b`), UNC, device names, NUL and control characters,
    parts that Windows would bend (`name.`, `name `), and names that are nothing.
    """
    del root  # by rule, not by looking: what is safe is safe below any root
    if not member or any(char < " " or char == "\x7f" for char in member):
        return False
    text = unicodedata.normalize("NFKC", member).replace("\\", "/")
    if member[0] in "/\\" or ":" in member or ("\uff1a" in member and _DRIVE.match(text)):
        return False
    parts = member.replace("\\", "/").split("/")
    if parts[-1] == "":
        parts.pop()  # a folder's name ends with a slash
    return bool(parts) and all(_is_plain_part(part) for part in parts) and any(part != "." for part in parts)


def _is_plain_part(part: str) -> bool:
    if part == ".":
        return True
    return bool(part) and part[-1] not in " ." and not is_reserved(part)
