"""Searches and what they claim: outcomes and sightings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from creditline.urls import Url


class SearchStatus(StrEnum):
    """What one search of one source ended as. Silence is never "no matches"."""

    RESULTS = "results"
    NONE_CONFIRMED = "none_confirmed"
    PARTIAL = "partial"
    CAPTCHA = "captcha"
    CONSENT = "consent"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    AUTH_FAILED = "auth_failed"
    BAD_INPUT = "bad_input"
    REGION_BLOCKED = "region_blocked"
    UNKNOWN_LAYOUT = "unknown_layout"
    NETWORK_ERROR = "network_error"
    NOT_ENABLED = "not_enabled"

    @property
    def was_searched(self) -> bool:
        """Whether the question asked was fully answered."""
        return self in (SearchStatus.RESULTS, SearchStatus.NONE_CONFIRMED)


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """How one search of one source ended."""

    source: str
    status: SearchStatus
    #: What was searched for: a work id, a file's name, ``None`` where the source takes no question.
    query: str | None = None
    #: Items the reply held, items we could read, items that became sightings.
    seen: int = 0
    parsed: int = 0
    kept: int = 0
    #: One line for people: what was filtered, what went wrong, what next.
    note: str | None = None
    #: Cost in US dollars, 0 for free sources.
    cost_usd: float = 0.0
    #: Where to go on after an interruption, in the source's own words.
    cursor: str | None = None
    selected_tab: str | None = None
    #: Results that the source says it has in all, ``None`` where it does not say.
    declared: int | None = None
    #: Seconds after which it may be asked again, where it said so.
    retry_after_s: float | None = None
    #: The same for the same question in every run (`SearchPlan.query_key`).
    query_key: str | None = None
    #: No real answer of this source has been read yet; to be said wherever the outcome is.
    unproven: bool = False
    #: SHA-256 of the replies that were kept as evidence.
    evidence: tuple[str, ...] = ()
    #: When and in which run it was stored last; only of stored outcomes, and no part of what they say.
    searched_at: datetime | None = field(default=None, compare=False)
    run_id: str | None = field(default=None, compare=False)


class PageUrlKind(StrEnum):
    """What a sighting's address names."""

    PAGE = "page"
    #: Only scheme and host are known (a log's referrer under the default policy of browsers).
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source's claim that a page shows a work; never a fact."""

    source: str
    page_url: Url
    page_url_kind: PageUrlKind = PageUrlKind.PAGE
    #: The image's address on that page, and the work it is said to show, where the source knows.
    image_url: Url | None = None
    work_id: str | None = None
    #: Where in the source it stood ("access.log line 12"), for people.
    provenance: str | None = None
    seen_at: datetime | None = None
    hits: int = 1
