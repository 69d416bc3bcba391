"""A web server's access log: whoever loads our pictures from another page names that page, or its host.

Reads every dialect of `_log_dialects`, plain or gzip. Browsers send only the origin across sites by default
(strict-origin-when-cross-origin), so most leads name a host whose pages have to be found
(`pipeline.discover`).

Visitors' addresses are never captured: what reads a line passes over them.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from urllib.parse import urlsplit

from creditline.errors import InputFileError
from creditline.records import PageUrlKind, Sighting
from creditline.sources._files import HEAD, binary_kind, lines_of, looks_utf16, read_head, unpacked
from creditline.sources._log_dialects import NOTHING, Combined, Dialect, dialect_of
from creditline.sources._reading import FileSource
from creditline.sources._referrers import NOT_WEB, agent_reason, is_origin, judge_referrer
from creditline.sources.base import BATCH, Question, SearchContext
from creditline.urls import Url

#: Leads kept in memory before they are handed on; a lead met again later is merged by the store.
MAX_LEADS = 20_000
#: Different referrers and user agents whose judgement is remembered; then both are forgotten, and
#: referrers met again are counted again.
MAX_REMEMBERED = 100_000
#: Lines at the top of which one must be readable, else the format is another one.
TRIAL_LINES = 1000
#: Share of lines above which those that cannot be read are no accident, so that a log was read in part.
#: Judgement, as for results of engines (`engine_replies.base`); real logs have a few in a million, and a
#: last line that is still being written.
MOST_MALFORMED = 0.1
#: Malformed lines that are shown by number.
_SHOWN = 3

EXAMPLE = (
    '203.0.113.9 - - [20/Nov/2026:14:00:28 +0000] "GET /img/fog.jpg HTTP/1.1" 200 51200 '
    '"https://blog.example/" "Mozilla/5.0"'
)

_COMMON = re.compile(rb'\S+ \S+ [^\["]{1,200}\[[^\]]{1,40}\] "[^"]*" \d{3} \S+\s*$')
_LOAD_BALANCER = re.compile(rb"(?:https?|h2|grpcs?|wss?) \d{4}-\d{2}-\d{2}T\S+ \S+/\S+ \S+:\d+ ")
_PICTURES = (".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".heic")


#: A lead: the address that its referrer names, and request and host as the log writes them. Leads are kept as
#: tuples of plain values, since the garbage collector does not walk through those again and again.
_Key = tuple[str, bytes, bytes | None]
#: The address of a page and of a picture.
_Where = tuple[str, str | None]


@dataclass(slots=True)
class _Tally:
    """What was read so far, for the outcome's note."""

    seen: int = 0
    malformed: int = 0
    first_malformed: list[int] = field(default_factory=list)
    referrers: int = 0
    leads: int = 0
    origins: int = 0
    failed: int = 0
    #: Sightings.
    kept: int = 0
    #: Different referrers left out by reason, and requests of programs by reason.
    left_out: Counter[str] = field(default_factory=Counter)
    programs: Counter[str] = field(default_factory=Counter)
    #: Where the file broke off, and what of its format keeps leads from being seen.
    torn: str | None = None
    blind: str | None = None
    #: What the log is, where it is no combined one.
    dialect: str | None = None
    #: A log is read in seconds, so that reading always begins anew.
    cursor: str | None = None

    @property
    def parsed(self) -> int:
        """See `Counts`."""
        return self.seen - self.malformed

    @property
    def damage(self) -> str | None:
        """See `Counts`."""
        mixed = None
        if self.malformed > max(1, MOST_MALFORMED * self.seen):
            mixed = "too many for one format: give the parts of a mixed log one by one"
        return "; ".join(filter(None, (mixed, self.blind, self.torn))) or None

    def note(self) -> str:
        """One line for people."""
        parts = [f"{self.seen:,} lines, {self.referrers:,} referrers, {self.leads:,} kept"]
        if self.dialect is not None:
            parts[0] = f"{self.dialect} log, {parts[0]}"
        if self.origins:
            parts.append(f"{self.origins:,} origins to resolve")
        if self.left_out:
            parts.append("left out: " + _listed(self.left_out))
        if self.programs:
            parts.append("requests of " + _listed(self.programs))
        if self.failed:
            parts.append(f"{self.failed:,} failed requests")
        if self.malformed:
            shown = ", ".join(str(number) for number in self.first_malformed)
            more = ", ..." if self.malformed > len(self.first_malformed) else ""
            parts.append(f"{self.malformed:,} malformed lines (line {shown}{more})")
        if self.damage:
            parts.append(self.damage)
        return "; ".join(parts)


