"""What a column holds, learnt batch by batch in bounded memory, and the type that follows from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from genba.model.table import ColumnType
from genba.steps.tables.moments import Form, form_of, plain_moments
from genba.steps.tables.values import MISSING, read_value

if TYPE_CHECKING:
    import pyarrow as pa

# A column is typed when so large a share of its values can be read so; below it, what cannot be read is not an
# exception any more but the column's nature. The rest is kept in a companion column, so nothing is lost.
TYPED_SHARE = 0.95
# A column of few values may have one that cannot be read.
SMALL_COLUMN = 20
# Distinct odd values looked at per batch; beyond, their shares are taken from these.
MAX_DISTINCT = 4_000
MAX_UNITS = 50
# Distinct values whose writing is remembered; where there are more, and they cannot be rebuilt, a column keeps them.
MAX_WRITTEN = 1_000
MAX_SHAPES = 50
MOMENTS = ("date", "datetime", "time")

_CODE_NAME = re.compile(
    r"(品番|部番|図番|型番|製番|工番|機番|号機|コード|ｺｰﾄﾞ|code|ロット|lot|シリアル|serial|電話|tel|fax|郵便|〒|社員番号|従業員番号|管理番号|"
    r"注文番号|受注番号|伝票番号|文書番号|製造番号|番地|(^|[^a-z])id$|jan|バージョン|版)",
    re.IGNORECASE,
)

_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Profile:
    """Counts of kinds of values in one column."""

    name: str
    unit: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    odd: str = ""  # the first value that could not be read
    sampled: bool = False  # not every distinct value was looked at
    zeros: bool = False  # a code with leading zeros was seen: 00123
    shapes: dict[tuple[str, str], str] = field(default_factory=dict)  # kind and 平成#年#月#日 → the first so written
    written: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # kind, as written, as kept
    unlogged: Counter[str] = field(default_factory=Counter)  # further ones, by kind

    def learn(self, values: pa.Array) -> None:
        """Take in one batch of strings."""
        import pyarrow as pa
        import pyarrow.compute as pc

        trimmed = pc.utf8_trim(values, characters=" \u3000\t")
        is_missing = pc.is_in(trimmed, value_set=pa.array(sorted(MISSING), pa.string()))
        marks = pc.value_counts(trimmed.filter(pc.and_(is_missing, pc.is_valid(trimmed))))
        for entry in marks:
            self.missing[entry["values"].as_py()] += entry["counts"].as_py()
        rest = trimmed.filter(pc.and_(pc.invert(is_missing), pc.is_valid(trimmed)))
        if not len(rest):
            return
        form = form_of(rest, self.name)
        quick = plain_kind(rest, form)
        if quick:
            self.kinds[quick] += len(rest)
            self.units["", ""] += len(rest)
            if form is not None and quick == form.kind and not form.is_iso:
                self._write(rest[0].as_py(), len(rest), uniform=True)
            return
        if form is not None and form.is_bare:
            self._look(rest)
            return
        integers = _count(rest, PLAIN_INTEGER)
        numbers = _count(rest, PLAIN_NUMBER) - integers
        self.kinds["integer"] += integers
        self.kinds["number"] += numbers
        if integers or numbers:
            self.units["", ""] += integers + numbers
            rest = rest.filter(pc.invert(pc.match_substring_regex(rest, PLAIN_NUMBER)))
        if len(rest) and _count(rest, ZEROS) == len(rest):
            self.kinds["string"] += len(rest)
            self.zeros = True
            return
        self._look(rest)

    def _look(self, values: pa.Array) -> None:
        """Read distinct values one by one."""
        import pyarrow.compute as pc

        counts = pc.value_counts(values)
        self.sampled = self.sampled or len(counts) > MAX_DISTINCT
        scale = max(1.0, len(counts) / MAX_DISTINCT)
        for entry in counts[:MAX_DISTINCT]:
            self._add(entry["values"].as_py(), int(entry["counts"].as_py() * scale))

    def learn_texts(self, texts: Iterable[str]) -> None:
        """Take in the values of a small table, without Arrow."""
        for text, count in Counter(texts).items():
            if text.strip(" \u3000\t") in MISSING:
                self.missing[text.strip(" \u3000\t")] += count
            else:
                self._add(text, count)

    def _add(self, text: str, count: int) -> None:
        value = read_value(text, self.name)
        self.kinds[value.kind] += count
        if value.data is not None and str(value.data) != text and not _PLAIN.match(text):
            self._write(text, count)
        if value.kind in ("integer", "number"):
            if len(self.units) < MAX_UNITS:
                self.units[value.unit, value.ucum] += count
        elif value.kind == "datetime":
            self.units[value.unit, ""] += count
        elif value.kind == "string":
            self.zeros = self.zeros or (text[:1] in "0０" and text.isdigit())
            self.odd = self.odd or text

    def _write(self, text: str, count: int, *, uniform: bool = False) -> None:
        """Remember how values are written that are kept in another form: days one by one, numbers by example."""
        value = read_value(text, self.name)
        after = str(value.data)
        if value.kind not in MOMENTS and value.kind not in ("integer", "number"):
            return
        if value.kind == "datetime" and after == text.replace(" ", "T"):
            return
        shape = value.kind, _DIGITS.sub("#", text)
        if shape not in self.shapes and len(self.shapes) < MAX_SHAPES:
            self.shapes[shape] = text
        if uniform or value.kind not in MOMENTS:
            text = self.shapes.get(shape, text)
            after = str(read_value(text, self.name).data)
        if (value.kind, text, after) in self.written or len(self.written) < MAX_WRITTEN:
            self.written[value.kind, text, after] += count
        else:
            self.unlogged[value.kind] += count

    def decide(self) -> Decision:
        """The column's type by what nearly all its values are."""
        total = sum(self.kinds.values())
        if not total or self.zeros or _CODE_NAME.search(self.name.rsplit("/", 1)[-1]):
            return Decision(ColumnType.STRING)
        allowed = max(total * (1 - TYPED_SHARE), 1.0 if 3 < total < SMALL_COLUMN else 0.0)
        for kind, members in _FAMILIES:
            fitting = sum(self.kinds[member] for member in members)
            if fitting and total - fitting <= allowed:
                decision = self._with_unit(kind, members, total - fitting)
                if decision.type is _STRING:
                    return decision
                shapes = sum(1 for written, _ in self.shapes if written in members)
                keeps = shapes > 1 and any(self.unlogged[member] for member in members if member in MOMENTS)
                return replace(decision, sampled=self.sampled, keeps=keeps)
        return Decision(ColumnType.STRING)

    def _with_unit(self, kind: ColumnType, members: tuple[str, ...], left: int) -> Decision:
        if kind is ColumnType.DATETIME:
            offsets = {unit for unit, _ in self.units}
            return Decision(kind, left=left, zoned="offset" in offsets) if len(offsets) == 1 else Decision(_STRING)
        if kind not in (ColumnType.INTEGER, ColumnType.NUMBER):
            return Decision(kind, left=left)
        written = {unit: ucum for (unit, ucum) in self.units if unit}
        if len(written) > 1 or (written and self.unit and set(written) != {self.unit}):
            return Decision(_STRING)  # several units in one column are not one amount
        unit, ucum = next(iter(written.items()), ("", ""))
        if unit and self.units["", ""] and not self.unit:
            return Decision(_STRING)  # whether the bare ones are meant alike, nobody knows
        return Decision(kind, unit=unit, ucum=ucum, left=left)


