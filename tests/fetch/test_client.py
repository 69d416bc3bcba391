"""Single requests against real servers that misbehave in every way we know."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
import tracemalloc
import zlib
from dataclasses import replace
from typing import Any

import pytest
import trustme
from servers import (
    FAST,
    Asked,
    FakeClock,
    FreeBudgets,
    Script,
    ScriptedServer,
    fetching,
    raw,
    reply,
    serving,
)

from creditline.fetch import base
from creditline.fetch.base import FetchSettings, Traffic
from creditline.records import FetchProblem, Reply, Validators
from creditline.urls import Url

QUICK = replace(FAST, connect_s=1, headers_s=0.3, total_s=2, rate_window_s=0.4, max_retries=0)
GZIP = ("Content-Encoding", "gzip")
OK = b"HTTP/1.1 200 OK\r\n"


def get(
    script: Script,
    *,
    settings: FetchSettings = QUICK,
    image: bool = False,
    validators: Validators | None = None,
    others: dict[str, Script] | None = None,
) -> Reply:
    return get_logged(script, settings=settings, image=image, validators=validators, others=others)[0]


def get_logged(
    script: Script,
    *,
    settings: FetchSettings = QUICK,
    image: bool = False,
    validators: Validators | None = None,
    others: dict[str, Script] | None = None,
    clock: FakeClock | None = None,
) -> tuple[Reply, ScriptedServer]:
    """Ask for ``/`` of a server that answers with ``script``."""

    async def scenario() -> tuple[Reply, ScriptedServer]:
        async with (
            serving({"/": script, **(others or {})}) as server,
            fetching(server, settings=settings, clock=clock) as fetcher,
        ):
            ask = fetcher.fetch_image if image else fetcher.fetch_page
            return await ask(server.url("/"), validators), server

    return asyncio.run(scenario())


def drip(head: bytes, piece: bytes, pause_s: float) -> Script:
    """Sends a head, then one piece after the other for ever."""

    async def script(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return script


async def reset(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


# --- what is asked ------------------------------------------------------------------------------


def test_who_we_are_and_nothing_more_than_needed() -> None:
    settings = replace(QUICK, contact_url="https://ana.example/bot")
    _, server = get_logged(reply(200, b"x"), settings=settings)
    asked = server.log[-1]
    assert asked.headers["user-agent"].endswith("(+https://ana.example/bot)")
    assert asked.headers["user-agent"].startswith("creditline/")
    assert asked.headers["accept-encoding"] == "gzip"
    assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_a_reply_says_what_was_sent_for_it() -> None:
    answer, server = get_logged(reply(200, b"x"), validators=Validators(etag='"a"'))
    assert {name.lower(): value for name, value in answer.sent} == server.log[-1].headers


def test_the_environment_changes_no_route(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(reply(200, b"x")).body == b"x"


def test_paths_travel_as_we_write_them() -> None:
    async def scenario() -> list[str]:
        async with serving({"*": reply(200, b"x")}) as server, fetching(server) as fetcher:
            for path in ("/a b?q=ü'|[1]", "/%7Ex/%zz/", "/?", "/a#part", "/é/../ö"):
                await fetcher.fetch_image(Url.parse(path, server.url("/")))
            return server.targets()

    assert asyncio.run(scenario()) == ["/a%20b?q=%C3%BC%27|[1]", "/%7Ex/%zz/", "/?", "/a", "/%C3%B6"]


# --- redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    found = get(reply(status, headers=(("Location", "/b"),)), others={"/b": reply(200, b"there")})
    assert (found.status, found.body, found.final_url.path, found.url.path) == (200, b"there", "/b", "/")
    (hop,) = found.redirects
    assert (hop.url, hop.status, hop.is_cut) == (found.url, status, False)
    assert ("location", "/b") in hop.headers
    assert dict(hop.sent)["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "http://localhost/",
        "http://[::ffff:192.168.0.1]/",
    ],
)
def test_redirects_to_private_addresses_are_refused(status: int, target: str) -> None:
    found = get(reply(status, headers=(("Location", target),)))
    assert found.problem is FetchProblem.REFUSED_ADDRESS
    assert found.body == b""


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "http://"]
)
def test_redirects_to_other_schemes_are_refused(target: str) -> None:
    assert get(reply(302, headers=(("Location", target),))).problem is FetchProblem.REFUSED_URL


def test_loops_and_endless_chains_end() -> None:
    assert get(reply(302, headers=(("Location", "/"),))).problem is FetchProblem.REDIRECTS

    async def onward(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reply(302, headers=(("Location", asked.target + "x"),))(asked, reader, writer)

    found, server = get_logged(onward, others={"*": onward, "/robots.txt": reply(404)})
    assert found.problem is FetchProblem.REDIRECTS
    assert len(server.targets()) == 11


def test_redirect_addresses_are_read_as_utf_8() -> None:
    location = "/größe".encode().decode("latin-1")
    found = get(reply(302, headers=(("Location", location),)), others={"/gr%C3%B6%C3%9Fe": reply(200, b"x")})
    assert found.body == b"x"


def test_cookies_live_for_one_chain_only() -> None:
    set_cookie = reply(302, headers=(("Location", "/b"), ("Set-Cookie", "session=1; Path=/")))

    async def scenario() -> list[str | None]:
        async with serving({"/": set_cookie, "/b": reply(200, b"x")}) as server, fetching(server) as fetcher:
            await fetcher.fetch_page(server.url("/"))
            await fetcher.fetch_page(server.url("/b"))
            return [asked.headers.get("cookie") for asked in server.log if asked.target == "/b"]

    assert asyncio.run(scenario()) == ["session=1", None]


def test_a_flood_of_cookies_is_not_carried() -> None:
    flood = tuple(("Set-Cookie", f"c{count}={'x' * 100}") for count in range(200))
    _, server = get_logged(reply(302, headers=(("Location", "/b"), *flood)), others={"/b": reply(200, b"x")})
    assert "cookie" not in server.log[-1].headers


# --- bodies -------------------------------------------------------------------------------------


def test_gzip_is_inflated_and_the_wire_is_counted() -> None:
    packed = gzip.compress(b"word " * 10_000)
    found = get(reply(200, packed, (GZIP,)))
    assert found.body == b"word " * 10_000
    assert found.bytes_moved == len(packed)


def test_gzip_members_and_padding() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 20
    assert get(reply(200, packed, (GZIP,))).body == b"one two"
    assert get(reply(200, b"", (GZIP,))).body == b""


@pytest.mark.parametrize("kind", ["cut", "checksum", "garbage", "second member cut"])
def test_damaged_gzip_is_typed(kind: str) -> None:
    packed = gzip.compress(b"word " * 10_000)
    body = {
        "cut": packed[:-20],
        "checksum": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "garbage": b"this is no gzip at all",
        "second member cut": packed + packed[:30],
    }[kind]
    assert get(reply(200, body, (GZIP,))).problem is FetchProblem.TRUNCATED


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "GZIP,br", "x"])
def test_other_encodings_are_refused(encoding: str) -> None:
    found = get(reply(200, b"\x0b\x02\x80abc\x03", (("Content-Encoding", encoding),)))
    assert found.problem is FetchProblem.BAD_ENCODING


def test_a_gzip_bomb_stops_at_the_cap_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(128)) + packer.flush()
    assert len(bomb) < 2**18
    tracemalloc.start()
    found = get(reply(200, bomb, (GZIP,)), settings=replace(QUICK, total_s=20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.problem is FetchProblem.TOO_LARGE
    assert peak < 60 * 2**20


def test_endless_bodies_stop_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditline.fetch.client.PAGE_CAP", 2**20)
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    found = get(
        drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", chunk, 0), settings=replace(QUICK, total_s=20)
    )
    assert found.problem is FetchProblem.TOO_LARGE
    assert found.bytes_moved < 2 * 2**20


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ((OK + b"Content-Length: 100\r\n\r\nshort",), FetchProblem.TRUNCATED),
        ((OK + b"Content-Length: 99999999999999999999\r\n\r\nshort",), FetchProblem.TRUNCATED),
        ((OK + b"Content-Length: -5\r\n\r\nx",), FetchProblem.PROTOCOL),
        ((OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",), FetchProblem.PROTOCOL),
        ((OK + b"Content-Length: many\r\n\r\nx",), FetchProblem.PROTOCOL),
        ((OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",), FetchProblem.TRUNCATED),
        ((OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",), FetchProblem.TRUNCATED),
        ((OK + b"Transfer-Encoding: rot13\r\n\r\nx",), FetchProblem.PROTOCOL),
        ((b"nonsense\r\n\r\n",), FetchProblem.PROTOCOL),
        ((b"<html>an answer of HTTP/0.9</html>",), FetchProblem.UNREACHABLE),
        ((b"HTTP/1.1 2000 OK\r\n\r\n",), FetchProblem.PROTOCOL),
        ((b"HTTP/1.1 200 OK\r\nbad header line\r\n\r\n",), FetchProblem.PROTOCOL),
        ((OK + b"X: " + b"y" * 10_000_000 + b"\r\n\r\n",), FetchProblem.TOO_LARGE),
        ((OK + b"X: y\r\n" * 11_000 + b"Content-Length: 0\r\n\r\n",), FetchProblem.TOO_LARGE),
        ((b"",), FetchProblem.UNREACHABLE),
        ((b"HTTP/1.1 204 No\r\n\r\n",), FetchProblem.PROTOCOL),
        ((b"HTTP/1.1 206 Part\r\nContent-Length: 1\r\n\r\nx",), FetchProblem.TRUNCATED),
        ((b"HTTP/1.1 304 Same\r\n\r\n",), FetchProblem.PROTOCOL),
        ((b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",), FetchProblem.PROTOCOL),
        ((b"HTTP/1.1 100 Go on\r\n\r\n" * 50 + OK + b"Content-Length: 2\r\n\r\nok",), None),
        ((OK + b"\r\nuntil the end",), None),
        ((b"HTTP/1.0 200 OK\r\n\r\nold",), None),
    ],
)
def test_broken_replies_are_typed(parts: tuple[bytes, ...], problem: FetchProblem | None) -> None:
    found = get(raw(*parts))
    assert found.problem is problem
    assert found.detail is None or "\n" not in found.detail
    assert found.ok is (problem is None)


def test_what_a_server_sends_too_much_is_never_the_next_reply() -> None:
    smuggled = OK + b"Content-Length: 4\r\n\r\nmine" + OK + b"Content-Length: 5\r\n\r\nother"

    async def scenario() -> list[bytes]:
        scripts = {"/a": raw(smuggled, close=False), "/b": reply(200, b"true")}
        async with serving(scripts) as server, fetching(server) as fetcher:
            return [(await fetcher.fetch_page(server.url(path))).body for path in ("/a", "/b")]

    assert asyncio.run(scenario()) == [b"mine", b"true"]


# --- clocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (drip(b"", b"H", 0.05), FetchProblem.TIMEOUT),
        (drip(b"HTTP/1.1 100 Go on\r\n\r\n", b"HTTP/1.1 100 Go on\r\n\r\n", 0.01), FetchProblem.TIMEOUT),
        (drip(OK + b"Content-Length: 100000\r\n\r\n", b"x", 0.1), FetchProblem.TOO_SLOW),
        (drip(OK + b"Content-Length: 100000\r\n\r\n", b"x", 60), FetchProblem.TOO_SLOW),
        (drip(OK + b"Content-Length: 100000000\r\n\r\n", b"x" * 1000, 0.1), FetchProblem.TIMEOUT),
    ],
    ids=["slow head", "endless 1xx", "trickle", "stops", "never done"],
)
def test_every_wait_ends(script: Script, problem: FetchProblem) -> None:
    settings = replace(QUICK, connect_s=0.5)
    began = time.monotonic()
    found = get(script, settings=settings)
    assert found.problem is problem
    assert time.monotonic() - began < settings.total_s + 1


# --- failing hosts ------------------------------------------------------------------------------


def test_resets_are_tried_again_with_growing_pauses() -> None:
    clock = FakeClock()
    settings = replace(FAST, retry_delay_s=1.0)
    found, server = get_logged(reset, settings=settings, clock=clock)
    assert found.problem is FetchProblem.UNREACHABLE
    assert len(server.targets()) == 3
    assert clock.slept == [1.0, 2.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_may_pass(status: int) -> None:
    replies = iter([reply(status, b"down"), reply(status, b"down"), reply(200, b"up")])

    async def script(*arguments: Any) -> None:
        await next(replies)(*arguments)

    found, server = get_logged(script, settings=FAST)
    assert (found.status, found.body) == (200, b"up")
    assert len(server.targets()) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_refusals_are_not_tried_again(status: int) -> None:
    found, server = get_logged(reply(status, b"no"), settings=FAST)
    assert (found.status, found.body, found.problem, found.ok) == (status, b"no", None, False)
    assert len(server.targets()) == 1


def test_a_short_retry_after_is_waited_for() -> None:
    clock = FakeClock()
    replies = iter([reply(429, headers=(("Retry-After", "7"),)), reply(200, b"now")])

    async def script(*arguments: Any) -> None:
        await next(replies)(*arguments)

    found, _ = get_logged(script, settings=FAST, clock=clock)
    assert found.body == b"now"
    assert 7.0 in clock.slept


@pytest.mark.parametrize(
    ("value", "parked_s"),
    [
        ("3600", 3600),
        ("999999999999", 86400),
        ("Thu, 01 Jan 2026 01:16:40 GMT", 3600),
        ("Fri, 01 Jan 2038 00:00:00 GMT", 86400),
        ("-5", 60),
        ("soon", 60),
        (None, 60),
    ],
)
def test_a_long_retry_after_parks_the_host(value: str | None, parked_s: float) -> None:
    headers = (("Retry-After", value),) if value else ()

    async def scenario() -> tuple[Reply, Reply, Reply, int]:
        clock = FakeClock()
        async with (
            serving({"/": reply(429, b"later", headers), "/b": reply(200, b"x")}) as server,
            fetching(server, settings=FAST, clock=clock) as fetcher,
        ):
            first = await fetcher.fetch_page(server.url("/"))
            second = await fetcher.fetch_page(server.url("/b"))
            asked = len(server.targets())
            clock.time += parked_s + 1
            return first, second, await fetcher.fetch_page(server.url("/b")), asked

    first, second, third, asked = asyncio.run(scenario())
    assert (first.problem, first.status, first.body) == (FetchProblem.RATE_LIMITED, 429, b"later")
    assert second.problem is FetchProblem.HOST_PARKED
    assert asked == 1
    assert third.ok


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    async def scenario() -> tuple[list[FetchProblem | None], int]:
        clock = FakeClock()
        async with (
            serving({"*": reset, "/robots.txt": reply(404)}) as server,
            fetching(server, settings=replace(FAST, max_retries=0), clock=clock) as fetcher,
        ):
            problems = [(await fetcher.fetch_page(server.url(f"/{n}"))).problem for n in range(8)]
            clock.time += 61
            problems.append((await fetcher.fetch_page(server.url("/9"))).problem)
            return problems, len(server.targets())

    problems, asked = asyncio.run(scenario())
    assert problems == [FetchProblem.UNREACHABLE] * 5 + [FetchProblem.HOST_PARKED] * 3 + [
        FetchProblem.UNREACHABLE
    ]
    assert asked == 6


def test_nobody_listens() -> None:
    async def scenario() -> Reply:
        async with serving({}) as server:
            pass
        async with fetching(server, settings=QUICK) as fetcher:
            return await fetcher.fetch_image(server.url("/"))

    assert asyncio.run(scenario()).problem is FetchProblem.UNREACHABLE


# --- conditions, counters -----------------------------------------------------------------------


def test_conditions_are_sent_and_304_is_a_good_reply() -> None:
    validators = Validators(etag='"abc"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    found, server = get_logged(raw(b"HTTP/1.1 304 Same\r\n\r\n"), validators=validators)
    assert (found.not_modified, found.ok, found.body) == (True, True, b"")
    assert server.log[-1].headers["if-none-match"] == '"abc"'
    assert server.log[-1].headers["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_a_condition_cannot_smuggle_a_header() -> None:
    _, server = get_logged(reply(200, b"x"), validators=Validators(etag='"a"\r\nX-Evil: 1'))
    assert "x-evil" not in server.log[-1].headers
    assert "if-none-match" not in server.log[-1].headers


def test_traffic_is_counted_by_kind() -> None:
    async def scenario() -> Traffic:
        async with (
            serving({"*": reply(200, b"12345"), "/robots.txt": reply(404)}) as server,
            fetching(server) as fetcher,
        ):
            await fetcher.fetch_page(server.url("/"))
            await fetcher.fetch_image(server.url("/a"))
            await fetcher.fetch_image(server.url("/b"))
            return fetcher.traffic

    traffic = asyncio.run(scenario())
    assert traffic.requests == {"robots": 1, "page": 1, "image": 2}
    assert traffic.bytes_moved == {"robots": 0, "page": 5, "image": 10}
    assert (traffic.total_requests, traffic.total_bytes) == (4, 15)


# --- TLS ----------------------------------------------------------------------------------------


def over_tls(leaf: trustme.LeafCert, trusted: trustme.CA | None, tmp_path: Any) -> Reply:
    """Ask a TLS server on loopback under the name staging.example."""
    from creditline.fetch.guard import EgressPolicy

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def scenario() -> Reply:
        server = ScriptedServer({"*": reply(200, b"secret")})
        listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
        port = listener.sockets[0].getsockname()[1]
        authority = tmp_path / "ca.pem"
        if trusted:
            authority.write_bytes(trusted.cert_pem.bytes())
        policy = EgressPolicy(
            private_hosts=frozenset({f"staging.example:{port}"}), upstream_ca=authority if trusted else None
        )
        async with fetching(policy=policy, resolver=here, settings=QUICK) as fetcher:
            found = await fetcher.fetch_image(Url.parse(f"https://staging.example:{port}/a"))
        listener.close()
        await server.hang_up()
        return found

    return asyncio.run(scenario())


def test_certificates_are_verified(tmp_path: Any) -> None:
    ours = trustme.CA()
    assert over_tls(ours.issue_cert("staging.example"), ours, tmp_path).body == b"secret"
    assert over_tls(ours.issue_cert("other.example"), ours, tmp_path).problem is FetchProblem.TLS
    assert over_tls(ours.issue_cert("staging.example"), None, tmp_path).problem is FetchProblem.TLS


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("page_delay_s", 0.0), ("image_delay_s", -1.0), ("page_concurrency", 0), ("page_delay_s", 0.049)],
)
def test_politeness_cannot_be_switched_off(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        FetchSettings(**{name: value})  # type: ignore[arg-type]


def test_a_demonstration_may_be_fast() -> None:
    fast = FetchSettings(page_delay_s=base.LEAST_PAGE_DELAY_S, image_delay_s=base.LEAST_IMAGE_DELAY_S)
    assert fast.page_delay_s == 0.05


def test_budgets_are_asked_for_every_request() -> None:
    budgets = FreeBudgets()

    async def scenario() -> None:
        async with (
            serving({"*": reply(200, b"x"), "/robots.txt": reply(404)}) as server,
            fetching(server, budgets=budgets) as fetcher,
        ):
            await fetcher.fetch_page(server.url("/"))
            await fetcher.fetch_image(server.url("/a"))

    asyncio.run(scenario())
    assert budgets.asked == [("127.0.0.1", 0.05), ("127.0.0.1", 0.05), ("127.0.0.1", 0.01)]


def test_pictures_share_connections_and_documents_do_not() -> None:
    async def scenario() -> int:
        async with serving({"*": reply(200, b"some bytes")}) as server, fetching(server) as fetcher:
            await fetcher.fetch_image(server.url("/first"))
            before = server.connections
            for number in range(3):
                assert (await fetcher.fetch_image(server.url(f"/{number}"))).body == b"some bytes"
            assert server.connections == before
            await fetcher.fetch_page(server.url("/page"))
            return server.connections - before

    assert asyncio.run(scenario()) == 1