class ServerLog(FileSource):
    """The source."""

    name = "server_log"
    description = (
        "An access log, plain or gzip: Apache or Nginx combined, IIS and other W3C logs, CloudFront, S3, "
        "Cloudflare, Caddy, other JSON."
    )

    def reading(
        self, file: BufferedReader, label: str, question: Question, context: SearchContext
    ) -> tuple[_Tally, Iterator[tuple[Sighting, ...]]]:
        """See `FileSource.reading`."""
        reader = _Reader(label, context)
        return reader.tally, reader.read(file)


class _Reader:
    """Reads one log, in one pass."""

    def __init__(self, label: str, context: SearchContext) -> None:
        self.tally = _Tally()
        self._dialect: Dialect = Combined()
        self._label = label
        self._context = context
        self._own = set(context.own_domains)
        self._own_paths = _paths(context.rendition_urls)
        self._hosts: set[bytes] = set()
        self._home = next(iter(sorted(context.own_domains)), None)
        #: Where each lead was seen first (line, time as the log writes it), and how often it was.
        self._leads: dict[_Key, tuple[int, bytes]] = {}
        self._hits: dict[_Key, int] = {}
        #: The address that a referrer names, ``None`` when that is no lead.
        self._referrers: dict[bytes, str | None] = {}
        self._kept: set[str] = set()
        self._agents: dict[bytes, str | None] = {}

    def read(self, file: BufferedReader) -> Iterator[tuple[Sighting, ...]]:
        """Yield the sightings of a log in batches; damage of the file ends it with a note.

        Raises:
            InputFileError: It is no log; nothing was yielded.
        """
        with unpacked(file) as inner:
            head = read_head(inner, self._label, HEAD)
            self._dialect = _dialect(head, self._label)
            try:
                for line in lines_of(inner, head):
                    self._line(line)
                    if len(self._leads) >= MAX_LEADS:
                        yield from self._flush()
            except (EOFError, OSError, zlib.error) as error:
                self.tally.torn = f"the file is damaged after line {self.tally.seen:,} ({error})"
        self.tally.blind = self._dialect.doubt()
        yield from self._flush()

    def _line(self, line: bytes | None) -> None:
        if line is not None and not line.strip():
            return
        tally = self.tally
        tally.seen += 1
        found = self._dialect.read(line) if line is not None else None
        if found is None:
            tally.malformed += 1
            if len(tally.first_malformed) < _SHOWN:
                tally.first_malformed.append(tally.seen)
            return
        host, time, request, status, referrer, agent = found
        if referrer in NOTHING:
            return
        if host is not None and host not in self._hosts:
            self._learn_host(host)
        if referrer not in self._referrers:
            self._judge(referrer)
        page = self._referrers[referrer]
        if page is None:
            return
        if status >= b"400":
            tally.failed += 1
        elif (program := self._program(agent)) is not None:
            tally.programs[program] += 1
        else:
            self._keep((page, request, host), time)

    def _judge(self, referrer: bytes) -> None:
        if len(self._referrers) >= MAX_REMEMBERED:
            self._referrers.clear()
            self._kept.clear()
        text = self._dialect.text(referrer)
        found = judge_referrer(text, self._context.own_domains, self._own)
        self._referrers[referrer] = found.url.href if found.url is not None else None
        self.tally.referrers += 1
        if found.url is None:
            self.tally.left_out[found.reason or NOT_WEB] += 1

    def _program(self, agent: bytes) -> str | None:
        if agent not in self._agents:
            if len(self._agents) >= MAX_REMEMBERED:
                self._agents.clear()
            self._agents[agent] = agent_reason(self._dialect.text(agent))
        return self._agents[agent]

    def _learn_host(self, host: bytes) -> None:
        if len(self._hosts) < MAX_REMEMBERED:
            self._hosts.add(host)
        name = host.rsplit(b":", 1)[0].decode("ascii", "replace").lower()
        self._own.add(name)
        self._own.add(name.removeprefix("www."))

    def _picture(self, request: bytes, host: bytes | None) -> str | None:
        """The address of the picture that was asked for, ``None`` when it was something else."""
        target = self._dialect.target(request)
        if target is None:
            return None
        path = target.split("?", 1)[0]
        known = self._own_paths.get(path)
        if known is not None:
            return known
        if not path.lower().endswith(_PICTURES):
            return None
        if not target.startswith(("http://", "https://")):
            home = (
                host.decode("ascii", "replace").removesuffix(":443").removesuffix(":80")
                if host
                else self._home
            )
            if home is None:
                return None
            target = f"https://{home}{target}"
        url = Url.try_parse(target)
        return url.href if url is not None else None

    def _keep(self, key: _Key, time: bytes) -> None:
        hits = self._hits.get(key)
        if hits is not None:
            self._hits[key] = hits + 1
            return
        self._leads[key] = (self.tally.seen, time)
        self._hits[key] = 1
        page = key[0]
        if page not in self._kept:
            self._kept.add(page)
            self.tally.leads += 1
            self.tally.origins += is_origin(page)

    def _flush(self) -> Iterator[tuple[Sighting, ...]]:
        if type(self._dialect) is not Combined:
            self.tally.dialect = self._dialect.name
        found = self._merged()
        keys = list(found)
        for start in range(0, len(keys), BATCH):
            batch = tuple(self._sighting(key, *found[key]) for key in keys[start : start + BATCH])
            self.tally.kept += len(batch)
            yield batch

    def _merged(self) -> dict[_Where, tuple[int, bytes, int]]:
        """Line, time and hits of the leads by page and picture; they are taken from this reader."""
        pictures: dict[tuple[bytes, bytes | None], str | None] = {}
        found: dict[_Where, tuple[int, bytes, int]] = {}
        for key, (line, time) in self._leads.items():
            page, request, host = key
            asked = (request, host)
            if asked not in pictures:
                pictures[asked] = self._picture(request, host)
            where, hits = (page, pictures[asked]), self._hits[key]
            known = found.get(where)
            found[where] = (line, time, hits) if known is None else (known[0], known[1], known[2] + hits)
        self._leads.clear()
        self._hits.clear()
        return found

    def _sighting(self, where: _Where, line: int, time: bytes, hits: int) -> Sighting:
        page, picture = where
        return Sighting(
            source=ServerLog.name,
            page_url=Url(page),
            page_url_kind=PageUrlKind.ORIGIN if is_origin(page) else PageUrlKind.PAGE,
            image_url=Url(picture) if picture is not None else None,
            provenance=f"{self._label} line {line}",
            seen_at=self._dialect.moment(time),
            hits=hits,
        )


