"""One load of a page as a WARC file (ISO 28500:2017, WARC/1.1), written and checked with warcio.

A file holds who wrote it (`warcinfo`), what was asked (`request`) and what came (`response`), and after
them the same two for every reply that sent us on. Where what came is, byte for byte, what an earlier file
holds, a `revisit` record points there instead. Digests are SHA-256. Bodies are kept decoded; headers that
speak of the transfer are renamed as web archives do, so that every reader of WARC files can follow.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from creditline.records import Redirect, Reply
from creditline.urls import Url

Headers = Sequence[tuple[str, str]]

MEDIA_TYPE = "application/warc"

_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

#: Headers that were true of the bytes on the wire and are not of the decoded body (RFC 9110, RFC 9112).
_OF_THE_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ORIGINAL = "X-Archive-Orig-"

#: Names our records: one load gives the same ids however often it is written.
_NAMESPACE = uuid.UUID("6f0f0b0e-6a3b-5c55-9d0c-63726564696c")


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response record in a file that is kept, for `revisit` records to point to."""

    record_id: str
    url: str
    date: str
    payload_digest: str


def write_load(
    reply: Reply, body: bytes, *, load_id: str, program: str, earlier: KeptResponse | None = None
) -> bytes:
    """Write one load of a page.

    Args:
        reply: What came; ``sent`` is empty where the reply was kept from before, then nothing is said of
            a request.
        body: The decoded body.
        load_id: Ties the file to everything else that was seen at this visit.
        program: Name and version, for the file's description.
        earlier: A kept response; pointed to where it has the same body.
    """
    file = BytesIO()
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    writer._create_digester = lambda: Digester("sha256")
    date, url = _moment(reply.fetched_at), reply.final_url.href
    writer.write_record(_description(writer, load_id, program, date))
    digest = payload_digest(body)
    is_known = earlier is not None and earlier.payload_digest == digest
    kind = "revisit" if is_known else "response"
    headers = {"WARC-Record-ID": record_id(load_id, kind), "WARC-Date": date}
    if is_known and earlier is not None:
        headers |= {
            "WARC-Profile": RecordBuilder.REVISIT_PROFILE_1_1,
            "WARC-Refers-To": earlier.record_id,
            "WARC-Refers-To-Target-URI": earlier.url,
            "WARC-Refers-To-Date": earlier.date,
            "WARC-Payload-Digest": digest,
        }
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(b"" if is_known else body),
            length=0 if is_known else len(body),
            http_headers=_response_head(reply.status or 0, reply.headers, len(body)),
            warc_headers_dict=headers,
        )
    )
    if reply.sent:
        writer.write_record(_request(writer, reply.final_url, reply.sent, load_id, "request", kind, date))
    for number, redirect in enumerate(reply.redirects, 1):
        _write_redirect(writer, redirect, load_id, number, date)
    return file.getvalue()


def _write_redirect(writer: WARCWriter, redirect: Redirect, load_id: str, number: int, date: str) -> None:
    """A reply that sent us on, and its request."""
    name, body = f"redirect {number}", redirect.body
    headers = {"WARC-Record-ID": record_id(load_id, name), "WARC-Date": date}
    if redirect.is_cut:
        headers["WARC-Truncated"] = "length"
    record = writer.create_warc_record(
        redirect.url.href,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=_response_head(redirect.status, redirect.headers, len(body)),
        warc_headers_dict=headers,
    )
    writer.write_record(record)
    asked = f"request of {name}"
    writer.write_record(_request(writer, redirect.url, redirect.sent, load_id, asked, name, date))


def kept_response(warc: bytes) -> KeptResponse | None:
    """The response record of a file; ``None`` when it only points to another one."""
    for record in ArchiveIterator(BytesIO(warc)):
        if record.rec_type == "response" and not _is_redirect(record):
            names = ("WARC-Record-ID", "WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest")
            return KeptResponse(*(record.rec_headers.get_header(name) for name in names))
    return None


def warc_faults(warc: bytes) -> list[str]:
    """What is wrong with a file: records that do not parse, digests that do not fit. Empty when sound."""
    faults: list[str] = []
    answers = 0
    try:
        for record in ArchiveIterator(BytesIO(warc), check_digests=True):
            if record.rec_type == "revisit" or (record.rec_type == "response" and not _is_redirect(record)):
                answers += 1
            stream = record.content_stream()
            while stream.read(65_536):
                pass
            faults += record.digest_checker.problems
    except ArchiveLoadFailed as error:
        faults.append(str(error).strip())
    if not answers:
        faults.append("it holds no response")
    return faults


def payload_digest(body: bytes) -> str:
    """A body's digest as WARC writes it: the algorithm, and the hash in Base32."""
    digester = Digester("sha256")
    digester.update(body)
    return str(digester)


def record_id(load_id: str, kind: str) -> str:
    """The id of one record of a load."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{load_id} {kind}')}>"


def _description(writer: WARCWriter, load_id: str, program: str, date: str) -> Any:
    fields = {
        "software": program,
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS_TO,
        "isPartOf": f"creditline load {load_id}",
    }
    text = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    headers = {"WARC-Record-ID": record_id(load_id, "warcinfo"), "WARC-Date": date}
    return writer.create_warc_record(
        "", "warcinfo", payload=BytesIO(text), length=len(text), warc_headers_dict=headers
    )


def _request(
    writer: WARCWriter, url: Url, sent: Headers, load_id: str, name: str, answer: str, date: str
) -> Any:
    target = url.without_fragment().href.removeprefix(url.origin)
    head = StatusAndHeaders(f"GET {target} HTTP/1.1", _one_line(sent), is_http_request=True)
    headers = {
        "WARC-Record-ID": record_id(load_id, name),
        "WARC-Date": date,
        "WARC-Concurrent-To": record_id(load_id, answer),
    }
    return writer.create_warc_record(url.href, "request", http_headers=head, warc_headers_dict=headers)


def _response_head(status: int, named: Headers, body_len: int) -> StatusAndHeaders:
    # The phrase after the number is not kept; it tells nothing, and may be empty (RFC 9112 section 4).
    headers = [
        (f"{_ORIGINAL}{name}" if name in _OF_THE_TRANSFER else name, value)
        for name, value in _one_line(named)
    ]
    return StatusAndHeaders(f"{status} ", [*headers, ("Content-Length", str(body_len))], "HTTP/1.1")


def _is_redirect(record: Any) -> bool:
    """Whether a response only sent us on."""
    return str(record.http_headers.get_statuscode()).startswith("3")


def _one_line(headers: Headers) -> list[tuple[str, str]]:
    """Headers without line breaks, which would begin new ones."""
    return [(name, " ".join(value.splitlines())) for name, value in headers]


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
