"""Terms from a template: a shipped one by its name, or a TOML file of the same format, filled with parameters."""

import pkgutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from genba.errors import InvalidInput, NotFound
from genba.model.policy import Policy
from genba.policy import odrl
from genba.policy.constraints import is_country, is_moment, is_named, number
from genba.policy.purposes import PURPOSES, resolve

SHIPPED = ("internal", "suppliers")
FORMAT = 1
_MAX_BYTES = 100_000
_MOST_VALUES = 200
# A day of a deadline ends in Japan; who wants another zone writes the time with it.
_END_OF_DAY = "T23:59:59+09:00"
_FLAGS = {"true": True, "yes": True, "はい": True, "false": False, "no": False, "いいえ": False}

Kind = Literal["names", "purposes", "countries", "day", "number", "flag"]
Value = tuple[str, ...] | str | bool | None


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ja: str
    en: str


class _Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Kind
    ja: str
    en: str
    default: str | int | bool | list[str] | None = None


class _Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    permission: list[dict[str, Any]]
    prohibition: list[dict[str, Any]] = []
    obligation: list[dict[str, Any]] = []


class _Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal[1]
    name: str
    title: _Words
    explanation: _Words
    access: _Policies
    contract: _Policies
    parameters: dict[str, _Parameter] = {}
    columns: str | list[str] = []
    details_visible: str | bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a template lets people choose; `default` None means that it may stay unsaid."""

    name: str
    kind: Kind
    text: Mapping[str, str]  # by language
    default: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who may see an offer and on what terms, with what people have to know of it."""

    name: str
    title: Mapping[str, str]  # by language
    text: Mapping[str, str]  # by language
    access: Policy
    contract: Policy
    columns: tuple[str, ...] = ()  # delivered; none means all
    details_visible: bool = False  # samples and schema are shown before a contract


def load(template: str | Path, **parameters: object) -> Terms:
    """Fill a template; raises for a parameter that is unknown, missing or cannot be read."""
    read = _template(template)
    values = _values(read, parameters)
    columns = read.columns if isinstance(read.columns, list) else _reference(read.columns, values)
    visible = (
        read.details_visible if isinstance(read.details_visible, bool) else _reference(read.details_visible, values)
    )
    if not isinstance(columns, list | tuple) or not isinstance(visible, bool):
        raise InvalidInput("policy.template_bad", name=read.name, reason="columns, details_visible")
    return Terms(
        name=read.name,
        title={"ja": read.title.ja, "en": read.title.en},
        text={"ja": read.explanation.ja, "en": read.explanation.en},
        access=_policy(read.access, values),
        contract=_policy(read.contract, values),
        columns=tuple(columns),
        details_visible=visible,
    )


def parameters_of(template: str | Path) -> tuple[Parameter, ...]:
    """Give what a template lets people choose."""
    read = _template(template)
    return tuple(
        Parameter(name=name, kind=one.kind, text={"ja": one.ja, "en": one.en}, default=_value(name, one, one.default))
        for name, one in read.parameters.items()
    )


def _template(given: str | Path) -> _Template:
    data, name = _bytes(given)
    try:
        return msgspec.convert(tomllib.loads(data.decode("utf-8")), _Template)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidInput("policy.template_bad", name=name, reason=str(error)[:200]) from None


def _bytes(given: str | Path) -> tuple[bytes, str]:
    """Find a shipped template by its name, else read a file."""
    if isinstance(given, str) and given in SHIPPED:
        return pkgutil.get_data("genba.policy", f"templates/{given}.toml") or b"", given
    path = Path(given)
    if path.suffix.lower() != ".toml":
        raise NotFound("policy.no_such_template", name=str(given), known=", ".join(SHIPPED))
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError:
        raise NotFound("policy.no_such_template", name=str(given), known=", ".join(SHIPPED)) from None
    if len(data) > _MAX_BYTES:
        raise InvalidInput("policy.too_large", limit=_MAX_BYTES)
    return data, path.name


