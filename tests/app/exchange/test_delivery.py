import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from genba.app.exchange import delivery, sessions, transferring
from genba.app.exchange.delivery import DataRequest, DataResponse
from genba.dsp.data_address import read_data_address
from genba.model.exchange import Caller, Transfer, TransferState
from genba.storage.exchange import agreements, partners, transfers, usage
from tests.app.exchange.trading import CX, DATASET, FILES, PURPOSE, Trade, offer, trade
from tests.exchange_companies import Company, UnsafeIdentity, drain

PATH = "tables/a.csv"
CONTENT = FILES[PATH]


class Desk:
    """Asks a provider's data plane as some consumer would."""

    def __init__(self, made: Trade) -> None:
        self.made = made
        transferring.request_transfer(made.buyer.exchange, made.agreement, address=made.maker.base)
        drain(made.maker, made.buyer)
        with made.buyer.database.reading() as tx:
            (transfer,) = transfers.listing(tx, made.buyer.exchange.vault)
        address = json.loads(transfer.data_address)
        self.base = f"/data/{transfer.provider_pid}/"
        self.token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")

    def ask(self, path: str = "", *, method: str = "GET", whole: bool = True, **headers: str) -> DataResponse:
        given = {"authorization": f"Bearer {self.token}", "genba-purpose": PURPOSE}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = DataRequest(method=method, path=self.base + path, headers={k: v for k, v in given.items() if v})
        response = delivery.handle(self.made.maker.exchange, request)
        if whole and response.file is not None:
            response.finished(response.length)
        return response

    def begin(self) -> str:
        response = self.ask()
        assert response.status == 200
        return response.headers["genba-pull"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(trade(tmp_path))


def sent(response: DataResponse) -> bytes:
    assert response.file is not None
    return response.file.read_bytes()[response.start : response.start + response.length]


def code(response: DataResponse) -> str:
    return str(json.loads(response.body)["code"])


def test_the_index_is_what_was_signed(desk: Desk) -> None:
    body = json.loads(desk.ask().body)
    assert [file["path"] for file in body["delivery"]["files"]] == sorted(FILES)
    assert body["agreement"] == desk.made.agreement


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [("", 200, 0, None), ("bytes=10-19", 206, 10, 20), ("bytes=-5", 206, -5, None), ("bytes=1-2,5-6", 200, 0, None)],
)
def test_files_are_given_whole_or_in_part(desk: Desk, asked: str, status: int, start: int, end: int | None) -> None:
    response = desk.ask(f"files/{PATH}", genba_pull=desk.begin(), range=asked)
    assert (response.status, sent(response)) == (status, CONTENT[start:end])
    assert response.headers["content-length"] == str(response.length)
    assert response.headers["etag"].strip('"') in json.dumps(json.loads(desk.ask().body))


