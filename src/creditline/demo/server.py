"""A loopback HTTP proxy that answers for every host of the miniature web itself.

Plain requests come in absolute form (RFC 9112 section 3.2.2); CONNECT tunnels are ended here with a
certificate of the web's own authority, made anew at every start. Unknown hosts get 502, as from a proxy
that cannot reach them. One daemon thread per connection; `MiniatureWeb.close` ends them all.

Run ``python -m creditline.demo.server`` to look at the sites with a browser of your own.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import tempfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import trustme

from creditline.demo.answers import Answer, Request, answer, serves
from creditline.demo.engines import Replicas
from creditline.demo.places import web_root

#: First byte of a TLS handshake record (RFC 8446 section 5.1).
_TLS_HANDSHAKE = 0x16
#: How long an idle connection is kept, in seconds; above what a browser's keep-alive needs.
_IDLE_S = 60.0
_PORT_SCHEMES = {80: "http", 443: "https"}


class Address(NamedTuple):
    """What clients need: ``--proxy`` and ``--proxy-ca``."""

    proxy_url: str
    ca_file: Path


class Counts(NamedTuple):
    """What was served, by ``(host, path with query)``; ``bytes`` counts bodies only."""

    requests: Counter[tuple[str, str]]
    bytes: Counter[tuple[str, str]]
    statuses: Counter[tuple[str, str, int]]


class MiniatureWeb:
    """The running miniature web; also a context manager."""

    def __init__(self, root: Path | None = None, *, port: int = 0, engines: Replicas | None = None) -> None:
        """Prepare, without listening yet.

        Args:
            root: The folder of host folders; the one that belongs to creditline when ``None``.
            port: Loopback port to listen on; 0 lets the system choose.
            engines: Replicas of search engines that are there too.
        """
        self.engines = engines
        self.root = (root or web_root()).resolve()
        self.closing = threading.Event()
        self._port = port
        self._lock = threading.Lock()
        self._counts = Counts(Counter(), Counter(), Counter())
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._authority = trustme.CA(organization_name="creditline miniature web")
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: _ProxyServer | None = None

    def start(self) -> Address:
        """Listen on 127.0.0.1 and serve until `close`; return how to reach it."""
        self._folder = tempfile.TemporaryDirectory(prefix="creditline-demo-")
        ca_file = Path(self._folder.name) / "ca.pem"
        ca_file.write_bytes(self._authority.cert_pem.bytes())
        self._server = _ProxyServer(("127.0.0.1", self._port), self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return Address(f"http://127.0.0.1:{self._server.server_address[1]}", ca_file)

    def close(self) -> None:
        """Stop, cut every connection (held ones too) and remove the authority's file."""
        self.closing.set()
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        self.address = self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def counts(self) -> Counts:
        """A copy of what was served so far."""
        with self._lock:
            kept = self._counts
            return Counts(Counter(kept.requests), Counter(kept.bytes), Counter(kept.statuses))

    def reset_counts(self) -> None:
        """Count from zero again."""
        with self._lock:
            for each in self._counts:
                each.clear()

    def count(self, request: Request, status: int, sent: int) -> None:
        """Note one answer."""
        key = (request.host, request.target)
        with self._lock:
            self._counts.requests[key] += 1
            self._counts.bytes[key] += sent
            self._counts.statuses[(*key, status)] += 1

    def serves(self, host: str, scheme: str) -> bool:
        """Whether there is such a host, and it answers on this scheme."""
        is_engine = self.engines is not None and self.engines.serves(host, scheme)
        return is_engine or serves(self.root, host, scheme)

    def answer(self, request: Request) -> Answer:
        """Answer a request as its host would."""
        if self.engines is not None and self.engines.serves(request.host, request.scheme):
            return self.engines.answer(request)
        if request.method == "POST":
            return Answer(405, {"Allow": "GET, HEAD"})
        return answer(self.root, request)

    def context_for(self, host: str) -> ssl.SSLContext:
        """The TLS side of a host; its chain carries the authority too, for clients that pin it."""
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._make_context(host)
            return self._contexts[host]

    def _make_context(self, host: str) -> ssl.SSLContext:
        leaf = self._authority.issue_cert(host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        pem = leaf.private_key_and_cert_chain_pem.bytes() + self._authority.cert_pem.bytes()
        with trustme.Blob(pem).tempfile() as chain:
            context.load_cert_chain(chain)
        return context


class _ProxyServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], web: MiniatureWeb) -> None:
        self.web = web
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def track(self, connection: socket.socket, *, is_open: bool) -> None:
        """Remember a connection, so that `stop` can cut it."""
        with self._open_lock:
            (self._open.add if is_open else self._open.discard)(connection)

    def stop(self) -> None:
        """End the accept loop and every connection."""
        self.shutdown()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is no event here; anything else is a defect."""
        if not isinstance(sys.exception(), (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "MiniatureWeb"
    sys_version = ""
    timeout = _IDLE_S
    server: _ProxyServer
    connection: socket.socket
    #: Scheme and host of the tunnel that this connection has become.
    _tunnel: tuple[str, str] | None = None

    def setup(self) -> None:
        super().setup()
        self.server.track(self.connection, is_open=True)

    def finish(self) -> None:
        self.server.track(self.connection, is_open=False)
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        """Become the far end of a tunnel: TLS, or plain HTTP where the client speaks it."""
        host, _, port = self.path.rpartition(":")
        host = host.lower()
        scheme = _PORT_SCHEMES.get(int(port) if port.isdigit() else 0)
        if scheme is None or not self.server.web.serves(host, scheme):
            self._send(Answer(502, body=b"502 no such host in the miniature web\n"), body=True)
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        first = self.connection.recv(1, socket.MSG_PEEK)
        if not first:
            self.close_connection = True
            return
        if first[0] == _TLS_HANDSHAKE:
            self._begin_tls(host)
        self._tunnel = (scheme, host)
        self.close_connection = False

    def do_GET(self) -> None:
        """Answer with a body."""
        self._serve(body=True)

    def do_HEAD(self) -> None:
        """Answer without one."""
        self._serve(body=False)

    def do_POST(self) -> None:
        """Take data where an engine's replica does; no site of the miniature web does."""
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._serve(body=True, data=data)

    def _begin_tls(self, host: str) -> None:
        plain = self.connection
        self.server.track(plain, is_open=False)
        self.rfile.close()
        self.wfile.close()
        secure = self.server.web.context_for(host).wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False
        )
        self.request = self.connection = secure
        self.server.track(secure, is_open=True)
        self.rfile = secure.makefile("rb", -1)
        self.wfile = secure.makefile("wb", -1)
        secure.do_handshake()

    def _request(self, data: bytes) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self._tunnel:
            scheme, host = self._tunnel
            target = self.path
        else:
            split = urlsplit(self.path)
            scheme = split.scheme or "http"
            host = (split.hostname or headers.get("host", "").partition(":")[0]).lower()
            target = (split.path or "/") + (f"?{split.query}" if split.query else "")
        return Request(scheme, host, target, headers, self.command, data)

    def _serve(self, *, body: bool, data: bytes = b"") -> None:
        request = self._request(data)
        reply = self.server.web.answer(request)
        if reply.wait_s:
            self.server.web.closing.wait(reply.wait_s)
        if reply.hold:
            self.server.web.count(request, 0, 0)
            self._hold()
            return
        sent = len(_sent_body(reply)) if body else 0
        self.server.web.count(request, reply.status, sent)
        self._send(reply, body=body)

    def _hold(self) -> None:
        """Say nothing until the server closes or the client has gone."""
        self.close_connection = True
        self.connection.settimeout(0.2)
        while not self.server.web.closing.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            except OSError:
                return

    def _send(self, reply: Answer, *, body: bool) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if body:
            self.wfile.write(_sent_body(reply))
        if reply.truncate is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The web is silent; tests read its counts."""


def _sent_body(reply: Answer) -> bytes:
    if reply.status == 304:
        return b""
    return reply.body if reply.truncate is None else reply.body[: reply.truncate]


def main() -> None:
    """Serve until interrupted and say how to reach it."""
    with MiniatureWeb(port=8899) as web:
        print(f"proxy {web.address.proxy_url}  authority {web.address.ca_file}", file=sys.stderr)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            web.closing.wait()


if __name__ == "__main__":
    main()
