"""Revocation and suspension: a list that says no, and a list that cannot be read, both mean no."""

import gzip
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import Denied
from genba.model.credential import VC11, VC20
from genba.trust.credentials import read_credential
from genba.trust.encoding import to_base64url
from genba.trust.status_lists import KEPT, MAX_LIST_BYTES, status_check
from tests.trust.participants import Dataspace


class Register:
    """An issuer's list and a credential that points to it."""

    def __init__(self, profile: str = VC20, index: int = 94567, **entry: object) -> None:
        self.space = Dataspace()
        self.issuer, self.index, self.profile = self.space.issuer, index, profile
        kind = "BitstringStatusListEntry" if profile == VC20 else "StatusList2021Entry"
        self.entry = self.issuer.status_entry(index, kind=kind) | entry
        self.check = status_check(self.space.web, self.space.resolver.key)
        self.issuer.publish_list(profile=profile)

    def refusal(self) -> str:
        token = self.issuer.credential(
            self.space.supplier.did, profile=self.profile, document={"credentialStatus": self.entry}
        )
        try:
            self.check(read_credential(token, self.space.resolver.key), self.space.clock())
        except Denied as denied:
            return denied.code
        return ""


@pytest.mark.parametrize("profile", [VC11, VC20])
def test_a_bit_that_is_set_revokes(profile):
    register = Register(profile)
    assert register.refusal() == ""
    register.issuer.revoked.add(register.index)
    register.issuer.publish_list(profile=profile)
    register.space.clock.forward(seconds=KEPT.total_seconds())
    assert register.refusal() == "trust.credential_revoked"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 131_071), st.sets(st.integers(0, 131_071), max_size=5))
def test_exactly_the_bits_of_the_list_revoke(index, revoked):
    register = Register(index=index)
    register.issuer.revoked = revoked
    register.issuer.publish_list()
    assert (register.refusal() != "") == (index in revoked)


def test_bit_0_is_the_left_most():
    register = Register(index=0)
    packed = to_base64url(gzip.compress(b"\x80" + bytes(16_383)))
    register.issuer.publish_list(encodedList=f"u{packed}")
    assert register.refusal() == "trust.credential_revoked"


def test_suspension_is_a_purpose_of_its_own():
    register = Register(statusPurpose="suspension")
    assert register.refusal() == "trust.status_list_unusable"
    register.issuer.revoked.add(register.index)
    register.issuer.publish_list(statusPurpose=["revocation", "suspension"])
    register.space.clock.forward(seconds=KEPT.total_seconds())
    assert register.refusal() == "trust.credential_revoked"


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "RevocationList2020Status"},
        {"type": None},
        {"statusPurpose": "message"},
        {"statusPurpose": None},
        {"statusListIndex": "-1"},
        {"statusListIndex": "131072"},
        {"statusListIndex": "1e3"},
        {"statusListIndex": "9999999999"},
        {"statusListIndex": None},
        {"statusListCredential": None},
        {"statusListCredential": "file:///etc/passwd"},
        {"statusListCredential": "https://elsewhere.example/none"},
        {"statusSize": 2},
    ],
)
def test_an_entry_that_cannot_be_looked_up_means_no(entry):
    assert Register(**entry).refusal() == "trust.status_list_unusable"


@pytest.mark.parametrize(
    "changed",
    [
        {"bits": 16_384},
        {"type": "StatusList2021"},
        {"encodedList": None},
        {"encodedList": "u"},
        {"encodedList": "u!!"},
        {"encodedList": "uAAAA"},
        {"encodedList": f"u{to_base64url(gzip.compress(bytes(20_000))[:-4])}"},
    ],
)
def test_a_list_that_is_none_means_no(changed):
    register = Register()
    register.issuer.publish_list(**changed)
    assert register.refusal() == "trust.status_list_unusable"


def test_a_list_that_unpacks_to_a_flood_is_refused_without_filling_the_memory():
    register = Register()
    packed = to_base64url(gzip.compress(bytes(100_000_000), 9))
    register.issuer.publish_list(encodedList=f"u{packed}")
    tracemalloc.start()
    assert register.refusal() == "trust.status_list_unusable"
    assert tracemalloc.get_traced_memory()[1] < 4 * MAX_LIST_BYTES
    tracemalloc.stop()


def test_a_list_of_another_issuer_means_no():
    register = Register()
    register.space.stranger.publish_list()
    theirs = register.space.web.pages[register.space.stranger.list_address]
    register.space.web.pages[register.issuer.list_address] = theirs
    assert register.refusal() == "trust.status_list_unusable"


def test_an_unsigned_list_means_no():
    register = Register()
    register.space.web.pages[register.issuer.list_address] = {"credentialSubject": {"type": "BitstringStatusList"}}
    assert register.refusal() == "trust.token_malformed"


def test_a_list_that_ended_means_no():
    register = Register()
    register.space.clock.forward(days=31)
    assert register.refusal() == "trust.status_list_unusable"


def test_a_list_is_fetched_once_for_a_while():
    register = Register()
    for _ in range(5):
        register.refusal()
    address = register.issuer.list_address
    assert register.space.web.asked.count(("GET", address)) == 1