def test_a_range_behind_the_end_is_refused_with_the_size(desk: Desk) -> None:
    response = desk.ask(f"files/{PATH}", genba_pull=desk.begin(), range=f"bytes={len(CONTENT)}-")
    assert (response.status, response.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_a_question_about_a_file_counts_nothing(desk: Desk) -> None:
    response = desk.ask(f"files/{PATH}", method="HEAD")
    assert (response.status, response.file, response.headers["content-length"]) == (200, None, str(len(CONTENT)))
    assert desk.ask(f"files/{PATH}", method="HEAD", genba_purpose="").status == 403
    with desk.made.maker.database.reading() as tx:
        assert usage.used(tx, desk.made.agreement) == usage.Usage()


@pytest.mark.parametrize(
    "path",
    ["../1/delivery.jws", "../../exchange.toml", "tables/../tables/a.csv", "TABLES/A.CSV", "/etc/passwd", "tables",
     "tables\\a.csv", "./tables/a.csv", "local.json", "", "tables/a.csv\0"],
)  # fmt: skip
def test_only_what_the_list_names_is_given(desk: Desk, path: str) -> None:
    response = desk.ask(f"files/{path}", genba_pull=desk.begin())
    assert (response.status, response.file) == (404, None)


def test_a_wrong_token_and_an_unknown_transfer_are_answered_alike(desk: Desk) -> None:
    answers = [desk.ask(authorization=value) for value in ("Bearer wrong", "Bearer ", "", f"Basic {desk.token}")]
    desk.base = "/data/urn:uuid:none/"
    answers.append(desk.ask())
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert desk.made.entries(desk.made.maker, "pull.refused") == []


def test_a_token_is_also_taken_as_edc_sends_it(desk: Desk) -> None:
    assert desk.ask(authorization=desk.token).status == 200


def test_the_parts_of_a_running_pull_count_once_and_each_pull_alone_counts(desk: Desk) -> None:
    pull = desk.begin()
    for asked in ("bytes=0-9", "bytes=10-99", ""):
        assert desk.ask(f"files/{PATH}", genba_pull=pull, range=asked).status in (200, 206)
    assert desk.ask(genba_pull=pull).headers["genba-pull"] == pull
    with desk.made.maker.database.reading() as tx:
        assert usage.used(tx, desk.made.agreement).uses == 1
    desk.ask(f"files/{PATH}")
    with desk.made.maker.database.reading() as tx:
        assert usage.used(tx, desk.made.agreement).uses == 2
    assert [body["outcome"] for body in desk.made.bodies(desk.made.maker, "pull.ended")] == ["delivered"]


def test_the_log_tells_of_the_beginning_before_the_first_byte_and_of_what_was_really_sent(desk: Desk) -> None:
    response = desk.ask(f"files/{PATH}", whole=False)
    assert len(desk.made.entries(desk.made.maker, "pull.begun")) == 1
    assert desk.made.entries(desk.made.maker, "pull.ended") == []
    response.finished(123)
    (ended,) = desk.made.bodies(desk.made.maker, "pull.ended")
    assert (ended["outcome"], ended["sent_bytes"], ended["files"]) == ("broken off", 123, {PATH: 123})


def test_a_session_ends_after_its_time_and_that_is_logged(desk: Desk) -> None:
    pull = desk.begin()
    desk.made.clock.move(hours=23)
    assert desk.ask(f"files/{PATH}", genba_pull=pull).status == 200
    desk.made.clock.move(hours=2)
    late = desk.ask(f"files/{PATH}", genba_pull=pull)
    assert (late.status, code(late)) == (403, "pull.session_over")
    assert sessions.end_overdue(desk.made.maker.exchange) == 1
    (ended,) = desk.made.bodies(desk.made.maker, "pull.ended")
    assert (ended["outcome"], ended["sent_bytes"]) == ("out of time", len(CONTENT))
    assert sessions.end_overdue(desk.made.maker.exchange) == 0


def test_one_use_does_not_become_many(desk: Desk) -> None:
    pull = desk.begin()
    whole = sum(map(len, FILES.values()))
    for _ in range(3 + sessions.SLACK_BYTES // whole // 1000):
        response = desk.ask(f"files/{PATH}", genba_pull=pull, whole=False)
        response.finished(1000 * whole)
    refused = desk.ask(f"files/{PATH}", genba_pull=pull)
    assert (refused.status, code(refused)) == (403, "pull.too_often")


def test_requests_under_way_at_once_do_not_become_many_uses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SLACK_BYTES", 0)
    pull = desk.begin()
    answers = [desk.ask(f"files/{PATH}", genba_pull=pull, whole=False) for _ in range(8)]
    assert [answer.status for answer in answers].count(200) <= 3
    assert code(answers[-1]) == "pull.too_often"


def test_a_pull_that_is_ended_while_files_are_on_their_way_gives_back_nothing_of_them(tmp_path: Path) -> None:
    whole = sum(map(len, FILES.values()))
    desk = Desk(trade(tmp_path, terms=offer(("urn:genba:operand:VolumeBytes", "lteq", str(whole)))))
    pull = desk.begin()
    slow = desk.ask(f"files/{PATH}", genba_pull=pull, whole=False)
    request = DataRequest(
        method="POST",
        path=desk.base + "receipts",
        headers={"authorization": f"Bearer {desk.token}", "genba-pull": pull},
        body=b"not.a.receipt",
    )
    delivery.handle(desk.made.maker.exchange, request)
    assert code(desk.ask()) == "pull.terms"  # all that may be delivered is on its way
    slow.finished(slow.length)
    with desk.made.maker.database.reading() as tx:
        assert usage.used(tx, desk.made.agreement).volume_bytes == slow.length


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_may_not_have_a_file_learns_neither_its_size_nor_its_hash(desk: Desk, method: str) -> None:
    for asked in ("", "bytes=999999999-"):
        response = desk.ask(f"files/{PATH}", method=method, genba_purpose="cx.pcf.base:1", range=asked)
        assert response.status == 403
        assert not {"etag", "content-range"} & response.headers.keys()


def test_whoever_holds_a_token_cannot_fill_the_log_with_refusals(desk: Desk) -> None:
    most = sessions.REFUSALS_A_MINUTE
    for _ in range(most + 7):
        assert desk.ask(genba_purpose="cx.pcf.base:1").status == 403
    assert len(desk.made.entries(desk.made.maker, "pull.refused")) == most
    desk.made.clock.move(hours=1)
    desk.ask(genba_purpose="cx.pcf.base:1")
    bodies = desk.made.bodies(desk.made.maker, "pull.refused")
    assert [body.get("unlogged", 0) for body in bodies] == [0] * most + [7]


def test_a_file_changed_after_publication_is_not_delivered(desk: Desk) -> None:
    pull = desk.begin()
    place = desk.made.maker.exchange.home / "deliveries" / "1" / "files" / PATH
    content = place.read_bytes()
    place.unlink()
    place.write_bytes(b"x" * len(content))
    response = desk.ask(f"files/{PATH}", genba_pull=pull)
    assert (response.status, code(response)) == (409, "delivery.changed")


@pytest.mark.parametrize(
    ("terms", "headers", "allowed"),
    [
        (offer((f"{CX}UsagePurpose", "isAnyOf", PURPOSE)), {"genba_purpose": ""}, False),
        (offer((f"{CX}UsagePurpose", "isAnyOf", PURPOSE)), {"genba_purpose": f"{PURPOSE}, cx.pcf.base:1"}, False),
        (offer(("spatial", "eq", "JP")), {}, False),
        (offer(("spatial", "eq", "JP")), {"genba_place": "JP"}, True),
        (offer(("spatial", "eq", "JP")), {"genba_place": "US"}, False),
        (offer(("urn:genba:operand:Training", "eq", "false")), {}, False),
        (offer(("urn:genba:operand:Training", "eq", "false")), {"genba_training": "no"}, True),
        (offer(("urn:genba:operand:Training", "eq", "false")), {"genba_training": "yes"}, False),
        (offer((f"{CX}BusinessPartnerGroup", "isAnyOf", "suppliers")), {}, True),
        (offer((f"{CX}BusinessPartnerGroup", "isAnyOf", "others")), {}, False),
        (offer(("recipient", "eq", "did:web:buyer.example")), {}, True),
        (offer(("urn:genba:operand:VolumeBytes", "lteq", "100")), {}, False),
        (offer(("urn:genba:operand:VolumeBytes", "lteq", "100000")), {}, True),
    ],
)
def test_every_pull_is_decided_by_the_terms(
    tmp_path: Path, terms: dict[str, object], headers: dict[str, str], allowed: bool
) -> None:
    response = Desk(trade(tmp_path, terms=terms)).ask(**headers)
    assert response.status == (200 if allowed else 403)
    if not allowed:
        assert code(response) == "pull.terms" and json.loads(response.body)["reasons"]


def test_terms_that_end_while_a_pull_runs_end_it(tmp_path: Path) -> None:
    desk = Desk(trade(tmp_path, terms=offer(("dateTime", "lteq", "2026-04-01T10:00:00Z"))))
    pull = desk.begin()
    assert desk.ask(f"files/{PATH}", genba_pull=pull).status == 200
    desk.made.clock.move(hours=2)
    assert code(desk.ask(f"files/{PATH}", genba_pull=pull)) == "pull.terms"


def _withdrawn(desk: Desk) -> None:
    transferring.withdraw(desk.made.maker.exchange, desk.made.agreement, "a mistake")


def _withdrawn_behind_the_token(desk: Desk) -> None:
    with desk.made.maker.database.transaction() as tx:
        found = agreements.load(tx, desk.made.agreement)
        assert found is not None
        agreements.save(tx, replace(found, withdrawn_at=desk.made.clock.now(), withdrawn_because="a mistake"))


def _blocked(desk: Desk) -> None:
    with desk.made.maker.database.transaction() as tx:
        partners.block(tx, desk.made.buyer.did)


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        (_withdrawn, 401, "pull.not_authorised"),
        (_withdrawn_behind_the_token, 403, "pull.withdrawn"),
        (_blocked, 403, "pull.not_for_you"),
    ],
)
def test_what_is_taken_back_takes_effect_in_a_running_pull(
    desk: Desk, change: Callable[[Desk], None], status: int, why: str
) -> None:
    pull = desk.begin()
    change(desk)
    for path in ("", f"files/{PATH}"):
        response = desk.ask(path, genba_pull=pull)
        assert (response.status, code(response)) == (status, why)


