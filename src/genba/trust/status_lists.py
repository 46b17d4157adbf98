"""Whether a credential was revoked or suspended: BitstringStatusList and StatusList2021."""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from genba.errors import Denied, GenbaError, InvalidInput
from genba.model.credential import Credential
from genba.ports.exchange import Http
from genba.trust.credentials import read_credential
from genba.trust.encoding import from_base64url
from genba.trust.fetching import Fetched
from genba.trust.self_issued import CLOCK_SKEW, FindKey

# What kind of list an entry points to, and how its bits are written.
KINDS = {"BitstringStatusListEntry": "BitstringStatusList", "StatusList2021Entry": "StatusList2021"}
PURPOSES = ("revocation", "suspension")
# Bitstring Status List section 6.1: shorter lists tell whose credential was looked up.
LEAST_BITS = 131_072
MAX_LIST_BYTES = 4_000_000  # 32 million credentials
MAX_DOCUMENT_BYTES = 6_000_000
KEPT = timedelta(seconds=60)
MAX_KEPT_BYTES = 16_000_000
_INDEX = re.compile(r"[0-9]{1,9}")

# Opens what was fetched: the bytes, who must have signed it, now. Gives the list's credentialSubject.
OpenList = Callable[[bytes, str, datetime], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SignedList:
    """Opens a list only when the issuer of the credential has signed it and it is in force."""

    key: FindKey
    skew: timedelta = CLOCK_SKEW

    def __call__(self, body: bytes, issuer: str, now: datetime) -> Mapping[str, Any]:
        """Raises Denied when the list is of another issuer, expired or not signed."""
        try:
            text = body.decode("ascii").strip().strip('"')
        except UnicodeDecodeError:
            raise Denied("trust.status_list_unusable", reason="encoding") from None
        signed = read_credential(text, self.key, max_chars=MAX_DOCUMENT_BYTES)
        expired = signed.ends is not None and signed.ends <= now - self.skew
        if signed.issuer != issuer or expired or signed.begins > now + self.skew:
            raise Denied("trust.status_list_unusable", reason="issuer" if signed.issuer != issuer else "time")
        return signed.claims


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """Looks credentials up in the lists that they name."""

    fetched: Fetched
    open: OpenList
    least_bits: int = LEAST_BITS

    def __call__(self, credential: Credential, now: datetime) -> None:
        """Raise Denied when a list says no, or when any list cannot be read."""
        for entry in credential.statuses:
            if self._is_set(entry, credential.issuer, now):
                raise Denied("trust.credential_revoked", purpose=str(entry.get("statusPurpose")))

    def _is_set(self, entry: Mapping[str, Any], issuer: str, now: datetime) -> bool:
        kind, purpose = KINDS.get(str(entry.get("type"))), entry.get("statusPurpose")
        url, index = entry.get("statusListCredential"), str(entry.get("statusListIndex"))
        if kind is None or purpose not in PURPOSES or not isinstance(url, str) or not _INDEX.fullmatch(index):
            raise _unusable("entry")
        if entry.get("statusSize", 1) != 1:
            raise _unusable("statusSize")
        body = self.fetched.get(url, now, refused=_unusable)
        try:
            subject = self.open(body, issuer, now)
        except Denied:
            raise
        except GenbaError as error:
            raise _unusable(error.code) from None
        purposes = subject.get("statusPurpose")
        if subject.get("type") != kind or purpose not in (purposes if isinstance(purposes, list) else [purposes]):
            raise _unusable("purpose")
        bits = _bits(subject.get("encodedList"))
        place = int(index)
        if len(bits) * 8 < self.least_bits or place >= len(bits) * 8:
            raise _unusable("length")
        return bool(bits[place >> 3] & (0x80 >> (place & 7)))  # bit 0 is the left-most


def status_check(http: Http, key: FindKey, *, open_list: OpenList | None = None) -> StatusCheck:
    """Build the check with its memory."""
    fetched = Fetched(
        http, KEPT, MAX_DOCUMENT_BYTES, MAX_KEPT_BYTES, accept="application/vc+jwt, application/jwt, application/json"
    )
    return StatusCheck(fetched, open_list or SignedList(key))


def _bits(encoded: object) -> bytes:
    """Unpack a list; one that unpacks to more than the limit is refused before it fills the memory."""
    if not isinstance(encoded, str) or len(encoded) > MAX_DOCUMENT_BYTES:
        raise _unusable("encodedList")
    # Bitstring lists carry the multibase letter u; StatusList2021 has none, and a GZIP stream never begins with it.
    text = encoded.removeprefix("u").rstrip("=").replace("+", "-").replace("/", "_")
    try:
        unpacking = zlib.decompressobj(wbits=31)
        bits = unpacking.decompress(from_base64url(text), MAX_LIST_BYTES)
    except (InvalidInput, zlib.error):
        raise _unusable("encodedList") from None
    if not unpacking.eof:
        raise _unusable("encodedList")
    return bits


def _unusable(reason: str) -> Denied:
    return Denied("trust.status_list_unusable", reason=reason)
