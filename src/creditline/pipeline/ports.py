"""What the pipeline asks of the edges: small protocols, fulfilled by `fetch`, `store` and `cli`.

The edges do not import this module and never meet; `config` builds them and hands them over.
Everything that touches the network is asynchronous; the store is synchronous, with short
transactions, and may be called from several threads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from creditline.records import (
    Batch,
    ChainLink,
    CheckResult,
    Decoded,
    Disclosure,
    Disposition,
    EvidenceItem,
    Fingerprint,
    KnownFile,
    KnownReply,
    Lease,
    PageCheck,
    PageTask,
    Progress,
    Question,
    Rendering,
    Reply,
    Request,
    RequestOutcome,
    RequestStatus,
    Run,
    SearchContext,
    SearchOutcome,
    SearchPlan,
    Sighting,
    SpendingLimit,
    StoredFile,
    Use,
    Validators,
    VerdictKind,
    Work,
    WrongMatch,
)
from creditline.urls import Url

T = TypeVar("T")

__all__ = [
    "Browser",
    "CheckStore",
    "Clock",
    "DiscoverySource",
    "DiscoveryStore",
    "EvidenceStore",
    "Fetcher",
    "Gate",
    "HostBudgets",
    "KnownFile",
    "KnownReply",
    "Observer",
    "PageTask",
    "PlanningSource",
    "ReplyCache",
    "RequestStore",
    "RetentionStore",
    "Run",
    "RunStore",
    "Store",
    "WorkStore",
]


class Clock(Protocol):
    """Time, injected so that tests decide it."""

    def now(self) -> datetime:
        """Aware UTC wall time, for what is recorded."""

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Observer(Protocol):
    """Who is told how long work goes on: a progress bar, a log, or nobody."""

    def progress(self, step: Progress) -> None:
        """One more step was done."""

    def note(self, message: str) -> None:
        """One line that a person should read; the work goes on."""


# --- fetch --------------------------------------------------------------------------------------


class Fetcher(Protocol):
    """The way out for single requests. Never raises for what a server or the network does."""

    async def fetch_page(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch a document (HTML, XML, text), at most 20 MB, robots.txt and host budget honoured."""

    async def fetch_image(self, url: Url, validators: Validators | None = None) -> Reply:
        """Fetch image bytes, at most 32 MB, robots.txt and host budget honoured."""

    async def robots_sitemaps(self, origin: Url) -> tuple[Url, ...]:
        """The sitemaps that the origin's robots.txt names."""


class Browser(Protocol):
    """The way out for pages that need a browser. Never raises for what a page does."""

    @property
    def available(self) -> bool:
        """Whether a browser was found at all."""

    async def render(self, url: Url) -> Rendering:
        """Show a page, scroll through it within a budget, return its DOM and where images lie."""

    async def screenshot(
        self, url: Url, boxes: Sequence[tuple[str, str]], *, pictures: bool = True
    ) -> Rendering:
        """Show a page with images, let its timers run out, and return a PNG with labelled frames.

        The DOM, the places of images and the frames' texts are read at the moment of the picture, so that
        a credit that a script adds late is seen too.

        Args:
            url: The page.
            boxes: What to frame: ``(css-independent target, label)``, the target being an image
                address or a quoted text of the page; the first one found sets the region.
            pictures: Whether images are loaded; without them the PNG is worth nothing, the document is.
        """


class Gate(Protocol):
    """Runs pure functions on untrusted bytes in a disposable child with limits."""

    async def run(self, function: Callable[..., T], *args: Any, timeout_s: float | None = None) -> T:
        """Call a module-level function in a child.

        Raises:
            GateError: The child was killed (time, memory) or died, or the function raised it.
        """


# --- sources ------------------------------------------------------------------------------------


