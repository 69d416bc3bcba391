"""Time stamps of the chain, by an authority on loopback that openssl plays."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from creditline.cli.stamping import stamp
from creditline.errors import ConfigError
from creditline.pipeline.timestamps import TIME_STAMP, load_roots, stamp_head
from creditline.pipeline.verify import verify_evidence
from creditline.settings import EvidenceSettings
from creditline.urls import Url

SETTINGS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamps]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """A time stamping authority with a root of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "openssl.cnf").write_text(SETTINGS)
        (folder / "serial").write_text("01")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "openssl.cnf")
        self._openssl(
            *("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Replica root"),
            *("-extensions", "authority", "-days", "30"),
        )
        self._openssl("req", *key, "-keyout", "signer.key", "-out", "signer.csr", "-subj", "/CN=Replica")
        self._openssl(
            *(
                "x509",
                "-req",
                "-in",
                "signer.csr",
                "-CA",
                "root.pem",
                "-CAkey",
                "root.key",
                "-CAcreateserial",
            ),
            *("-out", "signer.pem", "-extfile", "openssl.cnf", "-extensions", "signer", "-days", "30"),
        )
        self.answer: Callable[[bytes], tuple[int, bytes]] = lambda query: (200, self.stamp(query))
        self.asked: list[str | None] = []

    def stamp(self, query: bytes) -> bytes:
        """Sign a time stamp query."""
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-queryfile", "query", "-signer", "signer.pem", "-inkey", "signer.key"),
            *("-config", "openssl.cnf", "-section", "stamps", "-out", "reply"),
        )
        return (self.folder / "reply").read_bytes()

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority."""
    return Authority(tmp_path / "authority")


@pytest.fixture
def url(authority: Authority) -> Iterator[Url]:
    """Where the authority is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked.append(self.headers["content-type"])
            status, body = authority.answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Url.parse(f"http://127.0.0.1:{server.server_address[1]}/tsr")
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_head_of_the_chain_is_attested(
    authority: Authority, url: Url, open_context: Callable[..., object], tmp_path: Path
) -> None:
    roots = load_roots(str(authority.folder / "root.pem"))
    others = load_roots(str(Authority(tmp_path / "other").folder / "root.pem"))

    async def run() -> None:
        async with open_context(more_hosts=(url.host_port,)) as context:  # type: ignore[attr-defined]
            store, now = context.store, context.clock.now()
            assert (await stamp_head(store, context.owner_id, context.api, url, now)).problem is None, (
                "nothing to attest yet"
            )
            assert authority.asked == []
            for number in range(3):
                store.put(b"page %d" % number, "raw_html", "text/html", now)
            head = store.chain()[-1]
            stamped = await stamp_head(store, context.owner_id, context.api, url, now)
            assert stamped.at is not None
            assert authority.asked == ["application/timestamp-query"]
            assert [sent.recipient for sent in store.disclosures(context.owner_id)] == [url.host]
            assert await stamp_head(store, context.owner_id, context.api, url, now) == type(stamped)(), (
                "nothing is new"
            )
            (stamp,) = [item for item in store.evidence_items() if item.kind == TIME_STAMP]
            answer = decode_timestamp_response(store.get(stamp.sha256))
            assert answer.tst_info.gen_time == stamped.at
            assert head.position == 2
            for believed, faults in ((roots, 0), ((), 0), (others, 1)):
                verified = verify_evidence(store, context.owner_id, believed)
                assert (len(verified.faults), verified.stamps) == (faults, 1)
            assert verified.faults[0].kind == TIME_STAMP
            assert "signature does not hold" in verified.faults[0].what

    asyncio.run(run())


def test_what_is_no_stamp_of_the_chain_is_not_kept(
    authority: Authority, url: Url, open_context: Callable[..., object]
) -> None:
    earlier: list[bytes] = []

    def replay(query: bytes) -> tuple[int, bytes]:
        earlier.append(query)
        return 200, authority.stamp(earlier[0])

    async def run() -> None:
        async with open_context(more_hosts=(url.host_port,)) as context:  # type: ignore[attr-defined]
            store, now = context.store, context.clock.now()
            store.put(b"page", "raw_html", "text/html", now)
            answers = [
                ((503, b""), "http 503"),
                ((200, b"<html>"), "no time stamp"),
                ((200, authority.stamp(b"no query at all")), "the authority refused"),
            ]
            for answer, why in answers:
                authority.answer = lambda _, answer=answer: answer  # type: ignore[misc]
                assert why in str((await stamp_head(store, context.owner_id, context.api, url, now)).problem)
            authority.answer = replay
            assert (await stamp_head(store, context.owner_id, context.api, url, now)).problem is None
            store.put(b"another page", "raw_html", "text/html", now)
            assert "it attests something else" in str(
                (await stamp_head(store, context.owner_id, context.api, url, now)).problem
            )
            # A stamp of something else that found its way in attests nothing here.
            query = TimestampRequestBuilder().data(b"f" * 64).hash_algorithm(HashAlgorithm.SHA256).build()
            foreign = store.put(authority.stamp(query.as_bytes()), TIME_STAMP, "application/x", now)
            (fault,) = verify_evidence(store, context.owner_id).faults
            assert (fault.sha256, fault.what) == (foreign.sha256, "it attests no link of the chain before it")

    asyncio.run(run())


def test_a_run_asks_the_authority_that_is_set(
    authority: Authority, url: Url, open_context: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    async def run() -> None:
        async with open_context(more_hosts=(url.host_port,)) as context:  # type: ignore[attr-defined]
            context.store.put(b"page", "raw_html", "text/html", context.clock.now())
            assert await stamp(context), "nobody is set"
            assert authority.asked == []
            evidence = EvidenceSettings(timestamp_url=url.href)
            asking = replace(context, settings=replace(context.settings, evidence=evidence))
            works, authority.answer = authority.answer, lambda _: (500, b"")
            assert not await stamp(asking)
            assert "no time stamp: 127.0.0.1: http 500; the next run asks again" in capsys.readouterr().err
            authority.answer = works
            assert await stamp(asking)
            assert "127.0.0.1 attests the evidence of 20" in capsys.readouterr().err

    asyncio.run(run())


def test_a_bad_file_of_certificates_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(ConfigError, match=name):
            load_roots(str(tmp_path / name))
    assert load_roots(None) == []
