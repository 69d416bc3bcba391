"""What is kept of works, pages and uses; fulfilled by parts of `store`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from creditline.records import (
    CheckResult,
    Decoded,
    Disclosure,
    Disposition,
    Fingerprint,
    KnownFile,
    KnownReply,
    Lease,
    PageCheck,
    PageTask,
    Rendering,
    Reply,
    SaidByCheck,
    SearchOutcome,
    Sighting,
    SpendingLimit,
    TemplateLooks,
    Use,
    VerdictKind,
    Work,
    WrongMatch,
)
from creditline.urls import Url


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


class Holder(Protocol):
    """Who holds a piece of work."""

    @property
    def pid(self) -> int | None:
        """Its process id where it runs on this machine."""

    @property
    def machine(self) -> str:
        """The machine's name."""


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

    def said_by_checks(self, owner_id: str) -> list[SaidByCheck]:
        """What every check said of every use, oldest first."""

    def set_disposition(self, owner_id: str, use_id: str, disposition: Disposition, now: datetime) -> Use:
        """Record the owner's word on a use; "not my image" also on others of the same picture."""

    def wrong_matches(self, owner_id: str) -> list[WrongMatch]:
        """Matches that the owner called wrong, each picture and work once, the earliest use first."""

    def set_verdict(self, owner_id: str, use_id: str, verdict: VerdictKind | None, now: datetime) -> Use:
        """Record the owner's correction of a verdict, or take it back."""

    def template_looks(self, name: str) -> TemplateLooks | None:
        """What looks in the browser showed of a template's pages (`checking.template_of`)."""

    def learn_template(self, name: str, *, gained: bool, now: datetime, trusted_since: datetime) -> None:
        """Count one more look at a page of a template; anew, if the last was before ``trusted_since``."""
