"""The browser's way out: a loopback proxy that lets out what the guard admits.

Chromium is told to send everything here, loopback addresses included. Each page gets a random
credential of its own, so that bytes and refusals are counted per page, and its connections end with
it. Tunnels are passed on unread. Only with an upstream authority (`EgressPolicy.upstream_ca`) is TLS
ended here: the server's certificate is then verified by us, against the usual roots and that
authority, and the browser gets one signed by a key that lives as long as this process.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import secrets
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import h11

from creditline.fetch.base import HEADER_CAP
from creditline.fetch.guard import Guard, RefusedError
from creditline.fetch.relay import Broken, open_tunnel, relay_request
from creditline.fetch.tunnels import TunnelEnds
from creditline.records import FetchProblem
from creditline.urls import Url

#: Most bytes one page may move through the proxy: a heavy page moves ten, a film never matters.
PAGE_BUDGET = 128 * 2**20

#: Connections one page may have open at the same time (Chromium itself keeps 32 per proxy).
PAGE_CONNECTIONS = 128

#: Seconds for the head of a request from the browser, and for a connection to a server.
HEAD_S = 15.0
CONNECT_S = 10.0

#: Seconds in which connections that were cut end by themselves.
END_S = 1.0

_CHUNK = 64 * 2**10
_USER = "page"


@dataclass(eq=False)
class Pass:
    """One page's right to use the proxy."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    bytes_moved: int = 0
    #: What was refused, by ``host:port``, in order.
    refusals: dict[str, RefusedError] = field(default_factory=dict)
    open: bool = True
    #: Most bytes that it may move; ``None`` is what a page may.
    budget: int | None = None
    _writers: set[StreamWriter] = field(default_factory=set)

    @property
    def credentials(self) -> tuple[str, str]:
        """User and password for the browser."""
        return _USER, self.secret

    def move(self, amount: int) -> None:
        """Count bytes.

        Raises:
            Broken: The page has used up its budget, or is over.
        """
        self.bytes_moved += amount
        if not self.open or self.bytes_moved > (self.budget or PAGE_BUDGET):
            raise Broken("the page's budget is used up")

    def refuse(self, target: str, error: RefusedError) -> None:
        """Remember a refusal, at most a few hundred of them."""
        if len(self.refusals) < 500:
            self.refusals.setdefault(target, error)

    def hold(self, writer: StreamWriter) -> bool:
        """Tie a connection to this page; False when it has too many."""
        if not self.open or len(self._writers) >= PAGE_CONNECTIONS:
            return False
        self._writers.add(writer)
        return True

    def drop(self, writer: StreamWriter) -> None:
        """A connection has ended."""
        self._writers.discard(writer)

    def close(self) -> None:
        """End the page's connections; its credential is worth nothing any more."""
        self.open = False
        for writer in self._writers:
            _abort(writer)
        self._writers.clear()


