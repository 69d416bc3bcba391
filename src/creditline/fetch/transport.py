"""One HTTP request over a connection that the guard admitted.

An httpx transport over httpcore's connection pool, whose network backend asks the guard for every
connection and connects to the address that was checked. Used without an httpx client: there is no
shared cookie jar, no environment, no redirect and no credential to switch off.
"""

from __future__ import annotations

import importlib.util
import ssl
import sys
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import httpcore
import httpx

from creditline.errors import FetchError
from creditline.fetch.guard import Admission, Guard, RefusedError
from creditline.records import FetchProblem
from creditline.urls import Url

#: Connections kept open at the same time by one transport, and seconds an idle one is kept.
MAX_CONNECTIONS = 64
MAX_IDLE_CONNECTIONS = 16
IDLE_S = 5.0

#: Time for one of several addresses of a host before the next one is tried, seconds (RFC 8305 tries
#: the second after 0.25 s in parallel; one after the other is enough for a crawler).
NEXT_ADDRESS_S = 4.0


#: Extension under which our requests carry path and query. Not httpcore's own "target", which would
#: also replace what a proxy is asked.
_TARGET = "creditline.target"

# httpcore imports this package for every connection and lock, and takes its absence for asyncio. What is not
# there Python looks for in every folder, each time: six times a request, 2 ms. What is known not to be there
# it does not look for (Python's language reference, "The module cache").
if importlib.util.find_spec("sniffio") is None:
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to admitted addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore names it)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers.

        With an upstream proxy httpcore asks for the proxy here; what it stands for was checked by
        `GuardedTransport` before.
        """
        proxy = self._guard.policy.upstream_proxy
        admission = (
            await self._guard.admit_proxy()
            if proxy is not None and (host.strip("[]"), port) == (proxy.host, proxy.port)
            else await self._guard.admit(host, port)
        )
        return await self._connect_first(admission, timeout)

    async def _connect_first(self, to: Admission, limit_s: float | None) -> httpcore.AsyncNetworkStream:
        ends = time.monotonic() + limit_s if limit_s is not None else None
        last: Exception | None = None
        for position, address in enumerate(to.addresses):
            left = None if ends is None else ends - time.monotonic()
            if left is not None and left <= 0:
                break
            is_last = position + 1 == len(to.addresses)
            each = left if is_last or left is None else min(left, NEXT_ADDRESS_S)
            try:
                return await self._inner.connect_tcp(address, to.port, timeout=each)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectTimeout("no address answered")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore names it)
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refused: the web has no such thing."""
        raise httpcore.UnsupportedProtocol("unix sockets are never used")

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore only does so between retries, which we do not let it make."""
        await self._inner.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over guarded connections, through the policy's upstream proxy if it has one."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        proxy = guard.policy.upstream_proxy
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context(guard.policy.upstream_ca),
            proxy=httpcore.Proxy(proxy.origin) if proxy else None,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_S,
            http1=True,
            http2=False,
            retries=0,
            network_backend=GuardedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return the head of its reply, the body still to be read.

        Raises:
            RefusedError: The guard does not let it out.
            httpx.HTTPError: The network or the server failed.
        """
        url = request.url
        self._guard.check(url.host, url.port or (443 if url.scheme == "https" else 80))
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=request.extensions[_TARGET]
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": request.extensions["timeout"]},
        )
        response = await self._pool.handle_async_request(core)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of a reply, raw."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


def build_request(
    method: str,
    url: Url,
    headers: list[tuple[str, str]],
    timeouts: dict[str, float],
    content: bytes | None = None,
) -> httpx.Request:
    """A request for exactly this address.

    httpx parses addresses by its own rules; the host must come out the same, and path and query
    are sent as our serialisation has them.

    Raises:
        RefusedError: The two parsers do not agree on where the address leads.
    """
    wanted = url.without_fragment()
    try:
        request = httpx.Request(method, wanted.origin + "/", headers=headers, content=content)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise RefusedError(FetchProblem.REFUSED_URL, f"the address cannot be asked for: {error}") from error
    if request.url.raw_host.decode("ascii").strip("[]") != url.host:
        raise RefusedError(FetchProblem.REFUSED_URL, "parsers differ on the host of this address")
    target = wanted.href.removeprefix(wanted.origin)
    request.extensions = {_TARGET: target.encode("ascii"), "timeout": timeouts}
    return request


def ssl_context(extra_ca: Path | None) -> ssl.SSLContext:
    """Certificates are always verified; ``extra_ca`` is trusted besides the usual authorities.

    Raises:
        FetchError: The file is missing or holds no certificate.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if extra_ca is not None:
        try:
            context.load_verify_locations(cafile=str(extra_ca))
        except (OSError, ssl.SSLError) as error:
            raise FetchError(
                f"{extra_ca}: no certificate authority can be read from it ({error}); give a PEM file"
            ) from error
    return context
