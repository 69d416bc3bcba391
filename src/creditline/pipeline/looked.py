"""What one look at a page gave: the document, and which of its placements show works."""

from __future__ import annotations

from dataclasses import dataclass

from creditline import checking
from creditline.records import Decoded, Look, Match, PageReading, Placement


@dataclass(frozen=True, slots=True)
class Found:
    """One placement whose picture is one of our works."""

    placement: Placement
    image_url: str
    hotlinked: bool
    match: Match
    decoded: Decoded | None
    sha256: str


@dataclass(frozen=True, slots=True)
class LookResult:
    """What one look at the page gave."""

    which: Look
    html: bytes
    reading: PageReading
    seen: tuple[checking.SeenPlacement, ...]
    found: tuple[Found, ...]
    compared: int
    #: Images that may be ours but could not be compared, with the reason.
    not_compared: tuple[str, ...] = ()
