"""The 67 mandatory sequences, each as the official kit asserts it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genba.app.exchange.node import Exchange
from tests.conformance import scenarios
from tests.conformance.connector import Place, ScriptedRules, begin, open_exchange, seed
from tests.conformance.sequences import cases
from tests.conformance.sequences.counterpart import ADDRESS, ROOT, Counterpart, ask
from tests.dsp.schema_check import problems


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """One connector with the scripts of all cases, as the kit has it."""
    home: Path = tmp_path_factory.mktemp("connector")
    place = Place(participant="CONNECTOR_UNDER_TEST", port=9, home=home)
    exchange = open_exchange(place, ScriptedRules())
    seed(exchange)
    yield exchange
    exchange.database.close()


def test_the_cases_are_the_67_mandatory_ones_and_each_has_its_script():
    assert len(cases.METADATA) + len(cases.CATALOG) + len(cases.PROCESSES) == 67
    assert {_scripted(case) for case in cases.PROCESSES} <= set(scenarios.SCRIPTS)


def _scripted(case: str) -> str:
    """The dataset or agreement by which the connector knows the case."""
    return scenarios.subject(case.replace(":", "_").replace("-", "_"))


@pytest.mark.parametrize("case", cases.PROCESSES)
def test_process(connector: Exchange, case: str):
    group = case.partition(":")[0]
    subject = _scripted(case)
    area = "negotiations" if group.startswith("CN") else "transfers"
    counterpart = Counterpart(area=area, subject=subject, is_consumer=not group.endswith("_C"))
    counterpart.exchange = replace(connector, http=counterpart)
    if not counterpart.is_consumer:
        wish = {"providerId": scenarios.KIT, "connectorAddress": ADDRESS}
        if area == "negotiations":
            wish |= {"datasetId": subject, "offerId": f"offer{subject}"}
        else:
            wish |= {"agreementId": subject, "format": scenarios.FORMAT}
        begin(counterpart.exchange, f"/{area}", wish)
    counterpart.play(cases.PROCESSES[case])


@pytest.mark.parametrize("case", cases.METADATA)
def test_metadata(connector: Exchange, case: str):
    response = ask(connector, "GET", "/.well-known/dspace-version")
    assert response.status == 200
    assert problems(response.body, "VersionResponse") == []
    (entry,) = [item for item in json.loads(response.body)["protocolVersions"] if item["version"] == "2025-1"]
    assert entry["path"] == ROOT
    assert entry["binding"] == "HTTPS"


@pytest.mark.parametrize("case", cases.CATALOG)
def test_catalog(connector: Exchange, case: str):
    shown, single = scenarios.SHOWN_DATASETS
    if case == "CAT:01-01":
        response = ask(connector, "POST", f"{ROOT}/catalog/request", {"@type": "CatalogRequestMessage"})
        assert response.status == 200
        assert shown in [dataset["@id"] for dataset in json.loads(response.body)["dataset"]]
    elif case == "CAT:01-02":
        response = ask(connector, "GET", f"{ROOT}/catalog/datasets/{single}")
        assert response.status == 200
        assert json.loads(response.body)["@id"] == single
    else:
        response = ask(connector, "GET", f"{ROOT}/catalog/datasets/{scenarios.HIDDEN_DATASET}")
        assert response.status == 404
        assert json.loads(response.body)["@type"] == "CatalogError"
    assert problems(response.body) == []
