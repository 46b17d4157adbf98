"""Structured values (JSON) as rows of text: nested objects flattened into compound names, lists kept as written."""

import json
from collections.abc import Iterable, Iterator

MAX_COLUMNS = 4096
DEPTH = 8
Scalar = str | bool | None


def text_of(value: object) -> str | None:
    """Write a value as text: numbers as they stood in the file, lists of plain values joined, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "、".join(text_of(item) or "" for item in value)
    return json.dumps(value, ensure_ascii=False)


def flat(record: dict[str, object], *, depth: int = DEPTH) -> Iterator[tuple[str, str | None]]:
    """Give names and texts of an object; names of nested objects are joined with "/"."""
    for name, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            for inner, text in flat(value, depth=depth - 1):
                yield f"{name}/{inner}", text
        else:
            yield name, text_of(value)


def columns_of(records: Iterable[dict[str, object]]) -> list[str]:
    """List the names that occur, in the order they first appear."""
    names: dict[str, None] = {}
    for record in records:
        if record.keys() <= names.keys() and not any(isinstance(value, dict) for value in record.values()):
            continue
        for name, _ in flat(record):
            names.setdefault(name)
        if len(names) > MAX_COLUMNS:
            break
    return list(names)[:MAX_COLUMNS]


def row_of(record: dict[str, object], names: Iterable[str]) -> list[str | None]:
    """Give a record's texts in the order of the columns; None where it has no such name."""
    values = dict(flat(record))
    return [values.get(name) for name in names]
