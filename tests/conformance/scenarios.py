"""What the official kit expects of the connector under test, dataset by dataset and agreement by agreement.

A script says which step follows a state: `OFFERED` the first time, `OFFERED 2` the second. Where it is silent,
nothing is done. The kit chooses a script by the id of the dataset or the agreement it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Script = Mapping[str, str]

FORMAT = "HttpData-PULL"
KIT = "TCK_PARTICIPANT"
SHOWN_DATASETS = ("CAT0101", "CAT0102")
HIDDEN_DATASET = "CAT0103"

_AGREED_TO_THE_END: Script = {"REQUESTED": "agree", "VERIFIED": "finalize"}
_OFFERS: Script = {"REQUESTED": "offer"}

PROVIDER_NEGOTIATIONS: Mapping[str, Script] = {
    "CN_01_01": _OFFERS,
    "CN_01_02": {"REQUESTED": "offer", "REQUESTED 2": "terminate"},
    "CN_01_03": {"REQUESTED": "offer", "ACCEPTED": "agree", "VERIFIED": "finalize"},
    "CN_01_04": _AGREED_TO_THE_END,
    "CN_02_01": {"REQUESTED": "terminate"},
    "CN_02_02": {},
    "CN_02_03": {"REQUESTED": "agree"},
    "CN_02_04": _OFFERS,
    "CN_02_05": {"REQUESTED": "offer", "OFFERED": "terminate"},
    "CN_02_06": {"REQUESTED": "offer", "ACCEPTED": "terminate"},
    "CN_02_07": {"REQUESTED": "agree", "VERIFIED": "terminate"},
    "CN_03_01": _AGREED_TO_THE_END,
    "CN_03_02": _OFFERS,
    "CN_03_03": _OFFERS,
    "CN_03_04": _OFFERS,
}

_ACCEPTS: Script = {"OFFERED": "accept"}

CONSUMER_NEGOTIATIONS: Mapping[str, Script] = {
    "CN_C_01_01": {"OFFERED": "accept", "AGREED": "verify"},
    "CN_C_01_02": {"OFFERED": "request"},
    "CN_C_01_03": {"OFFERED": "terminate"},
    "CN_C_01_04": {"AGREED": "verify"},
    "CN_C_02_01": {},
    "CN_C_02_02": {"REQUESTED": "terminate"},
    "CN_C_02_03": {"AGREED": "terminate"},
    "CN_C_02_04": {},
    "CN_C_02_05": _ACCEPTS,
    "CN_C_02_06": {"AGREED": "verify"},
    "CN_C_03_01": {},
    "CN_C_03_02": {},
    "CN_C_03_03": {},
    "CN_C_03_04": _ACCEPTS,
    "CN_C_03_05": _ACCEPTS,
    "CN_C_03_06": _ACCEPTS,
}

_STARTS: Script = {"REQUESTED": "start"}

PROVIDER_TRANSFERS: Mapping[str, Script] = {
    "TP_01_01": {"REQUESTED": "start", "STARTED": "terminate"},
    "TP_01_02": {"REQUESTED": "start", "STARTED": "complete"},
    "TP_01_03": {"REQUESTED": "start", "STARTED": "suspend", "SUSPENDED": "terminate"},
    "TP_01_04": {"REQUESTED": "start", "STARTED": "suspend", "SUSPENDED": "start", "STARTED 2": "complete"},
    "TP_01_05": {"REQUESTED": "terminate"},
    "TP_02_01": _STARTS,
    "TP_02_02": _STARTS,
    "TP_02_03": _STARTS,
    "TP_02_04": _STARTS,
    "TP_02_05": {},
    "TP_03_01": {},
    "TP_03_02": {},
    "TP_03_03": _STARTS,
    "TP_03_04": _STARTS,
    "TP_03_05": _STARTS,
    "TP_03_06": _STARTS,
}

CONSUMER_TRANSFERS: Mapping[str, Script] = {
    "TP_C_01_01": {},
    "TP_C_01_02": {},
    "TP_C_01_03": {},
    "TP_C_01_04": {},
    "TP_C_01_05": {},
    "TP_C_02_01": {"STARTED": "terminate"},
    "TP_C_02_02": {"STARTED": "complete"},
    "TP_C_02_03": {"STARTED": "suspend", "SUSPENDED": "terminate"},
    "TP_C_02_04": {"STARTED": "suspend", "SUSPENDED": "start", "STARTED 2": "complete"},
    "TP_C_02_05": {"REQUESTED": "terminate"},
    "TP_C_03_01": {},
    "TP_C_03_02": {},
    "TP_C_03_03": {},
    "TP_C_03_04": {},
    "TP_C_03_05": {},
    "TP_C_03_06": {},
}

_PREFIXES = {"CN": "ACN", "CN_C": "ACNC", "TP": "ATP", "TP_C": "ATPC"}


def subject(test: str) -> str:
    """The dataset or agreement of a test: CN_C_01_02 asks for ACNC0102."""
    group, first, second = test.rsplit("_", 2)
    return f"{_PREFIXES[group]}{first}{second}"


def offer_id(dataset: str) -> str:
    """The id of the offer under which the connector offers a dataset to the kit."""
    return f"offer:{dataset}"


SCRIPTS: Mapping[str, Script] = {
    subject(test): script
    for scripts in (PROVIDER_NEGOTIATIONS, CONSUMER_NEGOTIATIONS, PROVIDER_TRANSFERS, CONSUMER_TRANSFERS)
    for test, script in scripts.items()
}


def properties() -> Iterator[tuple[str, str]]:
    """The kit's settings that name datasets, offers and agreements."""
    for number, dataset in enumerate((*SHOWN_DATASETS, HIDDEN_DATASET), 1):
        yield f"CAT_01_0{number}_DATASETID", dataset
    for test in (*PROVIDER_NEGOTIATIONS, *CONSUMER_NEGOTIATIONS):
        yield f"{test}_DATASETID", subject(test)
        yield f"{test}_OFFERID", offer_id(subject(test))
    for test in (*PROVIDER_TRANSFERS, *CONSUMER_TRANSFERS):
        yield f"{test}_AGREEMENTID", subject(test)
        yield f"{test}_FORMAT", FORMAT
