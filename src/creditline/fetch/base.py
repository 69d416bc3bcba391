"""What the way out is set to, and what it asks of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from creditline import __version__

#: The product token of RFC 9309: what a robots.txt addresses us by.
ROBOTS_NAME = "creditline"

#: Least allowed pauses between two requests to one registrable domain, seconds. Settings may be
#: lowered to these (a demonstration on one's own machine), never below: politeness has no switch.
LEAST_PAGE_DELAY_S = 0.05
LEAST_IMAGE_DELAY_S = 0.01

#: Longest body we take of each kind, bytes (research: safety rule 3). The HTTP Archive's 99th
#: percentile of HTML documents is below 1 MB, of images below 5 MB.
PAGE_CAP = 20 * 2**20
IMAGE_CAP = 32 * 2**20
HEADER_CAP = 64 * 2**10


class Clock(Protocol):
    """Time, injected so that tests decide it."""

    def now(self) -> datetime:
        """Aware UTC wall time."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class HostBudgets(Protocol):
    """How often each site may be asked, shared by every process on one database."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        """Reserve the next request to a registrable domain; return the seconds to wait for it."""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A robots.txt as it was read."""

    fetched_at: datetime
    status: int
    body: bytes


class RobotsCache(Protocol):
    """Keeps robots.txt files between runs."""

    def recall(self, origin: str) -> RobotsFile | None:
        """The last file of an origin; its age is judged by the caller. Called in a thread, as is `keep`."""

    def keep(self, origin: str, file: RobotsFile) -> None:
        """Keep a file."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How the way out behaves; no value of it can switch a guard or politeness off."""

    #: Where a webmaster reads who we are: an address or a mail address, shown in the user agent.
    contact_url: str | None = None
    #: Pause between two pages, and between two images, of one registrable domain.
    page_delay_s: float = 1.0
    image_delay_s: float = 0.2
    #: Requests to one registrable domain at the same time.
    page_concurrency: int = 1
    image_concurrency: int = 2
    #: Seconds for the connection, for the whole head of the reply, and for everything.
    connect_s: float = 10.0
    headers_s: float = 15.0
    total_s: float = 60.0
    #: A body slower than this many bytes a second, measured over ``rate_window_s``, is given up.
    least_rate: int = 512
    rate_window_s: float = 15.0
    max_redirects: int = 10
    #: Further tries after a failure that may pass.
    max_retries: int = 2
    #: First pause before a further try; doubles, with jitter.
    retry_delay_s: float = 1.0
    #: Longest ``Retry-After`` that is waited for in place; a longer one parks the host.
    retry_after_wait_s: float = 20.0
    #: Longest crawl delay of a robots.txt that is obeyed as written; a longer one counts as this.
    crawl_delay_cap_s: float = 30.0
    #: Most time for one page in the browser, everything included.
    render_s: float = 30.0
    #: Pages open in the browser at the same time.
    browser_pages: int = 2

    def __post_init__(self) -> None:
        for name, least in (
            ("page_delay_s", LEAST_PAGE_DELAY_S),
            ("image_delay_s", LEAST_IMAGE_DELAY_S),
            ("page_concurrency", 1),
            ("image_concurrency", 1),
            ("browser_pages", 1),
        ):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")

    @property
    def user_agent(self) -> str:
        """Who we say we are, with every request."""
        contact = f" (+{self.contact_url})" if self.contact_url else ""
        return f"{ROBOTS_NAME}/{__version__}{contact}"


@dataclass(slots=True)
class Traffic:
    """What went over the wire since the start, for the summary of a run."""

    requests: dict[str, int]
    bytes_moved: dict[str, int]

    def __init__(self) -> None:
        self.requests = {}
        self.bytes_moved = {}

    def add(self, kind: str, *, requests: int = 0, bytes_moved: int = 0) -> None:
        """Count requests and body bytes of one kind: page, image, robots, browser."""
        self.requests[kind] = self.requests.get(kind, 0) + requests
        self.bytes_moved[kind] = self.bytes_moved.get(kind, 0) + bytes_moved

    @property
    def total_requests(self) -> int:
        """Requests of every kind."""
        return sum(self.requests.values())

    @property
    def total_bytes(self) -> int:
        """Body bytes of every kind."""
        return sum(self.bytes_moved.values())