_STRING = ColumnType.STRING
_FAMILIES: tuple[tuple[ColumnType, tuple[str, ...]], ...] = (
    (ColumnType.INTEGER, ("integer",)),
    (ColumnType.NUMBER, ("integer", "number")),
    (ColumnType.DATE, ("date",)),
    (ColumnType.DATETIME, ("datetime",)),
    (ColumnType.TIME, ("time",)),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The type chosen, the unit its values bear, and how many values do not fit."""

    type: ColumnType
    unit: str = ""
    ucum: str = ""
    left: int = 0
    zoned: bool = False  # timestamps with an offset
    sampled: bool = False  # there may be more values that do not fit than were seen
    keeps: bool = False  # the companion column keeps every value as written


# Written so, a number is the same for Arrow and for us; longer ones may be numbers of things.
PLAIN_INTEGER = r"^-?(0|[1-9][0-9]{0,13})$"
PLAIN_NUMBER = r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,14})?$"
ZEROS = r"^0[0-9]+$"
_PLAIN = re.compile(PLAIN_NUMBER)


def _count(values: Any, pattern: str) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(pc.match_substring_regex(values, pattern)).as_py() or 0)


def plain_kind(values: Any, form: Form | None) -> str:
    """The kind of a whole batch where Arrow itself can tell; empty where a closer look is needed."""
    if form is not None and plain_moments(values, form) is not None:
        return form.kind
    if _count(values.slice(0, 64), PLAIN_NUMBER) < min(64, len(values)) or _count(values, PLAIN_NUMBER) < len(values):
        return ""
    if form is not None and form.is_bare:
        return ""  # some may be moments
    return "integer" if _count(values, PLAIN_INTEGER) == len(values) else "number"
