"""The way out for services with a key: once, no redirect, no retry, the key nowhere but on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from servers import FAST, FakeClock, FreeBudgets, ScriptedServer, raw, reply, serving

from creditline.fetch import api as way_out
from creditline.fetch.api import ApiFetcher
from creditline.fetch.guard import EgressPolicy, Guard
from creditline.fetch.politeness import Politeness
from creditline.records import Credential, FetchProblem, Reply
from creditline.urls import Url

T = TypeVar("T")
KEY = Credential("x-key", "se+cret/1")
IN_QUERY = Credential("api_key", "se+cret/1", in_query=True)


def fetcher(*servers: ScriptedServer, clock: FakeClock | None = None) -> ApiFetcher:
    clock = clock or FakeClock()
    guard = Guard(EgressPolicy(private_hosts=frozenset(server.host_port for server in servers)))
    return ApiFetcher(guard, FAST, Politeness(FAST, FreeBudgets(), clock), clock)


def with_server(scripts: dict[str, object], use: Callable[[ScriptedServer, ApiFetcher], Awaitable[T]]) -> T:
    async def go() -> T:
        async with serving(scripts) as server:  # type: ignore[arg-type]
            api = fetcher(server)
            try:
                return await use(server, api)
            finally:
                await api.close()

    return asyncio.run(go())


def test_a_question_is_asked_as_it_stands() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        got = await api.get_json(server.url("/a?b=1#c"), {"X-More": "yes"}, KEY)
        assert (got.status, got.body, got.problem) == (200, b"{}", None)
        (asked,) = server.log
        assert (asked.method, asked.target) == ("GET", "/a?b=1")
        assert asked.headers["x-key"] == "se+cret/1"
        assert asked.headers["x-more"] == "yes"
        assert asked.headers["accept"] == "application/json"
        assert "creditline" in asked.headers["user-agent"]
        assert api.traffic.requests == {"api": 1}

    with_server({"*": reply(200, b"{}")}, use)


def test_a_body_is_sent_whole() -> None:
    bodies: list[bytes] = []

    async def take(asked, reader, writer) -> None:  # type: ignore[no-untyped-def]
        bodies.append(await reader.readexactly(int(asked.headers["content-length"])))
        await reply(200, b"{}")(asked, reader, writer)

    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        body = bytes(range(256)) * 9000
        await api.post_json(server.url("/a"), body)
        await api.post_json(server.url("/a"), b"x", {"Content-Type": "image/jpeg"})
        assert bodies == [body, b"x"]
        assert [asked.method for asked in server.log] == ["POST", "POST"]
        assert [asked.headers["content-type"] for asked in server.log] == ["application/json", "image/jpeg"]

    with_server({"*": take}, use)


def test_a_key_in_the_query_is_in_no_record() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        got = await api.get_json(server.url("/a?b=1"), credential=IN_QUERY)
        assert server.log[0].target == "/a?b=1&api_key=se%2Bcret%2F1"
        assert got.url.query == got.final_url.query == "b=1"
        assert "cret" not in repr(got)
        assert b"***" in got.body
        assert "cret" not in repr(KEY)

    with_server({"*": reply(401, b'{"error": "bad key se+cret/1"}')}, use)


@pytest.mark.parametrize(
    "said",
    ["se+cret/1", "se%2Bcret%2F1", "se%2bcret%2f1", "se%2Bcret/1", "se+cret\\/1"],
)
def test_a_key_is_masked_however_a_service_repeats_it(said: str) -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        for credential in (KEY, IN_QUERY):
            got = await api.get_json(server.url("/a"), credential=credential)
            assert got.status == 302
            assert "cret" not in repr(got)
            assert got.body.count(b"***") == 2

    moved_to = (("Location", f"https://b.example/?k={said}"),)
    moved = reply(302, f'{{"a": "{said}", "b": "x{said}"}}'.encode(), moved_to)
    with_server({"*": moved}, use)


def test_what_never_left_is_told_from_what_was_lost() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        lost = await api.get_json(server.url("/a"), credential=KEY)
        assert (lost.problem, lost.is_unsent) == (FetchProblem.UNREACHABLE, False)
        refused = await api.get_json(Url.parse("http://10.1.2.3/"))
        assert (refused.problem, refused.is_unsent) == (FetchProblem.REFUSED_ADDRESS, True)

    with_server({"*": raw(b"")}, use)

    async def shut() -> None:
        async with serving({}) as server:
            api = fetcher(server)
        got = await api.get_json(server.url("/a"), credential=KEY)
        assert (got.problem, got.is_unsent) == (FetchProblem.UNREACHABLE, True)
        await api.close()

    asyncio.run(shut())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        for credential in (None, KEY):
            got = await api.get_json(server.url("/a"), credential=credential)
            assert got.status == status
            assert not got.ok
        assert server.targets() == ["/a", "/a"]

    with_server({"*": reply(status, headers=(("Location", "/b"),))}, use)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_nothing_is_tried_again(status: int) -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        assert (await api.get_json(server.url("/a"))).status == status
        assert len(server.log) == 1

    with_server({"*": reply(status)}, use)


def test_a_lost_reply_is_a_problem_and_not_asked_for_again() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        got = await api.get_json(server.url("/a"))
        assert got.problem is FetchProblem.UNREACHABLE
        assert len(server.log) == 1

    with_server({"*": raw(b"")}, use)


def test_robots_are_not_asked() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        assert (await api.get_json(server.url("/a"))).ok
        assert [asked.target for asked in server.log] == ["/a"]

    with_server({"*": reply(200), "/robots.txt": reply(200, b"User-agent: *\nDisallow: /")}, use)


def test_a_service_that_says_later_is_left_alone() -> None:
    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        first = await api.get_json(server.url("/a"))
        assert (first.status, first.problem) == (429, None)
        second = await api.get_json(server.url("/b"))
        assert second.problem is FetchProblem.HOST_PARKED
        assert len(server.log) == 1

    with_server({"*": reply(429, headers=(("Retry-After", "120"),))}, use)


def test_long_answers_and_requests_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_out, "REPLY_CAP", 1000)
    monkeypatch.setattr(way_out, "REQUEST_CAP", 1000)

    async def use(server: ScriptedServer, api: ApiFetcher) -> None:
        assert (await api.get_json(server.url("/a"))).problem is FetchProblem.TOO_LARGE
        assert (await api.post_json(server.url("/a"), b"x" * 1001)).problem is FetchProblem.TOO_LARGE
        assert len(server.log) == 1

    with_server({"*": reply(200, b"x" * 1001)}, use)


@pytest.mark.parametrize(
    ("url", "credential", "problem"),
    [
        ("http://127.0.0.1/a", None, FetchProblem.REFUSED_ADDRESS),
        ("https://10.0.0.7/a", None, FetchProblem.REFUSED_ADDRESS),
        ("https://service.example:8443/a", None, FetchProblem.REFUSED_PORT),
        ("http://service.example/a", KEY, FetchProblem.REFUSED_URL),
        ("https://service.example/a", Credential("x-key", "a\r\nb: c"), FetchProblem.REFUSED_URL),
        ("https://service.example/a", Credential("x-key", "ключ"), FetchProblem.REFUSED_URL),
    ],
)
def test_the_guard_holds_and_keys_go_over_https(
    url: str, credential: Credential | None, problem: FetchProblem
) -> None:
    async def go() -> Reply:
        return await fetcher().get_json(Url(url), credential=credential)

    assert asyncio.run(go()).problem is problem