class DiscoverySource(Protocol):
    """Where leads come from; see `sources.base.Source`."""

    @property
    def name(self) -> str:
        """Unique; it stands in the store for ever."""

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Answer one question in batches; the last one carries the final outcome.

        Raises:
            InputFileError: The question's file is not one that the source can read.
            SourceError: The source cannot be asked at all.
        """


class PlanningSource(DiscoverySource, Protocol):
    """A source that asks a service: it says beforehand what that costs and discloses.

    It may also have ``also_asked()`` (what a run asks besides one question per work), ``asks_works`` (false
    where it has no question per work), ``by_picture`` (false where it needs no picture) and ``canary`` (a
    question that must be answered with results).
    """

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; nothing is asked, nothing is sent."""


# --- store --------------------------------------------------------------------------------------


class ReplyCache(Protocol):
    """What is known of addresses already fetched, and of bytes already decoded."""

    def known_reply(self, url: Url) -> KnownReply | None:
        """The last whole reply to this address."""

    def remember_reply(self, reply: Reply, *, keep_body: bool) -> str:
        """Keep a whole reply's validators, and its body when asked; return the body's SHA-256."""

    def known_replies(self, urls: Sequence[Url]) -> list[KnownReply | None]:
        """`known_reply` of several addresses, in their order."""

    def known_pictures(self, keys: Sequence[tuple[str, str]]) -> list[Decoded | None]:
        """`known_decoded` of several hashes with their algorithms, in their order."""

    def remember_pictures(self, seen: Sequence[tuple[Reply | None, Decoded | None]]) -> list[None]:
        """Keep whole replies, without their bodies, and what the gate made of them, in one transaction."""

    def body(self, sha256: str) -> bytes | None:
        """A kept body, ``None`` when it was not kept or retention removed it."""

    def known_decoded(self, sha256: str, algorithm: str) -> Decoded | None:
        """What the gate made of these bytes before, with this fingerprint algorithm."""

    def remember_decoded(self, decoded: Decoded) -> None:
        """Keep what the gate made of some bytes, so that they are never decoded twice."""

    def known_rendering(self, url: Url, raw_sha256: str) -> Rendering | None:
        """What the browser made of this page when its raw document had this hash."""

    def remember_rendering(self, rendering: Rendering, raw_sha256: str) -> None:
        """Keep a whole rendering's DOM and boxes (no screenshot), the latest one per address."""

    def known_file(self, address: str) -> KnownFile | None:
        """What is known of a file by its ``file:`` address."""

    def remember_file(self, file: KnownFile) -> None:
        """Keep a file's size, time and hash, the latest ones per address."""


class WorkStore(Protocol):
    """The owner's works."""

    def works(self, owner_id: str, features: bool = True) -> list[Work]:
        """All works that are not merged into another, excluded ones included, by address.

        Without ``features``, some 100 KB a work, they must not be saved again.
        """

    def fingerprints(self, owner_id: str) -> dict[str, Fingerprint]:
        """Fingerprints of the works that take part, without features, by work, in the order of ids."""

    def features(self, work_ids: Sequence[str], algorithm: str) -> dict[str, bytes]:
        """The local features of works, by work; nothing for those that have none."""

    def work_files(self, owner_id: str) -> dict[str, str]:
        """The works that take part by the SHA-256 of each of their files."""

    def save_works(self, owner_id: str, works: Sequence[Work], now: datetime) -> list[Work]:
        """Upsert what indexing found, in one transaction; permanent ids and the owner's word stay.

        A found work is an old one when they share a rendition address or a content hash; two old
        ones that turn out to be one are merged (``merged_into``). Works not found again stay.
        ``id`` of the argument is ignored. Returns the works as stored.
        """

    def set_work(self, owner_id: str, work_id: str, include: bool, now: datetime) -> Work:
        """Record the owner's word on a work, once and for ever."""


