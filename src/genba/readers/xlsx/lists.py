"""Lists that a cell's value is chosen from: literal ones, and those that lie in cells or under a name."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from genba.formats.ranges import Area, parse_area, split_reference
from genba.model.cells import Cell
from genba.model.sheet import CodeList
from genba.readers.xlsx.sheets import Listed

_INDIRECT = re.compile(r'INDIRECT\(\s*"([^"]+)"\s*\)$', re.IGNORECASE)
_VALUES_LIMIT = 10_000
_NESTED_NAMES = 8

CellsOf = Callable[[str], Sequence[Cell]]  # cells of a sheet by its name; none for a name from nowhere


def code_lists(
    lists: Iterable[Listed], sheet: str, names: Mapping[tuple[str, str], str], cells_of: CellsOf
) -> tuple[list[CodeList], list[Listed]]:
    """Resolve a sheet's lists to values as displayed; give those apart that only a calculation could resolve."""
    resolved: list[CodeList] = []
    unresolved: list[Listed] = []
    for listed in lists:
        values, reference = list_values(listed.formula, sheet, names, cells_of)
        if values is None:
            unresolved.append(listed)
            values, reference = (), listed.formula
        where = " ".join(str(area) for area in listed.areas)
        resolved.append(CodeList(range=where, values=values, reference=reference))
    return resolved, unresolved


def list_values(
    formula: str, sheet: str, names: Mapping[tuple[str, str], str], cells_of: CellsOf
) -> tuple[tuple[str, ...] | None, str]:
    """Give the values a formula names and the reference they come from; None where it must be calculated."""
    text = formula.strip().removeprefix("=")
    if text.startswith('"') and text.endswith('"') and len(text) >= 2:
        values = (value.strip() for value in text[1:-1].replace('""', '"').split(","))
        return tuple(value for value in values if value), ""
    reference = text
    for _ in range(_NESTED_NAMES):
        if found := _INDIRECT.match(text):
            text = found.group(1)
        own, rest = split_reference(text)
        area = parse_area(rest)
        if area is not None:
            return _texts(cells_of(own or sheet), area), reference
        named = names.get((sheet, rest.lower())) or names.get(("", rest.lower()))
        if named is None:
            return None, reference
        text = named.removeprefix("=")
    return None, reference


def _texts(cells: Sequence[Cell], area: Area) -> tuple[str, ...]:
    found = dict.fromkeys(cell.text for cell in cells if cell.text and area.holds(cell.row, cell.column))
    return tuple(found)[:_VALUES_LIMIT]
