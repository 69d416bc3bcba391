"""What the replicas have in common: switches, sessions, walls, and how they write HTML."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from html import escape
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.knowledge import Knowledge, Listing

#: How long a browser keeps what a person has settled.
_FOR_EVER = "; Path=/; Max-Age=31536000; Secure"
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(slots=True)
class Switches:
    """How a replica behaves; changed between queries by whoever runs it."""

    #: A consent page, or banner, until a person agreed.
    consent: bool = False
    #: The page request at which it wants to see a person, 1 being the first one; until one was seen.
    captcha_at: int | None = None
    #: Every page is answered with this status.
    refuse: int | None = None
    retry_after_s: int | None = None
    #: It has nothing for any picture.
    is_empty: bool = False
    #: Where it has nothing, it shows nothing, and says so in no words.
    is_mute: bool = False
    #: The answer's page has no link to the tab that is wanted, or that link shows another tab.
    is_tab_missing: bool = False
    is_tab_wrong: bool = False
    #: What results are told by has changed.
    is_redesigned: bool = False
    region_blocked: bool = False
    #: What data requests wait for, seconds.
    slow_s: float = 0.0
    #: What is wrong with data: ``cut``, ``html``, ``error``, ``damaged``; from which part on.
    broken: str | None = None
    broken_from: int = 1
    #: Results in one part.
    per_part: int = 10


@dataclass(slots=True)
class Session:
    """One search: the picture that was handed in, and what is known of it."""

    token: str
    secret: str
    listings: tuple[Listing, ...]


@dataclass(slots=True)
class Replica(ABC):
    """Base of the replicas. Each answers for its hosts and keeps its sessions."""

    #: The flow's name, and the public names that it answers to.
    engine: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]

    knowledge: Knowledge
    switches: Switches = field(default_factory=Switches)
    #: Pages asked for, pictures handed in, since the start.
    pages: int = 0
    searches: int = 0
    #: Value of the cookies by which it knows what a person has settled with it, and no other replica.
    mark: str = field(default_factory=lambda: secrets.token_hex(6))
    _sessions: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        split = urlsplit(request.target)
        with self._lock:
            if split.path == "/favicon.ico":
                return Answer(404)
            if (settled := self.settled(request, split.path)) is not None:
                return settled
            is_data = self.is_data(request, split.path)
            self.pages += not is_data
            if not is_data and (wall := self._wall(request)) is not None:
                return wall
            return self.respond(request, split.path, dict(parse_qsl(split.query)))

    # What a replica says for itself.

    @abstractmethod
    def respond(self, request: Request, path: str, query: Mapping[str, str]) -> Answer:
        """Answer where no wall stands."""

    @abstractmethod
    def is_data(self, request: Request, path: str) -> bool:
        """Whether a request is one of the page's own, for JSON or a part of a page."""

    def consent_wall(self, back: str) -> Answer | None:
        """The page that asks for consent; ``None`` where the engine has none in front of its pages."""
        return None

    @abstractmethod
    def captcha(self, back: str) -> Answer:
        """The page that wants to see a person."""

    def settled(self, request: Request, path: str) -> Answer | None:
        """Where a request is a person's answer to a wall: the way back."""
        return None

    # For them.

    def begin(self, body: bytes | None, address: str | None) -> Session:
        """Take a picture."""
        listings = () if self.switches.is_empty else self.knowledge.listings(body, address, self.engine)
        session = Session(secrets.token_urlsafe(9), secrets.token_urlsafe(9), listings)
        self._sessions[session.token] = session
        self.searches += 1
        return session

    def session(self, token: str) -> Session | None:
        """A search that was begun."""
        return self._sessions.get(token)

    def parts(self, session: Session) -> int:
        """Parts that the answer has, at least one."""
        return max(1, -(-len(session.listings) // self.switches.per_part))

    def part(self, session: Session, number: int) -> tuple[Listing, ...]:
        """One part's listings; the first part is 0."""
        return session.listings[number * self.switches.per_part : (number + 1) * self.switches.per_part]

    def data(self, body: bytes, kind: Mapping[str, str], number: int) -> Answer:
        """A part that the page asked for, as the switches have it; the first part is 0."""
        broken = self.switches.broken if number + 1 >= self.switches.broken_from else None
        wait = self.switches.slow_s
        if broken == "error":
            return Answer(500, dict(kind), b'{"error": "try again"}', wait_s=wait)
        if broken == "html":
            return Answer(200, HTML, b"<!doctype html><html><body><p>Sorry</p></body></html>", wait_s=wait)
        if broken == "damaged":
            return Answer(200, dict(kind), body[: len(body) // 2], wait_s=wait)
        cut = len(body) // 2 if broken == "cut" else None
        return Answer(200, dict(kind), body, truncate=cut, wait_s=wait)

    def has_agreed(self, request: Request) -> bool:
        """Whether a person has agreed here."""
        return f"agreed={self.mark}" in request.headers.get("cookie", "")

    def agreed(self, domain: str) -> dict[str, str]:
        """What remembers that a person agreed."""
        return {"Set-Cookie": f"agreed={self.mark}; Domain={domain}{_FOR_EVER}"}

    def seen_person(self, domain: str) -> dict[str, str]:
        """What remembers that a person was seen."""
        return {"Set-Cookie": f"person={self.mark}; Domain={domain}{_FOR_EVER}"}

    def _wall(self, request: Request) -> Answer | None:
        switches, here = self.switches, f"{request.scheme}://{request.host}{request.target}"
        if switches.refuse is not None:
            wait = {"Retry-After": str(switches.retry_after_s)} if switches.retry_after_s else {}
            return Answer(switches.refuse, HTML | wait, page("Not now", "<p>Come back later."))
        if switches.consent and not self.has_agreed(request):
            wall = self.consent_wall(here)
            if wall is not None:
                return wall
        is_due = switches.captcha_at is not None and self.pages >= switches.captcha_at
        is_known = f"person={self.mark}" in request.headers.get("cookie", "")
        return self.captcha(here) if is_due and not is_known else None


def redirect(target: str, headers: Mapping[str, str] | None = None, status: int = 303) -> Answer:
    """Go elsewhere."""
    return Answer(status, {"Location": target, **(headers or {})})


def uploaded(request: Request) -> bytes | None:
    """The first file of a multipart form (RFC 7578)."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    for part in message.walk():
        if part.get_filename():
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else None
    return None


def form_value(request: Request, name: str) -> str:
    """A value of a form sent as text."""
    return parse_qs(request.body.decode("utf-8", "replace")).get(name, [""])[0]


def page(title: str, body: str) -> bytes:
    """A whole page."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body class="{class_name()}">{body}</body></html>'
    ).encode()


def wall_form(action: str, back: str, identity: str, words: str) -> str:
    """A form whose button a person presses."""
    return (
        f'<h1>{escape(words)}</h1><form id="{identity}" method="post" action="{escape(action)}">'
        f'<input type="hidden" name="back" value="{escape(back)}"><button id="settle">Go on</button></form>'
    )


def class_name() -> str:
    """A class name that is another one each time."""
    return "x" + secrets.token_hex(3)


def signature(secret: str, offset: int) -> str:
    """What a page signs its own requests with."""
    return hashlib.sha256(f"{secret}/{offset}".encode()).hexdigest()[:20]


def as_json(value: Any) -> bytes:
    """JSON in bytes."""
    return json.dumps(value).encode()


def quoted(text: str) -> str:
    """Text as a part of an address."""
    return quote(text, safe="")
