"""How wide a text is on a screen, where kanji take two columns; apart from `text`, which takes long to load."""

import unicodedata


def display_width(text: str, *, ambiguous: int = 1) -> int:
    """Columns a text takes on a screen; `ambiguous` is 2 on consoles that draw ○ and α wide."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_char_width(char, ambiguous) for char in text)


def pad(text: str, width: int, *, align: str = "left", ambiguous: int = 1) -> str:
    """Fill up with spaces to a width in columns; a longer text stays as it is. `align` is left, right or center."""
    room = max(0, width - display_width(text, ambiguous=ambiguous))
    before = {"left": 0, "right": room, "center": room // 2}[align]
    return " " * before + text + " " * (room - before)


def truncate(text: str, width: int, *, ellipsis: str = "…", ambiguous: int = 1) -> str:
    """Cut to a width in columns, never between a character and the marks combined with it."""
    if display_width(text, ambiguous=ambiguous) <= width:
        return text
    room = width - display_width(ellipsis, ambiguous=ambiguous)
    if room < 0:
        return ""
    for position, char in enumerate(text):
        room -= _char_width(char, ambiguous)
        if room < 0:
            return text[:position] + ellipsis
    return text


def _char_width(char: str, ambiguous: int) -> int:
    if char < "\x7f":
        return 1 if char >= " " else 0
    if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    kind = unicodedata.east_asian_width(char)
    return 2 if kind in "WF" else ambiguous if kind == "A" else 1
