"""What requests, visits with a browser and decoded pictures come back as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creditline.records.works import Fingerprint, RightsMetadata
from creditline.urls import Url


class FetchProblem(StrEnum):
    """Every way in which an address did not give a usable reply."""

    REFUSED_ADDRESS = "refused address"
    REFUSED_PORT = "refused port"
    REFUSED_URL = "refused url"
    ROBOTS = "robots"
    DNS = "name not found"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_SLOW = "too slow"
    TOO_LARGE = "too large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad encoding"
    PROTOCOL = "protocol error"
    REDIRECTS = "too many redirects"
    RATE_LIMITED = "rate limited"
    HOST_PARKED = "host parked"
    PROXY = "proxy"
    NO_BROWSER = "no browser"
    BROWSER_CRASHED = "browser crashed"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A reply that sent us on to another address."""

    url: Url
    status: int
    #: Lower-case names, in order, repeated ones kept.
    headers: tuple[tuple[str, str], ...]
    #: What it said besides, cut where it is long, and whether it was.
    body: bytes
    is_cut: bool
    #: What was sent with the request.
    sent: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request for one address ended as; failures are replies with a ``problem``."""

    url: Url
    #: After redirects; equals ``url`` when there were none.
    final_url: Url
    fetched_at: datetime
    #: HTTP status of the last hop; ``None`` when none was read.
    status: int | None = None
    #: Lower-case names, in order, repeated ones kept.
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    problem: FetchProblem | None = None
    #: One line for people about ``problem``.
    detail: str | None = None
    #: The server said 304: ``body`` is empty, what was kept of the last reply still holds.
    not_modified: bool = False
    #: Bytes that came over the wire, headers not counted.
    bytes_moved: int = 0
    #: Nothing was sent: refused before, or no connection came about.
    is_unsent: bool = False
    #: What was sent with the request for the last hop; empty where nothing was sent now (a kept reply).
    sent: tuple[tuple[str, str], ...] = ()
    #: The replies that led from ``url`` to ``final_url``, in order.
    redirects: tuple[Redirect, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def ok(self) -> bool:
        """A whole reply of status 200..299, or a 304 to our condition."""
        return (
            self.problem is None
            and self.status is not None
            and (self.not_modified or 200 <= self.status < 300)
        )


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request for an address conditional (RFC 9110 section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class ElementBox:
    """Where the browser drew an image, in CSS pixels of the whole page."""

    url: str
    x: float
    y: float
    width: float
    height: float
    #: How the element shows it: ``img``, ``background``, ``poster``.
    kind: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one visit with the browser saw."""

    url: Url
    final_url: Url
    rendered_at: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    #: The DOM, serialised, after scripts and lazy images had their time.
    html: bytes = b""
    boxes: tuple[ElementBox, ...] = ()
    #: PNG of the region asked for, ``b""`` where none was.
    screenshot: bytes = b""
    problem: FetchProblem | None = None
    detail: str | None = None
    bytes_moved: int = 0
    #: Texts and link addresses of frames, which ``html`` may not hold; only of a visit with a screenshot.
    frame_texts: tuple[str, ...] = ()
    #: Hosts of frames that gave nothing to read in time.
    unread_frames: tuple[str, ...] = ()
    #: What ``html`` does not say as text: what style sheets write, values of fields, ``<noscript>``; and the
    #: page's text as the browser shows it. Only of a visit with a screenshot, as the next one.
    unseen_text: str = ""
    shown_text: str = ""
    #: What the page was still waiting for from its own site when it was read: addresses of data and scripts.
    waits_for: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the page was shown whole."""
        return self.problem is None and self.status is not None and 200 <= self.status < 300


class GateProblem(StrEnum):
    """Every way in which bytes are not a picture that we take."""

    NOT_AN_IMAGE = "not an image"
    UNSUPPORTED = "unsupported format"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_LARGE = "too large"
    DAMAGED = "damaged"
    DECODER_DIED = "decoder died"
    DECODER_TIMEOUT = "decoder timeout"
    OUT_OF_MEMORY = "out of memory"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture after the gate: what is left once its bytes were read in a disposable child."""

    sha256: str
    #: Lower-case Pillow name.
    format: str
    #: Upright size in pixels, after Exif orientation.
    width: int
    height: int
    bytes_len: int
    fingerprint: Fingerprint
    rights: RightsMetadata = RightsMetadata()
    #: Freshly encoded JPEG, at most `fetch.gate.THUMBNAIL_PX` on its longer side.
    thumbnail: bytes = b""
    #: Flat: hardly more than one colour.
    flat: bool = False
