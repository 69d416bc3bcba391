"""A load that was sent on is kept hop by hop, in files that any reader of WARC can follow."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from creditline.pipeline.warc import kept_response, warc_faults, write_load
from creditline.records import Redirect, Reply
from creditline.urls import Url

OLD, NEW = Url.parse("http://blog.example/old?a=1"), Url.parse("https://blog.example/new")
SENT = (("Host", "blog.example"), ("User-Agent", "creditline/0"))
HOP = Redirect(OLD, 301, (("location", NEW.href), ("content-length", "99")), b"moved", False, SENT)
REPLY = Reply(
    url=OLD,
    final_url=NEW,
    fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    status=200,
    headers=(("content-type", "text/html"),),
    sent=SENT,
    redirects=(HOP,),
)


def write(body: bytes, load_id: str = "1", earlier: bytes | None = None) -> bytes:
    known = kept_response(earlier) if earlier else None
    return write_load(REPLY, body, load_id=load_id, program="creditline 0", earlier=known)


def told(warc: bytes) -> list[tuple[str, str, str]]:
    """Type, address and first line of every record but the description."""
    records = [
        (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.http_headers)
        for record in ArchiveIterator(io.BytesIO(warc))
    ]
    return [(kind, url, f"{head.protocol} {head.statusline}".strip()) for kind, url, head in records[1:]]


def test_every_hop_is_a_response_with_its_request() -> None:
    assert told(write(b"<p>there")) == [
        ("response", NEW.href, "HTTP/1.1 200"),
        ("request", NEW.href, "GET /new HTTP/1.1"),
        ("response", OLD.href, "HTTP/1.1 301"),
        ("request", OLD.href, "GET /old?a=1 HTTP/1.1"),
    ]


def test_ids_are_different_and_files_are_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warc = write(b"<p>there")
    records = [record.rec_headers for record in ArchiveIterator(io.BytesIO(warc))]
    ids = [head.get_header("WARC-Record-ID") for head in records]
    assert len(set(ids)) == 5
    assert [head.get_header("WARC-Concurrent-To") for head in records[2::2]] == [ids[1], ids[3]]
    assert warc_faults(warc) == []
    (tmp_path / "load.warc.gz").write_bytes(warc)
    assert Checker(SimpleNamespace(inputs=[str(tmp_path / "load.warc.gz")], verbose=True)).process_all() == 0
    assert "fail" not in capsys.readouterr().out


def test_a_hop_is_never_taken_for_the_page() -> None:
    first = write(b"<p>there")
    kept = kept_response(first)
    assert kept is not None
    assert kept.url == NEW.href
    again = write(b"<p>there", "2", first)
    assert [kind for kind, _, _ in told(again)] == ["revisit", "request", "response", "request"]
    assert kept_response(again) is None
    assert warc_faults(again) == []


def test_a_file_of_hops_alone_is_not_sound() -> None:
    records = write(b"<p>there").split(b"\x1f\x8b\x08")
    only_hops = b"".join(b"\x1f\x8b\x08" + each for each in [records[1], *records[4:]])
    assert warc_faults(only_hops) == ["it holds no response"]


def test_what_was_cut_says_so() -> None:
    cut = Reply(
        url=OLD,
        final_url=NEW,
        fetched_at=REPLY.fetched_at,
        status=200,
        redirects=(Redirect(OLD, 302, (), b"x", True, SENT),),
    )
    warc = write_load(cut, b"", load_id="1", program="creditline 0")
    heads = [record.rec_headers.get_header("WARC-Truncated") for record in ArchiveIterator(io.BytesIO(warc))]
    assert heads == [None, None, "length", None]