class GuardProxy:
    """A proxy on a random port of 127.0.0.1 for one guard."""

    def __init__(
        self,
        guard: Guard,
        count: Callable[[int, int], None] | None = None,
        ends: TunnelEnds | None = None,
    ) -> None:
        """Use ``guard``.

        Args:
            guard: Decides what is let out.
            count: Told of requests (or tunnels) and bytes as they happen.
            ends: Ends TLS here, where the policy has an upstream authority.
        """
        self._guard = guard
        self._count = count or (lambda requests, moved: None)
        self._passes: dict[str, Pass] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends = ends

    async def start(self) -> None:
        """Begin to listen, if that has not happened yet."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEADER_CAP)

    @property
    def address(self) -> str:
        """What the browser is given as its proxy."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def trusted_key(self) -> str | None:
        """Base64 SHA-256 of the key that signs for the browser, when TLS is ended here."""
        return self._ends.key_hash if self._ends else None

    def open_pass(self, budget: int | None = None) -> Pass:
        """A credential for one more page, which may move ``budget`` bytes where that is not the usual."""
        page = Pass(budget=budget)
        self._passes[page.secret] = page
        return page

    def close_pass(self, page: Pass) -> None:
        """End a page's credential and connections."""
        self._passes.pop(page.secret, None)
        page.close()

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for page in list(self._passes.values()):
            self.close_pass(page)
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._tasks:
            # Their connections are cut, so they end by themselves; asyncio complains of those cancelled.
            await asyncio.wait(list(self._tasks), timeout=END_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, Broken, RefusedError, h11.ProtocolError, TimeoutError, asyncio.IncompleteReadError):
            _abort(writer)
        except asyncio.CancelledError:
            # By `close`, which waits for us; asyncio's server would report it as a failure of ours.
            _abort(writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        browser = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_CAP)
        async with asyncio.timeout(HEAD_S):
            request = await _read_request(browser, reader)
        page = self._authorised(request)
        if page is None:
            writer.write(_answer(407, b'Proxy-Authenticate: Basic realm="creditline"\r\n'))
            await writer.drain()
            return
        if not page.hold(writer):
            raise Broken("too many connections")
        self._count(1, 0)
        try:
            if request.method == b"CONNECT":
                await self._tunnel(page, request, reader, writer, browser.trailing_data[0])
            else:
                await self._forward(page, browser, request, reader, writer)
        finally:
            page.drop(writer)

    def _authorised(self, request: h11.Request) -> Pass | None:
        given = next((value for name, value in request.headers if name == b"proxy-authorization"), b"")
        for page in self._passes.values():
            wanted = b"Basic " + base64.b64encode(f"{_USER}:{page.secret}".encode())
            if hmac.compare_digest(given, wanted):
                return page
        return None

    async def _tunnel(
        self, page: Pass, request: h11.Request, reader: StreamReader, writer: StreamWriter, early: bytes
    ) -> None:
        url = Url.try_parse("https://" + request.target.decode("latin-1") + "/")
        if url is None:
            raise Broken("not a target")
        try:
            far_reader, far_writer = await self._connect(page, url.host, url.port, tunnel=True)
        except (RefusedError, OSError, Broken, TimeoutError):
            writer.write(_answer(502))
            await writer.drain()
            return
        try:
            # The far side ends with its page too, or an idle server would keep the tunnel for ever.
            if not page.hold(far_writer):
                raise Broken("too many connections")
            if self._ends is not None and url.port != 80:
                await self._ends.meet_server(far_writer, url.host, CONNECT_S)
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await writer.drain()
            if self._ends is not None and url.port != 80:
                await self._ends.meet_browser(writer, url.host, CONNECT_S)
            if early:
                far_writer.write(early)
            await self._pump_both(page, reader, writer, far_reader, far_writer)
        finally:
            page.drop(far_writer)
            _abort(far_writer)

    async def _forward(
        self,
        page: Pass,
        browser: h11.Connection,
        request: h11.Request,
        reader: StreamReader,
        writer: StreamWriter,
    ) -> None:
        url = Url.try_parse(request.target.decode("latin-1"))
        if url is None or url.scheme != "http":
            raise Broken("not a target")
        far_reader, far_writer = await self._connect(page, url.host, url.port, tunnel=False)

        def move(amount: int) -> None:
            page.move(amount)
            self._count(0, amount)

        try:
            absolute = self._guard.policy.upstream_proxy is not None
            await relay_request(browser, request, url, absolute, reader, writer, far_reader, far_writer, move)
        finally:
            _abort(far_writer)

    async def _connect(
        self, page: Pass, host: str, port: int, *, tunnel: bool
    ) -> tuple[StreamReader, StreamWriter]:
        try:
            admission = await self._guard.admit(host, port)
        except RefusedError as error:
            page.refuse(f"{host}:{port}", error)
            raise
        streams = await _first_that_answers(admission.addresses, admission.port)
        if admission.via_proxy and tunnel:
            try:
                await asyncio.wait_for(open_tunnel(*streams, host, port), CONNECT_S)
            except BaseException as error:
                _abort(streams[1])
                page.refuse(f"{host}:{port}", RefusedError(FetchProblem.PROXY, f"no tunnel: {error}"))
                raise
        return streams

    async def _pump_both(
        self,
        page: Pass,
        reader: StreamReader,
        writer: StreamWriter,
        far_reader: StreamReader,
        far_writer: StreamWriter,
    ) -> None:
        async def pump(source: StreamReader, sink: StreamWriter, *, counted: bool) -> None:
            while data := await source.read(_CHUNK):
                if counted:
                    page.move(len(data))
                    self._count(0, len(data))
                sink.write(data)
                await sink.drain()
            if sink.can_write_eof():
                sink.write_eof()
            else:
                # TLS has no half end: without this the browser would wait for the rest for ever.
                sink.close()

        await _until_one_breaks(
            pump(reader, far_writer, counted=False), pump(far_reader, writer, counted=True)
        )


async def _read_request(browser: h11.Connection, reader: StreamReader) -> h11.Request:
    while True:
        event = browser.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            raise Broken("the browser said something else than a request")
        data = await reader.read(_CHUNK)
        if not data:
            raise Broken("the browser went away")
        browser.receive_data(data)


async def _first_that_answers(addresses: tuple[str, ...], port: int) -> tuple[StreamReader, StreamWriter]:
    last: Exception = Broken("no address")
    for address in addresses:
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_S)
        except (OSError, TimeoutError) as error:
            last = error
    raise last


async def _until_one_breaks(*pumps: Awaitable[None]) -> None:
    """Run both directions of a tunnel; an error in one ends the other."""
    tasks = [asyncio.ensure_future(pump) for pump in pumps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await asyncio.gather(*tasks, return_exceptions=True)


def _answer(status: int, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d -\r\n%bContent-Length: 0\r\nConnection: close\r\n\r\n" % (status, headers)


def _abort(writer: asyncio.StreamWriter) -> None:
    """End a connection at once; one that has been closed twice over TLS is at its end already."""
    # Python 3.11.2 (Debian 12) lets go of the protocol at the second close and fails on a later abort.
    with contextlib.suppress(AttributeError):
        writer.transport.abort()
