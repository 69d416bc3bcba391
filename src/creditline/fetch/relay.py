"""Passing one HTTP exchange from the browser on to a server, message by message.

Requests are read and written anew (h11), one per connection: bytes of one message can never become
part of another one, and only what we parsed leaves.
"""

from __future__ import annotations

from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable

import h11

from creditline.fetch.base import HEADER_CAP
from creditline.urls import Url

_CHUNK = 64 * 2**10

#: Headers that concern one connection only (RFC 9110 section 7.6.1), or the proxy.
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authorization",
        b"proxy-authenticate",
        b"te",
        b"trailer",
        b"upgrade",
    }
)


class Broken(Exception):
    """A connection cannot be served any further."""


async def open_tunnel(reader: StreamReader, writer: StreamWriter, host: str, port: int) -> None:
    """Ask an upstream proxy for a tunnel.

    Raises:
        Broken: It refused.
    """
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii"))
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    if not status or not status[0].startswith(b"2"):
        raise Broken(f"the proxy answered {head.splitlines()[0][:80]!r}")


async def relay_request(
    browser: h11.Connection,
    request: h11.Request,
    url: Url,
    absolute: bool,
    reader: StreamReader,
    writer: StreamWriter,
    far_reader: StreamReader,
    far_writer: StreamWriter,
    move: Callable[[int], None],
) -> None:
    """Send one request on and its reply back, then end both connections.

    Args:
        browser: The browser's side, its request already read.
        request: That request.
        url: Where it goes, as we parsed it.
        absolute: Whether the far side is a proxy, which wants the whole address.
        reader, writer: To the browser.
        far_reader, far_writer: To the server.
        move: Told of every body chunk's size.
    """
    server = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_CAP)
    address = url.without_fragment().href
    target = address if absolute else address.removeprefix(url.origin)
    head = h11.Request(
        method=request.method,
        target=target,
        headers=[(b"Host", _host_header(url)), *_kept(request, b"host"), (b"Connection", b"close")],
    )
    far_writer.write(server.send(head) or b"")
    async for event in _events(browser, reader):
        far_writer.write(server.send(event) or b"")
        await far_writer.drain()
        if isinstance(event, h11.EndOfMessage):
            break
    async for event in _events(server, far_reader):
        if isinstance(event, h11.InformationalResponse):
            continue
        if isinstance(event, h11.Data):
            move(len(event.data))
        writer.write(browser.send(_for_browser(event)) or b"")
        await writer.drain()
        if isinstance(event, h11.EndOfMessage):
            return


def _for_browser(event: h11.Event) -> h11.Event:
    if not isinstance(event, h11.Response):
        return event
    headers = [*_kept(event), (b"Connection", b"close")]
    return h11.Response(status_code=event.status_code, headers=headers, reason=event.reason)


def _kept(message: h11.Request | h11.Response, *dropped: bytes) -> list[tuple[bytes, bytes]]:
    """The headers that travel on."""
    return [
        (bytes(name), bytes(value))
        for name, value in message.headers
        if name not in _HOP_BY_HOP and name not in dropped
    ]


async def _events(connection: h11.Connection, reader: StreamReader) -> AsyncIterator[h11.Event]:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, type | h11.ConnectionClosed):  # h11.PAUSED is a class
            raise Broken("ended too early")
        else:
            yield event


def _host_header(url: Url) -> bytes:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return (host if url.port == 80 else f"{host}:{url.port}").encode("ascii")
