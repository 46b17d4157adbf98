"""Turns model values into JSON mappings: what says no more than its default is left out, places become origins."""

from dataclasses import fields, is_dataclass
from typing import Any

from genba.formats.places import origin
from genba.model.place import Place


def pruned(item: Any) -> dict[str, Any]:
    """Turn a value into a mapping without the fields that say no more than their default."""
    found: dict[str, Any] = {}
    for name, default in _fields(type(item)):
        value = getattr(item, name)
        if isinstance(value, Place):
            if where := origin(value):
                found["origin"] = where
        elif value != default:
            found[name] = _plain(value)
    return found


_KNOWN: dict[type, tuple[tuple[str, Any], ...]] = {}


def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple((field.name, field.default) for field in fields(kind))
    return _KNOWN[kind]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return pruned(value) if is_dataclass(value) else value
