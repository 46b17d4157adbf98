"""The token of the management listener: random, in a file that only its owner reads."""

import hmac
import os
import secrets
import stat
import sys
from pathlib import Path

from genba.errors import Denied
from genba.storage.files import long_path, write_failed

NAME = "management.token"
LONGEST = 200
SHORTEST = 32
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def token_of(home: Path) -> str:
    """Read the token, or make one at the first start; raises Denied when others may read the file."""
    path = long_path(home / NAME)
    try:
        descriptor = os.open(path, _FLAGS, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise write_failed(error) from None
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "wb") as file:
        file.write(token.encode("ascii") + b"\n")
    return token


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            token = file.read(LONGEST).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise Denied("web.token_unreadable", file=NAME) from None
    # On Windows rights are inherited from the folder; the bits here say nothing of them.
    if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Denied("web.token_open_to_others", file=NAME)
    if len(token) < SHORTEST:
        raise Denied("web.token_unreadable", file=NAME)
    return token


def is_token(authorization: str, token: str) -> bool:
    """Compare a Bearer token in constant time."""
    scheme, _, given = authorization.partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode("ascii"))
    return same and scheme.lower() == "bearer"
