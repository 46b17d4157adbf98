"""Why something was refused: as it travels to a partner, and as a person is told what a partner has said."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from genba.errors import GenbaError
from genba.i18n import Spoken
from genba.model.policy import Reason
from genba.policy.labels import in_words

MOST_REASONS = 20
MOST_DETAILS = 10
MOST_CHARS = 300
# Sentences of ours that a partner's genba may have us say; any other code is shown as it came.
AREAS = frozenset({"policy", "pull", "delivery", "exchange", "exchange_store", "trust", "dsp", "catalogue", "web"})
NO_REASON = (Reason(code="pull.no_reason"),)
_CODE = re.compile(r"([a-z_]{1,40})\.[a-z0-9_.]{1,80}", re.ASCII)
_DETAIL = re.compile(r"[a-z_]{1,40}", re.ASCII)
# Whoever is named there may be another partner: only that the recipient is not among them travels.
_WHO = frozenset({"recipient", "CorporateNumber", "BusinessPartnerNumber", "BusinessPartnerGroup"})


class Told(msgspec.Struct, omit_defaults=True):
    """A reason as JSON."""

    code: str = ""
    details: dict[str, str | int | float | bool] = {}


def reasons_of(error: GenbaError) -> tuple[Reason, ...]:
    """Give the reasons that an error carries."""
    found = error.details.get("reasons", ())
    return tuple(one for one in found if isinstance(one, Reason)) if isinstance(found, tuple) else ()


def told(reasons: Iterable[Reason]) -> tuple[Told, ...]:
    """Write reasons for the partner that they are about."""
    found = []
    for reason in reasons:
        if reason.details.get("operand") in _WHO:
            found.append(Told("policy.who_differs", {"operand": str(reason.details["operand"])}))
        else:
            found.append(Told(reason.code, {name: _plain(detail) for name, detail in reason.details.items()}))
    return tuple({msgspec.json.encode(one): one for one in found}.values())[:MOST_REASONS]


def _plain(detail: object) -> str | int | float | bool:
    if isinstance(detail, str | int | float):
        return detail[:MOST_CHARS] if isinstance(detail, str) else detail
    return (detail.plain if isinstance(detail, Spoken) else str(detail))[:MOST_CHARS]


def heard(reasons: Iterable[Told]) -> tuple[Reason, ...]:
    """Read what a partner gave as reasons; nothing in it is trusted to be short, or to be words of ours."""
    return tuple(_heard(one) for one in tuple(reasons)[:MOST_REASONS] if one.code)


def _heard(one: Told) -> Reason:
    match = _CODE.fullmatch(one.code)
    if match is None or match[1] not in AREAS:
        return Reason(code="pull.foreign_reason", details={"said": tamed(one.code)})
    details = {
        name: tamed(detail) if isinstance(detail, str) else detail
        for name, detail in list(one.details.items())[:MOST_DETAILS]
        if _DETAIL.fullmatch(name)
    }
    return in_words(Reason(code=one.code, details=details))


def said(text: str) -> Reason:
    """Read the reason of a protocol message: a code of ours, maybe with a number behind it, or words."""
    code = text.partition(" ")[0]
    return _heard(Told(code if _CODE.fullmatch(code) else text)) if text.strip() else NO_REASON[0]


def in_sentence(details: Mapping[str, object]) -> dict[str, object]:
    """Let a partner's reason among the details of a notice be said in words."""
    reason = details.get("reason")
    return {**details, "reason": said(reason)} if isinstance(reason, str) else dict(details)


def tamed(text: str) -> str:
    """Take out what could command a terminal, and what is too long."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:MOST_CHARS])
