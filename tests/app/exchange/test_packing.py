import zipfile
from pathlib import Path

import pytest

from genba.app.exchange import audit, holding, packing, sessions
from genba.errors import Conflict, Denied, GenbaError, InvalidInput
from genba.storage.exchange import usage
from tests.app.exchange.test_pull import arrived
from tests.app.exchange.trading import FILES, PURPOSE, Trade, trade


@pytest.fixture
def made(tmp_path: Path) -> Trade:
    return trade(tmp_path)


def packed(made: Trade, *, purpose: str = PURPOSE) -> Path:
    out = made.out.with_name("product.genba")
    packing.pack(made.maker.exchange, made.agreement, out=out, purpose=purpose, place="JP")
    return out


def rewritten(file: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(file) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    with zipfile.ZipFile(file, "w") as package:
        for each, old in {**parts, name: content}.items():
            package.writestr(each, old if each != name else content)


def test_a_product_travels_as_a_file_with_terms_and_receipts_on_both_sides(made: Trade) -> None:
    file = packed(made)
    pulled = packing.unpack(made.buyer.exchange, file, out=made.out)
    assert arrived(made.out) == FILES
    assert pulled.proven and not pulled.provider_receipt
    answer = packing.answer_receipt(made.maker.exchange, file.with_name("product.genba.receipt"))
    packing.keep_answer(made.buyer.exchange, answer, made.out)
    assert holding.read_held(made.out)[1].provider == answer.read_text(encoding="ascii")
    for company in (made.maker, made.buyer):
        assert [entry.kind for entry in made.entries(company, "pull.begun", "pull.ended", "receipt")] == [
            "pull.begun",
            "pull.ended",
            "receipt",
            "receipt",
        ]
        assert audit.verify(company.exchange).findings == ()
    assert packing.answer_receipt(made.maker.exchange, file.with_name("product.genba.receipt")) == answer


def test_what_was_packed_stays_delivered_though_another_process_takes_the_receipt(
    made: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(made)
    packing.unpack(made.buyer.exchange, file, out=made.out)
    monkeypatch.setattr(sessions, "_sent", {})
    packing.answer_receipt(made.maker.exchange, file.with_name("product.genba.receipt"))
    whole = sum(map(len, FILES.values()))
    with made.maker.database.reading() as tx:
        assert usage.used(tx, made.agreement) == usage.Usage(uses=1, volume_bytes=whole)
    assert [body["sent_bytes"] for body in made.bodies(made.maker, "pull.ended")] == [whole]


def test_a_package_is_decided_like_a_pull(made: Trade) -> None:
    with pytest.raises(Denied):
        packed(made, purpose="cx.pcf.base:1")
    assert not made.out.with_name("product.genba").exists()
    assert len(made.entries(made.maker, "pull.refused")) == 1


@pytest.mark.parametrize("name", ["files/tables/a.csv", "delivery.json", "delivery.jws", "package.jws"])
def test_a_package_that_was_changed_is_not_taken(made: Trade, name: str) -> None:
    file = packed(made)
    rewritten(file, name, b"changed")
    with pytest.raises(GenbaError):
        packing.unpack(made.buyer.exchange, file, out=made.out)
    assert not made.out.exists()


def test_what_is_no_package_is_refused(made: Trade, tmp_path: Path) -> None:
    (tmp_path / "x.genba").write_bytes(b"PK not really")
    with pytest.raises(InvalidInput, match=r"pull\.bad_package"):
        packing.unpack(made.buyer.exchange, tmp_path / "x.genba", out=made.out)


def test_what_lies_there_is_not_written_over(made: Trade) -> None:
    file = packed(made)
    packing.unpack(made.buyer.exchange, file, out=made.out)
    with pytest.raises(Conflict):
        packing.unpack(made.buyer.exchange, file, out=made.out)
    with pytest.raises(Conflict):
        packed(made)
