"""Whether a credential's claims fit the JSON Schema that it names; what we cannot evaluate, we refuse."""

import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from genba.errors import Denied
from genba.model.credential import Credential
from genba.ports.exchange import Http
from genba.trust.fetching import Fetched

TYPES = ("JsonSchema", "JsonSchemaValidator2018")
KEPT = timedelta(minutes=10)
MAX_DOCUMENT_BYTES = 200_000
MAX_KEPT_BYTES = 4_000_000
MAX_DEPTH = 32
MAX_STEPS = 20_000
MAX_PATTERN_CHARS = 200
MAX_MATCHED_CHARS = 500
# Words that say nothing about validity. `format` is an annotation (JSON Schema 2020-12, section 7.2.1).
_ANNOTATIONS = frozenset(
    "$schema $id id $comment title description default examples format $defs definitions readOnly writeOnly "
    "deprecated $anchor contentEncoding contentMediaType".split()
)
_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
}


class Unsupported(Exception):
    """A schema uses what we do not evaluate."""


@dataclass(frozen=True, slots=True)
class SchemaCheck:
    """Fetches the schemas that credentials name and applies them."""

    fetched: Fetched

    def __call__(self, credential: Credential, now: datetime) -> None:
        """Raise Denied when a schema is violated, cannot be fetched or cannot be evaluated."""
        for entry in credential.schemas:
            url = entry.get("id")
            if entry.get("type") not in TYPES or not isinstance(url, str):
                raise _unusable("type")
            try:
                schema = msgspec.json.decode(self.fetched.get(url, now, refused=_unusable))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                raise _unusable("JSON") from None
            # The standard applies a schema to the credential; some issuers write one for its subject alone.
            properties = schema.get("properties") if isinstance(schema, dict) else None
            whole = not isinstance(properties, dict) or "credentialSubject" in properties
            try:
                fits = Evaluation(schema).holds(schema, credential.document if whole else credential.claims)
            except (Unsupported, RecursionError) as error:
                raise _unusable(str(error)[:80]) from None
            if not fits:
                raise Denied("trust.schema_violated")


def schema_check(http: Http) -> SchemaCheck:
    """Build the check with its memory."""
    return SchemaCheck(
        Fetched(http, KEPT, MAX_DOCUMENT_BYTES, MAX_KEPT_BYTES, accept="application/schema+json, application/json")
    )


def _unusable(reason: str) -> Denied:
    return Denied("trust.schema_unusable", reason=reason)


class Evaluation:
    """Applies one schema to one value within a bound on work."""

    def __init__(self, root: Any) -> None:
        """Keep the whole schema, for references within it."""
        self._root = root
        self._steps = 0

    def holds(self, schema: Any, value: Any, depth: int = 0) -> bool:
        """Say whether a value fits; raises Unsupported for words that are not evaluated."""
        self._steps += 1
        if self._steps > MAX_STEPS or depth > MAX_DEPTH:
            raise Unsupported("work")
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise Unsupported("schema")
        fits = True
        for word, given in schema.items():
            if word in _ANNOTATIONS or word in ("then", "else", "additionalProperties"):
                continue
            evaluate = _WORDS.get(word)
            if evaluate is None:
                raise Unsupported(word)
            fits = evaluate(self, given, value, depth + 1) and fits
        if "additionalProperties" in schema and isinstance(value, dict):
            fits = self._additional(schema, value, depth + 1) and fits
        if "if" in schema:
            branch = "then" if self.holds(schema["if"], value, depth + 1) else "else"
            fits = self.holds(schema.get(branch, True), value, depth + 1) and fits
        return fits

    def _additional(self, schema: dict[str, Any], value: dict[str, Any], depth: int) -> bool:
        if "patternProperties" in schema:
            raise Unsupported("patternProperties")
        named = _mapping(schema.get("properties", {}))
        others = (item for name, item in value.items() if name not in named)
        return all(self.holds(schema["additionalProperties"], item, depth) for item in others)

    def reference(self, given: Any, value: Any, depth: int) -> bool:
        """Follow a reference within the schema."""
        if not isinstance(given, str) or not (given == "#" or given.startswith("#/")):
            raise Unsupported("$ref")
        target = self._root
        for part in given.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, dict) or name not in target:
                raise Unsupported("$ref")
            target = target[name]
        return self.holds(target, value, depth)


