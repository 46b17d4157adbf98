"""Where the numbers of ROS messages lie: by the definitions that a recording brings along, without copying a message.

Messages of one length whose counts (of strings and sequences) are alike have the same layout; it is found by walking
through the first of them, and taken for the others after comparing their counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genba.model.signals import Times, Values

# rosbags' node types of a field: base, named, array, sequence.
BASE, NAMED, ARRAY, SEQUENCE = 1, 2, 3, 4
PRIMITIVES = {
    "bool": "u1",
    "byte": "u1",
    "char": "u1",
    "octet": "u1",
    "uint8": "u1",
    "int8": "i1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "int64": "i8",
    "uint64": "u8",
    "float32": "f4",
    "float64": "f8",
}
LONGEST_ARRAY = 4096  # numbers of one field that make a channel
NAMED_ELEMENTS = 16  # of an array of structures whose fields become channels
MOST_STEPS = 200_000  # of a walk through one message
MOST_DEPTH = 32
LAYOUTS_TRIED = 32  # of one batch, before its messages are walked through one by one
LARGE_BYTES = 16 << 10  # messages from here on are not laid side by side
Fields = Mapping[str, tuple[Any, Sequence[tuple[str, Any]]]]  # as rosbags gives them: by type, constants and fields


class NotDecodable(Exception):
    """A message that does not hold what its definition says."""


class _Enough(Exception):
    """All that is wanted has been found, or nothing behind here can be."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field of numbers: where it lies in a message; `count` is 0 for a single number."""

    name: str
    dtype: str  # without byte order
    offset: int
    count: int
    varies: bool = False  # a sequence: other messages may hold another count


@dataclass(slots=True)
class _Walk:
    data: bytes
    types: Fields
    aligned: bool
    order: str
    at: int
    origin: int
    wanted: int  # leaves after which the walk ends; 0 for all
    leaves: list[Leaf] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)  # offsets of words that the layout depends on
    steps: int = 0

    def structure(self, name: str, prefix: str, depth: int) -> None:
        if name not in self.types or depth > MOST_DEPTH:
            raise _Enough
        fields = self.types[name][1]
        if not fields and self.aligned:
            self.primitive("u1", 1, "", 0)  # an empty structure takes one byte in ROS 2
        for label, (node, detail) in fields:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise _Enough
            path = f"{prefix}{label}" if prefix != "-" else "-"
            if node in (ARRAY, SEQUENCE):
                self.several(path, node, detail, depth)
            else:
                self.one(path, node, detail, depth)

    def one(self, path: str, node: int, detail: Any, depth: int) -> None:
        if node == NAMED:
            self.structure(detail, "-" if path == "-" else f"{path}.", depth + 1)
        elif detail[0] == "string":
            self.skip(self.count())
        elif detail[0] in PRIMITIVES:
            self.primitive(PRIMITIVES[detail[0]], 1, path, 0)
        else:
            raise _Enough  # wide strings and long doubles: no two writers agree

    def several(self, path: str, node: int, detail: Any, depth: int) -> None:
        (inner, kind), number = detail
        count = self.count() if node == SEQUENCE else number
        if inner == BASE and kind[0] in PRIMITIVES:
            dtype = PRIMITIVES[kind[0]]
            fits = 0 < count <= LONGEST_ARRAY and (node == ARRAY or dtype[0] == "f")
            self.primitive(dtype, count, path if fits else "-", count, varies=node == SEQUENCE)
            return
        if count > len(self.data):
            raise NotDecodable
        for at in range(count):
            named = node == ARRAY and count <= NAMED_ELEMENTS and path != "-"
            self.one(f"{path}[{at}]" if named else "-", inner, kind, depth)

    def primitive(self, dtype: str, count: int, path: str, shape: int, *, varies: bool = False) -> None:
        size = int(dtype[1:])
        if self.aligned and size > 1 and count:
            self.at += -(self.at - self.origin) % size
        start = self.at
        self.skip(size * count)
        if path not in ("", "-"):
            self.leaves.append(Leaf(path, dtype, start, shape, varies))
            if len(self.leaves) == self.wanted:
                raise _Enough

    def count(self) -> int:
        self.steps += 1
        if self.aligned:
            self.at += -(self.at - self.origin) % 4
        start = self.at
        self.skip(4)
        self.counts.append(start)
        return int.from_bytes(self.data[start : start + 4], "little" if self.order == "<" else "big")

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise NotDecodable


@dataclass(frozen=True, slots=True)
class Schema:
    """What messages of one type hold, and how they are written: CDR (ROS 2) or ROS 1's packed form."""

    name: str
    types: Fields
    cdr: bool

    def walk(self, data: bytes, wanted: int = 0) -> tuple[list[Leaf], list[int], str]:
        """Give the leaves of a message, the offsets of the counts they depend on, and the byte order."""
        order, start = "<", 0
        if self.cdr:
            if len(data) < 4 or data[0] != 0 or data[1] not in (0, 1):
                raise NotDecodable  # other encapsulations: parameter lists, XCDR 2
            order, start = "<" if data[1] else ">", 4
        walk = _Walk(data, self.types, self.cdr, order, start, start, wanted)
        try:
            walk.structure(self.name, "", 0)
        except _Enough:
            pass
        return walk.leaves, walk.counts, order


