"""Common Crawl's files: archived pages that show a file of the owner's, or one of the same telling name.

Reads WAT files (what the crawl's own extractor found on each page) and WARC files (the pages themselves).
The extractor reads no ``srcset`` and no lazy attributes, so WAT files miss pictures that scripts bring; WARC
files are searched as they stand. Format of WAT records: commoncrawl/ia-web-commons.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any

from creditline.errors import InputFileError, SourceError
from creditline.records import Sighting
from creditline.sources._names import is_telling
from creditline.sources._reading import FileSource
from creditline.sources._warc import MOST_BLOCK, Place, WarcFile, WarcRecord
from creditline.sources.base import BATCH, Question, SearchContext
from creditline.urls import Url, canonical

#: Bytes at the top of a file that tell what it is.
_HEAD = 256
#: Records after which progress is told even if nothing was found.
_TOLD_EVERY = 5_000
#: Pages with pictures that are remembered so as not to be named twice; then all are forgotten.
_MOST_REMEMBERED = 100_000
#: Links of a WAT record that show a picture.
_SHOWING = frozenset({"IMG@/src", "BODY@/background", "VIDEO@/poster", "INPUT@/src", "TD@/background"})
#: What of a tally goes on with an interrupted search.
_COUNTS = ("records", "pages", "lost", "unread", "kept", "own")
#: How a server packed a page; Common Crawl unpacks pages and renames the header, other archives keep both.
_PACKING = re.compile(rb"(?im)^content-encoding:[ \t]*([a-z\-]+)(?<!identity)[ \t]*\r?$")
#: What is no page, however long or packed it is.
_OTHER_FILE = re.compile(
    rb"(?im)^content-type:[ \t]*(?:image|video|audio|font|application/(?!.*(?:ml|json)))"
)
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[ \t]*chunked")
#: zlib's word for either header of its own formats.
_ANY_ZLIB = 47
_ADDRESS = re.compile(rb"(?:https?:)?//[^\s\"'()<>\\]{4,2000}")


@dataclass(slots=True)
class _Tally:
    """How far a file was read; it travels in the cursor, so that an interrupted search goes on with it."""

    records: int = 0
    pages: int = 0
    lost: int = 0
    unread: int = 0
    kept: int = 0
    own: int = 0
    #: Records that an earlier, interrupted search had read.
    taken_up: int = 0
    torn: str | None = None
    cursor: str | None = None

    @property
    def seen(self) -> int:
        """See `Counts`."""
        return self.records

    @property
    def parsed(self) -> int:
        """See `Counts`."""
        return self.records - self.unread

    @property
    def damage(self) -> str | None:
        """See `Counts`."""
        unread = f"{self.unread:,} records could not be read" if self.unread else None
        lost = f"{self.lost:,} stretches that are no records" if self.lost else None
        return "; ".join(filter(None, (unread, lost, self.torn))) or None

    def note(self) -> str:
        """One line for people."""
        parts = [f"{self.records:,} records, {self.pages:,} pages, {self.kept:,} kept"]
        parts += [f"{self.own:,} on your own sites left out"] if self.own else []
        parts += [f"taken up after record {self.taken_up:,}"] if self.taken_up else []
        parts += [self.damage] if self.damage else []
        return "; ".join(parts)


class CommonCrawl(FileSource):
    """The source."""

    name = "common_crawl"
    description = "A WAT or WARC file of Common Crawl or another archive of the web, plain or gzip."
    #: Reading one takes a minute or more: a run that is taken up goes on in it where it was.
    is_long = True

    def reading(
        self, file: BufferedReader, label: str, question: Question, context: SearchContext
    ) -> tuple[_Tally, Iterator[list[Sighting]]]:
        """See `FileSource.reading`."""
        wanted = _Wanted(context)
        if wanted.needle is None:
            raise InputFileError(
                f"{label}: there is nothing to look for; name your domains or index your site"
            )
        tally, place = _taken_up(question.cursor, _identity(file))
        archive = _opened(file, label, place)
        return tally, _Reader(archive, label, wanted, tally, _identity(file)).batches()


class _Wanted:
    """What is looked for: the owner's hosts, and names of files that tell something."""

    def __init__(self, context: SearchContext) -> None:
        self.own = context.own_domains
        addresses = [Url.try_parse(each) for each in context.rendition_urls]
        names = {_plain(url.file_name) for url in addresses if url is not None}
        self.names = frozenset(name for name in names if is_telling(name))
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


def _plain(name: str) -> str:
    return name.lower()


