"""Ends TLS in the guard proxy, for networks whose own authority signs every tunnel.

Chromium can be told to accept a key, but it then accepts it anywhere in a chain that is not even
verified: naming the company's authority would let any server in that shows a copy of its public
certificate. So servers are verified here, by Python's ssl, and Chromium is told to accept only a key
that was made a moment ago and never leaves this process.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
import tempfile
from asyncio import StreamWriter
from pathlib import Path
from typing import TYPE_CHECKING

from creditline.fetch.transport import ssl_context

if TYPE_CHECKING:
    import trustme

#: Certificates kept for hosts asked before; one more costs a millisecond.
_KEPT = 512


class TunnelEnds:
    """Both ends of intercepted tunnels."""

    def __init__(self, upstream_ca: Path) -> None:
        import trustme

        self._authority: trustme.CA = trustme.CA(organization_name="creditline guard proxy")
        self._to_server = ssl_context(upstream_ca)
        self._to_server.set_alpn_protocols(["http/1.1"])
        self._to_browser: dict[str, ssl.SSLContext] = {}
        self.key_hash = _key_hash(self._authority.cert_pem.bytes())

    async def meet_server(self, writer: StreamWriter, host: str, timeout_s: float) -> None:
        """Begin TLS with the server and verify it.

        Raises:
            ssl.SSLError: Its certificate is not good.
        """
        await writer.start_tls(self._to_server, server_hostname=host, ssl_handshake_timeout=timeout_s)

    async def meet_browser(self, writer: StreamWriter, host: str, timeout_s: float) -> None:
        """Begin TLS with the browser in the server's name."""
        await writer.start_tls(self._context_for(host), ssl_handshake_timeout=timeout_s)

    def _context_for(self, host: str) -> ssl.SSLContext:
        if host not in self._to_browser:
            if len(self._to_browser) >= _KEPT:
                self._to_browser.clear()
            self._to_browser[host] = self._make_context(host)
        return self._to_browser[host]

    def _make_context(self, host: str) -> ssl.SSLContext:
        leaf = self._authority.issue_cert(host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        chain = [pem.bytes() for pem in leaf.cert_chain_pems]
        # The authority itself is part of the chain: its key is the one Chromium knows.
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(b"".join([leaf.private_key_pem.bytes(), *chain, self._authority.cert_pem.bytes()]))
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _key_hash(pem: bytes) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_pem_x509_certificate(pem).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()
