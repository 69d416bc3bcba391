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
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from creditline.errors import InputFileError
from creditline.records import PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.sources._files import HEAD, binary_kind, file_of, lines_of, open_bytes
from creditline.sources._log_dialects import NOTHING, Combined, Dialect, dialect_of
from creditline.sources._referrers import NOT_WEB, OWN, Referrer, agent_reason, judge_referrer
from creditline.sources.base import BATCH, Batch, Question, SearchContext
from creditline.urls import Url

#: Leads kept in memory before they are handed on; a lead met again later is merged by the store.
MAX_LEADS = 20_000
#: Different referrers and user agents whose judgement is remembered; then both are forgotten, and
#: referrers met again are counted again.
MAX_REMEMBERED = 100_000
#: Lines at the top of which one must be readable, else the format is another one.
TRIAL_LINES = 1000
#: Malformed lines that are shown by number.
_SHOWN = 3

EXAMPLE = (
    '203.0.113.9 - - [20/Nov/2026:14:00:28 +0000] "GET /img/fog.jpg HTTP/1.1" 200 51200 '
    '"https://blog.example/" "Mozilla/5.0"'
)

_COMMON = re.compile(rb'\S+ \S+ [^\["]{1,200}\[[^\]]{1,40}\] "[^"]*" \d{3} \S+\s*$')
_LOAD_BALANCER = re.compile(rb"(?:https?|h2|grpcs?|wss?) \d{4}-\d{2}-\d{2}T\S+ \S+/\S+ \S+:\d+ ")
_PICTURE = re.compile(r"\.(?:jpe?g|jfif|png|gif|webp|avif|tiff?|bmp|heic)$", re.IGNORECASE)


@dataclass(slots=True)
class _Lead:
    """One page or origin with one of our pictures, or none, and how often it was seen."""

    line: int
    hits: int = 0
    seen_at: datetime | None = None


@dataclass(slots=True)
class _Tally:
    """What was read so far, for the outcome's note."""

    lines: int = 0
    malformed: int = 0
    first_malformed: list[int] = field(default_factory=list)
    referrers: int = 0
    kept: int = 0
    origins: int = 0
    failed: int = 0
    sightings: int = 0
    #: Different referrers left out by reason, and requests of programs by reason.
    left_out: Counter[str] = field(default_factory=Counter)
    programs: Counter[str] = field(default_factory=Counter)
    damage: str | None = None
    #: What the log is, where it is no combined one.
    dialect: str | None = None

    def note(self) -> str:
        """One line for people."""
        parts = [f"{self.lines:,} lines, {self.referrers:,} referrers, {self.kept:,} kept"]
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