def test_of_two_at_once_only_one_is_the_single_use(tmp_path: Path) -> None:
    once = offer((f"{CX}DataFrequency", "eq", "cx.dataFrequency.once:1"))
    desk = Desk(trade(tmp_path, terms=once))
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(desk.ask().status)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [403] * 5
    assert len(desk.made.entries(desk.made.maker, "pull.begun")) == 1
    assert len(desk.made.entries(desk.made.maker, "pull.refused")) == 5


def test_a_pull_of_one_transfer_is_no_pull_of_another(desk: Desk) -> None:
    pull = desk.begin()
    other = Desk.__new__(Desk)
    other.made = desk.made
    transferring.complete(desk.made.buyer.exchange, _consumer_pid(desk))
    drain(desk.made.maker, desk.made.buyer)
    with desk.made.buyer.database.transaction() as tx:
        tx.execute("DELETE FROM transfers")
    other.__init__(desk.made)  # type: ignore[misc]
    assert code(other.ask(genba_pull=pull)) == "pull.session_over"


def _consumer_pid(desk: Desk) -> str:
    with desk.made.buyer.database.reading() as tx:
        return transfers.listing(tx, desk.made.buyer.exchange.vault)[0].pid


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("PUT", f"files/{PATH}"), ("DELETE", ""), ("GET", "receipts"), ("GET", "x/y")]
)
def test_nothing_else_is_there(desk: Desk, method: str, path: str) -> None:
    assert desk.ask(path, method=method).status == 404


