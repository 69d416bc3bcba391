"""What visits found: checks, uses, and what the owner says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from creditline.records.credit import Verdict, VerdictKind
from creditline.records.fetching import Validators
from creditline.records.matching import Match
from creditline.records.pages import Role
from creditline.urls import Url


class CheckStatus(StrEnum):
    """What a visit found for a sighting."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    GONE = "gone"
    COULD_NOT_CHECK = "could_not_check"


class Disposition(StrEnum):
    """What the owner says of a use. A "no" sticks for ever."""

    OPEN = "open"
    AUTHORISED = "authorised"
    MINE = "mine"
    NOT_MY_IMAGE = "not_my_image"
    IGNORED = "ignored"


class Look(StrEnum):
    """The two ways in which a page is looked at."""

    RAW = "raw"
    RENDERED = "rendered"


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of our own parts said something, so that it can be judged anew."""

    fingerprint: str
    judge: str
    program: str


@dataclass(frozen=True, slots=True)
class UseFinding:
    """One use as one check saw it; `store` merges it with the use's history."""

    work_id: str
    #: The address of the copy as the page names it; the owner's own rendition when hot-linked.
    image_url: str
    hotlinked: bool
    role: Role
    match: Match
    verdict: Verdict
    #: SHA-256 of the copy's bytes, and the part of the natural key that survives cache busting.
    content_sha256: str
    content_key: str
    #: Looks that were complete; both are needed before anything is said to be missing.
    complete_looks: frozenset[Look] = frozenset()
    #: Evidence kind (`pipeline.evidence` names them: ``raw_html``, ``warc``, ``screenshot``, ``seal`` ...)
    #: to SHA-256 of the stored item.
    evidence: tuple[tuple[str, str], ...] = ()
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one visit found on one page."""

    page_url: Url
    status: CheckStatus
    checked_at: datetime
    load_id: str
    versions: Versions
    #: Why it could not be checked ("captcha", "403", "robots"); with `CheckStatus.SHOWN` why it may show
    #: more works than were found; ``None`` otherwise.
    reason: str | None = None
    final_url: Url | None = None
    #: What the page folds into: its rel=canonical or AMP parent, ``None`` for itself.
    folds_into: Url | None = None
    uses: tuple[UseFinding, ...] = ()
    #: For people: how many images were seen, compared, skipped and why.
    note: str | None = None
    title: str | None = None
    complete_looks: frozenset[Look] = frozenset()
    validators: Validators = Validators()
    raw_sha256: str | None = None
    bytes_moved: int = 0
    #: BCP 47 tag of the page as it names itself (`PageReading.language`).
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A verified work in a placement, with what its latest check said."""

    id: str
    owner_id: str
    work_id: str
    work_url: str
    page_url: str
    image_url: str
    hotlinked: bool
    role: Role
    verdict: Verdict
    match: Match
    disposition: Disposition
    first_seen: datetime
    last_checked: datetime
    page_title: str | None = None
    #: Status of the page's latest check: a use on a page that is gone stays, with this said.
    check_status: CheckStatus = CheckStatus.SHOWN
    check_reason: str | None = None
    complete_looks: frozenset[Look] = frozenset()
    evidence: tuple[tuple[str, str], ...] = ()
    width: int | None = None
    height: int | None = None
    #: The owner's correction of the verdict, ``None`` without one; it outranks the judge.
    verdict_by_owner: VerdictKind | None = None
    sources: tuple[str, ...] = ()
    #: BCP 47 tag of the page as it names itself, for the letter; ``None`` where it does not.
    page_language: str | None = None
    #: What tells this copy from others on the page and survives cache busting (part of the natural key).
    content_key: str = ""

    @property
    def verdict_kind(self) -> VerdictKind:
        """The owner's word where there is one, else the judge's."""
        return self.verdict_by_owner or self.verdict.kind


@dataclass(frozen=True, slots=True)
class SaidByCheck:
    """What one check said of one use, as it stands in the history; ``None`` where a row of it is gone."""

    use_id: str
    #: What the check proves it by (see `UseFinding.evidence`).
    evidence: tuple[tuple[str, str], ...]
    load_id: str | None
    checked_at: datetime | None
    verdict: VerdictKind | None
    reason: str | None
    #: Rule and quote of each observation for or against a credit, in order.
    quotes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageCheck:
    """The latest check of one page, for lists and reports (pages without uses too)."""

    page_url: str
    status: CheckStatus
    reason: str | None
    checked_at: datetime
    note: str | None = None
    sources: tuple[str, ...] = ()
    #: The article that the page is another form of; ``status`` is the article's once that was checked.
    folds_into: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateLooks:
    """What looks in the browser showed of pages that are built alike, see `checking.templates`."""

    #: Pages that were looked at, and those of which the browser showed more than their source.
    looked: int
    gained: int
    last_at: datetime
