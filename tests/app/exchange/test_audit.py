import json
from collections.abc import Callable
from pathlib import Path

import pytest

from genba.app.exchange import audit
from genba.app.exchange.audit import AuditFilter
from genba.errors import InvalidInput
from genba.storage.exchange.log import LogEntry
from tests.app.exchange.test_pull import fetch
from tests.app.exchange.trading import Trade, trade


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Trade:
    """Two companies after two pulls."""
    folder = tmp_path_factory.mktemp("audit")
    done = trade(folder)
    fetch(done)
    done.out = folder / "again"
    fetch(done)
    return done


def exported(made: Trade, folder: Path, *, of: str = "maker", partner: bool = False) -> Path:
    company, other = (made.maker, made.buyer) if of == "maker" else (made.buyer, made.maker)
    out = folder / "log.jsonl"
    audit.export(company.exchange, AuditFilter(partner=other.did if partner else ""), out)
    return out


def change(path: Path, how: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    changed = how([json.loads(line) for line in lines])
    path.write_text("\n".join([head, *(json.dumps(line) for line in changed)]) + "\n", encoding="utf-8")


def codes(audited: audit.Audited) -> set[str]:
    return {finding.code for finding in audited.findings}


def last(lines: list[dict[str, object]], kind: str) -> int:
    return max(number for number, line in enumerate(lines) if line["kind"] == kind)


def test_a_log_that_nobody_touched_holds_on_both_sides(made: Trade) -> None:
    for company in (made.maker, made.buyer):
        audited = audit.verify(company.exchange)
        assert (audited.findings, audited.pulls, audited.receipts) == ((), 2, 4)
        assert audited.exit_status == 0


@pytest.mark.parametrize("partner", [False, True])
@pytest.mark.parametrize("of", ["maker", "buyer"])
def test_a_partners_export_agrees_with_our_log(made: Trade, tmp_path: Path, of: str, partner: bool) -> None:
    path = exported(made, tmp_path, of=of, partner=partner)
    we = made.buyer if of == "maker" else made.maker
    audited = audit.compare(we.exchange, path)
    assert (audited.findings, audited.pulls, audited.whole) == ((), 2, not partner)
    assert audit.verify_export(path, we.exchange.verifier).findings == ()


@pytest.mark.parametrize("kind", ["pull.begun", "pull.ended", "receipt", "agreement", "negotiation"])
def test_a_link_that_was_taken_out_is_found(made: Trade, tmp_path: Path, kind: str) -> None:
    path = exported(made, tmp_path)
    change(path, lambda lines: [line for n, line in enumerate(lines) if n != last(lines, kind)])
    assert "exchange_store.links_removed" in codes(audit.compare(made.buyer.exchange, path))


def test_a_changed_link_is_found(made: Trade, tmp_path: Path) -> None:
    path = exported(made, tmp_path)

    def lie(lines: list[dict[str, object]]) -> list[dict[str, object]]:
        lines[last(lines, "pull.ended")]["body"] = str(lines[last(lines, "pull.ended")]["body"]).replace("5", "6")
        return lines

    change(path, lie)
    assert codes(audit.compare(made.buyer.exchange, path)) == {"exchange_store.link_changed"}


@pytest.mark.parametrize("partner", [False, True])
def test_a_log_whose_end_was_cut_off_is_found_by_the_receipts_of_the_other_side(
    made: Trade, tmp_path: Path, partner: bool
) -> None:
    path = exported(made, tmp_path, partner=partner)
    change(path, lambda lines: lines[: last(lines, "pull.begun")])
    found = codes(audit.compare(made.buyer.exchange, path))
    assert {"exchange_store.link_missing", "audit.missing_there", "audit.receipt_missing_there"} <= found
    assert audit.verify_export(path, made.buyer.exchange.verifier).findings == ()  # alone it looks whole


def test_a_pull_missing_in_our_own_log_is_found_by_the_partners(made: Trade, tmp_path: Path) -> None:
    path = exported(made, tmp_path)
    with made.buyer.database.transaction() as tx:
        rows = tx.execute("SELECT seq FROM log WHERE kind IN ('pull.begun', 'pull.ended', 'receipt') ORDER BY seq")
        kept = tx.execute("SELECT * FROM log WHERE seq >= :seq ORDER BY seq", seq=rows[0][0])
        tx.execute("DELETE FROM log WHERE seq >= :seq", seq=rows[0][0])
    try:
        found = codes(audit.compare(made.buyer.exchange, path))
        assert found == {"audit.missing_here", "audit.receipt_missing_here"}
    finally:
        with made.buyer.database.transaction() as tx:
            names = ("seq", "at", "kind", "agreement", "partner", "body", "previous", "sha256", "signature")
            places = ", ".join(f":{name}" for name in names)
            tx.execute_many(f"INSERT INTO log VALUES ({places})", [dict(zip(names, row, strict=True)) for row in kept])


def test_what_another_company_signed_is_no_log_of_this_one(made: Trade, tmp_path: Path) -> None:
    path = exported(made, tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(made.maker.did, "did:web:other.example", 1), "utf-8")
    assert "exchange_store.link_forged" in codes(audit.compare(made.buyer.exchange, path))


def test_an_extract_that_leaves_things_out_is_not_compared(made: Trade, tmp_path: Path) -> None:
    out = tmp_path / "part.jsonl"
    audit.export(made.maker.exchange, AuditFilter(partner=made.buyer.did, kind="receipt"), out)
    with pytest.raises(InvalidInput, match=r"audit\.partial_export"):
        audit.compare(made.buyer.exchange, out)
    assert audit.verify_export(out, made.buyer.exchange.verifier).findings == ()


@pytest.mark.parametrize("text", ["", "{}\n", '{"format":"other","participant":"x","whole":true}\n', "\xff\xfe"])
def test_a_file_that_is_no_export_is_refused(made: Trade, tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text, encoding="latin-1")
    with pytest.raises(InvalidInput):
        audit.compare(made.buyer.exchange, tmp_path / "x")


def test_the_own_export_is_not_taken_for_a_partners(made: Trade, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"audit\.own_export"):
        audit.compare(made.maker.exchange, exported(made, tmp_path))


def test_the_log_is_shown_by_kind_agreement_and_partner(made: Trade) -> None:
    def seqs(wanted: AuditFilter) -> list[LogEntry]:
        return list(audit.show(made.maker.exchange, wanted))

    assert {entry.kind for entry in seqs(AuditFilter(kind="receipt"))} == {"receipt"}
    assert len(seqs(AuditFilter(kind="pull.begun", agreement=made.agreement))) == 2
    assert seqs(AuditFilter(agreement="other")) == []
    assert len(audit.show(made.maker.exchange, AuditFilter(), limit=3)) == 3
    after = audit.show(made.maker.exchange, AuditFilter(), limit=3)[-1].seq
    assert audit.show(made.maker.exchange, AuditFilter(), limit=1, after=after)[0].seq == after + 1
