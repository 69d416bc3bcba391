"""From a request to an answer of the miniature web: files, validators, ranges, behaviours.

No sockets here: `demo.server` carries what this module decides.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from creditline.demo.behaviour import FILE_NAME, HostBehaviour, Rule, read_behaviour

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
NOT_FOUND = b"<!doctype html><title>404 Not Found</title><h1>Not Found</h1><p>There is no such page here."
_HOST = re.compile(r"[a-z0-9.-]+")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the proxy understood it; header names in lower case."""

    scheme: str
    host: str
    #: Path and query, percent-encoded.
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Nothing is sent until the server closes.
    hold: bool = False
    #: The connection is cut after so many bytes of the body.
    truncate: int | None = None
    #: Seconds to wait before the answer.
    wait_s: float = 0.0


def serves(root: Path, host: str, scheme: str) -> bool:
    """Whether the miniature web has this host and it answers on this scheme."""
    folder = _host_folder(root, host)
    if folder is None:
        return False
    behaviour = read_behaviour(folder)
    return scheme in behaviour.schemes or (scheme == "http" and behaviour.http_to_https)


def answer(root: Path, request: Request) -> Answer:
    """Answer a request as the host would, or 502 as a proxy would where there is no such host."""
    folder = _host_folder(root, request.host)
    if folder is None or not serves(root, request.host, request.scheme):
        return Answer(502, {"Content-Type": "text/plain"}, b"502 no such host in the miniature web\n")
    behaviour = read_behaviour(folder)
    if request.scheme == "http" and behaviour.http_to_https:
        return Answer(301, {"Location": f"https://{request.host}{request.target}"})
    return _answer_in(folder, behaviour, request)


def _answer_in(folder: Path, behaviour: HostBehaviour, request: Request) -> Answer:
    split = urlsplit(request.target)
    path = unquote(split.path) or "/"
    rule = behaviour.rule_for(path, dict(parse_qsl(split.query))) or Rule(path)
    if rule.hold:
        return Answer(200, hold=True)
    if rule.redirect:
        return Answer(rule.status or 301, {"Location": rule.redirect, **rule.headers})
    if rule.file is None and (folder / path.lstrip("/")).is_dir() and not path.endswith("/"):
        return Answer(301, {"Location": quote(path) + "/" + (f"?{split.query}" if split.query else "")})
    file = _file(folder, rule.file or path)
    if file is None:
        return _not_found(folder, rule)
    return _file_answer(file, rule, request)


def _not_found(folder: Path, rule: Rule) -> Answer:
    page = folder / "404.html"
    body = page.read_bytes() if page.is_file() else NOT_FOUND
    return Answer(rule.status or 404, {"Content-Type": TYPES[".html"], **rule.headers}, body)


def _file_answer(file: Path, rule: Rule, request: Request) -> Answer:
    body = file.read_bytes()
    headers = {"Content-Type": TYPES.get(file.suffix.lower(), "application/octet-stream")}
    status = rule.status or 200
    if status != 200:
        return Answer(status, headers | rule.headers, body, truncate=rule.truncate)
    changed = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    headers |= {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Accept-Ranges": "bytes",
        **rule.headers,
    }
    if _is_known(request.headers, headers["ETag"], changed):
        return Answer(304, headers)
    if part := _range(request.headers.get("range", ""), len(body)):
        first, last = part
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return Answer(206, headers, body[first : last + 1])
    return Answer(200, headers, body, truncate=rule.truncate)


def _host_folder(root: Path, host: str) -> Path | None:
    if not _HOST.fullmatch(host) or ".." in host:
        return None
    folder = root / host
    return folder if folder.is_dir() else None


def _file(folder: Path, path: str) -> Path | None:
    """The file a path names, never one outside the host's folder nor its behaviour file."""
    file = (folder / path.lstrip("/")).resolve()
    if file.is_dir():
        file /= "index.html"
    if not file.is_relative_to(folder.resolve()) or file.name == FILE_NAME or not file.is_file():
        return None
    return file


def _is_known(headers: dict[str, str], etag: str, changed: datetime) -> bool:
    """Whether the client's copy is current (RFC 9110 section 13.2.2: If-None-Match goes first)."""
    if tags := headers.get("if-none-match"):
        return "*" in tags or etag in tags
    try:
        return changed <= parsedate_to_datetime(headers["if-modified-since"])
    except (KeyError, ValueError, TypeError):
        return False


def _range(stated: str, length: int) -> tuple[int, int] | None:
    """First and last byte of a single satisfiable range, ``None`` to send everything."""
    found = _RANGE.fullmatch(stated.strip())
    if not found or not any(found.groups()) or not length:
        return None
    start, end = found.groups()
    if not start:
        return max(0, length - int(end)), length - 1
    first, last = int(start), min(int(end or length), length - 1)
    return (first, last) if first <= last else None
