"""Vertical Japanese read by the machine's own tesseract (Debian: tesseract-ocr with tesseract-ocr-jpn-vert).

The picture goes in by standard input and the words come back by standard output; nothing is written.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from genba.errors import Unavailable
from genba.formats.scans.rasters import to_array
from genba.ports.recognisers import Raster, TextLine

LANGUAGE = "jpn_vert"
ONE_VERTICAL_BLOCK = "5"  # page segmentation mode
TIME_LIMIT_S = 60.0
ASKING_LIMIT_S = 10.0
LEAST_CONFIDENCE = 0.2
WORD, FIELDS = "5", 12


@dataclass(frozen=True, slots=True)
class Word:
    """A word as tesseract gives it: its line, its box in pixels, its certainty from 0 to 1."""

    line: tuple[str, str, str]
    left: int
    top: int
    width: int
    height: int
    confidence: float
    text: str


class TesseractColumns:
    """Reads a block of vertical writing, column by column."""

    def __init__(self, program: str, version: str) -> None:
        """Take what `find_tesseract` has found."""
        self._program = program
        self.name = f"tesseract-{version}/{LANGUAGE}"

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        """Read every column of a block; a block that takes too long is left unread."""
        import cv2

        done, data = cv2.imencode(".png", to_array(page, channels=1), [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            return ()
        dpi = str(round(page.dpi)) if page.dpi >= 70 else "200"
        command = [self._program, "stdin", "stdout", "-l", LANGUAGE, "--psm", ONE_VERTICAL_BLOCK, "--dpi", dpi, "tsv"]
        return tuple(columns(words(ask(command, data.tobytes(), TIME_LIMIT_S))))


def find_tesseract() -> TesseractColumns | None:
    """Find tesseract with the data for vertical Japanese; None where either is missing."""
    program = shutil.which("tesseract")
    if not program or Path(program).absolute().parent == Path.cwd():  # Windows looks in the current folder first
        return None
    try:
        if LANGUAGE not in ask([program, "--list-langs"], b"", ASKING_LIMIT_S).split():
            return None
        version = ask([program, "--version"], b"", ASKING_LIMIT_S).split()[1]
    except (Unavailable, IndexError):
        return None
    return TesseractColumns(program, version)


def ask(command: Sequence[str], data: bytes, timeout_s: float) -> str:
    """Run tesseract to its end or the limit and give what it wrote."""
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=timeout_s, check=True)
    except subprocess.TimeoutExpired:
        raise Unavailable("ocr.failed", reason=f"tesseract: {timeout_s:g} s") from None
    except subprocess.CalledProcessError as error:
        raise Unavailable("ocr.failed", reason=f"tesseract: {error.returncode}") from None
    except OSError as error:
        raise Unavailable("ocr.failed", reason=error.strerror or type(error).__name__) from None
    return done.stdout.decode("utf-8", errors="replace")


def words(table: str) -> Iterator[Word]:
    """Read the words of tesseract's table (TSV); rows that are none are passed over."""
    for row in table.splitlines():
        fields = row.split("\t", FIELDS - 1)
        if len(fields) < FIELDS or fields[0] != WORD or not fields[11].strip():
            continue
        try:
            left, top, width, height = (int(field) for field in fields[6:10])
            confidence = float(fields[10]) / 100
        except ValueError:
            continue
        line = (fields[2], fields[3], fields[4])
        yield Word(line, left, top, width, height, min(max(confidence, 0.0), 1.0), fields[11].strip())


def columns(found: Iterator[Word]) -> Iterator[TextLine]:
    """Join the words of each column; their order is from top to bottom."""
    by_line: dict[tuple[str, str, str], list[Word]] = {}
    for word in found:
        by_line.setdefault(word.line, []).append(word)
    for members in by_line.values():
        line = as_column(sorted(members, key=lambda word: word.top))
        if line.confidence >= LEAST_CONFIDENCE:
            yield line


def as_column(members: Sequence[Word]) -> TextLine:
    """Make one column of its words; characters stand evenly within their word."""
    left, right = min(word.left for word in members), max(word.left + word.width for word in members)
    top, bottom = members[0].top, max(word.top + word.height for word in members)
    height = max(bottom - top, 1)
    positions = [
        (word.top - top + (index + 0.5) * word.height / len(word.text)) / height
        for word in members
        for index in range(len(word.text))
    ]
    count = len(positions)
    return TextLine(
        text="".join(word.text for word in members),
        corners=((right, top), (right, bottom), (left, bottom), (left, top)),
        confidence=round(sum(word.confidence * len(word.text) for word in members) / count, 4),
        vertical=True,
        positions=tuple(round(position, 4) for position in positions),
    )
