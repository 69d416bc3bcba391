"""Common Crawl's files: archived pages that show a file of the owner's, or one of the same telling name.

Reads WAT files (what the crawl's own extractor found on each page) and WARC files (the pages themselves).
The extractor reads no ``srcset`` and no lazy attributes, so WAT files miss pictures that scripts bring; WARC
files are searched as they stand. Format of WAT records: commoncrawl/ia-web-commons.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from creditline.errors import InputFileError
from creditline.records import SearchOutcome, SearchStatus, Sighting
from creditline.sources._files import file_of, open_bytes
from creditline.sources._warc import WarcRecord, records_of
from creditline.sources.base import BATCH, Batch, Question, SearchContext
from creditline.urls import Url, canonical

#: Bytes at the top of a file that tell what it is.
_HEAD = 256
#: Records after which progress is told even if nothing was found.
_TOLD_EVERY = 5_000
#: Pages with pictures that are remembered so as not to be named twice; then all are forgotten.
_MOST_REMEMBERED = 100_000
#: A file name tells something from this many characters on, without the ending ...
_TELLING_CHARS = 8
#: ... unless a camera or a program made it up.
_MADE_UP = re.compile(
    r"^(?:img|dsc|dscf|dscn|pict?|photo|image|picture|screenshot|untitled|slide|header|banner|gallery|p)?"
    r"[\s_\-]*\d*[\s_\-]*\d*$",
    re.IGNORECASE,
)
#: Links of a WAT record that show a picture.
_SHOWING = frozenset({"IMG@/src", "BODY@/background", "VIDEO@/poster", "INPUT@/src", "TD@/background"})
_ADDRESS = re.compile(rb"(?:https?:)?//[^\s\"'()<>\\]{4,2000}")


@dataclass(slots=True)
class _Tally:
    records: int = 0
    pages: int = 0
    lost: int = 0
    unread: int = 0
    kept: int = 0
    own: int = 0
    damage: str | None = None
    seen: set[tuple[str, str | None]] = field(default_factory=set)

    def note(self) -> str:
        """One line for people."""
        parts = [f"{self.records:,} records, {self.pages:,} pages, {self.kept:,} kept"]
        parts += [f"{self.own:,} on your own sites left out"] if self.own else []
        parts += [f"{self.lost:,} stretches that are no records"] if self.lost else []
        parts += [f"{self.unread:,} records could not be read"] if self.unread else []
        parts += [self.damage] if self.damage else []
        return "; ".join(parts)


class CommonCrawl:
    """The source."""

    name = "common_crawl"
    description = "A WAT or WARC file of Common Crawl or another archive of the web, plain or gzip."
    reads_file = True
    #: Reading one takes a minute or more: a run that is taken up does not read a finished one again.
    is_long = True

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Read the file (see `base.Source.search`)."""
        path, label = file_of(question, self.name)
        _check_head(question, label)
        wanted = _Wanted(context)
        if wanted.needle is None:
            raise InputFileError(
                f"{label}: there is nothing to look for; name your domains or index your site"
            )
        tally = _Tally()
        with open_bytes(path, label) as file:
            for found in _found(_told(records_of(file), tally, label), wanted, tally, label):
                yield Batch(tuple(found), self._outcome(question, tally, SearchStatus.PARTIAL))
        status = SearchStatus.RESULTS if tally.kept else SearchStatus.NONE_CONFIRMED
        if tally.damage or tally.lost:
            status = SearchStatus.PARTIAL
        yield Batch((), self._outcome(question, tally, status), is_last=True)

    def _outcome(self, question: Question, tally: _Tally, status: SearchStatus) -> SearchOutcome:
        return SearchOutcome(
            source=self.name,
            status=status,
            query=question.query,
            seen=tally.records,
            parsed=tally.records - tally.unread,
            kept=tally.kept,
            note=tally.note(),
        )


class _Wanted:
    """What is looked for: the owner's hosts, and names of files that tell something."""

    def __init__(self, context: SearchContext) -> None:
        self.own = context.own_domains
        addresses = [Url.try_parse(each) for each in context.rendition_urls]
        names = {_plain(url.file_name) for url in addresses if url is not None}
        self.names = frozenset(name for name in names if _is_telling(name))
        names_as_bytes = sorted(name.encode() for name in self.names)
        words = sorted(domain.encode() for domain in self.own) + names_as_bytes
        #: Whatever a record must hold before it is looked at more closely.
        self.needle = re.compile(b"|".join(map(re.escape, words)), re.IGNORECASE) if words else None
        #: An address that ends in one of the names, relative ones too.
        self.named = re.compile(
            rb"[^\s\"'()<>\\=]{0,300}(?:" + b"|".join(map(re.escape, names_as_bytes)) + rb")", re.IGNORECASE
        )

    def is_wanted(self, url: Url) -> bool:
        """Whether an address is of the owner's host, or a file of one of the names."""
        return url.registrable_domain in self.own or _plain(url.file_name) in self.names


