from pathlib import Path

import pytest

from genba.app.exchange import holding
from genba.app.exchange.pull import Pulled, pull
from genba.app.exchange.uses import RESERVED
from genba.errors import Denied
from tests.app.exchange.trading import FILES, PURPOSE, Trade, trade
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
