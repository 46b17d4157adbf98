"""The log's last link as a signed file beside the database: shows that the end of the log was cut off."""

import os
import threading
from datetime import datetime
from pathlib import Path

import msgspec

from genba.errors import Denied
from genba.ports.exchange import Signer, Verifier
from genba.storage.exchange.log import Anchor
from genba.storage.files import long_path, replace_patiently, write_failed

NAME = "log-head.jws"
TYP = "genba-log-head+jws"
MAX_BYTES = 10_000


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: int
    sha256: str
    at: datetime


def keep(folder: Path, head: Anchor, signer: Signer, *, at: datetime) -> None:
    """Write the last link after its transaction has ended; whoever copies this file elsewhere can tell a cut log."""
    payload = msgspec.json.encode(_Head(head.seq, head.sha256, at))
    partial = long_path(folder / f"{NAME}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        partial.write_text(signer.sign(payload, typ=TYP), encoding="ascii")
        replace_patiently(partial, long_path(folder / NAME))
    except OSError as error:
        raise write_failed(error) from None


def kept(folder: Path, verifier: Verifier, *, signer: str) -> Anchor | None:
    """Give the link that the file names; None when there is no file, Denied when it is not signed by us."""
    try:
        with long_path(folder / NAME).open("rb") as file:
            token = file.read(MAX_BYTES).decode("ascii")
        head = msgspec.json.decode(verifier.verify(token, typ=TYP, signer=signer), type=_Head)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        raise Denied("exchange_store.bad_head") from None
    return Anchor(seq=head.seq, sha256=head.sha256)
