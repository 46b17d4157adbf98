"""A small issuer of credentials for tests: both profiles, status lists, and every mistake on demand."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from genba.model.credential import VC11, VC20
from genba.trust import jws
from genba.trust.credentials import CONTEXTS
from genba.trust.encoding import to_base64url
from tests.trust.world import Company, Web

LIST_BITS = 131_072


@dataclass
class Issuer:
    """Signs what it is told to."""

    company: Company
    web: Web
    revoked: set[int] = field(default_factory=set)

    @property
    def host(self) -> str:
        return self.company.did.removeprefix("did:web:")

    def credential(
        self,
        holder: str,
        type_: str = "MembershipCredential",
        claims: Mapping[str, Any] | None = None,
        *,
        profile: str = VC11,
        document: Mapping[str, Any] | None = None,
        around: Mapping[str, Any] | None = None,
        header: Mapping[str, str] | None = None,
    ) -> str:
        """A credential about a holder; `document` and `around` change what is signed, None removes."""
        now = self.company.clock()
        later = now + timedelta(days=30)
        inside: dict[str, Any] = {
            "@context": [CONTEXTS[profile]],
            "id": self.company.new_id(),
            "type": ["VerifiableCredential", type_],
            "issuer": self.company.did,
            "credentialSubject": {"id": holder, **(claims or {})},
        }
        names = ("issuanceDate", "expirationDate") if profile == VC11 else ("validFrom", "validUntil")
        inside |= {names[0]: now.isoformat(), names[1]: later.isoformat()}
        inside = _without_none(inside | dict(document or {}))
        outside = {"iss": self.company.did, "sub": holder, "iat": int(now.timestamp()), "jti": inside.get("id")}
        outside = _without_none(outside | dict(around or {}))
        payload = outside | {"vc": inside} if profile == VC11 else inside | outside
        typ = "JWT" if profile == VC11 else "vc+jwt"
        extra = {"kid": self.company.kid, "typ": typ} | dict(header or {})
        return jws.write(self.company.key, msgspec.json.encode(payload), kid=extra["kid"], typ=extra["typ"])

    def status_entry(self, index: int, *, kind: str = "BitstringStatusListEntry", **changed: Any) -> dict[str, Any]:
        """Where a credential says that its status stands."""
        return {
            "id": f"{self.list_address}#{index}",
            "type": kind,
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": self.list_address,
        } | changed

    @property
    def list_address(self) -> str:
        return f"https://{self.host}/status/1"

    def publish_list(self, *, profile: str = VC20, bits: int = LIST_BITS, **changed: Any) -> None:
        """Put the present list on the web."""
        data = bytearray(bits // 8)
        for index in self.revoked:
            data[index // 8] |= 0x80 >> (index % 8)
        packed = to_base64url(gzip.compress(bytes(data)))
        kind = "BitstringStatusList" if profile == VC20 else "StatusList2021"
        claims = {
            "type": kind,
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}" if profile == VC20 else packed,
        } | changed
        token = self.credential(self.list_address, f"{kind}Credential", claims, profile=profile)
        self.web.pages[self.list_address] = token.encode()


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
