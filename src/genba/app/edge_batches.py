"""Batches of genba-edge in a capture: the keys that the user configured, and what is missing between the files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from genba.errors import InvalidInput
from genba.formats.edgebatch.seals import NO_TRUST, Trust, trust
from genba.ports.signals import SignalReader

KEY_FILE_BYTES = 1 << 20
KIND = "edge"


def trust_of(key_file: Path | None) -> Trust:
    """Read the key file; one that is named and cannot be read is an error, never a capture without proof."""
    if key_file is None:
        return NO_TRUST
    try:
        with key_file.open("rb") as file:
            return trust(file.read(KEY_FILE_BYTES).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("edge.key_file_missing") from error


def proving(reader: SignalReader, kind: str, known: Trust) -> SignalReader:
    """The reader, told whom to trust where its kind can be proven."""
    return cast(SignalReader, partial(cast(Callable[..., Any], reader), trust=known)) if kind == KIND else reader
