"""For every source a file that it must read, and how many sightings that gives.

Whoever adds a source adds a line here; the contract suite fails without one.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from creditline.records import Owner
from creditline.sources import Batch, Question, SearchContext, Source

OWNER = Owner(names=("Jane Doe",), domains=("jane.example",))
CONTEXT = SearchContext(
    owner=OWNER,
    own_domains=frozenset({"jane.example"}),
    rendition_urls=frozenset({"https://jane.example/img/fog.jpg"}),
)


@dataclass(frozen=True)
class Sample:
    """A file's name and content, and the addresses that a source must find in it."""

    name: str
    content: bytes
    pages: frozenset[str]


def log_line(
    referrer: str = "https://blog.example/",
    request: str = "GET /img/fog.jpg HTTP/1.1",
    status: int = 200,
    agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0",
    address: str = "203.0.113.9",
    host: str = "",
) -> str:
    """One line of a combined log."""
    return (
        f'{host + " " if host else ""}{address} - - [20/Nov/2026:14:00:28 +0000] "{request}" {status} 51200 '
        f'"{referrer}" "{agent}"\n'
    )


SAMPLES = {
    "page_list": Sample(
        "pages.txt",
        b"# pages\nhttps://blog.example/a?utm_source=x\nnews.example/b\n\nhttps://jane.example/own\n",
        frozenset({"https://blog.example/a", "https://news.example/b"}),
    ),
    "watch_list": Sample(
        "sites.txt",
        b"https://blog.example/\nnews.example\n",
        frozenset({"https://blog.example/", "https://news.example/"}),
    ),
    "server_log": Sample(
        "access.log",
        (
            log_line() + log_line("https://news.example/story?id=7") + log_line("https://jane.example/")
        ).encode(),
        frozenset({"https://blog.example/", "https://news.example/story?id=7"}),
    ),
    "link_export": Sample(
        "links.csv",
        b"Linking page,Last crawled\nhttps://blog.example/a,2026-10-01\nhttps://news.example/b,2026-10-02\n",
        frozenset({"https://blog.example/a", "https://news.example/b"}),
    ),
}


def warc_record(kind: str, target: str, block: str | bytes, media_type: str = "application/json") -> bytes:
    """One record as archives write it."""
    body = block.encode() if isinstance(block, str) else block
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nWARC-Date: 2026-05-31T01:17:49Z\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def wat_record(page: str, *links: tuple[str, str], base: str = "", og_image: str = "") -> bytes:
    """What Common Crawl's extractor says of a page; links are paths and addresses."""
    head: dict[str, object] = {"Base": base} if base else {}
    head |= {"Metas": [{"property": "og:image", "content": og_image}]} if og_image else {}
    html = {"Head": head, "Links": [{"path": path, "url": url} for path, url in links]}
    told = {"Envelope": {"Payload-Metadata": {"HTTP-Response-Metadata": {"HTML-Metadata": html}}}}
    return warc_record("metadata", page, json.dumps(told))


SAMPLES["common_crawl"] = Sample(
    "CC-MAIN.wat",
    wat_record("https://blog.example/a?utm_source=x", ("IMG@/src", "https://jane.example/img/fog.jpg"))
    + wat_record("https://other.example/", ("IMG@/src", "/nothing.jpg"), ("A@/href", "https://jane.example/"))
    + wat_record("https://jane.example/", ("IMG@/src", "/img/fog.jpg")),
    frozenset({"https://blog.example/a"}),
)


async def batches_of(source: Source, path: Path, context: SearchContext = CONTEXT) -> list[Batch]:
    """Everything that a source yields for a file."""
    found: AsyncIterator[Batch] = source.search(Question(path=path, label=path.name), context)
    return [batch async for batch in found]
