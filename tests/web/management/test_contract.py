"""What the management API says of itself is true: every call, right or wrong, is answered as its description says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from genba.errors import Unavailable
from genba.ports.exchange import Answer
from genba.web.management.openapi import document
from genba.web.management.table import table
from genba.web.tokens import token_of
from tests.web.conftest import open_exchange
from tests.web.driver import running

SCHEMA = schemathesis.openapi.from_dict(document(table(cast(Any, None), cast(Any, None))))
# Beside what is read and done: read, but refused for what it says; and a partner that does not answer.
SCHEMA.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "401", "403", "404", "409", "422", "424"]


class Nowhere:
    """An outgoing HTTP that reaches nobody."""

    def request(self, method: str, url: str, **rest: object) -> Answer:
        raise Unavailable("connector.unreachable", host="nowhere")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    exchange = replace(open_exchange(tmp_path_factory.mktemp("contract")), http=Nowhere())
    with running(exchange) as listening:
        yield listening.management, {"Authorization": f"Bearer {token_of(exchange.home)}"}
    exchange.database.close()


@SCHEMA.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_is_answered_as_described(case: schemathesis.Case, api: tuple[str, dict[str, str]]) -> None:
    address, headers = api
    case.call_and_validate(base_url=address, headers=headers)
