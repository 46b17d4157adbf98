"""Version documents."""

import json

import pytest

from genba.dsp.versions import Version, base_address, read_versions, write_versions
from genba.errors import InvalidInput
from tests.dsp.schema_check import problems

OURS = Version(
    version="2025-1",
    path="/dsp/2025-1",
    service_id="s",
    identifier_type="did:web",
    auth_protocol="DCP",
    auth_version="1.0",
    auth_profiles=("vc20-bssl/jwt",),
)


def test_a_version_document_fits_the_schema():
    assert problems(write_versions(OURS), "VersionResponse") == []
    assert problems(write_versions(Version(version="2025-1", path="/")), "VersionResponse") == []


def test_the_address_is_put_together_from_the_root_and_the_path():
    read = read_versions(write_versions(Version(version="2024-1", path="/old"), OURS))
    assert base_address("https://maker.example/", read) == "https://maker.example/dsp/2025-1"
    assert base_address("https://m.example", (Version(version="2025-1", path="/"),)) == "https://m.example"
    assert base_address("https://m.example", (Version(version="2025-1", path="dsp/"),)) == "https://m.example/dsp"


def test_entries_that_say_too_little_are_left_out():
    body = {"protocolVersions": [{"version": "2025-1"}, 5, {"version": 1, "path": "/"}, {"version": "x", "path": "/y"}]}
    assert [version.path for version in read_versions(json.dumps(body).encode())] == ["/y"]
    assert read_versions(b"{}") == ()


def test_a_partner_of_another_version_is_told_apart():
    with pytest.raises(InvalidInput) as refused:
        base_address("https://m.example", (Version(version="0.8", path="/"),))
    assert refused.value.code == "dsp.version_not_spoken"
    with pytest.raises(InvalidInput):
        read_versions(b"<html>")
