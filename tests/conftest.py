"""What holds for every test: nothing connects to anything but this machine."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# The same cases in every run, however busy the machine: a test that passed yesterday passes today.
settings.register_profile("same every time", deadline=None, derandomize=True)
settings.load_profile("same every time")

#: Attempts to leave the machine, as (event, address); emptied before every test.
_attempts: list[tuple[str, object]] = []


class LeftTheMachineError(BaseException):
    """A test tried to reach another machine; not an ``Exception``, so that no code under test eats it."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection and datagram that is not for the loopback interface (an audit hook)."""
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_loopback(address[0]):
        _attempts.append((event, address))
        raise LeftTheMachineError(f"a test tried to reach {address}; tests stay on this machine")


def _is_loopback(host: object) -> bool:
    try:
        address = ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[list[tuple[str, object]]]:
    """Fail a test that tried to leave the machine, even where the refusal was swallowed."""
    _attempts.clear()
    yield _attempts
    assert not _attempts, f"tried to reach {_attempts}"
