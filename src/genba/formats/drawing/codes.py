"""Texts of DXF without their control codes: %%c, \\U+2300, MTEXT's formatting, stacked tolerances as +0.1/-0.2."""

import re

_SIGNS = {"c": "φ", "d": "°", "p": "±", "%": "%"}
_PERCENT = re.compile(r"%%(\d{3}|[A-Za-z%])")
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_MULTIBYTE = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_CODEPAGES = {"1": "cp932", "2": "big5", "3": "cp949", "4": "johab", "5": "gbk"}
_ARGUMENT = frozenset("ACcfFHQTWp")  # codes of MTEXT that take an argument up to a semicolon
_TOGGLE = frozenset("LlOoKk")
_PIECE = re.compile(r"\\(.)|[{}]|\^(.)|[^\\{}^]+", re.DOTALL)
MOST_CHARS = 100_000


def _percent(match: re.Match[str]) -> str:
    code = match[1]
    if code.isdigit():
        return chr(int(code)) if 32 <= int(code) < 256 else ""
    return _SIGNS.get(code.lower(), "")  # %%u, %%o, %%k only underline, overline or strike


def _multibyte(match: re.Match[str]) -> str:
    return bytes.fromhex(match[2]).decode(_CODEPAGES[match[1]], "replace")


def plain(text: str) -> str:
    """Give a TEXT's or an attribute's words."""
    text = text[:MOST_CHARS]
    if "\\" in text:
        text = _UNICODE.sub(lambda match: chr(int(match[1], 16)), text)
        text = _MULTIBYTE.sub(_multibyte, text)
    return _legal(_PERCENT.sub(_percent, text) if "%%" in text else text).strip()


def formatted(text: str) -> str:
    """Give an MTEXT's words; paragraphs are lines, stacked texts stand one after the other with a slash."""
    text = text[:MOST_CHARS]
    if "\\" not in text and "{" not in text and "^" not in text:
        return plain(text)
    text = _MULTIBYTE.sub(_multibyte, _UNICODE.sub(lambda match: chr(int(match[1], 16)), text))
    out: list[str] = []
    at = 0
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            out.append(text[at])
            at += 1
            continue
        at = match.end()
        code = match[1]
        if code is None:
            caret = match[2]
            if caret is not None:
                out.append({"I": " ", "J": "\n", " ": "^"}.get(caret, ""))
            elif text[match.start()] not in "{}":
                out.append(match[0])
        elif code in "\\{}":
            out.append(code)
        elif code in "PXN":
            out.append("\n")
        elif code == "~":
            out.append(" ")
        elif code in _TOGGLE:
            continue
        elif code in _ARGUMENT or code == "S":
            end = text.find(";", at)
            end = len(text) if end < 0 else end
            if code == "S":
                _stack(text[at:end], out)
            at = end + 1
        else:
            out.append(match[0])
    lines = (" ".join(line.split()) if "\t" in line else line.strip() for line in "".join(out).split("\n"))
    return _legal(_PERCENT.sub(_percent, "\n".join(lines))).strip()


def _stack(argument: str, out: list[str]) -> None:
    """Write a stack in one line: +0.1^-0.2 becomes " +0.1/-0.2", H7/g6 stays as it is."""
    for divider in ("^", "/", "#"):
        upper, found, lower = argument.partition(divider)
        if found:
            break
    upper, lower = upper.strip(), lower.strip()
    joined = f"{upper}/{lower}" if upper and lower else upper or lower
    before = out[-1][-1:] if out else ""
    is_tolerance = divider == "^" and bool(re.match(r"[+\-±]?\d|[+\-]", joined))
    out.append(f" {joined}" if is_tolerance and before and not before.isspace() else joined)


def _legal(text: str) -> str:
    """Show what could not be decoded as U+FFFD: lone surrogates cannot be written to any file."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