def _values(template: _Template, given: Mapping[str, object]) -> dict[str, Value]:
    for name in given:
        if name not in template.parameters:
            known = ", ".join(template.parameters)
            raise InvalidInput("policy.parameter_unknown", parameter=name, name=template.name, known=known)
    return {name: _value(name, one, given.get(name, one.default)) for name, one in template.parameters.items()}


def _value(name: str, parameter: _Parameter, given: object) -> Value:
    """Read a value as its kind says; an empty text means that nothing is said."""
    if given is None or given == "":
        return () if parameter.kind in ("names", "purposes", "countries") else None
    if parameter.kind in ("names", "purposes", "countries"):
        return _many(name, parameter.kind, given)
    read = _single(parameter.kind, given)
    if read is None:
        raise InvalidInput("policy.parameter_bad", parameter=name, value=str(given)[:200], kind=parameter.kind)
    return read


def _many(name: str, kind: str, given: object) -> tuple[str, ...]:
    """Read a list, or a text with commas."""
    parts = given.replace("、", ",").split(",") if isinstance(given, str) else given
    listed = parts if isinstance(parts, list | tuple) else (None,)
    values = [part.strip() if isinstance(part, str) else "" for part in listed]
    if kind == "purposes":
        values = [resolve(value) for value in values]
    for value in values:
        is_good = is_country(value) if kind == "countries" else is_named(value) and len(value) <= _MOST_VALUES
        # A purpose in free words is compared letter by letter, so a slip of the pen would shut everybody out.
        if not is_good or (kind == "purposes" and value not in PURPOSES and ":" not in value):
            raise InvalidInput("policy.parameter_bad", parameter=name, value=value[:200], kind=kind)
    if len(values) > _MOST_VALUES:
        raise InvalidInput("policy.too_large", limit=_MOST_VALUES)
    return tuple(dict.fromkeys(values))


def _single(kind: str, given: object) -> str | bool | None:
    if kind == "flag":
        return given if isinstance(given, bool) else _FLAGS.get(str(given).strip().lower())
    if kind == "number":
        text = str(given).strip()
        return None if isinstance(given, bool) or not number(text) else str(number(text))
    if isinstance(given, datetime):
        text = given.isoformat(timespec="seconds")
    else:
        text = given.isoformat() if isinstance(given, date) else str(given).strip()
    if is_moment(text):
        return text
    return text + _END_OF_DAY if is_moment(text + _END_OF_DAY) else None


def _reference(text: str, values: Mapping[str, Value]) -> Value:
    """Give the value that a `$name` stands for."""
    if not text.startswith("$") or text[1:] not in values:
        raise InvalidInput("policy.parameter_unknown", parameter=text, name="", known=", ".join(values))
    return values[text[1:]]


def _policy(tables: _Policies, values: Mapping[str, Value]) -> Policy:
    filled = {
        name: [_filled(rule, values) for rule in rules if _is_meant(rule, values)]
        for name, rules in msgspec.structs.asdict(tables).items()
    }
    return odrl.read({"@type": "Offer", **filled})


def _is_meant(table: object, values: Mapping[str, Value]) -> bool:
    """Say whether a table counts: `when` and `unless` name a parameter that is said, or is yes."""
    if not isinstance(table, dict):
        return True
    when, unless = table.get("when"), table.get("unless")
    for name in (when, unless):
        if name is not None and name not in values:
            raise InvalidInput("policy.parameter_unknown", parameter=str(name), name="", known=", ".join(values))
    return (when is None or bool(values[when])) and (unless is None or not values[unless])


def _filled(data: object, values: Mapping[str, Value]) -> Any:
    """Put values in the place of `$name`; nothing to put there is an error, never a wider permission."""
    if isinstance(data, dict):
        return {name: _filled(value, values) for name, value in data.items() if name not in ("when", "unless")}
    if isinstance(data, list):
        return [_filled(one, values) for one in data if _is_meant(one, values)]
    if not isinstance(data, str) or not data.startswith("$"):
        return data
    value = _reference(data, values)
    if value is None or value == ():
        raise InvalidInput("policy.parameter_missing", parameter=data[1:])
    return list(value) if isinstance(value, tuple) else value
