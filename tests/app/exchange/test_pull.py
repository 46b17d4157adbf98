import os
from pathlib import Path

import pytest

from genba.app.exchange import delivery, holding, placing, transferring
from genba.app.exchange.pull import Pulled, pull
from genba.app.exchange.uses import RESERVED
from genba.errors import Conflict, Denied, Unavailable
from genba.ports.exchange import Answer
from tests.app.exchange.trading import CX, FILES, PURPOSE, Trade, offer, trade
from tests.exchange_companies import drain


@pytest.fixture
def made(tmp_path: Path) -> Trade:
    return trade(tmp_path)


def fetch(made: Trade, *, purpose: str = PURPOSE, **more: object) -> Pulled:
    def pause(seconds: float) -> None:
        drain(made.maker, made.buyer)

    return pull(made.buyer.exchange, made.agreement, out=made.out, purpose=purpose, pause=pause, wait_s=5, **more)  # type: ignore[arg-type]


def arrived(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in RESERVED
    }


def test_a_product_arrives_with_its_terms_and_both_receipts(made: Trade) -> None:
    pulled = fetch(made)
    assert arrived(made.out) == FILES
    assert pulled.proven and pulled.files == len(FILES)
    assert pulled.receipt and pulled.provider_receipt
    terms, held = holding.read_held(made.out)
    assert (terms.agreement.id, terms.purposes, terms.place, terms.training) == (
        made.agreement,
        (PURPOSE,),
        "JP",
        False,
    )
    assert (held.consumer, held.provider) == (pulled.receipt, pulled.provider_receipt)
    assert not made.out.with_name("out.part").exists()


def test_both_logs_tell_of_the_pull_and_hold_both_receipts(made: Trade) -> None:
    pulled = fetch(made)
    for company in (made.maker, made.buyer):
        kinds = [entry.kind for entry in made.entries(company, "pull.begun", "pull.ended", "receipt")]
        assert kinds == ["pull.begun", "pull.ended", "receipt", "receipt"]
        tokens = {body["receipt"] for body in made.bodies(company, "receipt")}
        assert tokens == {pulled.receipt, pulled.provider_receipt}
    (ended,) = made.bodies(made.maker, "pull.ended")
    assert ended["sent_bytes"] == sum(map(len, FILES.values()))
    assert ended["files"] == {path: len(content) for path, content in FILES.items()}


def test_a_purpose_outside_the_terms_gets_nothing_and_the_refusal_is_logged(made: Trade) -> None:
    with pytest.raises(Denied, match=r"pull\.refused_there"):
        fetch(made, purpose="cx.circular.dpp:1")
    assert not made.out.exists()
    (refused,) = made.bodies(made.maker, "pull.refused")
    assert refused["code"] == "pull.terms"
    assert refused["stated"]["purposes"] == ["cx.circular.dpp:1"]  # type: ignore[index]
    assert made.entries(made.maker, "pull.begun") == []


def test_a_withdrawal_that_no_message_told_is_learnt_when_the_next_pull_is_refused(made: Trade) -> None:
    fetch(made)
    transferring.withdraw(made.maker.exchange, made.agreement, "a mistake")
    drain(made.maker, made.buyer)
    first, made.out = made.out, made.out.with_name("again")
    with pytest.raises(Denied):
        fetch(made)
    assert (first / "withdrawn.json").exists()


def test_a_pull_that_breaks_off_goes_on_and_counts_once(tmp_path: Path) -> None:
    once = offer((f"{CX}DataFrequency", "eq", "cx.dataFrequency.once:1"))
    made = trade(tmp_path, terms=once)
    made.line.fault = lambda method, url: "lost" if "/files/tables" in url else ""
    with pytest.raises(Unavailable):
        fetch(made)
    assert not made.out.exists()
    made.line.fault = lambda method, url: ""
    assert fetch(made).provider_receipt
    assert arrived(made.out) == FILES
    assert len(made.entries(made.maker, "pull.begun")) == 1
    (ended,) = made.bodies(made.maker, "pull.ended")
    assert ended["sent_bytes"] == sum(map(len, FILES.values()))
    with pytest.raises(Denied):  # and a second use is one too many
        made.out = tmp_path / "second"
        fetch(made)