class _Reader:
    """Reads one file, from one place on."""

    def __init__(
        self, archive: WarcFile, label: str, wanted: _Wanted, tally: _Tally, identity: list[int]
    ) -> None:
        self._archive = archive
        self._label = label
        self._wanted = wanted
        self._tally = tally
        self._identity = identity
        #: Pages with pictures that were named already.
        self._named: set[tuple[str, str]] = set()

    def batches(self) -> Iterator[list[Sighting]]:
        """The sightings; damage of the file ends them with a note."""
        found: list[Sighting] = []
        try:
            for record in self._archive.records():
                found += self._read(record)
                if len(found) >= BATCH or self._tally.records % _TOLD_EVERY == 0:
                    yield from self._told(found)
                    found = []
        except (EOFError, OSError, zlib.error) as error:
            self._tally.torn = f"{self._label} is damaged after record {self._tally.records:,} ({error})"
        yield from self._told(found)

    def _told(self, found: list[Sighting]) -> Iterator[list[Sighting]]:
        """Batches; only with the last of them everything before this place is told."""
        groups = [found[at : at + BATCH] for at in range(0, len(found), BATCH)] or [[]]
        yield from groups[:-1]
        self._tally.cursor = _cursor(self._tally, self._archive.place(), self._identity)
        yield groups[-1]

    def _read(self, record: WarcRecord | None) -> list[Sighting]:
        if record is None:
            self._tally.lost += 1
            return []
        self._tally.records += 1
        page = _page_of(record)
        if page is None:
            return []
        self._tally.pages += 1
        return self._sightings(record, page)

    def _sightings(self, record: WarcRecord, page: Url) -> list[Sighting]:
        wanted, tally = self._wanted, self._tally
        block = _content(record)
        if block is None:
            tally.unread += 1
            return []
        record = replace(record, block=block)
        if wanted.needle is None or wanted.needle.search(block) is None:
            return []
        if page.registrable_domain in wanted.own:
            tally.own += 1
            return []
        is_wat = record.kind == "metadata"
        images = _from_wat(record, page, tally) if is_wat else _from_page(record, page, wanted)
        ours = dict.fromkeys(each for each in images if wanted.is_wanted(each))
        return [self._sighting(record, page, image) for image in ours if self._is_new(page, image)]

    def _is_new(self, page: Url, image: Url) -> bool:
        key = (page.href, image.href)
        if key in self._named:
            return False
        if len(self._named) >= _MOST_REMEMBERED:
            self._named.clear()
        self._named.add(key)
        return True

    def _sighting(self, record: WarcRecord, page: Url, image: Url) -> Sighting:
        self._tally.kept += 1
        where = f"{self._label} record {self._tally.records}"
        return Sighting(
            CommonCrawl.name,
            canonical(page),
            image_url=image if image.registrable_domain in self._wanted.own else None,
            provenance=f"{where}, {record.headers.get('warc-date', '')[:10]}".rstrip(", "),
        )


def _identity(file: BufferedReader) -> list[int]:
    """Size and time of change: a file that was fetched anew is not gone on with."""
    state = os.fstat(file.fileno())
    return [state.st_size, state.st_mtime_ns]


def _cursor(tally: _Tally, place: Place | None, identity: list[int]) -> str | None:
    if place is None:
        return None
    counts = {name: getattr(tally, name) for name in _COUNTS}
    return json.dumps({"place": [place.offset, place.inside], "file": identity, "counts": counts})


def _taken_up(cursor: str | None, identity: list[int]) -> tuple[_Tally, Place | None]:
    """How far an interrupted search of the same file came; the beginning without one."""
    try:
        found = json.loads(cursor) if cursor else {}
        if not found or found["file"] != identity:
            return _Tally(), None
        tally = _Tally(**found["counts"])
        tally.taken_up = tally.records
        return tally, Place(*found["place"])
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError("the place to go on from cannot be read; search anew") from error


def _page_of(record: WarcRecord) -> Url | None:
    """The page that a record holds, or tells about."""
    if record.kind not in ("response", "metadata") or record.target is None:
        return None
    return Url.try_parse(record.target)


def _content(record: WarcRecord) -> bytes | None:
    """What a record holds, a page's transfer packing undone; ``None`` where it cannot be looked into."""
    is_whole = record.length == len(record.block)
    if record.kind != "response":
        return record.block if is_whole else None
    end = record.block.find(b"\r\n\r\n")
    head = record.block[:end]
    packing = _PACKING.search(head)
    if (is_whole and packing is None) or _OTHER_FILE.search(head):
        return record.block
    if not is_whole or packing is None:
        return None
    name = packing.group(1).lower()
    if name not in (b"gzip", b"x-gzip", b"deflate"):
        return None
    try:
        body = record.block[end + 4 :]
        unzip = zlib.decompressobj(_ANY_ZLIB)
        page = unzip.decompress(_joined(body) if _CHUNKED.search(head) else body, MOST_BLOCK)
    except (zlib.error, ValueError):
        return None
    return head + b"\r\n\r\n" + page if unzip.eof else None


def _joined(body: bytes) -> bytes:
    """A body's chunks put together (RFC 9112 section 7.1).

    Raises:
        ValueError: It is not in chunks.
    """
    parts, rest = [], body
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if not 0 < size <= len(rest):
            break
        parts.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(parts)


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


def _opened(file: BufferedReader, label: str, place: Place | None) -> WarcFile:
    """An archive at a place; what is none is refused before anything of it is taken.

    Raises:
        InputFileError: Empty, damaged or another format.
    """
    try:
        archive = WarcFile(file, place)
        head = archive.head(_HEAD)
    except (EOFError, OSError, zlib.error) as error:
        raise InputFileError(f"{label} is damaged: {error}; fetch it again") from error
    if place is not None:
        return archive
    if not head.strip():
        raise InputFileError(f"{label} is empty; give a WAT or WARC file")
    if not head.lstrip().startswith(b"WARC/"):
        raise InputFileError(f"{label} is not a WARC or WAT file; its first line should begin with WARC/")
    return archive


SOURCE = CommonCrawl()
