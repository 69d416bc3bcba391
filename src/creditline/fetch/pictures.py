"""One request for a picture, over connections that are kept: a page has twenty of them.

aiohttp moves a picture of 80 KB for 0.15 ms of processor time where httpcore takes 2 ms (measured;
docs/dependencies.md), so pictures go this way and documents, one connection each, the other. The rules are
the same: the guard decides every connection, certificates are verified, no environment, no cookies, no
redirects, raw bytes, the same caps and clocks.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from creditline.fetch.base import HEADER_CAP, FetchSettings
from creditline.fetch.bodies import BodyError, RateWatch, read_body
from creditline.fetch.exchange import UNASKED, WITHOUT_BODY, Hop, too_late
from creditline.fetch.guard import Guard, RefusedError
from creditline.fetch.transport import IDLE_S, MAX_CONNECTIONS, NEXT_ADDRESS_S, ssl_context
from creditline.records import FetchProblem
from creditline.urls import Url, is_address_literal

#: Header lines taken from one reply; more than any server sends that shows pictures.
_MAX_HEADERS = 256

#: Bytes that are read ahead of who takes them.
_READ_AHEAD = 2**17


class PictureExchanger:
    """Sends requests over connections that one guard admits; fulfils `exchange.Exchanger.get`."""

    def __init__(self, guard: Guard, settings: FetchSettings) -> None:
        self._guard = guard
        self._settings = settings
        self._proxy = guard.policy.upstream_proxy
        self._proxy_url = URL(self._proxy.origin) if self._proxy else None
        self._ssl = ssl_context(guard.policy.upstream_ca)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=MAX_CONNECTIONS,
                keepalive_timeout=IDLE_S,
                resolver=_GuardedResolver(guard),
                use_dns_cache=False,
                # One address after the other, as the other transport does.
                happy_eyeballs_delay=None,
                ssl=self._ssl,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            raise_for_status=False,
            read_bufsize=_READ_AHEAD,
            max_line_size=HEADER_CAP,
            max_field_size=HEADER_CAP,
            max_headers=_MAX_HEADERS,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            timeout=aiohttp.ClientTimeout(
                total=None,
                connect=settings.connect_s,
                sock_connect=min(NEXT_ADDRESS_S, settings.connect_s),
                sock_read=settings.rate_window_s,
            ),
        )

    async def get(self, url: Url, headers: list[tuple[str, str]], cap: int) -> Hop:
        """Ask for one address once; never raises for what the network or the server does.

        Args:
            url: The address.
            headers: Sent as they are, after Host.
            cap: Most bytes of the body.
        """
        hop = Hop(url)
        try:
            async with asyncio.timeout(self._settings.total_s):
                await self._send(hop, headers, cap)
        except RefusedError as error:
            hop.failed(error.problem, error.detail, may_pass=error.problem is FetchProblem.UNREACHABLE)
        except BodyError as error:
            hop.failed(error.problem, error.detail, may_pass=error.problem is FetchProblem.TRUNCATED)
        except (aiohttp.ClientError, ssl.SSLError) as error:
            _explain(hop, error)
        except TimeoutError:
            hop.failed(FetchProblem.TIMEOUT, f"not done after {self._settings.total_s:.0f} s")
        except (OSError, ValueError) as error:
            hop.failed(FetchProblem.UNREACHABLE, str(error), may_pass=isinstance(error, OSError))
        return hop

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def _send(self, hop: Hop, headers: list[tuple[str, str]], cap: int) -> None:
        target = as_written(hop.url)
        if target is None:
            raise RefusedError(FetchProblem.REFUSED_URL, "parsers differ on this address")
        response = await self._head(target, hop, headers)
        try:
            hop.status = response.status
            hop.headers = _headers(response)
            if hop.status in UNASKED:
                hop.failed(*UNASKED[hop.status])
            elif hop.status not in WITHOUT_BODY:
                watch = RateWatch(self._settings.least_rate, self._settings.rate_window_s)
                hop.body = await read_body(
                    _parts(response), hop.header("content-encoding"), cap, watch, hop.moved
                )
        except BaseException:
            response.close()
            raise
        response.release()

    async def _head(self, target: URL, hop: Hop, headers: list[tuple[str, str]]) -> aiohttp.ClientResponse:
        """Send the request and wait for the head of its reply."""
        self._guard.check(hop.url.host, hop.url.port)
        if self._proxy is None and is_address_literal(hop.url.host):
            # aiohttp asks no resolver for a literal, so it is admitted here.
            await self._guard.admit(hop.url.host, hop.url.port)
        limit = self._settings.connect_s + self._settings.headers_s
        try:
            async with asyncio.timeout(limit):
                return await self._session.get(
                    target,
                    headers=headers,
                    allow_redirects=False,
                    proxy=self._proxy_url,
                )
        except aiohttp.ServerTimeoutError:
            raise
        except TimeoutError:
            raise too_late(limit) from None


class _GuardedResolver(AbstractResolver):
    """Resolves by the guard: what it gives was checked, and is what is connected to."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The admitted addresses of a host, or of the proxy that stands for all of them."""
        proxy = self._guard.policy.upstream_proxy
        is_proxy = proxy is not None and (host, port) == (proxy.host, proxy.port)
        admission = await (self._guard.admit_proxy() if is_proxy else self._guard.admit(host, port))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=admission.port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in admission.addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