@pytest.mark.parametrize("headers", [{"genba_purpose": "a b"}, {"genba_place": "Japan"}, {"genba_training": "perhaps"}])
def test_what_is_stated_unreadably_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.ask(**headers).status == 400


def test_a_receipt_about_something_else_is_not_answered(desk: Desk) -> None:
    pull = desk.begin()
    request = DataRequest(
        method="POST",
        path=desk.base + "receipts",
        headers={"authorization": f"Bearer {desk.token}", "genba-pull": pull},
        body=b"not.a.receipt",
    )
    response = delivery.handle(desk.made.maker.exchange, request)
    assert response.status in (400, 403)
    assert desk.made.entries(desk.made.maker, "receipt") == []


def test_the_dataset_of_the_index_is_the_agreed_one(desk: Desk) -> None:
    assert json.loads(desk.ask().body)["delivery"]["dataset"] == DATASET


class Member(UnsafeIdentity):
    """Believes everybody, and that everybody is a member."""

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        return Caller(id=authorization, memberships=("active",), business_partner_number="BPNL00000000TEST")


def test_what_was_proven_when_the_transfer_was_requested_counts_for_a_day(tmp_path: Path) -> None:
    terms = offer((f"{CX}Membership", "eq", "active"), (f"{CX}BusinessPartnerNumber", "eq", "BPNL00000000TEST"))
    made = trade(tmp_path, terms=terms)
    assert code(Desk(made).ask()) == "pull.terms"  # nothing was proven: unknown
    with made.buyer.database.transaction() as tx:
        tx.execute("DELETE FROM transfers")
    made.maker.exchange = replace(made.maker.exchange, identity=Member(made.maker.did))
    desk = Desk(made)
    assert desk.ask().status == 200
    made.clock.move(hours=25)
    assert code(desk.ask()) == "pull.terms"


def test_at_rest_nothing_is_given_and_only_what_the_consumer_let_rest_goes_on_with_its_token(desk: Desk) -> None:
    maker, buyer = desk.made.maker, desk.made.buyer
    pull = desk.begin()
    transferring.suspend(buyer.exchange, only(buyer).pid, reason="later")
    drain(maker, buyer)
    assert desk.ask().status == 401
    assert desk.ask(f"files/{PATH}", genba_pull=pull).status == 401
    transferring.start(buyer.exchange, only(buyer).pid)
    drain(maker, buyer)
    assert desk.ask(f"files/{PATH}", genba_pull=pull).status == 200
    transferring.suspend(maker.exchange, only(maker).pid, reason="maintenance")
    assert desk.ask().status == 401
    drain(maker, buyer)
    transferring.start(buyer.exchange, only(buyer).pid)  # the consumer goes on, but not with what we have taken away
    drain(maker, buyer)
    assert only(maker).state is TransferState.STARTED
    assert desk.ask().status == 401


def test_a_new_start_gives_a_new_token_and_the_old_one_opens_nothing(desk: Desk) -> None:
    maker, buyer = desk.made.maker, desk.made.buyer
    transferring.suspend(maker.exchange, only(maker).pid, reason="maintenance")
    drain(maker, buyer)
    transferring.start(maker.exchange, only(maker).pid)
    buyer_knows = only(buyer).data_address
    drain(maker, buyer)
    assert only(buyer).data_address != buyer_knows
    assert desk.ask().status == 401
    desk.token = read_data_address(only(buyer).data_address).authorization
    assert desk.ask().status == 200


def test_a_token_whose_start_was_never_taken_opens_nothing_once_the_start_is_given_up(tmp_path: Path) -> None:
    desk = Desk(trade(tmp_path))
    maker = desk.made.maker
    rested = replace(only(maker), state=TransferState.SUSPENDED)  # its token is kept, and no start is on its way
    with maker.database.transaction() as tx:
        transfers.save(tx, rested, maker.exchange.vault)
    assert desk.ask().status == 401


def only(company: Company) -> Transfer:
    with company.database.reading() as tx:
        (found,) = transfers.listing(tx, company.exchange.vault)
    return found
