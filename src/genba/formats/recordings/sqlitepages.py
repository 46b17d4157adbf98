"""Rows of tables in an SQLite file, read page by page: parts have no database, and a bag may be cut off.

Only what a closed database needs: table b-trees, overflow pages, no write-ahead log (https://sqlite.org/fileformat2.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from genba.errors import InvalidInput

MAGIC = b"SQLite format 3\0"
LEAF, INTERIOR = 0x0D, 0x05
MOST_DEPTH = 20
INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
Value = int | float | bytes | str | None
Row = tuple[int, tuple[Value, ...]]


class Cut(Exception):
    """A page that is not there, or is not what its place says."""


@dataclass(slots=True)
class Pages:
    """A database as numbered pages; `missing` counts those that could not be read."""

    file: BinaryIO
    size_bytes: int
    most_bytes: int  # of one row
    page: int = 0
    usable: int = 0
    encoding: str = "utf-8"
    missing: int = 0
    too_large: int = 0

    def __post_init__(self) -> None:
        """Read the header; raises InvalidInput for what is no database."""
        self.file.seek(0)
        head = self.file.read(100)
        size = int.from_bytes(head[16:18], "big")
        self.page = 65_536 if size == 1 else size
        if len(head) < 100 or head[:16] != MAGIC or self.page < 512 or self.page & (self.page - 1):
            raise InvalidInput("signals.not_of_kind", kind="rosbag2")
        self.usable = self.page - head[20]
        self.encoding = {2: "utf-16-le", 3: "utf-16-be"}.get(int.from_bytes(head[56:60], "big"), "utf-8")
        if self.usable < 480:
            raise InvalidInput("signals.not_of_kind", kind="rosbag2")

    def tables(self) -> dict[str, tuple[int, list[str]]]:
        """Give the root page and the columns of each table."""
        found: dict[str, tuple[int, list[str]]] = {}
        for _, row in self.rows(1):
            if len(row) >= 5 and row[0] == "table" and isinstance(row[3], int) and isinstance(row[4], str):
                found[str(row[1]).lower()] = (row[3], _columns(row[4]))
        return found

    def rows(self, root: int) -> Iterator[Row]:
        """Give the rows of a table in the order of their row ids; missing pages are counted and passed over."""
        yield from self._walk(root, 0, {root})

    def _walk(self, number: int, depth: int, seen: set[int]) -> Iterator[Row]:
        try:
            data = self._read(number)
            at = 100 if number == 1 else 0
            kind = data[at]
            if kind not in (LEAF, INTERIOR) or depth > MOST_DEPTH:
                raise Cut
            cells = int.from_bytes(data[at + 3 : at + 5], "big")
            start = at + (8 if kind == LEAF else 12)
            if start + 2 * cells > len(data):
                raise Cut
        except Cut:
            self.missing += 1
            return
        pointers = [int.from_bytes(data[start + 2 * n : start + 2 * n + 2], "big") for n in range(cells)]
        if kind == LEAF:
            for pointer in pointers:
                try:
                    row = self._row(data, pointer)
                except (Cut, IndexError, ValueError):
                    self.missing += 1
                    continue
                if row is not None:
                    yield row
            return
        children = [int.from_bytes(data[pointer : pointer + 4], "big") for pointer in pointers]
        for child in (*children, int.from_bytes(data[at + 8 : at + 12], "big")):
            if child in seen:
                self.missing += 1
                continue
            seen.add(child)
            yield from self._walk(child, depth + 1, seen)

    def _read(self, number: int) -> bytes:
        if number < 1 or (number - 1) * self.page >= self.size_bytes:
            raise Cut
        self.file.seek((number - 1) * self.page)
        data = self.file.read(self.page)
        if len(data) < self.page:
            raise Cut
        return data

    def _row(self, data: bytes, at: int) -> Row | None:
        size, at = _varint(data, at)
        row_id, at = _varint(data, at)
        most = self.usable - 35
        if size <= most:
            payload = data[at : at + size]
            if len(payload) < size:
                raise Cut
        else:
            if size > self.most_bytes:
                self.too_large += 1
                return None
            least = (self.usable - 12) * 32 // 255 - 23
            local = least + (size - least) % (self.usable - 4)
            local = local if local <= most else least
            payload = self._overflowing(
                data[at : at + local], size, int.from_bytes(data[at + local : at + local + 4], "big")
            )
        return row_id, self._values(payload)

    def _overflowing(self, begin: bytes, size: int, page: int) -> bytes:
        pieces, got = [begin], len(begin)
        while got < size:
            data = self._read(page)
            piece = data[4 : min(self.usable, 4 + size - got)]
            pieces.append(piece)
            got += len(piece)
            page = int.from_bytes(data[:4], "big")
            if not piece:
                raise Cut
        return b"".join(pieces)

    def _values(self, payload: bytes) -> tuple[Value, ...]:
        header, at = _varint(payload, 0)
        body = header
        values: list[Value] = []
        while at < header:
            kind, at = _varint(payload, at)
            value, size = self._value(payload, body, kind)
            values.append(value)
            body += size
        if body > len(payload):
            raise Cut
        return tuple(values)

    def _value(self, payload: bytes, at: int, kind: int) -> tuple[Value, int]:
        if kind in INTEGERS:
            size = INTEGERS[kind]
            return int.from_bytes(payload[at : at + size], "big", signed=True), size
        if kind == 7:
            import struct

            return float(struct.unpack(">d", payload[at : at + 8])[0]) if at + 8 <= len(payload) else None, 8
        if kind >= 12:
            size = (kind - 12) // 2
            raw = payload[at : at + size]
            return raw if kind % 2 == 0 else raw.decode(self.encoding, "replace"), size
        return {8: 0, 9: 1}.get(kind), 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at]
        at += 1
        if count == 8:
            value = value << 8 | byte
            break
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value - (1 << 64) if value >> 63 else value, at


def _columns(sql: str) -> list[str]:
    inside = sql[sql.find("(") + 1 : sql.rfind(")")]
    return [part.split()[0].strip('"`[]').lower() for part in inside.split(",") if part.split()]