def _mapping(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Unsupported("schema")
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise Unsupported("schema")
    return given


def _names(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise Unsupported("required")
    return given


def _number(given: Any) -> Any:
    if not _KINDS["number"](given):
        raise Unsupported("schema")
    return given


def _type(given: Any, value: Any) -> bool:
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(name, str) and name in _KINDS for name in names):
        raise Unsupported("type")
    return any(_KINDS[name](value) for name in names)


def _pattern(given: Any, value: Any) -> bool:
    if not isinstance(given, str) or len(given) > MAX_PATTERN_CHARS:
        raise Unsupported("pattern")
    # A repeated group, or many repetitions, can take for ever on a text made for it.
    if re.search(r"\)[*+{?]|\\[1-9]|\(\?", given) or len(re.findall(r"[*+{]", given)) > 3:
        raise Unsupported("pattern")
    try:
        pattern = re.compile(given)
    except re.error:
        raise Unsupported("pattern") from None
    return not isinstance(value, str) or (len(value) <= MAX_MATCHED_CHARS and pattern.search(value) is not None)


def _same(first: Any, second: Any) -> bool:
    return msgspec.json.encode(first, order="sorted") == msgspec.json.encode(second, order="sorted")


def _sized(kind: type[Sized], given: Any, value: Any, holds: Callable[[int, Any], bool]) -> bool:
    return not isinstance(value, kind) or holds(len(value), _number(given))


def _compared(given: Any, value: Any, holds: Callable[[Any, Any], bool]) -> bool:
    limit = _number(given)
    return not _KINDS["number"](value) or holds(value, limit)


def _unique(value: list[Any]) -> bool:
    return len({msgspec.json.encode(item, order="sorted") for item in value}) == len(value)


_Evaluate = Callable[[Evaluation, Any, Any, int], bool]
_WORDS: Mapping[str, _Evaluate] = {
    "$ref": lambda self, given, value, depth: self.reference(given, value, depth),
    "type": lambda self, given, value, depth: _type(given, value),
    "enum": lambda self, given, value, depth: any(_same(item, value) for item in _list(given)),
    "const": lambda self, given, value, depth: _same(given, value),
    "properties": lambda self, given, value, depth: (
        not isinstance(value, dict)
        or all(self.holds(inner, value[name], depth) for name, inner in _mapping(given).items() if name in value)
    ),
    "required": lambda self, given, value, depth: (
        not isinstance(value, dict) or all(name in value for name in _names(given))
    ),
    "items": lambda self, given, value, depth: (
        not isinstance(value, list) or all(self.holds(given, item, depth) for item in value)
    ),
    "contains": lambda self, given, value, depth: (
        not isinstance(value, list) or any(self.holds(given, item, depth) for item in value)
    ),
    "allOf": lambda self, given, value, depth: all(self.holds(inner, value, depth) for inner in _list(given)),
    "anyOf": lambda self, given, value, depth: any(self.holds(inner, value, depth) for inner in _list(given)),
    "oneOf": lambda self, given, value, depth: sum(self.holds(inner, value, depth) for inner in _list(given)) == 1,
    "not": lambda self, given, value, depth: not self.holds(given, value, depth),
    "if": lambda self, given, value, depth: True,  # with its branches, in `holds`
    "pattern": lambda self, given, value, depth: _pattern(given, value),
    "minLength": lambda self, given, value, depth: _sized(str, given, value, lambda size, limit: size >= limit),
    "maxLength": lambda self, given, value, depth: _sized(str, given, value, lambda size, limit: size <= limit),
    "minItems": lambda self, given, value, depth: _sized(list, given, value, lambda size, limit: size >= limit),
    "maxItems": lambda self, given, value, depth: _sized(list, given, value, lambda size, limit: size <= limit),
    "uniqueItems": lambda self, given, value, depth: given is False or not isinstance(value, list) or _unique(value),
    "minProperties": lambda self, given, value, depth: _sized(dict, given, value, lambda size, limit: size >= limit),
    "maxProperties": lambda self, given, value, depth: _sized(dict, given, value, lambda size, limit: size <= limit),
    "minimum": lambda self, given, value, depth: _compared(given, value, lambda number, limit: number >= limit),
    "maximum": lambda self, given, value, depth: _compared(given, value, lambda number, limit: number <= limit),
    "exclusiveMinimum": lambda self, given, value, depth: _compared(given, value, lambda one, limit: one > limit),
    "exclusiveMaximum": lambda self, given, value, depth: _compared(given, value, lambda one, limit: one < limit),
}
