"""The values that a table's column may take, where the file states lists for its cells."""

from __future__ import annotations

from collections.abc import Iterable

from genba.formats.ranges import Area, column_index, parse_area, split_reference
from genba.model.place import Place
from genba.model.sheet import CodeList


class CodeLists:
    """A document's lists by sheet."""

    def __init__(self, lists: Iterable[CodeList]) -> None:
        self._areas: dict[str, list[tuple[Area, tuple[str, ...]]]] = {}
        for found in lists:
            for part in _parts(found.range):
                sheet, reference = split_reference(part)
                area = parse_area(reference)
                if area is not None:
                    self._areas.setdefault(sheet, []).append((area, found.values))

    def of(self, place: Place, letters: str) -> tuple[str, ...]:
        """The values for a table's column; none where no list holds for half of its rows."""
        known = self._areas.get(place.sheet)
        table = parse_area(place.range) if known else None
        if not known or table is None or not letters.isalpha():
            return ()
        column = column_index(letters)
        best: tuple[int, tuple[str, ...]] = (0, ())
        for area, values in known:
            rows = min(area.bottom, table.bottom) - max(area.top, table.top) + 1
            if area.left <= column <= area.right and rows > best[0]:
                best = rows, values
        return best[1] if best[0] * 2 >= table.bottom - table.top else ()


def _parts(text: str) -> list[str]:
    """Cut at the spaces outside quotes: `'検査 表'!A2:A9 Sheet1!B2`."""
    parts, quoted = [""], False
    for char in text:
        quoted ^= char == "'"
        if char == " " and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part]
