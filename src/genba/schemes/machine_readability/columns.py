"""Columns of evidence from their values: what they hold, and whether they are answers chosen from a few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from genba.formats.text import search_key
from genba.model.table import ColumnType
from genba.schemes.machine_readability.evidence import Column, Holds, Stored, Value
from genba.schemes.machine_readability.wording import Reading, is_choice_name, is_code_name, reading_of

# Below this share a column with some numbers in it is text that happens to have figures.
NUMERIC_SHARE = 0.6
MIN_NUMBERS = 3
# A column is a choice when few short answers return often enough.
MAX_CHOICES = 20
MIN_ANSWERS = 8
ANSWERS_PER_CHOICE = 3
MAX_CHOICE_CHARS = 16
MAX_CODE_DIGITS = 3

_NUMERIC = frozenset((ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DURATION))
_MOMENTS = frozenset((ColumnType.DATE, ColumnType.DATETIME, ColumnType.TIME))


def make_column(
    name: str,
    values: Iterable[Value],
    *,
    header: Sequence[str] = (),
    is_typed: bool = False,
    type: ColumnType = ColumnType.STRING,
    unit: str = "",
    codes: Sequence[str] = (),
    description: str = "",
) -> Column:
    """Measure a column once, so that the rules need not go through its values again and again."""
    values = tuple(values)
    counts = Counter(value for value in values if value.text.strip())
    if type in _NUMERIC:
        holds = Holds.TEXT if _names_things(name, counts) else Holds.NUMBERS
    elif type in _MOMENTS:
        holds = Holds.MOMENTS
    else:
        holds = _holds(name, counts)
    return Column(
        name=name,
        header=tuple(header),
        values=values,
        holds=holds,
        is_choice=_is_choice(name, counts, holds) or bool(codes),
        is_typed=is_typed,
        unit=unit,
        codes=tuple(codes),
        description=description,
        distinct=tuple(counts),
        blanks=len(values) - sum(counts.values()),
    )


def _holds(name: str, counts: Counter[Value]) -> Holds:
    numbers = moments = symbols = 0
    for value, count in counts.items():
        if value.stored is Stored.NUMBER:
            numbers += count
        elif value.stored is Stored.MOMENT:
            moments += count
        else:
            reading = reading_of(value.text)
            numbers += count * (reading in (Reading.NUMBER, Reading.DECORATED))
            moments += count * (reading is Reading.MOMENT)
            symbols += count * (reading is Reading.SYMBOL)
    total = sum(counts.values()) - symbols
    if not total:
        return Holds.TEXT if counts else Holds.NOTHING
    if moments >= NUMERIC_SHARE * total:
        return Holds.MOMENTS
    enough = numbers >= NUMERIC_SHARE * total and (numbers >= MIN_NUMBERS or numbers == total)
    if enough and not _names_things(name, counts):
        return Holds.NUMBERS
    return Holds.TEXT


def _names_things(name: str, counts: Counter[Value]) -> bool:
    """Figures that are names: part numbers, years, and the 1, 2, 3 of a 区分."""
    if is_code_name(name):
        return True
    short = all(value.text.strip().isdigit() and len(value.text) <= MAX_CODE_DIGITS for value in counts)
    return is_choice_name(name) and short and len(counts) <= MAX_CHOICES


def _is_choice(name: str, counts: Counter[Value], holds: Holds) -> bool:
    if is_code_name(name) and not is_choice_name(name):
        return False  # part numbers return as well, but nobody chose them from a list
    total = sum(counts.values())
    if total < MIN_ANSWERS or not 1 < len(counts) <= MAX_CHOICES:
        return False
    if any(len(value.text) > MAX_CHOICE_CHARS for value in counts):
        return False
    # ways to spell one answer count once, since it is they that are looked for
    if total < ANSWERS_PER_CHOICE * len({search_key(value.text) for value in counts}):
        return False
    # amounts that repeat (0, 1, 2 …) are no answers, unless they are stored as words
    return holds is Holds.TEXT