def _dialect(head: bytes, label: str) -> Dialect:
    """The dialect of a log, by its first bytes; what is none is refused before anything of it is taken.

    Raises:
        InputFileError: Empty, binary, or another format, with what a line should look like.
    """
    if not head.strip(b"\0 \t\r\n"):
        raise InputFileError(f"{label} is empty; a line should look like: {EXAMPLE}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_utf16(head):
        raise InputFileError(f"{label} is text in UTF-16; save it as UTF-8, or give the server's own file")
    if b"\n" not in head and b"\r" in head.strip():
        raise InputFileError(
            f"{label} ends its lines with CR only; save it with the line ends of Unix or Windows"
        )
    # A machine that lost its power leaves zeros in its logs.
    kind = binary_kind(head.replace(b"\0", b""))
    if kind is not None:
        raise InputFileError(f"{label} is {kind}, not a log; give the access log as text or gzip")
    tried = [line for line in head.split(b"\n")[:TRIAL_LINES] if line.strip()]
    dialect = dialect_of(tried)
    if dialect is None:
        raise InputFileError(
            f"{label} is not a log in the combined format of Apache or Nginx{_guess(tried[0])}; "
            f"a line should look like: {EXAMPLE}"
        )
    return dialect


def _guess(line: bytes) -> str:
    if _COMMON.match(line):
        return " but in the common one, which names no referrers (switch the server to 'combined')"
    if line.startswith(b"{"):
        return " but JSON whose fields are not known (a request and a status are needed)"
    if line.startswith((b"#Fields", b"#Version", b"#Software")):
        return (
            " but in the W3C format, without the columns cs-uri-stem, sc-status, cs(Referer), cs(User-Agent)"
        )
    if _LOAD_BALANCER.match(line):
        return " but of a load balancer, which names no referrers"
    return ""


def _paths(addresses: frozenset[str]) -> dict[str, str]:
    """Path (percent-encoded, as requests write it) to the address of one of our files."""
    web = (address for address in sorted(addresses) if address.startswith(("http://", "https://")))
    return {urlsplit(address).path: address for address in web}


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())


SOURCE = ServerLog()
