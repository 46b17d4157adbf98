"""Calls about what is proven and kept: the log, its export and verification, back-ups."""

from datetime import UTC, datetime
from pathlib import Path

from genba.app.exchange import audit
from genba.app.exchange.node import Exchange
from genba.errors import InvalidInput
from genba.i18n import translate
from genba.storage.exchange.backup import back_up
from genba.storage.files import long_path
from genba.web.management.evidence import (
    AuditedOut,
    AuditFindingOut,
    AuditQuery,
    BackUpIn,
    BackUpOut,
    ExportIn,
    ExportOut,
    LogEntries,
    LogEntryOut,
)
from genba.web.management.routes import Ask, Route
from genba.web.management.shown import raw

EXPORTS = "exports"


def _wanted(asked: AuditQuery | ExportIn) -> audit.AuditFilter:
    return audit.AuditFilter(
        kind=asked.kind,
        agreement=asked.agreement,
        partner=asked.partner,
        since=_moment(asked.since),
        until=_moment(asked.until),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        raise InvalidInput("web.no_time", text=text) from None


def show(exchange: Exchange, ask: Ask) -> LogEntries:
    """Show links of the log."""
    query: AuditQuery = ask.query
    found = audit.show(exchange, _wanted(query), limit=query.limit, after=query.after)
    items = [
        LogEntryOut(
            seq=entry.seq,
            at=entry.at,
            kind=entry.kind,
            agreement=entry.agreement,
            partner=entry.partner,
            body=raw(entry.body),
            previous=entry.previous,
            sha256=entry.sha256,
            signature=entry.signature,
        )
        for entry in found
    ]
    return LogEntries(items=items, next=items[-1].seq if len(items) == query.limit else 0)


def export(exchange: Exchange, ask: Ask) -> ExportOut:
    """Write links as JSON lines that anybody with our public key can verify."""
    body: ExportIn = ask.body
    folder = exchange.home / EXPORTS
    long_path(folder).mkdir(exist_ok=True)
    out = folder / f"{body.name}.jsonl"
    return ExportOut(links=audit.export(exchange, _wanted(body), out), file=f"{EXPORTS}/{out.name}")


def verify(exchange: Exchange, ask: Ask) -> AuditedOut:
    """Prove the log: its chain, its end, every receipt, and that every pull has ended."""
    found = audit.verify(exchange)
    findings = [
        AuditFindingOut(
            code=each.code, text=translate(each.code, ask.lang), seq=each.seq, pull=each.pull, partner=each.partner
        )
        for each in found.findings
    ]
    return AuditedOut(
        participant=found.participant,
        links=found.links,
        receipts=found.receipts,
        pulls=found.pulls,
        holds=not findings,
        findings=findings,
    )


def save(exchange: Exchange, ask: Ask) -> BackUpOut:
    """Write a back-up beside the home while everything runs."""
    body: BackUpIn = ask.body
    folder = backups(exchange.home) / body.name
    made = back_up(exchange.database, exchange.home, folder, at=exchange.now())
    size_bytes = sum(file.size_bytes for file in made.files)
    return BackUpOut(folder=str(folder), database=made.database, files=len(made.files), size_bytes=size_bytes)


def backups(home: Path) -> Path:
    """Name the folder of back-ups: beside the home, so that none holds those before it."""
    return home.with_name(f"{home.name}-backups")


RECORDS = (
    Route(
        method="GET",
        path="/v1/audit",
        operation="show_log",
        about="Show links of the log, the oldest first.",
        call=show,
        query=AuditQuery,
        answers=LogEntries,
    ),
    Route(
        method="POST",
        path="/v1/audit/exports",
        operation="export_log",
        about="Write links as JSON lines below exports/ of the home; anybody with our public key can verify them.",
        call=export,
        body=ExportIn,
        answers=ExportOut,
        status=201,
    ),
    Route(
        method="POST",
        path="/v1/audit/verification",
        operation="verify_log",
        about="Prove the log: its chain, its end, every receipt, and that every pull has ended.",
        call=verify,
        answers=AuditedOut,
    ),
    Route(
        method="POST",
        path="/v1/backups",
        operation="back_up",
        about="Write a back-up beside the home while everything runs.",
        call=save,
        body=BackUpIn,
        answers=BackUpOut,
        status=201,
        refusals=(409,),
    ),
)
