"""How servers write their access logs: one reader per dialect, from a line to the few fields that matter.

Formats, from their makers' documents: Apache mod_log_config and Nginx ngx_http_log_module (``combined``),
W3C extended log files (Microsoft IIS, Amazon CloudFront: a ``#Fields`` line names the columns), Amazon S3
server access logs, and JSON lines (Cloudflare Logpush, Caddy, Google Cloud load balancers, Nginx with a JSON
format of one's own). Visitors' addresses are passed over while reading; no reader gives them back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

#: What stands for nothing.
NOTHING = (b"-", b"")

_QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
_COMBINED = re.compile(
    rb"(?:((?:[\w\-]+\.)*[\w\-]+:\d{2,5}|(?:[\w\-]+\.)+[a-z]{2,}) )?\S+ \S+ [^\[\"]{1,200}\[([^\]]{1,40})\] "
    + _QUOTED
    + rb" (\d{3}) \S+ "
    + _QUOTED
    + rb" "
    + _QUOTED
)
# owner bucket [time] address requester request-id operation key "request" status error sent size total own
# "referrer" "agent" version ...
_S3 = re.compile(
    rb"\S+ \S+ \[([^\]]{1,40})\] \S+ \S+ \S+ [A-Z]+\.[A-Z_.]+ \S+ (?:-|"
    + _QUOTED
    + rb") (\d{3}|-) \S+ \S+ \S+ \S+ \S+ (?:-|"
    + _QUOTED
    + rb") (?:-|"
    + _QUOTED
    + rb")"
)
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_TIME = re.compile(rb"(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}


class Entry(NamedTuple):
    """One request: bytes as they stand in the log; `Dialect` says what they mean."""

    host: bytes | None
    time: bytes
    request: bytes
    status: bytes
    referrer: bytes
    agent: bytes


#: A line that is no request and no mistake: a heading.
HEADING = Entry(None, b"", b"", b"", b"-", b"")
#: A request that names no referrer.
WITHOUT_REFERRER = Entry(None, b"", b"", b"", b"-", b"")


class Dialect(Protocol):
    """One way of writing a log. A new one is made for each file, since some remember headings."""

    #: For people.
    name: str

    def read(self, line: bytes) -> Entry | None:
        """The request of a line, ``None`` when the line is none of this dialect."""

    def target(self, request: bytes) -> str | None:
        """What was asked for: a path, or an address."""

    def text(self, field: bytes) -> str:
        """A referrer or user agent as it was sent."""

    def moment(self, field: bytes) -> datetime | None:
        """When."""

    def doubt(self) -> str | None:
        """Why the lines read so far may name referrers that were not seen; ``None`` without a doubt."""


class Combined:
    """Apache's ``combined`` and ``vhost_combined``, Nginx' ``combined``."""

    name = "combined"

    def read(self, line: bytes) -> Entry | None:
        """See `Dialect`."""
        found = _COMBINED.match(line)
        return Entry(*found.groups()) if found is not None else None

    def target(self, request: bytes) -> str | None:
        """See `Dialect`."""
        parts = request.split(b" ")
        return self.text(parts[1]) if len(parts) > 1 else None

    def text(self, field: bytes) -> str:
        """Apache escapes with backslashes, Nginx with ``\\x``."""
        if b"\\" in field:
            field = _ESCAPE.sub(_unescaped, field)
        return field.decode("utf-8", "replace")

    def moment(self, field: bytes) -> datetime | None:
        """``20/Nov/2026:14:00:28 +0000``."""
        return _common_time(field)

    def doubt(self) -> str | None:
        """See `Dialect`."""
        return None


class S3(Combined):
    """Amazon S3 server access logs; the first part of a path is the bucket in some requests."""

    name = "Amazon S3"

    def read(self, line: bytes) -> Entry | None:
        """See `Dialect`."""
        found = _S3.match(line)
        if found is None:
            return None
        time, request, status, referrer, agent = found.groups()
        return Entry(None, time, request or b"", status, referrer or b"-", agent or b"")


class W3C:
    """W3C extended log files: IIS parts columns with blanks, CloudFront with tabs."""

    def __init__(self) -> None:
        self.name = "W3C"
        self._at: dict[bytes, int] | None = None
        self._columns = 0
        self._separator: bytes | None = None
        self._cells: Callable[[Sequence[bytes]], Entry] | None = None

    def read(self, line: bytes) -> Entry | None:
        """See `Dialect`; headings may come again and name other columns."""
        if line.startswith(b"#"):
            if line.startswith(b"#Fields:"):
                self._learn(line[len(b"#Fields:") :].split())
            return HEADING
        if self._cells is None:
            return None
        separator = b"\t" if b"\t" in line else b" "
        cells = line.rstrip(b"\r").split(separator)
        return self._cells(cells) if len(cells) == self._columns else None

    def _learn(self, names: list[bytes]) -> None:
        at = {name.lower(): number for number, name in enumerate(names)}
        needed = (b"cs-uri-stem", b"sc-status", b"cs(referer)", b"cs(user-agent)")
        self._cells, self._columns = None, len(names)
        self.name = "CloudFront" if b"x-edge-location" in at else "W3C (IIS)"
        if any(name not in at for name in needed):
            return
        stem, status, referrer, agent = (at[name] for name in needed)
        host = next((at[name] for name in (b"x-host-header", b"cs-host", b"cs(host)") if name in at), None)
        date, time = at.get(b"date"), at.get(b"time")

        def cells_of(cells: Sequence[bytes]) -> Entry:
            when = cells[date] + b" " + cells[time] if date is not None and time is not None else b""
            named = cells[host] if host is not None and cells[host] not in NOTHING else None
            return Entry(named, when, cells[stem], cells[status], cells[referrer], cells[agent])

        self._cells = cells_of

    def target(self, request: bytes) -> str | None:
        """See `Dialect`."""
        return request.decode("utf-8", "replace") or None

    def text(self, field: bytes) -> str:
        """Blanks are ``+`` at IIS and ``%20`` (or ``%2520``) at CloudFront; addresses hold neither."""
        text = field.decode("utf-8", "replace")
        if text.startswith(("http://", "https://")):
            return text
        return unquote_to_bytes(text.replace("%25", "%").replace("+", " ")).decode("utf-8", "replace")

    def moment(self, field: bytes) -> datetime | None:
        """``2026-11-20 14:00:28``, in UTC."""
        try:
            return datetime.fromisoformat(field.decode("ascii")).replace(tzinfo=UTC)
        except ValueError:
            return None

    def doubt(self) -> str | None:
        """See `Dialect`."""
        return None


_DECODE = json.JSONDecoder().decode
#: Where JSON logs keep a field: paths of keys; the first three of each are Cloudflare Logpush's, Caddy's and
#: Google Cloud's, the others are Nginx' variables and names that people give.
_JSON = {
    "referrer": (
        ("ClientRequestReferer",), ("request", "headers", "Referer"), ("httpRequest", "referer"),
        ("http_referer",), ("referer",), ("referrer",),
    ),
    "request": (
        ("ClientRequestURI",), ("request", "uri"), ("httpRequest", "requestUrl"), ("request_uri",), ("uri",),
        ("request",), ("path",),
    ),
    "status": (
        ("EdgeResponseStatus",), ("status",), ("httpRequest", "status"), ("status",), ("status_code",),
    ),
    "agent": (
        ("ClientRequestUserAgent",), ("request", "headers", "User-Agent"), ("httpRequest", "userAgent"),
        ("http_user_agent",), ("user_agent",), ("agent",),
    ),
    "host": (
        ("ClientRequestHost",), ("request", "host"), ("httpRequest", "host"), ("host",), ("http_host",),
        ("server_name",),
    ),
    "time": (
        ("EdgeStartTimestamp",), ("ts",), ("timestamp",), ("time_iso8601",), ("time",), ("@timestamp",),
    ),
}  # fmt: skip


class JsonLines:
    """One JSON object a line, by the field names of several makers."""

    name = "JSON"

    def __init__(self) -> None:
        #: Where the fields were found in the last line: makers do not change within a file.
        self._paths: dict[str, tuple[str, ...]] = {}

    def read(self, line: bytes) -> Entry | None:
        """See `Dialect`; an object without a request or a status is none."""
        try:
            whole = _DECODE(line.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
        if not isinstance(whole, dict):
            return None
        request, status = self._field(whole, "request"), self._field(whole, "status")
        if request is None or status is None:
            return None
        referrer = self._field(whole, "referrer")
        if not referrer:
            return WITHOUT_REFERRER
        return Entry(
            (self._field(whole, "host") or "").encode() or None,
            (self._field(whole, "time") or "").encode(),
            request.encode("utf-8", "replace"),
            status.encode("ascii", "replace"),
            referrer.encode("utf-8", "replace"),
            (self._field(whole, "agent") or "").encode("utf-8", "replace"),
        )

    def _field(self, whole: dict[str, Any], name: str) -> str | None:
        path = self._paths.get(name)
        found = _at(whole, path) if path is not None else None
        if found is not None:
            return found
        # A field that a line leaves out is looked for at its maker's place only, once that is known.
        maker = _maker(self._paths.get("request"))
        for path in (_JSON[name][maker],) if maker is not None else _JSON[name]:
            found = _at(whole, path)
            if found is not None:
                self._paths[name] = path
                return found
        return None

    def doubt(self) -> str | None:
        """See `Dialect`."""
        if "referrer" in self._paths:
            return None
        return "no line has a field for the referrer: it is not logged, or its name is not known"

    def target(self, request: bytes) -> str | None:
        """A path, an address, or a whole request line as Nginx' ``$request`` has it."""
        parts = request.decode("utf-8", "replace").split(" ")
        return (parts[1] if len(parts) == 3 else parts[0]) or None

    def text(self, field: bytes) -> str:
        """See `Dialect`."""
        return field.decode("utf-8", "replace")

    def moment(self, field: bytes) -> datetime | None:
        """ISO 8601, or a number of seconds (Caddy) or nanoseconds (Cloudflare)."""
        text = field.decode("ascii", "replace")
        try:
            number = float(text)
        except ValueError:
            return _iso_time(text)
        seconds = number / 1e9 if number > 1e14 else number / 1e3 if number > 1e11 else number
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None


