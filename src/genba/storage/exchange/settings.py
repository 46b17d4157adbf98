"""Read and write exchange.toml: strict about names, so that a mistyped setting is never silently without effect."""

import ipaddress
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import msgspec

from genba.errors import InvalidInput, NotFound
from genba.model.settings import Settings
from genba.storage.files import long_path

NAME = "exchange.toml"
FORMAT = "genba exchange 1.0"
MAX_BYTES = 1_000_000
PROFILES = ("did", "dcp", "oauth2")


def load_settings(home: Path) -> Settings:
    """Raises NotFound where there is no home, InvalidInput for a setting that does not exist or does not fit."""
    path = long_path(home / NAME)
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        raise NotFound("exchange_home.missing", home=str(home)) from None
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("exchange_home.unreadable", file=NAME) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("exchange_home.bad_toml", file=NAME, reason=str(error)) from None
    if raw.pop("format", FORMAT) != FORMAT:
        raise InvalidInput("exchange_home.other_format", file=NAME)
    _refuse_unknown(raw, Settings, "")
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise InvalidInput("exchange_home.bad_setting", file=NAME, reason=str(error)) from None
    _check(settings)
    return settings


def _refuse_unknown(raw: dict[str, object], kind: type, where: str) -> None:
    known = _fields(kind)
    for name, value in raw.items():
        if name not in known:
            raise InvalidInput("exchange_home.unknown_setting", file=NAME, setting=f"{where}{name}")
        inner = known[name]
        if isinstance(value, dict) and isinstance(inner, type) and _fields(inner):
            _refuse_unknown(value, inner, f"{where}{name}.")


def _fields(kind: type) -> dict[str, object]:
    if not is_dataclass(kind):
        return {}
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _check(settings: Settings) -> None:
    if not settings.participant.startswith("did:"):
        raise InvalidInput("exchange_home.bad_setting", file=NAME, reason="participant")
    if settings.identity.profile not in PROFILES:
        raise InvalidInput("exchange_home.bad_setting", file=NAME, reason="identity.profile")
    address = settings.protocol.address
    if not address.startswith(("http://", "https://")) or address.endswith("/"):
        raise InvalidInput("exchange_home.bad_setting", file=NAME, reason="protocol.address")
    for range_ in settings.network.private:
        try:
            ipaddress.ip_network(range_)
        except ValueError:
            raise InvalidInput("exchange_home.bad_setting", file=NAME, reason="network.private") from None


def write_settings(home: Path, settings: Settings) -> None:
    """Write a new exchange.toml; one that is there already is left alone and refused."""
    path = long_path(home / NAME)
    text = "\n".join([f'format = "{FORMAT}"', *_lines(settings)]) + "\n"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidInput("exchange_home.exists", home=str(home)) from None


def _lines(settings: Settings) -> list[str]:
    """Write what differs from the defaults, and the addresses always: they are what people change first."""
    default = Settings(participant="")
    plain, tables = [], []
    for name in _fields(Settings):
        value = getattr(settings, name)
        inner = _fields(type(value))
        if not inner:
            if value != getattr(default, name):
                plain.append(f"{name} = {_toml(value)}")
            continue
        usual = getattr(default, name)
        lines = [
            f"{field} = {_toml(getattr(value, field))}"
            for field in inner
            if getattr(value, field) != getattr(usual, field) or field in ("listen", "address", "profile")
        ]
        if lines:
            tables += ["", f"[{name}]", *lines]
    return plain + tables


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return msgspec.json.encode(value).decode("utf-8").replace("\x7f", "\\u007f")  # TOML 1.0 forbids it bare
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    raise TypeError(type(value).__name__)
