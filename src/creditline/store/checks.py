"""Pages that wait for a check, and what checks found. A check is appended and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import (
    CheckResult,
    CheckStatus,
    Lease,
    PageCheck,
    PageTask,
    PageUrlKind,
    Use,
)
from creditline.store import leases, uses
from creditline.store.codec import looks_to_json
from creditline.store.connections import lock, lock_shared
from creditline.store.merging import move_use
from creditline.store.models import CheckResultRow, CheckUseRow, OriginPageRow, PageRow, UseRow
from creditline.store.pages import Lead, add_page_sources, canonical_page, ensure_page, ensure_pages
from creditline.store.part import StorePart, sha256_text, short_id
from creditline.store.tasks import load_tasks
from creditline.urls import Url

#: Results that come from a page itself, so that what it says of itself (title, validators, what it
#: folds into) replaces what was known.
_SEEN = (CheckStatus.SHOWN, CheckStatus.NOT_SHOWN)


class Checks(StorePart):
    """Pages and their checks."""

    def add_pages(self, owner_id: str, urls: Iterable[Url], source: str, now: datetime) -> int:
        """Make sure that these pages are on the list; return how many are new."""
        leads = [Lead(url) for url in urls]

        def work(session: Session) -> int:
            ids, new = ensure_pages(session, owner_id, leads, now)
            add_page_sources(session, owner_id, {page_id: [source] for page_id in ids.values()}, now)
            return new

        return self._db.write(work)

    def pages_to_check(
        self, owner_id: str, *, not_since: datetime | None, only: Sequence[Url] | None = None
    ) -> list[PageTask]:
        """Pages and origins last checked before ``not_since`` (all when ``None``), by address.

        A page that folded into another is left out while that one's own latest check showed a use;
        otherwise both are on the list, since a wrong rel=canonical must hide nothing. A page
        that is named in ``only`` is never left out for folding.
        """
        return self._db.read(lambda session: load_tasks(session, owner_id, not_since, only))

    def save_check(self, owner_id: str, lease: Lease, result: CheckResult) -> list[Use]:
        """Append a check and merge its uses, in one transaction; saved twice is saved once.

        Uses that this page showed before and now does not are kept, with that said. What a check
        could not see it says nothing of.

        Returns:
            The uses that the check showed.

        Raises:
            LeaseLostError: The lease's token is no longer the latest.
        """
        return self._db.write(lambda session: _save_check(session, owner_id, lease, result))

    def save_origin_resolved(
        self, owner_id: str, lease: Lease, pages: Sequence[Url], now: datetime, note: str
    ) -> None:
        """Record to which pages an origin lead was resolved, in one transaction.

        The lease's key is the origin's `PageTask.page_id`, with anything and a slash before it.

        Raises:
            LeaseLostError: The lease's token is no longer the latest.
            StoreError: The key names no origin.
        """

        def work(session: Session) -> None:
            leases.require(session, lease)
            origin = session.get(PageRow, lease.key.rpartition("/")[2])
            if origin is None or origin.owner_id != owner_id or origin.kind != PageUrlKind.ORIGIN:
                raise StoreError(f"no origin {lease.key}; claims of origins are keyed by their page id")
            ids, _ = ensure_pages(session, owner_id, [Lead(url) for url in pages], now)
            _link_origin(session, origin, ids.values(), now)
            origin.note, origin.checked_at = note, now
            origin.status = CheckStatus.NOT_SHOWN

        self._db.write(work)

    def page_checks(self, owner_id: str) -> list[PageCheck]:
        """The latest check of every page, by address."""
        query = select(PageRow).where(
            PageRow.owner_id == owner_id,
            PageRow.kind == PageUrlKind.PAGE,
            PageRow.checked_at.is_not(None),
        )

        def work(session: Session) -> list[PageCheck]:
            rows = session.scalars(query).all()
            sources = uses.page_sources(session, [row.id for row in rows])
            return [_page_check(row, canonical_page(session, row), sources[row.id]) for row in rows]

        return sorted(self._db.read(work), key=lambda check: check.page_url)


def _page_check(row: PageRow, article: PageRow, sources: tuple[str, ...]) -> PageCheck:
    if row.checked_at is None or row.status is None:
        raise AssertionError("only checked pages are asked for")
    said = article if article.status is not None else row
    return PageCheck(
        page_url=row.url,
        status=CheckStatus(said.status or row.status),
        reason=said.reason,
        checked_at=row.checked_at,
        note=row.note,
        sources=sources,
        folds_into=None if article is row else article.url,
    )


def _save_check(session: Session, owner_id: str, lease: Lease, result: CheckResult) -> list[Use]:
    leases.require(session, lease)
    lock_shared(session, f"works {owner_id}", f"rules {owner_id}")
    via = ensure_page(session, owner_id, result.page_url, result.checked_at)
    check_id = short_id("c", sha256_text(via.id, result.load_id))
    if session.get(CheckResultRow, check_id) is not None:
        return uses.load_uses(session, _shown_by(session, check_id))
    lock(session, "page " + via.id)
    page = _fold(session, via, result)
    check = _check_row(check_id, owner_id, via, lease, result)
    session.add(check)
    session.flush()
    shown = uses.merge_findings(session, check, page, via, result.uses)
    uses.mark_unseen(session, check, via, shown)
    _update_page(via, result)
    session.flush()
    return uses.load_uses(session, shown)


def _shown_by(session: Session, check_id: str) -> Sequence[UseRow]:
    query = (
        select(UseRow)
        .join(CheckUseRow, CheckUseRow.use_id == UseRow.id)
        .where(CheckUseRow.check_id == check_id)
    )
    return session.scalars(query).all()


def _fold(session: Session, via: PageRow, result: CheckResult) -> PageRow:
    """Note what the page folds into, move its uses there, and return its canonical page, locked."""
    old = canonical_page(session, via)
    if result.status not in _SEEN:
        lock(session, "page " + old.id)
        return old
    via.folds_into = None
    if result.folds_into is not None:
        target = ensure_page(session, via.owner_id, result.folds_into, result.checked_at)
        if canonical_page(session, target) is not via:  # two pages that name each other are two pages
            via.folds_into = target.id
    page = canonical_page(session, via)
    lock(session, "page " + page.id)
    if page is not old:
        query = select(UseRow).where(UseRow.via_page_id == via.id, UseRow.merged_into.is_(None))
        for use in session.scalars(query).all():
            move_use(session, use, use.work_id, page.id)
    return page


def _check_row(
    check_id: str, owner_id: str, via: PageRow, lease: Lease, result: CheckResult
) -> CheckResultRow:
    return CheckResultRow(
        id=check_id,
        owner_id=owner_id,
        page_id=via.id,
        load_id=result.load_id,
        status=result.status,
        reason=result.reason,
        checked_at=result.checked_at,
        final_url=result.final_url.href if result.final_url else None,
        folds_into_url=result.folds_into.href if result.folds_into else None,
        title=result.title,
        language=result.language,
        note=result.note,
        complete_looks=looks_to_json(result.complete_looks),
        etag=result.validators.etag,
        last_modified=result.validators.last_modified,
        raw_sha256=result.raw_sha256,
        bytes_moved=result.bytes_moved,
        fingerprint_version=result.versions.fingerprint,
        judge_version=result.versions.judge,
        program_version=result.versions.program,
        lease_token=lease.token,
    )


def _update_page(via: PageRow, result: CheckResult) -> None:
    via.status, via.reason, via.note = result.status, result.reason, result.note
    via.checked_at = result.checked_at
    if result.status in _SEEN:
        via.title, via.language = result.title or via.title, result.language or via.language
        via.etag, via.last_modified = result.validators.etag, result.validators.last_modified


def _link_origin(session: Session, origin: PageRow, page_ids: Iterable[str], now: datetime) -> None:
    known = set(session.scalars(select(OriginPageRow.page_id).where(OriginPageRow.origin_id == origin.id)))
    session.add_all(
        OriginPageRow(origin_id=origin.id, page_id=page_id, owner_id=origin.owner_id, resolved_at=now)
        for page_id in dict.fromkeys(page_ids)
        if page_id not in known
    )
    session.flush()
    sources = uses.page_sources(session, [origin.id])[origin.id]
    add_page_sources(session, origin.owner_id, dict.fromkeys(page_ids, sources), now)
