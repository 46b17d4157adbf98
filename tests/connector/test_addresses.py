"""Which addresses may be reached."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.connector.addresses import check_literal, checked, is_allowed, parse, ranges
from genba.errors import Denied, InvalidInput, Unavailable

REFUSED = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fec0::1", "feff::1", "64:ff9b:1::7f00:1", "100::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_inside_are_refused(text: str) -> None:
    assert not is_allowed(ip_address(text), ())


@pytest.mark.parametrize("text", ["8.8.8.8", "203.104.1.1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_reached(text: str) -> None:
    assert is_allowed(ip_address(text), ())


def test_a_named_private_range_is_reached_and_nothing_beside_it() -> None:
    private = ranges(["192.168.0.0/16", "fd12::/16"])
    assert is_allowed(ip_address("192.168.3.4"), private)
    assert is_allowed(ip_address("::ffff:192.168.3.4"), private)
    assert is_allowed(ip_address("fd12::7"), private)
    assert not is_allowed(ip_address("10.0.0.1"), private)
    assert not is_allowed(ip_address("127.0.0.1"), private)


def test_multicast_and_unspecified_are_refused_even_when_named() -> None:
    private = ranges(["0.0.0.0/0", "::/0"])
    assert not is_allowed(ip_address("0.0.0.0"), private)
    assert not is_allowed(ip_address("239.1.1.1"), private)
    assert not is_allowed(ip_address("ff02::1"), private)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_wrapping(address: IPv4Address) -> None:
    number = int(address)
    mapped = IPv6Address((0xFFFF << 32) | number)
    translated = IPv6Address((0x64FF9B << 96) | number)
    assert is_allowed(mapped, ()) == is_allowed(address, ())
    assert is_allowed(translated, ()) == is_allowed(address, ())


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "https://", "https://u:p@a.example/", "https://a.example/#x", "https://a.example:0/",
     "https://a.example:99999/", "https://a.example/a b", "https://a.example/\r\nHost: b", "https://例え.jp/", "//a/",
     "https://a.example/" + "x" * 3000, "https://[::1/", "file:", ""],
)  # fmt: skip
def test_an_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(url)
    assert refused.value.code == "connector.bad_address"


@given(st.text(max_size=60))
def test_any_text_is_either_parsed_or_refused(text: str) -> None:
    try:
        target = parse(f"https://{text}")
    except InvalidInput:
        return
    assert target.host and 0 < target.port < 65536 and "\r" not in target.path


def test_one_refused_address_refuses_the_name() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return ("8.8.8.8", "127.0.0.1")

    with pytest.raises(Denied) as refused:
        checked(parse("https://two.example/"), (), plain_http=False, resolve=resolve)
    assert refused.value.code == "connector.address_refused"


def test_a_name_without_addresses_is_unknown() -> None:
    with pytest.raises(Unavailable):
        checked(parse("https://none.example/"), (), plain_http=False, resolve=lambda host, port: ())


def test_without_tls_only_named_ranges_are_reached_and_only_where_allowed() -> None:
    private = ranges(["127.0.0.0/8"])
    target = parse("http://127.0.0.1:80/")
    with pytest.raises(Denied) as refused:
        checked(target, private, plain_http=False, resolve=lambda host, port: ())
    assert refused.value.code == "connector.needs_tls"
    assert checked(target, private, plain_http=True, resolve=lambda host, port: ()) == ("127.0.0.1",)
    with pytest.raises(Denied):
        checked(parse("http://8.8.8.8/"), private, plain_http=True, resolve=lambda host, port: ())


def test_numbers_as_host_are_judged_without_asking_for_a_name() -> None:
    check_literal("https://partner.example/dsp", (), plain_http=False)
    for url in ("https://10.0.0.1/", "https://[::1]/", "http://partner.example/"):
        with pytest.raises(Denied):
            check_literal(url, (), plain_http=False)