def dialect_of(lines: Sequence[bytes]) -> Dialect | None:
    """The dialect that reads one of some lines from the top of a file; ``None`` when none does."""
    for dialect in (Combined(), W3C(), S3(), JsonLines()):
        if any(entry is not None and entry is not HEADING for entry in map(dialect.read, lines)):
            return type(dialect)()
    return None


def _maker(request_path: tuple[str, ...] | None) -> int | None:
    """Which of the makers a log is from, by where its request stands; ``None`` for anybody's own format."""
    makers = _JSON["request"][:3]
    return makers.index(request_path) if request_path in makers else None


def _at(whole: Any, path: tuple[str, ...]) -> str | None:
    for key in path:
        whole = whole.get(key) if isinstance(whole, dict) else None
    if isinstance(whole, list):
        whole = whole[0] if whole else None
    if isinstance(whole, bool) or not isinstance(whole, (str, int, float)):
        return None
    return str(whole)


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found.group(1):
        return bytes((int(found.group(1), 16),))
    return {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(found.group(2), found.group(2))


def _common_time(text: bytes) -> datetime | None:
    """``20/Nov/2026:14:00:28 +0000``; requests of one minute stand together, so that most cost a look-up."""
    minute, second = _minute(text[:17], text[20:26]), text[18:20]
    if minute is None or not second.isdigit():
        return None
    return minute + timedelta(seconds=min(int(second), 59))


@lru_cache(maxsize=4096)
def _minute(until: bytes, zone: bytes) -> datetime | None:
    found = _TIME.fullmatch(until + zone)
    if found is None or found.group(2) not in _MONTHS:
        return None
    day, month, year, hour, minute, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == b"-" else 1)
    try:
        local = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), tzinfo=timezone(offset))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso_time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _common_time(text.encode())
    return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
