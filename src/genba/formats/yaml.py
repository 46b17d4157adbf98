"""Writes plain values as YAML that every parser reads alike: block style, every text in double quotes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

# YAML 1.2 §5.1: what is not printable must be escaped; JSON leaves these as they are.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Words that YAML 1.1 takes for truth values or nothing.
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def to_yaml(value: Mapping[str, object]) -> str:
    """Write a mapping of texts, numbers, truth values, lists and mappings."""
    return "".join(f"{line}\n" for line in _mapping(value))


def _mapping(value: Mapping[str, object]) -> Iterator[str]:
    for name, item in value.items():
        key = name if _BARE.fullmatch(name) and name.lower() not in _TAKEN else _text(name)
        if isinstance(item, Mapping) and item:
            yield f"{key}:"
            yield from (f"  {line}" for line in _mapping(item))
        elif isinstance(item, Sequence) and not isinstance(item, str) and item:
            yield f"{key}:"
            yield from _sequence(item)
        else:
            yield f"{key}: {_scalar(item)}"


def _sequence(value: Sequence[object]) -> Iterator[str]:
    for item in value:
        if isinstance(item, Mapping) and item:
            lines = _mapping(item)
        elif isinstance(item, Sequence) and not isinstance(item, str) and item:
            lines = _sequence(item)
        else:
            lines = iter((_scalar(item),))
        for position, line in enumerate(lines):
            yield f"  {line}" if position else f"- {line}"


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence):
        return "[]"
    return json.dumps(value)


def _text(value: str) -> str:
    return _UNPRINTABLE.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    # A lone half of a surrogate pair is no character and has no form in YAML.
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
