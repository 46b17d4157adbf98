"""Check boxes in text: ☑ ☐ ■ □ ✓ レ ● ○, several in one cell or a mark in a cell of its own."""

import re
from typing import NamedTuple

ON = "☑☒■✓✔🗹✅▣◉⦿レ●"
OFF = "☐□◻⬜◯○▢"
_SURE = "☑☒☐✓✔🗹✅⬜▢◻"
_ANY = re.compile(f"[{ON}{OFF}]")
_SPLIT = re.compile(
    r"([☑☒☐✓✔🗹✅⬜▢◻■□▣]|[●○◯◉⦿](?=[\s\u3000]*\S)|(?:(?<=^)|(?<=[\s\u3000]))レ(?=[\s\u3000]))[\s\u3000]*"
)


class Options(NamedTuple):
    """Boxes found in a text; `label` is what stands before the first."""

    label: str
    options: tuple[tuple[str, bool], ...]


def lone_mark(text: str) -> bool | None:
    """Whether a cell that holds nothing but a mark is ticked; None when it holds anything else."""
    bare = text.strip().strip("[]［］()（）").strip()
    if len(bare) != 1:
        return None
    if bare in "○◯":
        return None  # on its own a verdict (○ × △), not a box
    if bare in ON:
        return True
    return False if bare in OFF else None


def read_options(text: str, *, among_boxes: bool = False) -> Options | None:
    """Boxes with their texts; None where the signs are bullets, headings or words.

    A single ■ is a box only among boxes: beside others in the same field.
    """
    if len(text) > 600 or not _ANY.search(text):
        return None
    pieces = _SPLIT.split(text)
    if len(pieces) < 3:
        return None
    label = pieces[0].strip()
    found: list[tuple[str, bool]] = []
    marks = pieces[1::2]
    for mark, words in zip(marks, pieces[2::2], strict=True):
        found.append((_tidy(words), mark in ON))
    if not among_boxes and not _are_boxes(marks, found, label):
        return None
    # a wide mark without words is a slip of the pen: 「□□新規」
    return Options(label.rstrip("：: \u3000"), tuple(option for option in found if option[0]))


def _tidy(words: str) -> str:
    return re.sub(r"[ \u3000]{2,}", " ", words.strip(" \u3000\n\t・、,／/"))


def _are_boxes(marks: list[str], found: list[tuple[str, bool]], label: str) -> bool:
    if not any(words for words, _ in found):
        return False
    if label and not label.endswith(("：", ":")) and len(label) > 24:
        return False
    if any(mark in _SURE or mark == "□" for mark in marks):
        return True
    if len(marks) < 2 or any(len(words) > 30 or not words for words, _ in found):
        return False
    if set(marks) == {"■"} and not label and all(len(words) <= 6 and "\n" not in words for words, _ in found):
        return True  # 「■有　■無」 with both ticked: headings do not stand side by side
    kinds = set(marks)
    # ■ alone twice over is two headings; ● with ○ is a choice, ○ ○ ○ are bullets or verdicts
    return len(kinds) > 1 and bool(kinds & set(ON)) and bool(kinds & set(OFF))
