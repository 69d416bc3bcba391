"""Which addresses are public: every special block, every disguise, and ordinary ones."""

from __future__ import annotations

import ipaddress
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditline.errors import UrlError
from creditline.fetch.addresses import why_forbidden, why_private_name
from creditline.fetch.special_addresses import IPV4_SPECIAL, IPV6_SPECIAL, METADATA_ADDRESSES
from creditline.urls import Url

FORBIDDEN_V4 = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
)
PUBLIC_V4 = (
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "191.255.255.255",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.254",
)
FORBIDDEN_V6 = (
    "::",
    "::1",
    "::2",
    "100::1",
    "100:0:0:1::1",
    "64:ff9b:1::808:808",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
)
PUBLIC_V6 = ("2606:4700:4700::1111", "2a00:1450:4001::1", "2400:cb00::1", "2001:4860:4860::8888")


def disguises(address: str) -> list[str]:
    """Every way to hide an IPv4 address in an IPv6 one."""
    number = int(ipaddress.IPv4Address(address))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    turned = number ^ 0xFFFFFFFF
    return [
        f"::ffff:{high}:{low}",
        f"::ffff:{address}",
        f"::ffff:0:{high}:{low}",
        f"::{high}:{low}",
        f"64:ff9b::{high}:{low}",
        f"64:ff9b:1::{high}:{low}",
        f"2002:{high}:{low}::",
        f"2002:{high}:{low}::1",
        f"2001:0:102:304:0:ffff:{turned >> 16:x}:{turned & 0xFFFF:x}",
        f"2606:4700::5efe:{high}:{low}",
        f"2606:4700::200:5efe:{high}:{low}",
    ]


@pytest.mark.parametrize("address", [*FORBIDDEN_V4, *FORBIDDEN_V6])
def test_forbidden(address: str) -> None:
    assert why_forbidden(address)


@pytest.mark.parametrize("address", [*PUBLIC_V4, *PUBLIC_V6])
def test_public(address: str) -> None:
    assert why_forbidden(address) is None


@pytest.mark.parametrize("hidden", [each for address in FORBIDDEN_V4 for each in disguises(address)])
def test_no_disguise_helps(hidden: str) -> None:
    assert why_forbidden(hidden)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34"])
def test_translated_public_addresses_are_public(address: str) -> None:
    """Networks with IPv6 only reach the IPv4 web by NAT64."""
    number = int(ipaddress.IPv4Address(address))
    assert why_forbidden(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}") is None
    assert why_forbidden(f"::ffff:{address}") is None


@pytest.mark.parametrize("block", [entry for entry in (*IPV4_SPECIAL, *IPV6_SPECIAL) if not entry[2]])
def test_every_special_block_from_first_to_last(block: tuple[str, str, bool]) -> None:
    network = ipaddress.ip_network(block[0])
    inside = random.Random(block[0])
    picked = [int(network[0]), int(network[-1])]
    picked += [int(network[0]) + inside.randrange(network.num_addresses) for _ in range(20)]
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    assert all(why_forbidden(str(kind(number))) for number in picked)


@pytest.mark.parametrize("address", [entry[0] for entry in METADATA_ADDRESSES])
def test_metadata_services_are_named(address: str) -> None:
    assert "cloud metadata" in (why_forbidden(address) or "")


@given(st.ip_addresses(v=4))
def test_nothing_is_public_that_python_calls_private(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert why_forbidden(str(address))


@given(st.ip_addresses(v=6))
def test_public_ipv6_is_global_unicast(address: ipaddress.IPv6Address) -> None:
    if why_forbidden(str(address)) is None and not address.ipv4_mapped:
        assert address.is_global


@pytest.mark.parametrize("text", ["", "example.com", "1.2.3", "127.1", "[::1]", "300.1.1.1", "::g"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert why_forbidden(text)


SPELLINGS = (
    "http://2130706433/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://user:pass@127.0.0.1/",
    "http://127.0.0.1:80/",
    "http:\\\\127.0.0.1\\",
    "http:127.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://169.254.43518/",
    "http://[fd00:ec2::254]/",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_addresses_come_out_as_the_address(spelling: str) -> None:
    assert why_forbidden(Url.parse(spelling).host)


@pytest.mark.parametrize("spelling", ["http://4294967297/", "http://256.1.1.1/", "http://127.0.0.1.1/"])
def test_numbers_that_are_no_address_are_no_host(spelling: str) -> None:
    with pytest.raises(UrlError):
        Url.parse(spelling)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "router.home.arpa",
        "xyz.onion",
        "intranet",
        "127.1",
        "evil.0x7f",
    ],
)
def test_private_names(host: str) -> None:
    assert why_private_name(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "www.example.co.uk", "ana.example", "local.example", "xn--mnchen-3ya.example", "1.fm"],
)
def test_ordinary_names(host: str) -> None:
    assert why_private_name(host) is None
