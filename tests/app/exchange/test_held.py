import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from genba.app.exchange import held, placing, received, transferring
from genba.app.exchange.uses import HeldUse, check_sources, check_use, holdings
from genba.errors import Denied
from genba.storage.exchange import agreements
from tests.app.exchange.test_pull import fetch
from tests.app.exchange.trading import CX, PURPOSE, Trade, offer, trade
from tests.exchange_companies import BEGINNING, drain

NO_TRAINING = ("urn:genba:operand:Training", "eq", "false")
NO_ONWARD = ("urn:genba:operand:OnwardProvision", "eq", "false")
UNTIL = (f"{CX}DataUsageEndDate", "eq", "2026-06-30T00:00:00Z")
FOR_QUALITY = (f"{CX}UsagePurpose", "isAnyOf", PURPOSE)
# What is decided when data are delivered says nothing about their use afterwards.
DELIVERY = (
    (f"{CX}BusinessPartnerGroup", "isAnyOf", "suppliers"),
    (f"{CX}DataFrequency", "eq", "cx.dataFrequency.once:1"),
    (f"{CX}DataProvisioningEndDate", "eq", "2026-04-02T00:00:00Z"),
    ("urn:genba:operand:VolumeBytes", "lteq", "100000"),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Trade:
    """A product that lies at the buyer's, under terms with everything in them."""
    terms = offer(FOR_QUALITY, NO_TRAINING, NO_ONWARD, UNTIL, *DELIVERY)
    made = trade(tmp_path_factory.mktemp("held"), terms=terms)
    fetch(made)
    return made


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """One product of its own, for tests that change something beside it."""
    made = trade(tmp_path, terms=offer(FOR_QUALITY, NO_TRAINING))
    fetch(made)
    return made.out


def use(action: str = "export", *, days: int = 1, **more: object) -> HeldUse:
    return HeldUse(action=action, now=BEGINNING + timedelta(days=days), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (use(), True),
        (use(days=80), True),
        (use(days=100), False),
        (use("learn", training=True), False),
        (use("publish", onward=True), False),
        (use(purposes=(PURPOSE,)), True),
        (use(purposes=("cx.pcf.base:1",)), False),
        (use(days=-1), False),
    ],
)
def test_terms_go_on_binding_who_holds_the_data(kept: Trade, asked: HeldUse, allowed: bool) -> None:
    for path in (kept.out, kept.out / "tables" / "a.csv", kept.out / "documents"):
        if allowed:
            check_use(path, asked)
            continue
        with pytest.raises(Denied) as caught:
            check_use(path, asked)
        assert caught.value.code in ("held.not_allowed", "held.clock")


def test_every_decision_is_written_down_in_a_chain(product: Path) -> None:
    check_use(product, use())
    with pytest.raises(Denied):
        check_use(product, use("learn", training=True))
    found = held.uses(product)
    assert [(line.action, line.allowed, bound) for line, bound in found] == [
        ("export", True, True),
        ("learn", False, True),
    ]
    assert found[1][0].reasons
    lines = (product / "uses.jsonl").read_bytes().splitlines(keepends=True)
    (product / "uses.jsonl").write_bytes(lines[1])
    assert [bound for _, bound in held.uses(product)] == [False]


def test_a_line_that_a_crash_cut_off_takes_no_other_with_it(product: Path) -> None:
    check_use(product, use())
    with (product / "uses.jsonl").open("ab") as stream:
        stream.write(b'{"at":"2026-')
    check_use(product, use("render"))
    check_use(product, use("learn"))
    found = held.uses(product)
    assert [(line.action, bound) for line, bound in found] == [
        ("export", True),
        ("?", False),
        ("render", True),
        ("learn", True),
    ]


def test_a_product_is_known_before_it_is_there_and_told_of_a_withdrawal_that_came_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trade(tmp_path)
    put = placing._put_in_place

    def late(folder: Path, out: Path) -> None:
        with made.buyer.database.transaction() as tx:
            received.learn_withdrawal(made.buyer.exchange, tx, made.agreement, "a mistake")
        assert received.mark_withdrawn(made.buyer.exchange) == 0
        put(folder, out)

    monkeypatch.setattr(placing, "_put_in_place", late)
    fetch(made)
    with pytest.raises(Denied, match=r"held\.withdrawn"):
        check_use(made.out, use())


def test_a_crash_right_after_a_product_was_put_in_place_hides_it_from_no_withdrawal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trade(tmp_path)
    put = placing._put_in_place

    def died(folder: Path, out: Path) -> None:
        put(folder, out)
        raise KeyboardInterrupt

    monkeypatch.setattr(placing, "_put_in_place", died)
    with pytest.raises(KeyboardInterrupt):
        fetch(made)
    assert received.places(made.buyer.exchange, made.agreement) == (made.out,)


