"""Tests of genba.web.limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.web.limits import BURST_S, Buckets, address_key


class Clock:
    def __init__(self) -> None:
        self.moment = 0.0

    def __call__(self) -> float:
        return self.moment


def test_a_caller_has_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(60, now=clock)
    assert [buckets.wait_s("a") for _ in range(10)] == [0.0] * 10
    assert buckets.wait_s("a") == pytest.approx(1.0)
    clock.moment = 1.0
    assert buckets.wait_s("a") == 0.0
    assert buckets.wait_s("a") > 0.0


def test_one_caller_does_not_use_up_anothers_share() -> None:
    buckets = Buckets(6, now=Clock())
    assert buckets.wait_s("a") == 0.0
    assert buckets.wait_s("a") > 0.0
    assert buckets.wait_s("b") == 0.0


def test_being_refused_costs_nothing() -> None:
    clock = Clock()
    buckets = Buckets(6, now=clock)
    buckets.wait_s("a")
    for _ in range(100):
        assert buckets.wait_s("a") > 0.0
    clock.moment = 10.0
    assert buckets.wait_s("a") == 0.0


def test_memory_is_bounded_and_the_longest_unseen_is_forgotten() -> None:
    buckets = Buckets(6, now=Clock(), most=3)
    for key in "abc":
        buckets.wait_s(key)
    buckets.wait_s("a")
    buckets.wait_s("d")
    assert len(buckets) == 3
    assert buckets.wait_s("a") > 0.0
    assert buckets.wait_s("b") == 0.0


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("ab")), max_size=100), st.integers(1, 600))
def test_nobody_ever_gets_more_than_burst_and_rate(asked: list[tuple[float, str]], per_minute: int) -> None:
    clock = Clock()
    buckets = Buckets(per_minute, now=clock)
    taken = {"a": 0, "b": 0}
    for later, key in asked:
        clock.moment += later
        taken[key] += buckets.wait_s(key) == 0.0
    allowed = max(per_minute / 60 * BURST_S, 1.0) + per_minute / 60 * clock.moment
    assert max(taken.values()) <= allowed + 1e-6


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_counts_as_its_subscriber(address: str, key: str) -> None:
    assert address_key(address) == key
