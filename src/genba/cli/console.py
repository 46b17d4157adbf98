"""What a person sees in a terminal: lines, tables that respect full-width characters, progress, errors."""

import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from genba.errors import GenbaError
from genba.formats.displaywidth import display_width, pad, truncate
from genba.i18n import translate
from genba.model.place import Place

REDRAW_S = 0.2
LINE_WIDTH = 100
# Escape sequences and marks that turn the direction of writing: a file's name must not draw what it likes.
_COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Console:
    """Writes to standard output for people; progress and errors go to standard error."""

    def __init__(self, lang: str, out: TextIO, err: TextIO, *, color: bool) -> None:
        """Progress is drawn only where standard error is a terminal."""
        self.lang = lang
        self._out = out
        self._err = err
        self._color = color and out.isatty()
        self._live = err.isatty()
        self._drawn = 0.0
        self._began = time.monotonic()

    def line(self, text: str = "") -> None:
        """Print one line, or several; what could command the terminal is shown as a mark."""
        print(_COMMANDING.sub("\ufffd", text), file=self._out)

    def say(self, code: str, /, **details: object) -> None:
        """Print a message in the user's language."""
        self.line(translate(code, self.lang, **_tamed(details)))

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()
    ) -> None:
        """Print a table; columns in `right` are aligned to the right."""
        header, rows = _plain(header), [_plain(row) for row in rows]
        widths = [max(display_width(row[column]) for row in (header, *rows)) for column in range(len(header))]
        print(self._strong(self._row(header, widths, frozenset())), file=self._out)
        self.line("  ".join("─" * width for width in widths))
        for row in rows:
            self.line(self._row(row, widths, right))

    def json(self, value: object) -> None:
        """Print a value for programs, in UTF-8 whatever the terminal's code page is."""
        import msgspec

        body = msgspec.json.format(msgspec.json.encode(value, enc_hook=_path), indent=1) + b"\n"
        binary = getattr(self._out, "buffer", None)
        if binary is None:
            self._out.write(body.decode())
            return
        self._out.flush()
        binary.write(body)
        binary.flush()

    def place(self, place: Place) -> str:
        """Write a place in the user's language."""
        if place.sheet:
            return f"{place.sheet}!{place.range}" if place.range else place.sheet
        parts = [
            translate("cli.place_page", self.lang, page=place.page) if place.page else "",
            translate("cli.place_line", self.lang, line=place.line) if place.line else "",
            place.part,
            place.pointer,
        ]
        return " ".join(part for part in parts if part)

    def error(self, error: GenbaError) -> None:
        """Show what went wrong, its code and what to do."""
        self.warn(f"[{error.code}] {translate(error.code, self.lang, **_tamed(error.details))}")

    def warn(self, text: str) -> None:
        """Say something beside the output, which may be read by a program."""
        self._clear()
        print(f"genba: {_COMMANDING.sub(chr(0xFFFD), text)}", file=self._err)

    def status(self, text: str) -> None:
        """Redraw the line that says what is going on."""
        if self._live:
            shown = truncate(" ".join(_plain(text.split())), self._width())
            print(f"\r{pad(shown, self._width())}", end="", file=self._err, flush=True)

    def progress(self, done: int, total: int, bytes_done: int, bytes_total: int, current: str) -> None:
        """Redraw the progress line: count, rate and time left."""
        moment = time.monotonic()
        if not self._live or (moment - self._drawn < REDRAW_S and done < total):
            return
        self._drawn = moment
        elapsed = max(moment - self._began, 0.001)
        share = bytes_done / bytes_total if bytes_total else done / max(total, 1)
        left = f"{elapsed * (1 - share) / share:.0f}" if share > 0.01 else "…"
        text = translate(
            "cli.progress", self.lang, done=done, total=total, rate=f"{done / elapsed:.1f}", left=left, current=current
        )
        self.status(text)
        if done >= total:
            self._clear()

    def _clear(self) -> None:
        if self._live:
            print(f"\r{' ' * self._width()}\r", end="", file=self._err, flush=True)

    @staticmethod
    def _width() -> int:
        return min(LINE_WIDTH, shutil.get_terminal_size().columns - 1)

    def _row(self, cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
        padded = [
            " " * (width - display_width(cell)) + cell if column in right else pad(cell, width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    def _strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._color else text


def _path(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError


def _plain(cells: Sequence[str]) -> list[str]:
    """Take what would break a row or command the terminal out of names that come from outside."""
    return [_BREAKING.sub("\ufffd", cell) for cell in cells]


def _tamed(details: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain([value])[0] if isinstance(value, str) else value for name, value in details.items()}


def size_text(size_bytes: int) -> str:
    """Write a size as people read it."""
    for unit, step in (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size_bytes >= step:
            return f"{size_bytes / step:,.1f} {unit}"
    return f"{size_bytes} B"


def open_console(lang: str, *, color: bool) -> Console:
    """Open the terminal so that no character a file name may hold can stop a run, on a CP932 console too."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    return Console(lang, sys.stdout, sys.stderr, color=color)