def edit(path: Path, how: Callable[[dict[str, object]], None]) -> None:
    value = json.loads(path.read_bytes())
    how(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def _wider(terms: dict[str, object]) -> None:
    terms["purposes"] = ["cx.pcf.base:1"]


def _other_policy(terms: dict[str, object]) -> None:
    terms["agreement"]["policy"]["permission"][0]["constraint"] = []  # type: ignore[index]


def _other_receiver(terms: dict[str, object]) -> None:
    terms["agreement"]["assignee"] = "did:web:maker.example"  # type: ignore[index]


@pytest.mark.parametrize("how", [_wider, _other_policy, _other_receiver, lambda terms: None, dict.clear])
def test_terms_that_were_touched_allow_nothing(product: Path, how: Callable[[dict[str, object]], None]) -> None:
    edit(product / "terms.json", how)
    with pytest.raises(Denied, match=r"held\.tampered"):
        check_use(product, use())


@pytest.mark.parametrize("name", ["terms.json", "receipt.json"])
def test_terms_of_which_a_part_is_missing_allow_nothing(product: Path, name: str) -> None:
    (product / name).unlink()
    with pytest.raises(Denied, match=r"held\.tampered"):
        check_use(product, use())


def test_receipts_of_another_pull_prove_nothing(product: Path, kept: Trade) -> None:
    theirs = json.loads((kept.out / "receipt.json").read_bytes())
    edit(product / "receipt.json", lambda receipts: receipts.update(provider=theirs["provider"]))
    with pytest.raises(Denied, match=r"held\.tampered"):
        check_use(product, use())


def test_a_withdrawal_reaches_the_buyer_and_stops_every_use(tmp_path: Path) -> None:
    made = trade(tmp_path)
    fetch(made)
    transferring.request_transfer(made.buyer.exchange, made.agreement, address=made.maker.base)
    drain(made.maker, made.buyer)
    transferring.withdraw(made.maker.exchange, made.agreement, "a mistake")
    check_use(made.out, use())  # nobody has told the buyer yet
    drain(made.maker, made.buyer)
    (told,) = made.bodies(made.buyer, "withdrawn")
    assert told["reason"] == "a mistake"
    with made.buyer.database.reading() as tx:
        known = agreements.load(tx, made.agreement)
    assert known is not None and known.withdrawn_because == "a mistake"
    assert received.mark_withdrawn(made.buyer.exchange) == 1
    assert received.mark_withdrawn(made.buyer.exchange) == 0
    with pytest.raises(Denied, match=r"held\.withdrawn"):
        check_use(made.out, use())
    (shown,) = held.terms_of(made.out)
    assert shown.withdrawn


def test_terms_are_shown_in_both_languages_with_how_far_they_are_kept(kept: Trade) -> None:
    (shown,) = held.terms_of(kept.out / "tables" / "a.csv")
    assert (shown.agreement, shown.provider, shown.purposes) == (kept.agreement, kept.maker.did, (PURPOSE,))
    assert set(shown.labels) == {"ja", "en"}
    kept_how = {label.operand: label.enforcement for label in shown.labels["en"]}
    assert kept_how["Training"] == "evidenced" or kept_how["Training"] == "enforced"


def test_free_data_are_asked_nothing(tmp_path: Path) -> None:
    (tmp_path / "terms.json").write_text('{"our": "own file"}', encoding="utf-8")
    (tmp_path / "receipt.json").write_text("[]", encoding="utf-8")
    check_use(tmp_path, use("learn", training=True))
    assert list(holdings(tmp_path, below=True)) == []
    assert not (tmp_path / "uses.jsonl").exists()


def test_products_below_a_folder_of_sources_count_and_their_records_are_no_sources(kept: Trade) -> None:
    folder = kept.out.parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    records = check_sources([folder], files, use("refine"))
    assert {path.name for path in records} >= {"terms.json", "receipt.json"}
    assert all(path.parent == kept.out for path in records)
    with pytest.raises(Denied):
        check_sources([folder], files, use("refine", days=100))
    with pytest.raises(Denied):
        check_use(folder, use("capture", days=100), below=True)


def test_an_unknown_term_in_a_prohibition_stops_the_use_here(tmp_path: Path) -> None:
    """Of a condition about the delivery joined with one about the use, nobody here can tell the first."""
    terms = offer(FOR_QUALITY, prohibited=(f"{CX}BusinessPartnerGroup", "isAnyOf", "competitors"))
    made = trade(tmp_path, terms=terms)
    fetch(made)
    check_use(made.out, use())  # about the delivery alone: decided then
    policy = held.read_terms(json.dumps({"@type": "Agreement", **terms}))
    (rule,) = policy.prohibitions
    (constraint,) = policy.permissions[0].constraints
    mixed = replace(policy, prohibitions=(replace(rule, constraints=(*rule.constraints, constraint)),))
    assert held.after_delivery(mixed).prohibitions == mixed.prohibitions
    assert held.after_delivery(policy).prohibitions == ()


def test_the_clock_may_be_a_little_behind(kept: Trade) -> None:
    terms = json.loads((kept.out / "terms.json").read_bytes())
    pulled = datetime.fromisoformat(terms["pulled_at"])
    check_use(kept.out, HeldUse(action="export", now=pulled - timedelta(minutes=5)))