def _is_telling(name: str) -> bool:
    stem = name.rpartition(".")[0]
    return len(stem) >= _TELLING_CHARS and not _MADE_UP.match(stem)


def _plain(name: str) -> str:
    return name.lower()


def _told(records: Iterator[WarcRecord | None], tally: _Tally, label: str) -> Iterator[WarcRecord | None]:
    """The records; damage of the file ends them with a note."""
    try:
        yield from records
    except (EOFError, OSError, zlib.error) as error:
        tally.damage = f"{label} is damaged after record {tally.records:,} ({error})"


def _found(
    records: Iterator[WarcRecord | None], wanted: _Wanted, tally: _Tally, label: str
) -> Iterator[list[Sighting]]:
    found: list[Sighting] = []
    for record in records:
        if record is None:
            tally.lost += 1
            continue
        tally.records += 1
        page = _page_of(record)
        if page is not None:
            tally.pages += 1
            found += _sightings(record, page, wanted, tally, label)
        if len(found) >= BATCH or tally.records % _TOLD_EVERY == 0:
            yield from _batches(found)
            found = []
    yield from _batches(found)


def _batches(found: list[Sighting]) -> Iterator[list[Sighting]]:
    for at in range(0, len(found) or 1, BATCH):
        yield found[at : at + BATCH]


def _page_of(record: WarcRecord) -> Url | None:
    """The page that a record holds, or tells about."""
    if record.kind not in ("response", "metadata") or record.target is None:
        return None
    return Url.try_parse(record.target)


def _sightings(record: WarcRecord, page: Url, wanted: _Wanted, tally: _Tally, label: str) -> list[Sighting]:
    assert wanted.needle is not None  # search has seen to it
    if wanted.needle.search(record.block) is None:
        return []
    if page.registrable_domain in wanted.own:
        tally.own += 1
        return []
    images = _from_wat(record, page, tally) if record.kind == "metadata" else _from_page(record, page, wanted)
    kept = []
    for image in dict.fromkeys(each for each in images if wanted.is_wanted(each)):
        key = (page.href, image.href)
        if key in tally.seen:
            continue
        if len(tally.seen) >= _MOST_REMEMBERED:
            tally.seen.clear()
        tally.seen.add(key)
        tally.kept += 1
        where = f"{label} record {tally.records}"
        kept.append(
            Sighting(
                CommonCrawl.name,
                canonical(page),
                image_url=image if image.registrable_domain in wanted.own else None,
                provenance=f"{where}, {record.headers.get('warc-date', '')[:10]}".rstrip(", "),
            )
        )
    return kept


def _from_wat(record: WarcRecord, page: Url, tally: _Tally) -> list[Url]:
    """The pictures that the crawl's extractor found on a page."""
    try:
        whole = json.loads(record.block)
    except (ValueError, RecursionError):
        tally.unread += 1
        return []
    html: Any = whole
    for key in ("Envelope", "Payload-Metadata", "HTTP-Response-Metadata", "HTML-Metadata"):
        html = html.get(key) if isinstance(html, dict) else None
    if not isinstance(html, dict):
        return []
    head: Any = html.get("Head")
    head = head if isinstance(head, dict) else {}
    base = Url.try_parse(str(head.get("Base") or ""), page) or page
    texts = [each.get("url") for each in _dicts(html.get("Links")) if each.get("path") in _SHOWING]
    texts += [
        each.get("content")
        for each in _dicts(head.get("Metas"))
        if str(each.get("property") or each.get("name")).startswith(("og:image", "twitter:image"))
    ]
    urls = (Url.try_parse(text, base) for text in texts if isinstance(text, str))
    return [url for url in urls if url is not None]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _from_page(record: WarcRecord, page: Url, wanted: _Wanted) -> list[Url]:
    """Every address in a page that may be one of ours, whatever attribute or script holds it."""
    _, _, body = record.block.partition(b"\r\n\r\n")
    found = [each.group() for each in _ADDRESS.finditer(body)]
    found += [each.group() for each in wanted.named.finditer(body)] if wanted.names else []
    texts = (each.replace(b"&amp;", b"&").decode("utf-8", "replace") for each in found)
    urls = (Url.try_parse(text, page) for text in texts)
    return [url for url in urls if url is not None and _is_picture(url)]


def _is_picture(url: Url) -> bool:
    return url.path.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff"))


def _check_head(question: Question, label: str) -> None:
    """Refuse what is no WARC file before anything of it is taken.

    Raises:
        InputFileError: Empty, damaged or another format.
    """
    path, _ = file_of(question, CommonCrawl.name)
    try:
        with open_bytes(path, label) as file:
            head = file.read(_HEAD)
    except (EOFError, OSError, zlib.error) as error:
        raise InputFileError(f"{label} is damaged: {error}; fetch it again") from error
    if not head.strip():
        raise InputFileError(f"{label} is empty; give a WAT or WARC file")
    if not head.lstrip().startswith(b"WARC/"):
        raise InputFileError(f"{label} is not a WARC or WAT file; its first line should begin with WARC/")


SOURCE = CommonCrawl()