class Decoder:
    """Turns batches of messages into one array for each field that the first message shows."""

    def __init__(self, schema: Schema, first: bytes) -> None:
        """Raise NotDecodable where the first message is not what its definition says."""
        self._schema = schema
        self.leaves = tuple(schema.walk(first)[0])
        self.changed = 0  # sequences that were shorter or longer than in the first message

    def decode(self, messages: Sequence[bytes]) -> tuple[list[Values], list[int]]:
        """Give an array per leaf, and which messages could not be decoded (their places hold zeros)."""
        import numpy as np

        rows = len(messages)
        columns = [np.zeros((rows, leaf.count) if leaf.count else (rows,), _little(leaf.dtype)) for leaf in self.leaves]
        if not self.leaves:
            return [], []
        failed: list[int] = []
        groups: dict[int, list[int]] = {}
        for at, message in enumerate(messages):
            groups.setdefault(len(message), []).append(at)
        for length, alike in groups.items():
            if length > LARGE_BYTES:
                self._one_by_one(messages, alike, columns, failed)
            else:
                self._alike(messages, alike, columns, failed)
        return columns, sorted(failed)

    def _alike(self, messages: Sequence[bytes], rows: list[int], columns: list[Values], failed: list[int]) -> None:
        import numpy as np

        joined = messages[rows[0]] if len(rows) == 1 else b"".join([messages[at] for at in rows])
        matrix = np.frombuffer(joined, "u1").reshape(len(rows), -1)
        places = np.asarray(rows, np.int64)
        left = np.arange(len(rows))
        for _ in range(LAYOUTS_TRIED):
            if not len(left):
                return
            first = int(left[0])
            try:
                leaves, counts, order = self._walked(messages[rows[first]])
            except NotDecodable:
                failed.append(rows[first])
                left = left[1:]
                continue
            fits = np.ones(len(left), bool)
            for offset in [*counts, *([0] if self._schema.cdr else [])]:
                words = matrix[:, offset : offset + 4][left]
                fits &= (words == matrix[first, offset : offset + 4]).all(axis=1)
            chosen = left[fits]
            part = matrix if len(chosen) == len(matrix) else matrix[chosen]
            for column, leaf, mine in zip(columns, leaves, self.leaves, strict=True):
                size = int(leaf.dtype[1:]) * max(1, leaf.count)
                raw = np.ascontiguousarray(part[:, leaf.offset : leaf.offset + size])
                values = raw.view(order + leaf.dtype) if size else np.empty((len(part), 0), column.dtype)
                self._put(column, places[chosen], values, leaf, mine)
            left = left[~fits]
        self._one_by_one(messages, [rows[int(at)] for at in left], columns, failed)

    def _one_by_one(self, messages: Sequence[bytes], rows: list[int], columns: list[Values], failed: list[int]) -> None:
        import numpy as np

        for row in rows:
            try:
                leaves, _, order = self._walked(messages[row])
            except NotDecodable:
                failed.append(row)
                continue
            for column, leaf, mine in zip(columns, leaves, self.leaves, strict=True):
                values = np.frombuffer(
                    messages[row],
                    order + leaf.dtype,
                    max(1, leaf.count) if mine.count == 0 else leaf.count,
                    leaf.offset,
                )
                self._put(column, np.asarray([row]), values.reshape(1, -1), leaf, mine)

    def _walked(self, message: bytes) -> tuple[list[Leaf], list[int], str]:
        """Walk as far as needed; sequences that are empty here leave no leaf and are put back as empty ones."""
        leaves, counts, order = self._schema.walk(
            message, 0 if any(x.varies for x in self.leaves) else len(self.leaves)
        )
        if len(leaves) == len(self.leaves) and all(a.name == b.name for a, b in zip(leaves, self.leaves, strict=True)):
            return leaves, counts, order
        by_name = {leaf.name: leaf for leaf in leaves}
        given: list[Leaf] = []
        for mine in self.leaves:
            found = by_name.get(mine.name)
            if found is None and not mine.varies:
                raise NotDecodable
            given.append(found or Leaf(mine.name, mine.dtype, 0, 0, True))
        return given, counts, order

    def _put(self, column: Values, rows: Times, values: Values, leaf: Leaf, mine: Leaf) -> None:
        import numpy as np

        if not mine.count:
            column[rows] = values[:, 0]
        elif leaf.count == mine.count:
            column[rows] = values
        else:  # only floats vary: what is not there is no number
            self.changed += len(rows)
            padded = np.full((len(rows), mine.count), np.nan, column.dtype)
            width = min(leaf.count, mine.count)
            padded[:, :width] = values[:, :width]
            column[rows] = padded


def _little(dtype: str) -> str:
    return ("|" if dtype[1:] == "1" else "<") + dtype


def schema_of(name: str, text: str, encoding: str, *, cdr: bool) -> Schema | None:
    """Read the definition of a message type as recordings bring it along; None for what cannot be read."""
    from rosbags.typesys import Stores, get_types_from_idl, get_types_from_msg, get_typestore
    from rosbags.typesys.base import TypesysError
    from rosbags.typesys.msg import normalize_msgtype

    if "/" not in name or len(text) > 1 << 20:
        return None
    wanted = normalize_msgtype(name)
    base = get_typestore(Stores.ROS2_HUMBLE if cdr else Stores.ROS1_NOETIC).fielddefs
    try:
        if encoding in ("ros2idl", "idl"):
            types = get_types_from_idl(text)
        elif text.strip():
            types = get_types_from_msg(text.replace("\r\n", "\n"), name)
        else:
            types = {}
    except (TypesysError, ValueError, IndexError, KeyError, AssertionError, RecursionError):
        return None
    merged: dict[str, Any] = {**base, **types}
    return Schema(wanted, merged, cdr) if wanted in merged else None
