"""One request and its whole reply, with every clock and cap, every failure as a typed result."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable
from dataclasses import dataclass, field

import httpcore
import httpx

from creditline.fetch.base import HEADER_CAP, FetchSettings
from creditline.fetch.bodies import BodyError, RateWatch, read_body
from creditline.fetch.guard import RefusedError
from creditline.fetch.transport import GuardedTransport, build_request
from creditline.records import FetchProblem
from creditline.urls import Url

#: Statuses whose reply has no body (RFC 9110 section 6.4.1).
WITHOUT_BODY = frozenset({101, 204, 205, 304})

#: Statuses that answer something we did not ask; as a document they would be a silent nothing.
UNASKED = {
    101: (FetchProblem.PROTOCOL, "switched to another protocol unasked"),
    204: (FetchProblem.PROTOCOL, "answered with no content"),
    205: (FetchProblem.PROTOCOL, "answered with no content"),
    206: (FetchProblem.TRUNCATED, "sent a part that we did not ask for"),
}


@dataclass(slots=True)
class Hop:
    """What one request ended as, before redirects and retries are thought of."""

    url: Url
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    problem: FetchProblem | None = None
    detail: str | None = None
    #: Whether the same request may well succeed a moment later.
    may_pass: bool = False
    #: No connection came about, so that nothing can have reached the server.
    is_unsent: bool = False
    moved: list[int] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)

    def failed(self, problem: FetchProblem, detail: str, *, may_pass: bool = False) -> Hop:
        """The same hop with its failure."""
        self.problem, self.detail, self.may_pass = problem, _one_line(detail), may_pass
        return self


class Exchanger:
    """Sends requests through one transport."""

    def __init__(self, transport: GuardedTransport, settings: FetchSettings) -> None:
        self._transport = transport
        self._settings = settings

    async def get(self, url: Url, headers: list[tuple[str, str]], cap: int, *, cut: bool = False) -> Hop:
        """Ask for one address once; never raises for what the network or the server does.

        Args:
            url: The address.
            headers: Sent as they are, after Host.
            cap: Most bytes of the body.
            cut: Take the first ``cap`` bytes of a longer body instead of refusing it.
        """
        return await self._exchange(Hop(url), headers, cap, cut=cut)

    async def post(self, url: Url, headers: list[tuple[str, str]], cap: int, content: bytes) -> Hop:
        """Send a body to one address once; as `get` otherwise."""
        return await self._exchange(Hop(url), headers, cap, content=content)

    async def _exchange(
        self,
        hop: Hop,
        headers: list[tuple[str, str]],
        cap: int,
        *,
        cut: bool = False,
        content: bytes | None = None,
    ) -> Hop:
        try:
            async with asyncio.timeout(self._settings.total_s):
                await self._send(hop, headers, cap, cut, content)
        except RefusedError as error:
            hop.failed(error.problem, error.detail, may_pass=error.problem is FetchProblem.UNREACHABLE)
            hop.is_unsent = True
        except BodyError as error:
            hop.failed(error.problem, error.detail, may_pass=error.problem is FetchProblem.TRUNCATED)
        except TimeoutError:
            hop.failed(FetchProblem.TIMEOUT, f"not done after {self._settings.total_s:.0f} s")
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            _explain(hop, error)
        except httpcore.ProxyError as error:
            hop.failed(FetchProblem.PROXY, f"the proxy refused the tunnel: {error}")
        except ssl.SSLError as error:
            hop.failed(FetchProblem.TLS, str(error))
        except OSError as error:
            hop.failed(FetchProblem.UNREACHABLE, str(error), may_pass=True)
        return hop

    async def _send(
        self, hop: Hop, headers: list[tuple[str, str]], cap: int, cut: bool, content: bytes | None
    ) -> None:
        settings = self._settings
        timeouts = {
            "connect": settings.connect_s,
            "read": settings.rate_window_s,
            "write": settings.headers_s,
            "pool": settings.total_s,
        }
        method = "GET" if content is None else "POST"
        request = build_request(method, hop.url, headers, timeouts, content)
        response = await self._head(request)
        try:
            hop.status = response.status_code
            hop.headers = _decoded_headers(response, HEADER_CAP)
            if hop.status in UNASKED:
                hop.failed(*UNASKED[hop.status])
            elif hop.status not in WITHOUT_BODY:
                watch = RateWatch(settings.least_rate, settings.rate_window_s)
                hop.body = await read_body(
                    _parts(response), hop.header("content-encoding"), cap, watch, hop.moved, cut=cut
                )
        finally:
            await response.aclose()

    async def _head(self, request: httpx.Request) -> httpx.Response:
        limit = self._settings.connect_s + self._settings.headers_s
        try:
            async with asyncio.timeout(limit):
                return await self._transport.handle_async_request(request)
        except TimeoutError:
            raise too_late(limit) from None


def too_late(limit_s: float) -> BodyError:
    """The failure of a server that says nothing."""
    return BodyError(FetchProblem.TIMEOUT, f"no reply after {limit_s:.0f} s")


def _parts(response: httpx.Response) -> AsyncIterable[bytes]:
    """The raw body; httpx types the stream of an asynchronous transport as either kind."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


def _decoded_headers(response: httpx.Response, cap: int) -> tuple[tuple[str, str], ...]:
    raw = response.headers.raw
    if sum(len(name) + len(value) + 4 for name, value in raw) > cap:
        raise BodyError(FetchProblem.TOO_LARGE, f"headers of more than {cap // 1024} KB")
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)


def _explain(hop: Hop, error: Exception) -> None:
    """Turn one of httpcore's errors into our words."""
    text = str(error)
    hop.is_unsent = isinstance(error, (httpcore.ConnectTimeout, httpcore.ConnectError))
    if isinstance(error, httpcore.ConnectTimeout):
        hop.failed(FetchProblem.UNREACHABLE, "the server did not accept a connection in time", may_pass=True)
    elif isinstance(error, httpcore.TimeoutException):
        problem = FetchProblem.TIMEOUT if hop.status is None else FetchProblem.TOO_SLOW
        hop.failed(problem, "the server stopped sending", may_pass=True)
    elif isinstance(error, httpcore.ConnectError):
        tls = isinstance(error.__cause__, ssl.SSLError) or "SSL" in text or "certificate" in text
        hop.failed(
            FetchProblem.TLS if tls else FetchProblem.UNREACHABLE, text or "no connection", may_pass=not tls
        )
    elif isinstance(error, httpcore.RemoteProtocolError) and hop.status is not None:
        hop.failed(FetchProblem.TRUNCATED, text, may_pass=True)
    elif isinstance(error, httpcore.RemoteProtocolError) and "Receive buffer too long" in text:
        hop.failed(FetchProblem.TOO_LARGE, f"headers of more than {HEADER_CAP // 1024} KB")
    elif isinstance(error, httpcore.RemoteProtocolError):
        gone = "disconnected without" in text
        hop.failed(FetchProblem.UNREACHABLE if gone else FetchProblem.PROTOCOL, text, may_pass=gone)
    elif isinstance(error, httpcore.NetworkError):
        problem = FetchProblem.UNREACHABLE if hop.status is None else FetchProblem.TRUNCATED
        hop.failed(problem, text or "the connection was reset", may_pass=True)
    else:
        hop.failed(FetchProblem.PROTOCOL, text or type(error).__name__)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
