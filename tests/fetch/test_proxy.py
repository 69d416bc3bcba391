"""The guard proxy by itself, spoken to over raw sockets."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from servers import ScriptedServer, raw, reply, serving

from creditline.fetch import proxy as proxy_module
from creditline.fetch.guard import EgressPolicy, Guard
from creditline.fetch.proxy import GuardProxy, Pass

Steps = Callable[["Talk", ScriptedServer, Pass], Awaitable[Any]]


class Talk:
    """Speaks to a proxy as a browser would."""

    def __init__(self, proxy: GuardProxy, page: Pass) -> None:
        self.proxy = proxy
        self.page = page

    def credential(self, secret: str | None = None) -> str:
        user, own = self.page.credentials
        return "Basic " + base64.b64encode(f"{user}:{secret or own}".encode()).decode()

    async def say(self, *parts: bytes, wait_between: bool = False) -> bytes:
        """Send bytes, end, and give everything that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.proxy.address.rsplit(":", 1)[1]))
        heard = b""
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                if wait_between:
                    heard += await reader.read(1000)
            while data := await asyncio.wait_for(reader.read(65536), 5):
                heard += data
        except (ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()
        return heard

    async def get(self, target: str, *, secret: str | None = None, extra: str = "") -> bytes:
        head = (
            f"GET {target} HTTP/1.1\r\nHost: x\r\n"
            f"Proxy-Authorization: {self.credential(secret)}\r\n{extra}\r\n"
        )
        return await self.say(head.encode("latin-1"))


def talking(scripts: dict[str, Any], steps: Steps) -> Any:
    async def scenario() -> Any:
        async with serving(scripts) as server:
            proxy = GuardProxy(Guard(EgressPolicy(private_hosts=frozenset({server.host_port}))))
            await proxy.start()
            page = proxy.open_pass()
            try:
                return await steps(Talk(proxy, page), server, page)
            finally:
                await proxy.close()

    return asyncio.run(scenario())


def test_a_request_is_passed_on_without_what_is_the_proxys() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> tuple[bytes, dict[str, str], int]:
        extra = "Connection: keep-alive\r\nX-Own: 1\r\n"
        heard = await talk.get(server.url("/a?b").href, extra=extra)
        return heard, server.log[-1].headers, page.bytes_moved

    heard, asked, moved = talking({"/a?b": reply(200, b"hello")}, steps)
    assert heard.startswith(b"HTTP/1.1 200")
    assert heard.endswith(b"hello")
    assert set(asked) == {"host", "x-own", "connection"}
    assert asked["host"].startswith("127.0.0.1:")
    assert asked["connection"] == "close"
    assert moved == 5


@pytest.mark.parametrize("secret", ["wrong", "page", "0"])
def test_without_the_credential_nothing_goes(secret: str) -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> tuple[list[bytes], int]:
        port = server.port
        heard = [
            await talk.get(server.url("/").href, secret=secret),
            await talk.say(f"GET {server.url('/').href} HTTP/1.1\r\nHost: x\r\n\r\n".encode()),
            await talk.say(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()),
        ]
        return heard, server.connections

    heard, connections = talking({"/": reply(200, b"hello")}, steps)
    assert all(each.startswith(b"HTTP/1.1 407") for each in heard)
    assert connections == 0


def test_a_credential_ends_with_its_page() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bytes:
        talk.proxy.close_pass(page)
        return await talk.get(server.url("/").href)

    assert talking({"/": reply(200, b"hello")}, steps).startswith(b"HTTP/1.1 407")


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
        "https://93.184.216.34/",
        "ftp://ana.example/",
        "/origin/form",
        "*",
        "http://ana.example:6379/",
    ],
)
def test_refused_targets_get_no_answer_that_could_pass_for_a_page(target: str) -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bytes:
        return await talk.get(target)

    assert talking({}, steps) == b""


@pytest.mark.parametrize(
    "target", ["127.0.0.1:443", "169.254.169.254:80", "[::1]:443", "localhost:443", "x", "a:b"]
)
def test_refused_tunnels(target: str) -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> tuple[bytes, int]:
        head = f"CONNECT {target} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: {talk.credential()}\r\n\r\n"
        return await talk.say(head.encode()), len(page.refusals)

    heard, _ = talking({}, steps)
    assert heard == b"" or heard.startswith(b"HTTP/1.1 502")


def test_refusals_are_remembered_for_the_page() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> list[str]:
        await talk.get("http://10.0.0.1/")
        await talk.get("http://localhost/")
        return list(page.refusals)

    assert talking({}, steps) == ["10.0.0.1:80", "localhost:80"]


def test_a_second_request_on_the_same_connection_goes_nowhere() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> tuple[bytes, list[str]]:
        head = f"Host: x\r\nProxy-Authorization: {talk.credential()}\r\n\r\n"
        first = f"GET {server.url('/a').href} HTTP/1.1\r\n{head}"
        second = f"GET http://169.254.169.254/ HTTP/1.1\r\n{head}"
        return await talk.say((first + second).encode()), server.targets()

    heard, asked = talking({"*": reply(200, b"hello")}, steps)
    assert heard.count(b"HTTP/1.1") == 1
    assert asked == ["/a"]


def test_a_second_reply_of_a_server_is_not_passed_on() -> None:
    double = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmineHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"
    )

    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bytes:
        return await talk.get(server.url("/").href)

    heard = talking({"/": raw(double)}, steps)
    assert heard.endswith(b"mine")
    assert b"other" not in heard


def test_broken_replies_break_the_connection() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bytes:
        return await talk.get(server.url("/").href)

    assert talking({"/": raw(b"nonsense\r\n\r\n")}, steps) == b""


def test_tunnels_carry_bytes_both_ways() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> tuple[bytes, int]:
        head = (
            f"CONNECT {server.host_port} HTTP/1.1\r\nHost: x\r\n"
            f"Proxy-Authorization: {talk.credential()}\r\n\r\n"
        )
        inner = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        return await talk.say(head.encode(), inner, wait_between=True), page.bytes_moved

    heard, moved = talking({"/a": reply(200, b"hello")}, steps)
    assert heard.startswith(b"HTTP/1.1 200 Connected")
    assert heard.endswith(b"hello")
    assert moved > 5


def test_a_page_has_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_module, "PAGE_BUDGET", 1000)

    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> list[bytes]:
        return [await talk.get(server.url("/").href) for _ in range(3)]

    heard = talking({"/": reply(200, b"x" * 600)}, steps)
    assert heard[0].endswith(b"x" * 600)
    assert not heard[1].endswith(b"x" * 600)
    assert not heard[2].endswith(b"x" * 600)


def test_heads_without_end_are_cut() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bytes:
        return await talk.say(b"GET http://ana.example/ HTTP/1.1\r\nX: " + b"y" * 500_000)

    assert talking({}, steps) == b""


def test_closing_the_proxy_ends_everything() -> None:
    async def steps(talk: Talk, server: ScriptedServer, page: Pass) -> bool:
        credential = f"Proxy-Authorization: {talk.credential()}"
        head = f"CONNECT {server.host_port} HTTP/1.1\r\nHost: x\r\n{credential}\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", int(talk.proxy.address.rsplit(":", 1)[1]))
        writer.write(head.encode())
        await reader.readuntil(b"\r\n\r\n")
        await talk.proxy.close()
        try:
            ended = await asyncio.wait_for(reader.read(), 5) == b""
        except ConnectionError:
            ended = True
        writer.close()
        return ended

    assert talking({}, steps)
