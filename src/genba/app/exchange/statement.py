"""A person's signed statement about personal data in a product: without one nothing is published."""

import hashlib
from datetime import datetime

import msgspec

from genba.errors import Denied, InvalidInput
from genba.ports.exchange import Signer, Verifier

TYPE = "genba-personal-data+jws"
# none: the product holds no personal data; masked: what it held was replaced; lawful: it holds some, and may be given.
DECISIONS = ("none", "masked", "lawful")
MAX_CHARS = 2000


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody vouches for, about exactly one state of a product."""

    decision: str
    reason: str = ""
    by: str  # the person's name
    at: datetime
    manifest_sha256: str


def make_statement(decision: str, *, by: str, manifest_sha256: str, at: datetime, signer: Signer) -> str:
    """Sign a statement written as `decision` or `decision: reason`; raises InvalidInput when it says too little."""
    kind, _, reason = (part.strip() for part in decision.partition(":"))
    if kind not in DECISIONS:
        raise InvalidInput("publish.no_decision", decision=decision[:60], decisions=", ".join(DECISIONS))
    if not by.strip():
        raise InvalidInput("publish.nobody_signed")
    if kind == "lawful" and not reason:
        raise InvalidInput("publish.no_basis")
    statement = Statement(
        decision=kind, reason=reason[:MAX_CHARS], by=by.strip()[:200], at=at, manifest_sha256=manifest_sha256
    )
    return signer.sign(msgspec.json.encode(statement), typ=TYPE)


def check_statement(token: str, *, manifest_sha256: str, verifier: Verifier, signer: str) -> Statement:
    """Read a statement; raises Denied unless it was signed by that participant and is about exactly this product."""
    payload = verifier.verify(token, typ=TYPE, signer=signer)
    try:
        statement = msgspec.json.decode(payload, type=Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Denied("publish.bad_statement") from None
    if statement.manifest_sha256 != manifest_sha256 or statement.decision not in DECISIONS:
        raise Denied("publish.bad_statement")
    return statement


def identity_of(*parts: str) -> str:
    """Name something by what it is: 20 hexadecimal digits over all parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:20]
