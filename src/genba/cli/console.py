"""What a person sees in a terminal: lines, tables that respect full-width characters, progress, errors."""

import sys
import time
from collections.abc import Sequence
from typing import TextIO

from genba.errors import GenbaError
from genba.formats.text import display_width, pad, truncate
from genba.i18n import translate
from genba.model.place import Place

REDRAW_S = 0.2
LINE_WIDTH = 100


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
        """Print one line."""
        print(text, file=self._out)

    def say(self, code: str, /, **details: object) -> None:
        """Print a message in the user's language."""
        self.line(translate(code, self.lang, **details))

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()
    ) -> None:
        """Print a table; columns in `right` are aligned to the right."""
        widths = [max(display_width(row[column]) for row in (header, *rows)) for column in range(len(header))]
        self.line(self._strong(self._row(header, widths, frozenset())))
        self.line("  ".join("─" * width for width in widths))
        for row in rows:
            self.line(self._row(row, widths, right))

    def json(self, value: object) -> None:
        """Print a value for programs."""
        import msgspec

        self.line(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())

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
        self._clear()
        print(f"genba: [{error.code}] {translate(error.code, self.lang, **error.details)}", file=self._err)

    def status(self, text: str) -> None:
        """Redraw the line that says what is going on."""
        if self._live:
            print("\r\x1b[K" + truncate(text, LINE_WIDTH), end="", file=self._err, flush=True)

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
            print("\r\x1b[K", end="", file=self._err, flush=True)

    def _row(self, cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
        padded = [
            " " * (width - display_width(cell)) + cell if column in right else pad(cell, width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    def _strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._color else text


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