class DiscoveryStore(Protocol):
    """What sources said."""

    def save_search(
        self,
        owner_id: str,
        run_id: str,
        outcome: SearchOutcome,
        sightings: Iterable[Sighting],
        now: datetime,
        *,
        paid_usd: float = 0.0,
        limits: Sequence[SpendingLimit] = (),
    ) -> int:
        """Store one search's outcome and its sightings in one transaction; return how many are new.

        Sightings merge per page and image with every source kept. A page is its canonical address.
        ``paid_usd`` is what this step adds to what was spent (negative: taken back).

        Raises:
            BudgetError: A limit would be exceeded; nothing was stored.
        """

    def search_outcomes(self, owner_id: str) -> list[SearchOutcome]:
        """The latest outcome of each source and query."""

    def search_standing(self, owner_id: str, source: str, question_key: str) -> SearchOutcome | None:
        """How one question to one source ended last; ``None`` when it was never asked."""

    def spent_usd(self, owner_id: str, *, run_id: str | None = None, since: datetime | None = None) -> float:
        """What was spent on searches, US dollars: in all, in one run, or since a moment."""

    def lead_hits(self, owner_id: str) -> dict[str, int]:
        """How often sources saw each image requested from elsewhere, by the image's address."""

    def give_consent(self, owner_id: str, subject: str, wording: str, now: datetime) -> None:
        """Record that the owner agreed to these words; agreeing to the same again changes nothing."""

    def withdraw_consent(self, owner_id: str, subject: str, now: datetime) -> None:
        """Record that the owner no longer agrees; what was agreed before stays on record."""

    def agreed(self, owner_id: str) -> dict[str, tuple[str, ...]]:
        """What the owner agreed to and did not take back: the words shown, by subject."""

    def disclose(self, owner_id: str, disclosure: Disclosure) -> None:
        """Record what is about to be sent; written before the connection is made."""

    def disclosures(self, owner_id: str) -> list[Disclosure]:
        """Everything that was sent, oldest first."""


class CheckStore(Protocol):
    """Pages, checks and uses."""

    def add_pages(self, owner_id: str, urls: Iterable[Url], source: str, now: datetime) -> int:
        """Make sure that these pages are on the list; return how many are new."""

    def pages_to_check(
        self, owner_id: str, *, not_since: datetime | None, only: Sequence[Url] | None = None
    ) -> list[PageTask]:
        """Pages and origins last checked before ``not_since`` (all when ``None``), stable order.

        A page that folded into another is left out once the other one is known.
        """

    def claim(self, kind: str, key: str, holder: str, ttl: timedelta, now: datetime) -> Lease | None:
        """Claim one piece of work; ``None`` while a living holder has it."""

    def renew(self, lease: Lease, ttl: timedelta, now: datetime) -> bool:
        """Make a claim last for another ``ttl``; False when somebody else has taken the work over."""

    def holder_of(self, kind: str, key: str) -> Holder | None:
        """Who holds a piece of work now; ``None`` when nobody does, as far as this machine can tell."""

    def release(self, lease: Lease) -> None:
        """Give a claim back; a lease that was lost is ignored."""

    def save_check(self, owner_id: str, lease: Lease, result: CheckResult) -> list[Use]:
        """Append a check and merge its uses, in one transaction.

        Raises:
            LeaseLostError: The lease's token is no longer the latest.
        """

    def save_origin_resolved(
        self, owner_id: str, lease: Lease, pages: Sequence[Url], now: datetime, note: str
    ) -> None:
        """Record to which pages an origin lead was resolved, in one transaction.

        The lease's key ends in the origin's `PageTask.page_id`, after a slash or alone.
        """

    def uses(self, owner_id: str, verdicts: Sequence[VerdictKind] = ()) -> list[Use]:
        """Uses, by page and image address; those with one of the verdicts when any is named."""

    def page_uses(self, owner_id: str, page_url: Url) -> list[Use]:
        """The uses known on one page, whatever its last check said."""

    def page_checks(self, owner_id: str) -> list[PageCheck]:
        """The latest check of every page."""

    def set_disposition(self, owner_id: str, use_id: str, disposition: Disposition, now: datetime) -> Use:
        """Record the owner's word on a use; "not my image" also on others of the same picture."""

    def wrong_matches(self, owner_id: str) -> list[WrongMatch]:
        """Matches that the owner called wrong, each picture and work once, the earliest use first."""

    def set_verdict(self, owner_id: str, use_id: str, verdict: VerdictKind | None, now: datetime) -> Use:
        """Record the owner's correction of a verdict, or take it back."""


