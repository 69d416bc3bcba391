"""Work in progress and what is remembered of it: replies, files, pages to check, runs, leases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from creditline.records.fetching import Validators
from creditline.records.finding import PageUrlKind
from creditline.urls import Url


@dataclass(frozen=True, slots=True)
class KnownReply:
    """What is kept of the last whole reply to an address, for the next conditional request."""

    url: Url
    final_url: Url
    status: int
    headers: tuple[tuple[str, str], ...]
    validators: Validators
    body_sha256: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What is kept of a file in the owner's folder, so that an unchanged one is not read again."""

    #: ``file:`` address.
    address: str
    bytes_len: int
    mtime_ns: int
    #: ``None`` when the file could not be read as a picture; ``problem`` then says why.
    sha256: str | None = None
    #: A `records.GateProblem` and one line for people.
    problem: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page that waits for a check, with everything that sources said of it."""

    page_id: str
    url: Url
    kind: PageUrlKind
    #: Addresses under which sources saw our images there, and works they named.
    image_urls: tuple[Url, ...] = ()
    work_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    last_checked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a long command; an unfinished one of the same question is taken up again."""

    id: str
    started_at: datetime
    resumed: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on one piece of work. Writes carry it; a late one is refused by its token."""

    kind: str
    key: str
    #: Grows with every claim of the same key: the fencing token.
    token: int
    holder: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One stored file of evidence, referred to by its hash, never by its path."""

    sha256: str
    kind: str
    bytes_len: int
    media_type: str
    created_at: datetime
    #: When and by which rule its file was taken away; ``None`` while it is there.
    removed_at: datetime | None = None
    removed_why: str | None = None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link of the chain of evidence."""

    position: int
    #: The item that was added or removed.
    sha256: str
    #: Hash over this link and, through the one before, over all earlier ones; 64 hex digits.
    entry_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of the evidence folder, as retention sees it."""

    sha256: str
    bytes_len: int
    #: When something last referred to it: the latest check that it proves, else when it was stored.
    last_used: datetime
    #: What the item is; ``None`` for bytes that only save requests (kept replies and renderings).
    kind: str | None = None
    #: What stands on it, for people (``an open finding``, ``a letter``); ``None`` when nothing does.
    stands_on: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of long work, for an observer to show."""

    stage: str
    done: int
    total: int | None
    #: What is being worked on, for people.
    item: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
