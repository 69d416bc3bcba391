"""The one decision about a connection: ports, names, look-ups, rebinding, exceptions."""

from __future__ import annotations

import asyncio
import itertools
import random
import socket

import pytest
from servers import fetching, reply, serving

from creditline.fetch.guard import Admission, EgressPolicy, Guard, RefusedError
from creditline.records import FetchProblem
from creditline.urls import Url


class Names:
    """A name service whose answers are scripted; counts the questions."""

    def __init__(self, *answers: list[str] | OSError) -> None:
        self._answers = itertools.cycle(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answer = next(self._answers)
        if isinstance(answer, OSError):
            raise answer
        return answer


def admit(guard: Guard, host: str, port: int = 443) -> Admission:
    return asyncio.run(guard.admit(host, port))


def refusal(guard: Guard, host: str, port: int = 443) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        admit(guard, host, port)
    return caught.value


def test_a_public_name_is_resolved_once_and_its_addresses_are_handed_back() -> None:
    names = Names(["93.184.216.34", "2606:4700::1111"])
    assert admit(Guard(resolver=names), "ana.example").addresses == ("93.184.216.34", "2606:4700::1111")
    assert names.asked == ["ana.example"]


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["93.184.216.34", "::1"],
        ["fe80::1%eth0"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["168.63.129.16"],
    ],
)
def test_one_forbidden_answer_refuses_the_name(answer: list[str]) -> None:
    refused = refusal(Guard(resolver=Names(answer)), "ana.example")
    assert refused.problem is FetchProblem.REFUSED_ADDRESS
    assert "ana.example resolves to" in refused.detail


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8080, 9222, 65535])
def test_only_ports_of_the_web(port: int) -> None:
    assert refusal(Guard(resolver=Names(["93.184.216.34"])), "ana.example", port).problem is (
        FetchProblem.REFUSED_PORT
    )


def test_another_port_by_exact_name_still_needs_a_public_address() -> None:
    policy = EgressPolicy(extra_ports=frozenset({"ana.example:8443"}))
    assert admit(Guard(policy, Names(["93.184.216.34"])), "ana.example", 8443).port == 8443
    assert refusal(Guard(policy, Names(["10.0.0.1"])), "ana.example", 8443)
    assert refusal(Guard(policy, Names(["93.184.216.34"])), "www.ana.example", 8443)


def test_a_private_host_is_allowed_by_exact_host_and_port() -> None:
    policy = EgressPolicy(private_hosts=frozenset({"staging.lan:8080", "[::1]:8081"}))
    guard = Guard(policy, Names(["192.168.1.7"]))
    assert admit(guard, "staging.lan", 8080).addresses == ("192.168.1.7",)
    assert admit(guard, "::1", 8081).addresses == ("::1",)
    assert refusal(guard, "staging.lan", 80)
    assert refusal(guard, "192.168.1.7", 8080)
    assert refusal(Guard(policy.for_strangers(), Names(["192.168.1.7"])), "staging.lan", 8080)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), FetchProblem.DNS),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), FetchProblem.UNREACHABLE),
        (socket.gaierror(socket.EAI_FAIL, "failed"), FetchProblem.UNREACHABLE),
        (OSError("no file descriptors"), FetchProblem.UNREACHABLE),
    ],
)
def test_gone_is_told_from_trouble(error: OSError, problem: FetchProblem) -> None:
    assert refusal(Guard(resolver=Names(error)), "ana.example").problem is problem


def test_no_answer_and_impossible_names() -> None:
    assert refusal(Guard(resolver=Names([])), "ana.example").problem is FetchProblem.DNS

    async def impossible(host: str, port: int) -> list[str]:
        host.encode("idna")
        return []

    assert refusal(Guard(resolver=impossible), "a" * 64 + ".example").problem is FetchProblem.DNS


def test_private_names_are_not_even_asked_for() -> None:
    names = Names(["93.184.216.34"])
    for host in (
        "localhost",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "intranet",
        "127.1",
    ):
        assert refusal(Guard(resolver=names), host).problem is FetchProblem.REFUSED_ADDRESS
    assert names.asked == []


def test_behind_a_proxy_names_are_left_to_it_and_private_literals_refused() -> None:
    names = Names(["10.9.8.7"])
    guard = Guard(EgressPolicy(upstream_proxy=Url.parse("http://proxy.corp.example:3128")), names)
    admission = admit(guard, "ana.example")
    assert admission == Admission(("10.9.8.7",), 3128, via_proxy=True)
    assert names.asked == ["proxy.corp.example"]
    assert refusal(guard, "10.0.0.1").problem is FetchProblem.REFUSED_ADDRESS


def test_rebinding_changes_nothing() -> None:
    """The address that was checked is the one connected to; the canary is never reached."""
    draw = random.Random(7)

    async def scenario() -> tuple[int, int, set[FetchProblem | None]]:
        async with serving({"*": reply(200, b"canary")}) as canary:
            outcomes: set[FetchProblem | None] = set()

            async def rebinding(host: str, port: int) -> list[str]:
                return [draw.choice(["127.0.0.1", "::1", "169.254.169.254", "0.0.0.0"])]

            policy = EgressPolicy(extra_ports=frozenset({f"evil.example:{canary.port}"}))
            async with fetching(policy=policy, resolver=rebinding) as fetcher:
                for count in range(200):
                    url = Url.parse(f"http://evil.example:{canary.port}/{count}")
                    outcomes.add((await fetcher.fetch_image(url)).problem)
            return canary.connections, len(canary.log), outcomes

    assert asyncio.run(scenario()) == (0, 0, {FetchProblem.REFUSED_ADDRESS})


def test_the_second_look_up_never_happens() -> None:
    """A name that is public for the guard and private a moment later is connected to as it was checked."""

    async def scenario() -> tuple[list[str], int]:
        async with serving({"*": reply(200, b"mine"), "/robots.txt": reply(404)}) as server:
            names = Names(["127.0.0.1"])
            policy = EgressPolicy(private_hosts=frozenset({f"staging.example:{server.port}"}))
            async with fetching(policy=policy, resolver=names) as fetcher:
                found = await fetcher.fetch_page(Url.parse(f"http://staging.example:{server.port}/"))
                assert found.body == b"mine"
            return names.asked, server.connections

    asked, connections = asyncio.run(scenario())
    assert len(asked) == connections
