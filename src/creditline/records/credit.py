"""Credit evidence and verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """How a page credits the owner of one image."""

    LINKED = "linked"
    TEXT_ONLY = "text_only"
    CREDITED_TO_OTHER = "credited_to_other"
    NONE = "none"
    UNCLEAR = "unclear"


class LinkTarget(StrEnum):
    """What a credit link leads to."""

    LIVE = "live"
    REDIRECTS = "redirects"
    DEAD = "dead"
    WRONG_PAGE = "wrong_page"


class Where(StrEnum):
    """Where on the page a piece of evidence stands, nearest first."""

    WRAPS_IMAGE = "wraps_image"
    CAPTION = "caption"
    NEAR = "near"
    ATTRIBUTE = "attribute"
    PAGE_LEVEL = "page_level"
    METADATA = "metadata"
    SITE_LEVEL = "site_level"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class CreditEvidence:
    """One observation for or against a credit."""

    rule: str
    #: The page's own words, cut at `credit.QUOTE_CAP` characters.
    quote: str
    where: Where
    href: str | None = None
    rel: tuple[str, ...] = ()
    #: Whom it credits as far as it says: the owner (True), somebody else (False), nobody (None).
    credits_owner: bool | None = None
    #: The name that is credited, where one could be read.
    name: str | None = None
    #: Why it was not counted, ``None`` when it was.
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class Tasl:
    """Which of CC's four parts of an attribution are there."""

    title: bool = False
    author: bool = False
    source: bool = False
    license: bool = False
    #: For example ``BY-SA 4.0``.
    license_name: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one document credits the owner of one of its images."""

    kind: VerdictKind
    #: Every credit link carries nofollow, ugc or sponsored; still a satisfied credit.
    nofollow: bool = False
    #: What made it so: ``attribute``, ``robots meta``, ``x-robots-tag``.
    nofollow_cause: str | None = None
    evidence: tuple[CreditEvidence, ...] = ()
    #: One line for people: what decided it.
    reason: str = ""
    #: ``None`` until somebody looked.
    link_target: LinkTarget | None = None
    page_links_owner: bool = False
    metadata_credit: bool = False
    tasl: Tasl = Tasl()
    #: Who is credited instead, for `CREDITED_TO_OTHER`.
    credited_name: str | None = None
    #: "Source: Google" and the like: somebody who cannot be the author.
    mis_credit: bool = False
