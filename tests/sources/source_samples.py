"""For every source a file that it must read, and how many sightings that gives.

Whoever adds a source adds a line here; the contract suite fails without one.
"""

from __future__ import annotations

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


async def batches_of(source: Source, path: Path, context: SearchContext = CONTEXT) -> list[Batch]:
    """Everything that a source yields for a file."""
    found: AsyncIterator[Batch] = source.search(Question(path=path, label=path.name), context)
    return [batch async for batch in found]
