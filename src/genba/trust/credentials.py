"""Read and verify credentials signed as JWT: Verifiable Credentials 2.0 (vc+jwt) and 1.1 (claim `vc`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from genba.errors import Denied
from genba.model.credential import VC11, VC20, Credential
from genba.trust import jws
from genba.trust.self_issued import CLOCK_SKEW, FindKey, found, text_of, time_of

BASE_TYPE = "VerifiableCredential"
CONTEXTS = {VC11: "https://www.w3.org/2018/credentials/v1", VC20: "https://www.w3.org/ns/credentials/v2"}
MAX_TYPES = 20
MAX_STATUSES = 10
_TYP_VC20 = ("vc+jwt", "vc-ld+jwt")
_TYP_VC11 = ("", "jwt")

CheckOne = Callable[[Credential, datetime], None]


def read_credential(token: str, key: FindKey, *, max_chars: int = jws.MAX_CHARS) -> Credential:
    """Verify the signature by a key of the issuer and read what was signed."""
    parts = jws.read(token, max_chars=max_chars)
    typ = parts.header.typ.lower()
    claims = jws.claims(parts.payload)
    if typ in _TYP_VC20:
        if "vc" in claims or "vp" in claims:
            raise Denied("trust.credential_malformed", field="vc")
        profile, document = VC20, claims
    elif typ in _TYP_VC11 and isinstance(claims.get("vc"), dict):
        profile, document = VC11, claims["vc"]
    else:
        raise Denied("trust.token_type", typ=parts.header.typ[:40])
    credential = _credential(profile, document, claims, token)
    if parts.header.kid.partition("#")[0] != credential.issuer:
        raise Denied("trust.key_foreign")
    jws.check(parts, found(key, parts.header.kid, "assertionMethod"))
    return credential


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialCheck:
    """All that a credential has to withstand before it counts."""

    key: FindKey
    issuers: Mapping[str, tuple[str, ...]]  # for each type the DIDs that may issue it
    status: CheckOne  # raises Denied when it is revoked or suspended, or nobody can tell
    schema: CheckOne  # raises Denied when its claims do not fit its schema
    skew: timedelta = CLOCK_SKEW

    def check(self, token: str, *, holder: str, now: datetime) -> Credential:
        """Verify a credential about its holder; raises Denied with a code of its own for each doubt."""
        credential = read_credential(token, self.key)
        if credential.subject != holder:
            raise Denied("trust.credential_foreign")
        self.trusted(credential)
        self.in_force(credential, now)
        self.schema(credential, now)
        self.status(credential, now)
        return credential

    def trusted(self, credential: Credential) -> None:
        """Refuse an issuer that is not on the list for every type the credential claims."""
        for type_ in credential.types:
            if credential.issuer not in self.issuers.get(type_, ()):
                raise Denied("trust.issuer_unknown", issuer=credential.issuer[:200], type=type_[:80])

    def in_force(self, credential: Credential, now: datetime) -> None:
        """Refuse what is not valid yet or no more."""
        if credential.begins > now + self.skew:
            raise Denied("trust.credential_early")
        if credential.ends is not None and credential.ends <= now - self.skew:
            raise Denied("trust.credential_expired")


def _credential(profile: str, document: Mapping[str, Any], claims: Mapping[str, Any], token: str) -> Credential:
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):  # several subjects in one credential are not about one company
        raise Denied("trust.credential_malformed", field="credentialSubject")
    first, last = ("issuanceDate", "expirationDate") if profile == VC11 else ("validFrom", "validUntil")
    begins = [_date(document, first), *_claimed(claims, "nbf", "iat" if profile == VC11 else "nbf")]
    ends = [_date(document, last), *_claimed(claims, "exp")]
    about = claims.get("sub")
    if profile == VC11 and subject.get("id") is not None:
        about = None  # issuers in the field put the credential's id there; whom it is about stands inside
    started, ended = [time for time in begins if time], [time for time in ends if time]
    if profile == VC11 and not started:
        raise Denied("trust.credential_malformed", field=first)
    return Credential(
        id=_agreeing(document.get("id"), None, "id") or _agreeing(claims.get("jti"), None, "jti"),
        profile=profile,
        types=_types(document),
        issuer=_agreeing(_id_of(document.get("issuer")), claims.get("iss"), "iss"),
        subject=_agreeing(subject.get("id"), about, "sub"),
        claims=subject,
        document=document,
        begins=max(started, default=datetime.fromtimestamp(0, UTC)),  # where two are stated, the narrower one counts
        ends=min(ended, default=None),
        statuses=_objects(document, "credentialStatus"),
        schemas=_objects(document, "credentialSchema"),
        token=token,
    )


def _id_of(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value


def _agreeing(inside: object, outside: object, name: str) -> str:
    """Read what the credential and the token around it both may say; they must not contradict each other."""
    values = {value for value in (inside, outside) if value is not None} if _are_texts(inside, outside) else set()
    if len(values) > 1 or not (values or name in ("id", "jti")):
        raise Denied("trust.credential_malformed", field=name)
    return text_of({name: values.pop()}, name) if values else ""


def _are_texts(*values: object) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def _types(document: Mapping[str, Any]) -> tuple[str, ...]:
    types = document.get("type")
    types = types if isinstance(types, list) else [types]
    if len(types) > MAX_TYPES or not all(isinstance(type_, str) and type_ for type_ in types):
        raise Denied("trust.credential_malformed", field="type")
    named = tuple(type_ for type_ in types if type_ != BASE_TYPE)
    if not named:
        raise Denied("trust.credential_malformed", field="type")
    return named


def _claimed(claims: Mapping[str, Any], *names: str) -> list[datetime | None]:
    return [time_of(claims, name) for name in names if claims.get(name) is not None]


def _date(document: Mapping[str, Any], name: str) -> datetime | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value if isinstance(value, str) else "")
        if time.tzinfo is None:
            raise Denied("trust.credential_malformed", field=name)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 east of Greenwich is before all years
        raise Denied("trust.credential_malformed", field=name) from None


def _objects(document: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    value = document.get(name)
    values = [] if value is None else value if isinstance(value, list) else [value]
    if len(values) > MAX_STATUSES or not all(isinstance(item, dict) for item in values):
        raise Denied("trust.credential_malformed", field=name)
    return tuple(values)
