"""What is in an exchange, as the management API shows it: without secrets and without protocol messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from genba.app.exchange.refusals import in_sentence
from genba.app.exchange.waiting import Waiting
from genba.i18n import translate
from genba.model.exchange import Agreement, Negotiation, Notice, Partner, Publication, Transfer
from genba.policy.labels import TermLine
from genba.web.management.jobs import PullJob
from genba.web.management.kinds import (
    AgreementOut,
    NegotiationOut,
    NoticeOut,
    PartnerOut,
    PublicationOut,
    PullOut,
    TermOut,
    TransferOut,
    WaitingOut,
)


def partner_out(partner: Partner) -> PartnerOut:
    """Show a partner."""
    return PartnerOut(
        id=partner.id,
        name=partner.name,
        address=partner.address,
        groups=list(partner.groups),
        corporate_number=partner.corporate_number,
        blocked=partner.blocked,
    )


def publication_out(publication: Publication) -> PublicationOut:
    """Show a publication; its folder and its audience are nobody's business."""
    return PublicationOut(
        id=publication.id,
        version=publication.version,
        title=publication.title,
        offer=publication.offer_id,
        rule=publication.rule,
        published_at=publication.published_at,
        withdrawn_at=publication.withdrawn_at,
        details_visible=publication.details_visible,
        facets={name: list(values) for name, values in publication.facets.items()},
        policy=raw(publication.offer),
    )


def negotiation_out(negotiation: Negotiation, *, now: datetime, lang: str) -> NegotiationOut:
    """Show a negotiation, with the reason why it waits and since when."""
    return NegotiationOut(
        id=negotiation.pid,
        provider_pid=negotiation.provider_pid,
        consumer_pid=negotiation.consumer_pid,
        role=negotiation.role.value,
        state=negotiation.state.value if negotiation.state else None,
        partner=negotiation.partner,
        dataset=negotiation.dataset,
        agreement=negotiation.agreement_id,
        waiting=negotiation.waiting,
        waiting_text=translate(negotiation.waiting, lang) if negotiation.waiting else "",
        reason=negotiation.reason,
        changed_at=negotiation.changed_at,
        age_s=round(max((now - negotiation.changed_at).total_seconds(), 0.0), 1),
    )


def transfer_out(transfer: Transfer) -> TransferOut:
    """Show a transfer without its data address, which holds a token."""
    return TransferOut(
        id=transfer.pid,
        provider_pid=transfer.provider_pid,
        consumer_pid=transfer.consumer_pid,
        role=transfer.role.value,
        state=transfer.state.value if transfer.state else None,
        partner=transfer.partner,
        agreement=transfer.agreement_id,
        format=transfer.format,
        reason=transfer.reason,
        changed_at=transfer.changed_at,
    )


def agreement_fields(agreement: Agreement) -> dict[str, Any]:
    """Give what every view of an agreement has."""
    return {
        "id": agreement.id,
        "role": agreement.role.value,
        "dataset": agreement.dataset,
        "assigner": agreement.assigner,
        "assignee": agreement.assignee,
        "agreed_at": agreement.agreed_at,
        "final": agreement.final,
        "withdrawn_at": agreement.withdrawn_at,
        "withdrawn_because": agreement.withdrawn_because,
    }


def agreement_out(agreement: Agreement) -> AgreementOut:
    """Show an agreement in a list."""
    return AgreementOut(**agreement_fields(agreement))


def notice_out(notice: Notice, lang: str) -> NoticeOut:
    """Show a notice in a language."""
    return NoticeOut(
        id=notice.id,
        at=notice.at,
        code=notice.code,
        text=translate(notice.code, lang, **in_sentence(notice.details)),
        subject=notice.subject,
    )


def terms_out(lines: Sequence[TermLine]) -> list[TermOut]:
    """Show terms in sentences, each with how far it is kept."""
    return [TermOut(text=line.text, operand=line.operand, kept=line.enforcement.value) for line in lines]


def pull_out(job: PullJob, lang: str) -> PullOut:
    """Show a pull; where it failed, why, in a sentence."""
    return PullOut(
        id=job.id,
        agreement=job.agreement,
        folder=job.folder,
        begun_at=job.begun_at,
        state=job.state,
        received_bytes=job.received_bytes,
        files=job.files,
        proven=job.proven,
        receipt=job.receipt,
        error=job.error,
        error_text=translate(job.error, lang) if job.error else "",
    )


def waiting_out(found: Waiting) -> WaitingOut:
    """Show what a person has to decide."""
    return WaitingOut(
        negotiation=found.pid,
        partner=found.partner,
        partner_name=found.partner_name,
        dataset=found.dataset,
        title=found.title,
        role=found.role.value,
        reason=found.reason,
        since=found.since,
        age_s=found.age_s,
        connector=found.connector,
        terms=terms_out(found.terms),
    )


def next_of(items: Sequence[Any], limit: int) -> str:
    """Give the id that the next page begins after; empty where this page is not full."""
    return str(items[-1].id) if len(items) == limit else ""


def raw(text: str) -> msgspec.Raw:
    """Give stored JSON as it is."""
    return msgspec.Raw(text.encode("utf-8"))
