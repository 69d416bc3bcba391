"""Real servers on loopback for the tests of the way out: scripted replies over raw sockets."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import trustme

from creditline.fetch.base import FetchSettings
from creditline.fetch.client import HttpFetcher
from creditline.fetch.guard import EgressPolicy, Guard
from creditline.fetch.politeness import Politeness
from creditline.urls import Url

Script = Callable[["Asked", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

FAST = FetchSettings(page_delay_s=0.05, image_delay_s=0.01, retry_delay_s=0.01)


class FakeClock:
    """Time that only moves when somebody sleeps; remembers for how long."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class FreeBudgets:
    """Host budgets that remember what was asked of them and let everything pass at once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        self.asked.append((domain, delay_s))
        return 0.0


@dataclass
class Asked:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    raw: bytes = b""


@dataclass
class ScriptedServer:
    """Answers by path with scripts; ``/robots.txt`` is a 404 unless scripted."""

    scripts: dict[str, Script] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def hang_up(self) -> None:
        """Break every connection that is still open."""
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> Url:
        return Url.parse(f"http://{self.host_port}{path}")

    def targets(self) -> list[str]:
        return [asked.target for asked in self.log if asked.target != "/robots.txt"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while (asked := await read_head(reader)) is not None:
                self.log.append(asked)
                script = self.scripts.get(asked.target, self.scripts.get("*", reply(404)))
                await script(asked, reader, writer)
                await writer.drain()
                if writer.is_closing() or asked.headers.get("connection") == "close":
                    break
        writer.close()


async def read_head(reader: asyncio.StreamReader) -> Asked | None:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = raw.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    return Asked(method, target, {name.lower(): value for name, value in headers.items()}, raw)


def reply(
    status: int = 200,
    body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    *,
    length: int | None = None,
) -> Script:
    """A plain reply, Content-Length added unless ``length`` says another."""

    async def script(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
        if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
            lines.append(f"Content-Length: {len(body) if length is None else length}")
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    return script


def raw(*parts: bytes, close: bool = True) -> Script:
    """Exactly these bytes, then the end."""

    async def script(_asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if close:
            writer.close()

    return script


@contextlib.asynccontextmanager
async def serving(scripts: dict[str, Script]) -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer(scripts)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**22)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.hang_up()


@dataclass
class TestProxy:
    """An upstream proxy that plays every host itself, by ``host/path``; signs https with its own CA."""

    __test__ = False

    pages: dict[str, Script]
    authority: trustme.CA = field(default_factory=trustme.CA)
    #: Hosts whose certificate somebody else signs.
    forged: dict[str, trustme.CA] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> Url:
        return Url.parse(f"http://127.0.0.1:{self.port}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            while (asked := await read_head(reader)) is not None:
                self.log.append(f"{asked.method} {asked.target}")
                if asked.method == "CONNECT":
                    await self._tunnel(asked.target.rsplit(":", 1)[0], reader, writer)
                    break
                await self._answer(asked.target.removeprefix("http://"), asked, reader, writer)
                if asked.headers.get("connection") == "close":
                    break
        writer.close()

    async def _tunnel(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not any(name.startswith(host + "/") for name in self.pages):
            writer.write(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.drain()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.forged.get(host, self.authority).issue_cert(host).configure_cert(context)
        await writer.start_tls(context)
        while (asked := await read_head(reader)) is not None:
            self.log.append(f"{asked.method} https://{host}{asked.target}")
            await self._answer(host + asked.target, asked, reader, writer)
            if asked.headers.get("connection") == "close":
                break

    async def _answer(
        self, name: str, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await self.pages.get(name, reply(404))(asked, reader, writer)
        await writer.drain()


@contextlib.asynccontextmanager
async def proxying(pages: dict[str, Script]) -> AsyncIterator[TestProxy]:
    proxy = TestProxy(pages)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = listener.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listener.close()
        for writer in proxy.writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def fetching(
    *servers: ScriptedServer,
    settings: FetchSettings = FAST,
    clock: FakeClock | None = None,
    budgets: FreeBudgets | None = None,
    policy: EgressPolicy | None = None,
    **guard_options: object,
) -> AsyncIterator[HttpFetcher]:
    """A fetcher whose policy allows exactly these servers' ``host:port``."""
    clock = clock or FakeClock()
    policy = policy or EgressPolicy(private_hosts=frozenset(server.host_port for server in servers))
    guard = Guard(policy, **guard_options)  # type: ignore[arg-type]
    politeness = Politeness(settings, budgets or FreeBudgets(), clock)
    fetcher = HttpFetcher(guard, settings, politeness, clock, jitter=lambda: 0.5)
    try:
        yield fetcher
    finally:
        await fetcher.close()