class ServerLog:
    """The source."""

    name = "server_log"
    description = (
        "An access log, plain or gzip: Apache or Nginx combined, IIS and other W3C logs, CloudFront, S3, "
        "Cloudflare, Caddy, other JSON."
    )
    reads_file = True

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Read the log (see `base.Source.search`)."""
        path, label = file_of(question, self.name)
        reader = _Reader(label, context, _dialect(question, label))
        with open_bytes(path, label) as file:
            for sightings in reader.read(lines_of(file)):
                yield Batch(sightings, self._outcome(question, reader.tally, SearchStatus.PARTIAL))
        tally = reader.tally
        status = SearchStatus.RESULTS if tally.sightings else SearchStatus.NONE_CONFIRMED
        if tally.damage:
            status = SearchStatus.PARTIAL
        yield Batch((), self._outcome(question, tally, status), is_last=True)

    def _outcome(self, question: Question, tally: _Tally, status: SearchStatus) -> SearchOutcome:
        return SearchOutcome(
            source=self.name,
            status=status,
            query=question.query,
            seen=tally.lines,
            parsed=tally.lines - tally.malformed,
            kept=tally.sightings,
            note=tally.note(),
        )


class _Reader:
    """Reads the lines of one log."""

    def __init__(self, label: str, context: SearchContext, dialect: Dialect) -> None:
        self.tally = _Tally()
        self._dialect = dialect
        self._label = label
        self._context = context
        self._own = set(context.own_domains)
        self._own_paths = _paths(context.rendition_urls)
        self._hosts: set[bytes] = set()
        self._home = next(iter(sorted(context.own_domains)), None)
        self._leads: dict[tuple[Url, PageUrlKind, Url | None], _Lead] = {}
        self._referrers: dict[bytes, Referrer] = {}
        self._kept: set[bytes] = set()
        self._agents: dict[bytes, str | None] = {}

    def read(self, lines: Iterator[bytes | None]) -> Iterator[tuple[Sighting, ...]]:
        """Yield the sightings of a log in batches; damage of the file ends it with a note."""
        try:
            for line in lines:
                self._line(line)
                if len(self._leads) >= MAX_LEADS:
                    yield from self._flush()
        except (EOFError, OSError, zlib.error) as error:
            self.tally.damage = f"the file is damaged after line {self.tally.lines:,} ({error})"
        yield from self._flush()

    def _line(self, line: bytes | None) -> None:
        if line is not None and not line.strip():
            return
        tally = self.tally
        tally.lines += 1
        found = self._dialect.read(line) if line is not None else None
        if found is None:
            tally.malformed += 1
            if len(tally.first_malformed) < _SHOWN:
                tally.first_malformed.append(tally.lines)
            return
        host, time, request, status, referrer, agent = found
        if referrer in NOTHING:
            return
        if host is not None and host not in self._hosts:
            self._learn_host(host)
        judged = self._referrers.get(referrer)
        if judged is None:
            judged = self._judge(referrer)
        if judged.url is None:
            return
        if status >= b"400":
            tally.failed += 1
            return
        program = self._program(agent)
        if program is not None:
            tally.programs[program] += 1
            return
        if referrer not in self._kept:
            self._kept.add(referrer)
            tally.kept += 1
            tally.origins += judged.kind is PageUrlKind.ORIGIN
        self._keep(judged.url, judged.kind, self._picture(request, host), time)

    def _judge(self, referrer: bytes) -> Referrer:
        if len(self._referrers) >= MAX_REMEMBERED:
            self._referrers.clear()
            self._kept.clear()
        judged = judge_referrer(self._dialect.text(referrer), self._context.own_domains)
        if judged.url is not None and judged.url.host in self._own:
            judged = Referrer(None, reason=OWN)
        self._referrers[referrer] = judged
        self.tally.referrers += 1
        if judged.url is None:
            self.tally.left_out[judged.reason or NOT_WEB] += 1
        return judged

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

    def _picture(self, request: bytes, host: bytes | None) -> Url | None:
        """The picture that was asked for, ``None`` when it was something else."""
        target = self._dialect.target(request)
        if target is None:
            return None
        path = target.split("?", 1)[0]
        known = self._own_paths.get(path)
        if known is not None:
            return known
        if not _PICTURE.search(path):
            return None
        if target.startswith(("http://", "https://")):
            return Url.try_parse(target)
        home = (
            host.decode("ascii", "replace").removesuffix(":443").removesuffix(":80") if host else self._home
        )
        return Url.try_parse(f"https://{home}{target}") if home else None

    def _keep(self, url: Url, kind: PageUrlKind, picture: Url | None, time: bytes) -> None:
        key = (url, kind, picture)
        lead = self._leads.get(key)
        if lead is None:
            lead = self._leads[key] = _Lead(self.tally.lines)
            lead.seen_at = self._dialect.moment(time)
        lead.hits += 1

    def _flush(self) -> Iterator[tuple[Sighting, ...]]:
        leads = list(self._leads.items())
        self._leads.clear()
        if type(self._dialect) is not Combined:
            self.tally.dialect = self._dialect.name
        for start in range(0, len(leads), BATCH):
            batch = tuple(
                Sighting(
                    source=ServerLog.name,
                    page_url=url,
                    page_url_kind=kind,
                    image_url=picture,
                    provenance=f"{self._label} line {lead.line}",
                    seen_at=lead.seen_at,
                    hits=lead.hits,
                )
                for (url, kind, picture), lead in leads[start : start + BATCH]
            )
            self.tally.sightings += len(batch)
            yield batch


def _dialect(question: Question, label: str) -> Dialect:
    """The dialect of a log; what is none is refused before anything of it is taken.

    Raises:
        InputFileError: Empty, binary, or another format, with what a line should look like.
    """
    path, _ = file_of(question, ServerLog.name)
    try:
        with open_bytes(path, label) as file:
            head = file.read(HEAD)
    except (EOFError, OSError, zlib.error) as error:
        raise InputFileError(f"{label} is damaged: {error}; fetch it again") from error
    if not head.strip():
        raise InputFileError(f"{label} is empty; a line should look like: {EXAMPLE}")
    kind = binary_kind(head)
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


def _paths(addresses: frozenset[str]) -> dict[str, Url]:
    """Path (percent-encoded, as requests write it) to the address of one of our files."""
    web = (address for address in sorted(addresses) if address.startswith(("http://", "https://")))
    return {urlsplit(address).path: Url(address) for address in web}


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())


SOURCE = ServerLog()
