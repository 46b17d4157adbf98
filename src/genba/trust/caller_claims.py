"""What verified credentials say of a caller, in the words that policies ask for."""

import re
from typing import Any

from genba.errors import Denied
from genba.formats.corporate_numbers import is_corporate_number
from genba.model.credential import Credential
from genba.model.exchange import Caller

MEMBERSHIP = "MembershipCredential"
LEGAL_ENTITY = "JapaneseLegalEntityCredential"
# Catena-X's policies ask whether membership is `active`; a credential that was verified just now says so.
ACTIVE = "active"
_NUMBER = re.compile(r"BPNL[0-9A-Z]{12}")
_CORPORATE = re.compile(r"[0-9]{13}")
_VERSION = re.compile(r"[0-9A-Za-z.]{1,20}")
_SUFFIX = "Credential"


def caller_of(did: str, credentials: tuple[Credential, ...]) -> Caller:
    """Gather what the credentials say; two that contradict each other about who it is are refused."""
    memberships: set[str] = set()
    frameworks: set[str] = set()
    numbers: set[str] = set()
    corporate: set[str] = set()
    for credential in credentials:
        claims = credential.claims
        for name in ("holderIdentifier", "bpn"):
            numbers |= _texts(claims.get(name), _NUMBER)
        if MEMBERSHIP in credential.types:
            memberships |= {ACTIVE} | _texts(claims.get("memberOf"), re.compile(r".{1,200}"))
        if LEGAL_ENTITY in credential.types:
            corporate |= _texts(claims.get("corporateNumber"), _CORPORATE)
        frameworks |= _frameworks(credential)
    if len(numbers) > 1 or len(corporate) > 1 or not all(is_corporate_number(number) for number in corporate):
        raise Denied("trust.credentials_contradict")
    return Caller(
        id=did,
        memberships=tuple(sorted(memberships)),
        frameworks=tuple(sorted(frameworks)),
        corporate_number="".join(corporate),
        business_partner_number="".join(numbers),
        claims={"credentials": " ".join(sorted({type_ for one in credentials for type_ in one.types}))},
    )


def _frameworks(credential: Credential) -> set[str]:
    """Name the framework agreements that a credential proves, as Name:Version."""
    versions = _texts(credential.claims.get("contractVersion"), _VERSION)
    if not versions or not isinstance(credential.claims.get("contractTemplate"), str):
        return set()
    names = {type_.removesuffix(_SUFFIX) for type_ in credential.types}
    return {f"{name}:{version}" for name in names for version in versions}


def _texts(value: Any, shape: re.Pattern[str]) -> set[str]:
    return {value} if isinstance(value, str) and shape.fullmatch(value) else set()
