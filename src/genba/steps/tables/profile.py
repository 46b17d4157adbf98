"""What a column holds, learnt batch by batch in bounded memory, and the type that follows from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from genba.model.table import ColumnType
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

_CODE_NAME = re.compile(
    r"(品番|部番|図番|型番|製番|工番|機番|号機|コード|ｺｰﾄﾞ|code|ロット|lot|シリアル|serial|電話|tel|fax|郵便|〒|社員番号|従業員番号|管理番号|"
    r"注文番号|受注番号|伝票番号|文書番号|製造番号|番地|(^|[^a-z])id$|jan|バージョン|版)",
    re.IGNORECASE,
)


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
        quick = plain_kind(rest)
        if quick:
            self.kinds[quick] += len(rest)
            self.units["", ""] += len(rest)
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
        counts = pc.value_counts(rest)
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
        if value.kind in ("integer", "number"):
            if len(self.units) < MAX_UNITS:
                self.units[value.unit, value.ucum] += count
        elif value.kind == "datetime":
            self.units[value.unit, ""] += count
        elif value.kind == "string":
            self.zeros = self.zeros or (text[:1] in "0０" and text.isdigit())
            self.odd = self.odd or text

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
                return replace(decision, sampled=self.sampled and decision.type is not _STRING)
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


# Written so, a number is the same for Arrow and for us; longer ones may be numbers of things.
PLAIN_INTEGER = r"^[+-]?(0|[1-9][0-9]{0,13})$"
PLAIN_NUMBER = r"^[+-]?(0|[1-9][0-9]{0,13})(\.[0-9]{1,14})?$"
ZEROS = r"^0[0-9]+$"
_MOMENTS = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d"), "datetime", ""),
    (re.compile(r"\d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d$"), "datetime", "%Y/%m/%d %H:%M:%S"),
    (re.compile(r"\d{4}/\d\d?/\d\d? \d\d?:\d\d$"), "datetime", "%Y/%m/%d %H:%M"),
    (re.compile(r"\d{4}-\d\d-\d\d$"), "date", ""),
    (re.compile(r"\d{4}/\d\d?/\d\d?$"), "date", "%Y/%m/%d"),
)


def _count(values: Any, pattern: str) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(pc.match_substring_regex(values, pattern)).as_py() or 0)


def plain_kind(values: Any) -> str:
    """The kind of a whole batch where Arrow itself can tell; empty where a closer look is needed."""
    if _count(values.slice(0, 64), PLAIN_NUMBER) < min(64, len(values)):
        return "" if plain_moments(values) is None else _moment_form(values)[0]
    if _count(values, PLAIN_NUMBER) < len(values):
        return ""
    return "integer" if _count(values, PLAIN_INTEGER) == len(values) else "number"


def _moment_form(values: Any) -> tuple[str, str]:
    first = values[0].as_py() if len(values) else ""
    for pattern, kind, form in _MOMENTS:
        if pattern.match(first):
            return kind, form
    return "", ""


def plain_moments(values: Any, wanted: str = "") -> Any:
    """Dates or times of a whole batch written as machines write them, as timestamps; None where any is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, form = _moment_form(values.drop_null())
    if not kind or (wanted and kind != wanted):
        return None
    try:
        if form:
            moments = pc.strptime(values, format=form, unit="us", error_is_null=False)
            days = pc.struct_field(pc.extract_regex(values, r"^\d+/\d+/(?P<day>\d+)"), "day")
            if not pc.all(pc.equal(pc.cast(days, pa.int64()), pc.day(moments))).as_py():
                return None  # strptime takes 2月30日 for 3月2日
        else:
            moments = pc.cast(values, pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    if (
        kind == "date"
        and not pc.all(pc.equal(pc.cast(pc.cast(moments, pa.date32()), pa.timestamp("us")), moments)).as_py()
    ):
        return None
    return moments