class Holder(Protocol):
    """Who holds a piece of work."""

    @property
    def pid(self) -> int | None:
        """Its process id where it runs on this machine."""

    @property
    def machine(self) -> str:
        """The machine's name."""


class RunStore(Protocol):
    """Runs of long commands."""

    def open_run(self, owner_id: str, command: str, now: datetime) -> Run:
        """Begin a run, or take up the unfinished one with the same command of the last 24 hours."""

    def finish_run(self, run: Run, now: datetime) -> None:
        """Mark a run as done."""


class EvidenceStore(Protocol):
    """Content-addressed files."""

    def put(self, body: bytes, kind: str, media_type: str, now: datetime) -> EvidenceItem:
        """Store bytes (temp file, fsync, rename, then the row); the same bytes are stored once."""

    def get(self, sha256: str) -> bytes:
        """Read an item.

        Raises:
            StoreError: It is missing or was edited.
        """

    def evidence_path(self, sha256: str) -> str | None:
        """Where an item lies on this machine, ``None`` where there is no such file."""

    def evidence_faults(self) -> Sequence[Fault]:
        """Everything about evidence that is not as it was stored; reads every file."""

    def evidence_items(self) -> list[EvidenceItem]:
        """All items, tombstones of pruned ones included, oldest first."""

    def chain(self) -> list[ChainLink]:
        """The chain of all that was added and removed, oldest link first."""


class RetentionStore(Protocol):
    """The evidence folder as a whole, for `pipeline.retention`."""

    def stored_files(self) -> list[StoredFile]:
        """Every file that is not a tombstone yet, the longest unused first."""

    def remove_items(self, hashes: Sequence[str], why: str, now: datetime) -> None:
        """Take items of evidence away; each leaves a tombstone that says when and why."""

    def remove_kept_bodies(self, hashes: Sequence[str], now: datetime) -> None:
        """Take away bytes that only save requests."""

    def left_behind(self, now: datetime) -> list[tuple[Path, int]]:
        """Files that nothing refers to, a day old or more, with their sizes."""


class Fault(Protocol):
    """Something about the evidence that is not as it was stored."""

    @property
    def sha256(self) -> str | None:
        """The item; ``None`` for the chain itself."""

    @property
    def what(self) -> str:
        """One line for people."""

    @property
    def kind(self) -> str | None:
        """What the item is; ``None`` where that is not known."""

    @property
    def path(self) -> str | None:
        """Its file; ``None`` for the chain and its rows."""


class HostBudgets(Protocol):
    """How often each site may be asked, shared by every process on one database."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        """Reserve the next request to a registrable domain; return the seconds to wait for it."""


class RequestStore(Protocol):
    """Letters."""

    def save_drafts(self, owner_id: str, requests: Sequence[Request], now: datetime) -> list[Request]:
        """Upsert one draft per site; letters that went beyond a draft are left as they are.

        Drafts of sites that are not named are withdrawn.
        """

    def requests(self, owner_id: str) -> list[Request]:
        """All letters, by site."""

    def set_request(
        self,
        request_id: str,
        now: datetime,
        *,
        status: RequestStatus | None = None,
        outcome: RequestOutcome | None = None,
    ) -> Request:
        """Record a step or an outcome of a letter."""


class Store(
    ReplyCache,
    WorkStore,
    DiscoveryStore,
    CheckStore,
    RunStore,
    EvidenceStore,
    RetentionStore,
    HostBudgets,
    RequestStore,
    Protocol,
):
    """The whole store, as `config` builds it."""

    def ensure_owner(self, owner_key: str, names: Sequence[str], now: datetime) -> str:
        """The permanent id of the owner whom this workspace's settings name."""

    def disk_bytes(self) -> tuple[int, int]:
        """Bytes that the database file and the evidence take, and bytes that are free; reads every folder."""

    def check_integrity(self) -> list[str]:
        """What the database finds wrong with itself; empty when sound."""

    def counts(self, owner_id: str) -> Mapping[str, int]:
        """Rows per table of this owner, for `doctor` and summaries."""

    def close(self) -> None:
        """Give connections back."""
