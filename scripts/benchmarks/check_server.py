"""Serves the generated web of `check_site` to whoever uses it as a proxy, and counts what it gives out.

A process of its own, so that its processor time is nobody's. `python check_server.py PAGES SEED` prints its
port and serves until its standard input ends. Below ``http://counts.example/`` it forgets what it counted
(``/reset``) and tells it (``/tell``).
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from check_pictures import picture_id
from check_site import assets, make_pages, picture_bytes

_COUNTS = "counts.example"
_REQUEST = re.compile(rb"GET http://([^/ ]+)(/[^ ]*) HTTP/1\.1\r\n")


class _Web:
    """What is served, and what was."""

    def __init__(self, count: int, seed: int) -> None:
        self._seed = seed
        self._fixed: dict[tuple[str, str], tuple[str, bytes]] = {}
        self._shared = assets()
        for page in make_pages(count, seed):
            self._fixed[page.host, f"/story/{page.number}"] = ("text/html; charset=utf-8", page.body)
            self._fixed[page.host, f"/data/{page.number}"] = ("application/json", page.data)
        self.reset()

    def reset(self) -> None:
        """Count from zero."""
        self.requests, self.bytes_sent = 0, 0
        self.pictures: set[tuple[int, int]] = set()

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body; counted unless it is about the counts."""
        if host == _COUNTS:
            told = {
                "requests": self.requests,
                "bytes": self.bytes_sent,
                "pictures": sorted(self.pictures),
            }
            if path == "/reset":
                self.reset()
            return 200, "application/json", json.dumps(told).encode()
        status, kind, body = self._found(host, path)
        self.requests += 1
        self.bytes_sent += len(body)
        return status, kind, body

    def _found(self, host: str, path: str) -> tuple[int, str, bytes]:
        known = self._fixed.get((host, path)) or self._shared.get(path.split("?")[0])
        if known is not None:
            return 200, *known
        body = picture_bytes(path, self._seed) if path.startswith("/i/") else None
        if body is None:
            return 404, "text/plain", b"nothing here"
        found = picture_id(path)
        assert found is not None
        self.pictures.add(found)
        return 200, "image/jpeg", body


class _Connection(asyncio.Protocol):
    """HTTP/1.1 in absolute form (RFC 9112 section 3.2.2), connections kept."""

    def __init__(self, web: _Web) -> None:
        self._web = web
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            self._serve(head + b"\r\n")

    def _serve(self, head: bytes) -> None:
        asked = _REQUEST.match(head)
        if asked is None:
            self._transport.write(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._transport.close()
            return
        host, path = asked[1].decode("ascii").lower(), asked[2].decode("ascii")
        status, kind, body = self._web.answer(host.partition(":")[0], path)
        close = b"\r\nconnection: close" in head.lower()
        lines = b"HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (
            status,
            kind.encode(),
            len(body),
        )
        lines += b"Access-Control-Allow-Origin: *\r\nCache-Control: max-age=3600\r\n"
        self._transport.writelines([lines + (b"Connection: close\r\n" if close else b"") + b"\r\n", body])
        if close:
            self._transport.close()


async def _serve(count: int, seed: int) -> None:
    web = _Web(count, seed)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(web), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


@contextmanager
def serving(pages: int, seed: int) -> Iterator[str]:
    """The web in a process of its own; gives the address of the proxy that is it."""
    command = [sys.executable, str(Path(__file__)), str(pages), str(seed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def told(proxy: str, word: str = "tell") -> dict[str, object]:
    """What was served since the last reset."""
    opener = build_opener(ProxyHandler({"http": proxy}))
    with opener.open(f"http://{_COUNTS}/{word}", timeout=30) as reply:
        counts: dict[str, object] = json.load(reply)
    return counts


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
