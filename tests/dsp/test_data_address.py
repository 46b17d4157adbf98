"""Data addresses: as the protocol says, and as Eclipse EDC reads them."""

import json

import pytest

from genba.dsp.data_address import EDC, DataAddress, read_data_address, write_data_address
from genba.dsp.messages import TransferStart, write
from genba.errors import InvalidInput
from tests.dsp.documents import BOTH, raw
from tests.dsp.schema_check import problems

ADDRESS = DataAddress(endpoint="https://maker.example/data/p-1/", authorization="token")


def test_an_address_is_written_in_both_styles_and_fits_the_schema():
    text = write_data_address(ADDRESS)
    assert problems(write(TransferStart(**BOTH, data_address=raw(json.loads(text))))) == []
    properties = {item["name"]: item["value"] for item in json.loads(text)["endpointProperties"]}
    assert properties["authorization"] == properties[EDC + "authorization"] == "token"
    assert properties[EDC + "endpoint"] == json.loads(text)["endpoint"] == ADDRESS.endpoint


def test_an_address_is_read_back():
    found = read_data_address(write_data_address(ADDRESS))
    assert (found.endpoint, found.authorization, found.auth_type) == (ADDRESS.endpoint, "token", "bearer")


def test_an_address_of_edc_is_read_from_its_properties():
    properties = {
        "endpoint": "https://p.example/public",
        "authorization": "t",
        "endpointType": "https://w3id.org/idsa/v4.1/HTTP",
    }
    body = {
        "@type": "DataAddress",
        "endpointType": "https://w3id.org/idsa/v4.1/HTTP",
        "endpointProperties": [
            {"@type": "EndpointProperty", "name": EDC + name, "value": value} for name, value in properties.items()
        ],
    }
    found = read_data_address(json.dumps(body))
    assert (found.endpoint, found.authorization) == ("https://p.example/public", "t")


def test_a_token_is_never_shown():
    assert "token" not in repr(ADDRESS)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"endpointProperties":[5,{"name":1}]}', '{"endpoint":5}'])
def test_an_address_without_an_endpoint_is_refused(text):
    with pytest.raises(InvalidInput):
        read_data_address(text)
