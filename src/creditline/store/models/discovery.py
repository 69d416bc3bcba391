"""Tables of searches, third-party pages and what sources said of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import Base, CleanText, Name, UtcTime


class SearchOutcomeRow(Base):
    """How one search of one source ended in one run."""

    __tablename__ = "search_outcome"
    __table_args__ = (UniqueConstraint("owner_id", "run_id", "source", "query_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    run_id: Mapped[str] = mapped_column(Name)
    source: Mapped[str] = mapped_column(Name)
    query: Mapped[str | None] = mapped_column(CleanText)
    #: The question's own key where it has one, else SHA-256 of the query, ``""`` where there is none.
    query_key: Mapped[str] = mapped_column(Name)
    #: `records.SearchOutcome.query_key`: the same for the same question in every run.
    question_key: Mapped[str | None] = mapped_column(Name, index=True)
    status: Mapped[str] = mapped_column(Name)
    seen: Mapped[int]
    parsed: Mapped[int]
    kept: Mapped[int]
    note: Mapped[str | None] = mapped_column(CleanText)
    cost_usd: Mapped[float]
    cursor: Mapped[str | None] = mapped_column(CleanText)
    selected_tab: Mapped[str | None] = mapped_column(CleanText)
    declared: Mapped[int | None]
    retry_after_s: Mapped[float | None]
    unproven: Mapped[bool]
    #: Hashes of the replies kept as evidence, one a line.
    evidence: Mapped[str | None] = mapped_column(CleanText)
    searched_at: Mapped[datetime] = mapped_column(UtcTime)


class SpendingRow(Base):
    """A request that is paid for, written before it is sent; a negative one takes a price back."""

    __tablename__ = "spending"
    __table_args__ = (Index(None, "owner_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    run_id: Mapped[str] = mapped_column(Name, index=True)
    source: Mapped[str] = mapped_column(Name)
    question_key: Mapped[str | None] = mapped_column(Name)
    #: Millionths of a US dollar, so that sums of many small prices are exact.
    micro_usd: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcTime)


class PageRow(Base):
    """A third-party page, or an origin of which only the host is known, and its latest state."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("owner_id", "kind", "url_key"),)

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    #: A `records.PageUrlKind`.
    kind: Mapped[str] = mapped_column(Name)
    #: Canonical address, and its SHA-256.
    url: Mapped[str] = mapped_column(CleanText)
    url_key: Mapped[str] = mapped_column(Name)
    #: The page that it is another address of (rel=canonical, AMP).
    folds_into: Mapped[str | None] = mapped_column(ForeignKey("page.id"), index=True)
    title: Mapped[str | None] = mapped_column(CleanText)
    language: Mapped[str | None] = mapped_column(Name)
    etag: Mapped[str | None] = mapped_column(CleanText)
    last_modified: Mapped[str | None] = mapped_column(CleanText)
    #: Of the latest check; ``None`` before the first one.
    status: Mapped[str | None] = mapped_column(Name)
    reason: Mapped[str | None] = mapped_column(CleanText)
    note: Mapped[str | None] = mapped_column(CleanText)
    checked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class PageSourceRow(Base):
    """Which sources named a page."""

    __tablename__ = "page_source"

    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), primary_key=True)
    source: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    first_seen: Mapped[datetime] = mapped_column(UtcTime)


class OriginPageRow(Base):
    """To which pages an origin lead was resolved."""

    __tablename__ = "origin_page"

    origin_id: Mapped[str] = mapped_column(ForeignKey("page.id"), primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), primary_key=True, index=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    resolved_at: Mapped[datetime] = mapped_column(UtcTime)


class SightingRow(Base):
    """A claim that a page shows an image of ours, merged over all sources."""

    __tablename__ = "sighting"
    __table_args__ = (UniqueConstraint("page_id", "image_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"))
    image_url: Mapped[str | None] = mapped_column(CleanText)
    #: SHA-256 of the image's address without fragment, ``""`` where the source names none.
    image_key: Mapped[str] = mapped_column(Name)
    first_seen: Mapped[datetime] = mapped_column(UtcTime)


class SightingSourceRow(Base):
    """What one source says of a sighting, per work that it names."""

    __tablename__ = "sighting_source"
    __table_args__ = (UniqueConstraint("sighting_id", "source", "work_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sighting_id: Mapped[int] = mapped_column(ForeignKey("sighting.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    source: Mapped[str] = mapped_column(Name)
    work_id: Mapped[str | None] = mapped_column(Name)
    #: The work's id, ``""`` where the source names none.
    work_key: Mapped[str] = mapped_column(Name)
    provenance: Mapped[str | None] = mapped_column(CleanText)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    hits: Mapped[int]
