"""What a participant proved when it asked for a transfer, kept for its pulls: a token alone proves nothing more."""

from datetime import datetime, timedelta

import msgspec

from genba.model.exchange import Caller

# Longer than this nobody relies on credentials that were shown once; another transfer shows them anew.
KEPT = timedelta(hours=24)


class Proven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Verified claims, and when they were verified."""

    at: datetime
    memberships: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    corporate_number: str = ""
    business_partner_number: str = ""


def proven_of(caller: Caller, at: datetime) -> Proven | None:
    """Keep what was proven; None when it was nothing but who calls."""
    claims = (caller.memberships, caller.frameworks, caller.corporate_number, caller.business_partner_number)
    if not any(claims):
        return None
    return Proven(
        at=at,
        memberships=caller.memberships,
        frameworks=caller.frameworks,
        corporate_number=caller.corporate_number,
        business_partner_number=caller.business_partner_number,
    )


def caller_of(proven: Proven | None, participant: str, now: datetime) -> Caller | None:
    """Give what is still relied upon; None for what is too old or was never shown, which then is unknown."""
    if proven is None or not proven.at <= now <= proven.at + KEPT:
        return None
    return Caller(
        id=participant,
        memberships=proven.memberships,
        frameworks=proven.frameworks,
        corporate_number=proven.corporate_number,
        business_partner_number=proven.business_partner_number,
    )