@lru_cache(maxsize=256)
def as_written(url: Url) -> URL | None:
    """The same address for the other library; ``None`` where it reads or writes it otherwise (``/?``)."""
    wanted = url.without_fragment()
    try:
        target = URL(wanted.href, encoded=True)
        same_host = (target.raw_host or "").strip("[]") == url.host.strip("[]")
        return target if same_host and target.port == url.port and str(target) == wanted.href else None
    except ValueError:
        return None


def _headers(response: aiohttp.ClientResponse) -> tuple[tuple[str, str], ...]:
    raw = response.raw_headers
    if sum(len(name) + len(value) + 4 for name, value in raw) > HEADER_CAP:
        raise BodyError(FetchProblem.TOO_LARGE, f"headers of more than {HEADER_CAP // 1024} KB")
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)


async def _parts(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The raw body as it comes."""
    async for part in response.content.iter_any():
        yield part


def _explain(hop: Hop, error: Exception) -> None:
    """Turn one of aiohttp's errors into our words; the more particular class first."""
    text = str(error) or type(error).__name__
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        hop.failed(FetchProblem.TLS, text)
    elif isinstance(error, (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)):
        hop.failed(FetchProblem.PROXY, f"the proxy refused the tunnel: {text}")
    elif isinstance(error, aiohttp.ConnectionTimeoutError):
        hop.failed(FetchProblem.UNREACHABLE, "the server did not accept a connection in time", may_pass=True)
    elif isinstance(error, aiohttp.ServerTimeoutError):
        problem = FetchProblem.TIMEOUT if hop.status is None else FetchProblem.TOO_SLOW
        hop.failed(problem, "the server stopped sending", may_pass=True)
    elif isinstance(error, aiohttp.ClientPayloadError):
        hop.failed(FetchProblem.TRUNCATED, text, may_pass=True)
    elif isinstance(error, aiohttp.ClientResponseError):
        large = "than the maximum" in text or "Got more than" in text or "Too many" in text
        hop.failed(FetchProblem.TOO_LARGE if large else FetchProblem.PROTOCOL, text)
    elif isinstance(error, aiohttp.ClientConnectionError):
        problem = FetchProblem.UNREACHABLE if hop.status is None else FetchProblem.TRUNCATED
        hop.failed(problem, text, may_pass=True)
    elif isinstance(error, aiohttp.InvalidURL):
        hop.failed(FetchProblem.REFUSED_URL, f"the address cannot be asked for: {text}")
    else:
        hop.failed(FetchProblem.PROTOCOL, text)
