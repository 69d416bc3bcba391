"""The guard that keeps every test on this machine does bite."""

from __future__ import annotations

import socket

import pytest

# Addresses for documentation (RFC 5737, RFC 3849): nobody answers there.
ELSEWHERE = [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")]


@pytest.mark.parametrize(("family", "host"), ELSEWHERE)
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_an_address_elsewhere_is_refused_and_remembered(stays_on_this_machine, family, host, kind):
    with socket.socket(family, kind) as client, pytest.raises(BaseException, match="stay on this machine"):
        client.connect((host, 80))
    assert [event for event, _ in stays_on_this_machine] == ["socket.connect"]
    stays_on_this_machine.clear()


def test_a_datagram_elsewhere_is_refused(stays_on_this_machine):
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        pytest.raises(BaseException, match="stay on this machine"),
    ):
        client.sendto(b"?", ("192.0.2.1", 53))
    assert [event for event, _ in stays_on_this_machine] == ["socket.sendto"]
    stays_on_this_machine.clear()


def test_this_machine_is_reached(stays_on_this_machine):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert stays_on_this_machine == []
