"""Verifiable credentials as values: what an issuer says of a company, and what lies in our own wallet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The profiles of the Decentralized Claims Protocol 1.0 (appendix A.1).
VC11 = "vc11-sl2021/jwt"
VC20 = "vc20-bssl/jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential whose signature was verified; what it says of validity was not yet looked at."""

    id: str
    profile: str
    types: tuple[str, ...]  # without VerifiableCredential
    issuer: str  # DID
    subject: str  # DID
    claims: Mapping[str, Any]  # credentialSubject
    document: Mapping[str, Any]  # the whole credential, for schemas
    begins: datetime
    ends: datetime | None
    statuses: tuple[Mapping[str, Any], ...] = ()
    schemas: tuple[Mapping[str, Any], ...] = ()
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCredential:
    """A credential in our own wallet."""

    id: str  # of the token, by content
    types: tuple[str, ...]
    issuer: str
    profile: str
    token: str  # as issued; presented as it is
    received_at: datetime
    ends: datetime | None