def test_the_disk_holds_every_file_before_the_product_gets_its_name(
    made: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    fsync, replace = os.fsync, placing.replace_patiently

    def sync(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def give_name(source: Path, target: Path) -> None:
        assert target == made.out
        assert [path for path in source.rglob("*") if path.stat().st_ino not in synced] == []
        replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(placing, "replace_patiently", give_name)
    fetch(made)
    assert (made.out / "receipt.json").stat().st_ino in synced  # written once more, with the provider's
    assert made.out.parent.stat().st_ino in synced


def test_receipts_that_were_lost_are_exchanged_by_the_next_pull_into_the_same_folder(made: Trade) -> None:
    made.line.fault = lambda method, url: "lost" if url.endswith("/receipts") else ""
    assert fetch(made).provider_receipt == ""
    assert arrived(made.out) == FILES
    made.line.fault = lambda method, url: ""
    again = fetch(made)
    assert again.provider_receipt and again.received_bytes == 0
    for company in (made.maker, made.buyer):
        assert len(made.entries(company, "receipt")) == 2
    assert fetch(made).provider_receipt == again.provider_receipt


def test_a_receipt_whose_answer_was_lost_is_answered_alike_again(made: Trade) -> None:
    request = made.line.request

    def deaf(method: str, url: str, *, headers: object = None, body: bytes = b"") -> Answer:
        answer = request(method, url, headers=headers, body=body)  # type: ignore[arg-type]
        if url.endswith("/receipts"):
            raise Unavailable("connector.broken_off")
        return answer

    made.line.request = deaf  # type: ignore[method-assign, assignment]
    fetch(made)
    made.line.request = request  # type: ignore[method-assign]
    assert fetch(made).provider_receipt
    assert len(made.entries(made.maker, "receipt")) == 2


def test_what_another_signed_is_not_taken(made: Trade) -> None:
    folder = made.maker.exchange.home / "deliveries" / "1"
    signature = made.buyer.exchange.signer.sign(b"{}", typ="genba-delivery+jws")
    (folder / "delivery.jws").write_text(signature, encoding="ascii")
    delivery._loaded.cache_clear()
    with pytest.raises(Denied):
        fetch(made)
    assert not made.out.exists()
    assert made.entries(made.buyer, "receipt") == []


def test_data_of_a_connector_that_signs_nothing_are_kept_and_told_as_unproven(made: Trade) -> None:
    request = made.line.request

    def plain(method: str, url: str, *, headers: object = None, body: bytes = b"") -> Answer:
        if "/data/" not in url:
            return request(method, url, headers=headers, body=body)  # type: ignore[arg-type]
        if str(dict(headers or {})["Authorization"]).startswith("Bearer"):  # type: ignore[call-overload]
            return Answer(status=403, headers={}, body=b"<html>no</html>")
        return Answer(status=200, headers={"content-type": "text/csv; charset=utf-8"}, body=b"a,b\n")

    made.line.request = plain  # type: ignore[method-assign, assignment]
    pulled = fetch(made)
    assert (pulled.proven, pulled.provider_receipt, pulled.files) == (False, "", 1)
    assert arrived(made.out) == {"data.csv": b"a,b\n"}
    terms, _ = holding.read_held(made.out)
    enforced = {label.operand: label.enforcement for label in terms.labels["en"]}
    assert terms.delivery_sha256 == "" and enforced


@pytest.mark.parametrize("name", ["terms.json", "WITHDRAWN.json", "uses.jsonl"])
def test_data_that_nobody_signed_cannot_pass_for_their_terms(made: Trade, name: str) -> None:
    request = made.line.request

    def plain(method: str, url: str, *, headers: object = None, body: bytes = b"") -> Answer:
        if "/data/" not in url:
            return request(method, url, headers=headers, body=body)  # type: ignore[arg-type]
        return Answer(status=200, headers={"content-disposition": f'attachment; filename="{name}"'}, body=b"{}")

    made.line.request = plain  # type: ignore[method-assign, assignment]
    fetch(made)
    assert arrived(made.out) == {f"data-{name}": b"{}"}
    assert not holding.read_held(made.out)[0].delivery_sha256


def test_a_folder_with_something_in_it_is_left_alone(made: Trade) -> None:
    made.out.mkdir()
    (made.out / "mine").write_text("x", encoding="utf-8")
    with pytest.raises(Conflict, match=r"pull\.out_not_empty"):
        fetch(made)
    assert (made.out / "mine").read_text(encoding="utf-8") == "x"


def test_another_purpose_after_a_break_is_another_pull(made: Trade) -> None:
    made.line.fault = lambda method, url: "lost" if "/files/tables" in url else ""
    with pytest.raises(Unavailable):
        fetch(made)
    made.line.fault = lambda method, url: ""
    fetch(made, training=True)
    assert len(made.entries(made.maker, "pull.begun")) == 2
    assert holding.read_held(made.out)[0].training is True


def test_a_part_of_another_agreement_is_not_mixed_in(made: Trade) -> None:
    part = made.out.with_name("out.part")
    part.mkdir()
    (part / "pull.json").write_text('{"agreement": "urn:other"}', encoding="utf-8")
    with pytest.raises(Conflict, match=r"pull\.part_of_other"):
        fetch(made)
