"""Which IP addresses the program may connect to.

An address is public only when nothing speaks against it: no special-purpose block, no cloud
metadata service, and no such address hidden inside it (IPv4 in IPv6: mapped, compatible, 6to4,
NAT64, Teredo, ISATAP). ``ipaddress.is_global`` alone is no guard: on Python 3.11 it passes
``2002:7f00:1::`` and ``64:ff9b::7f00:1``, both of them 127.0.0.1, and every metadata address that
lies in global space (measured; docs/explanation.md).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

from creditline.fetch.special_addresses import (
    IPV4_SPECIAL,
    IPV6_PUBLIC,
    IPV6_SPECIAL,
    METADATA_ADDRESSES,
    PRIVATE_NAMES,
    PRIVATE_SUFFIXES,
)

#: What browsers read as part of an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

IPv4 = ipaddress.IPv4Address
IPv6 = ipaddress.IPv6Address

_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_6TO4 = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_PUBLIC = ipaddress.IPv6Network(IPV6_PUBLIC)

#: Upper half of an ISATAP interface identifier, universal bit unset or set (RFC 5214).
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})

_IPV4_BLOCKS = tuple((ipaddress.IPv4Network(block), what) for block, what, ok in IPV4_SPECIAL if not ok)
_IPV6_BLOCKS = tuple((ipaddress.IPv6Network(block), what) for block, what, ok in IPV6_SPECIAL if not ok)
_METADATA = {ipaddress.ip_address(address): what for address, what in METADATA_ADDRESSES}


@lru_cache(maxsize=4096)
def why_forbidden(address: str) -> str | None:
    """Say why an address must not be connected to.

    Args:
        address: An IPv4 or IPv6 literal without brackets, a zone id allowed.

    Returns:
        What the address is, for people; ``None`` when it is a public unicast address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an IP address"
    if isinstance(parsed, IPv4):
        return _why_ipv4(parsed)
    if parsed.scope_id is not None:
        return "address with a zone id (RFC 4007)"
    return _why_ipv6(parsed)


def why_private_name(host: str) -> str | None:
    """Say why a host name can only mean something private; ``None`` for an ordinary name."""
    name = host.rstrip(".").lower()
    if name in PRIVATE_NAMES or name.endswith(PRIVATE_SUFFIXES):
        return "name of a private network"
    if "." not in name:
        return "name without a domain"
    if _NUMBER.fullmatch(name.rsplit(".", 1)[-1]):
        return "a number that some name services read as an address"
    return None


def embedded_ipv4(address: IPv6) -> Iterator[tuple[str, IPv4]]:
    """Every IPv4 address that an IPv6 address carries, with the name of the method."""
    number = int(address)
    low, middle = number & 0xFFFFFFFF, (number >> 80) & 0xFFFFFFFF
    if address in _MAPPED:
        yield "IPv4-mapped", IPv4(low)
    if address in _TRANSLATED:
        yield "IPv4-translated", IPv4(low)
    if address in _COMPATIBLE:
        yield "IPv4-compatible", IPv4(low)
    if address in _NAT64:
        yield "NAT64", IPv4(low)
    if address in _6TO4:
        yield "6to4", IPv4(middle)
    if address in _TEREDO:
        yield "Teredo", IPv4(low ^ 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        yield "ISATAP", IPv4(low)


def _why_ipv4(address: IPv4) -> str | None:
    if address in _METADATA:
        return _METADATA[address]
    return next((what for block, what in _IPV4_BLOCKS if address in block), None)


def _why_ipv6(address: IPv6) -> str | None:
    if address in _METADATA:
        return _METADATA[address]
    for method, inner in embedded_ipv4(address):
        if why := _why_ipv4(inner):
            return f"{method} address of {inner}: {why}"
    if special := next((what for block, what in _IPV6_BLOCKS if address in block), None):
        return special
    if address in _MAPPED or address in _NAT64 or address in _PUBLIC:
        return None
    return "outside the public IPv6 space"
