"""The owner's word on uses: a "no" sticks for ever.

It is kept per use, whose natural key survives new addresses of the same copy; by rule for a whole
site or work; and it passes to a new copy of the same work on the same page, so that a page that
re-compresses its pictures does not open a settled case again.

"Not my image" is said of a picture, not of a page: it holds for the same picture everywhere.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from creditline.records import Disposition
from creditline.store.connections import lock
from creditline.store.merging import ACCUSING, surviving_work
from creditline.store.models import DispositionRow, DispositionRuleRow, PageRow, UseRow
from creditline.store.part import StorePart
from creditline.urls import Url

BY_OWNER = "owner"
SITE, WORK = "site", "work"

#: Words that hold the match for right, and so take "not my image" back.
_RIGHT_MATCH = (Disposition.OPEN, Disposition.AUTHORISED, Disposition.MINE)


class Rules(StorePart):
    """Dispositions for whole sites and works."""

    def set_rule(
        self, owner_id: str, scope: str, subject: str, disposition: Disposition, now: datetime
    ) -> int:
        """Say the same of all uses of a site or a work, present and future.

        What the owner said of a single use stays. ``open`` takes a rule back, for future uses.

        Args:
            owner_id: Whose uses.
            scope: ``site`` or ``work``.
            subject: A registrable domain, or a work's id.
            disposition: The owner's word.
            now: When it was said.

        Returns:
            How many present uses it changed.
        """

        def work(session: Session) -> int:
            lock(session, "rules " + owner_id)
            named = surviving_work(session, subject) if scope == WORK else subject
            session.merge(
                DispositionRuleRow(
                    owner_id=owner_id, scope=scope, subject=named, disposition=disposition, said_at=now
                )
            )
            rows = [row for row in _open_uses(session, owner_id) if _concerns(session, row, scope, named)]
            for row in rows:
                record(session, row, disposition, f"{scope} rule", now)
            return len(rows) if disposition != Disposition.OPEN else 0

        return self._db.write(work)


def record(session: Session, row: UseRow, disposition: Disposition, cause: str, now: datetime) -> None:
    """Write the owner's word on a use, and into its history when it is another one."""
    if row.disposition == disposition and cause != BY_OWNER:
        return
    row.disposition = disposition
    session.add(
        DispositionRow(
            owner_id=row.owner_id, use_id=row.id, disposition=disposition, cause=cause, said_at=now
        )
    )


def apply_to_new(session: Session, row: UseRow, page: PageRow, now: datetime) -> None:
    """Give a new use what the owner has already said of its page's copies, its site or its work."""
    copies = session.scalars(
        select(UseRow)
        .where(UseRow.work_id == row.work_id, UseRow.page_id == row.page_id, UseRow.id != row.id)
        .order_by(UseRow.first_seen, UseRow.id)
    ).all()
    for copy in copies:
        if copy.verdict_by_owner not in ACCUSING:
            row.verdict_by_owner = row.verdict_by_owner or copy.verdict_by_owner
    said = next((copy for copy in copies if copy.disposition != Disposition.OPEN), None)
    if said is not None:
        record(session, row, Disposition(said.disposition), f"same work and page as {said.id}", now)
        return
    wrong = [other for other in same_picture(session, row) if is_wrong_match(session, other)]
    if wrong:
        record(session, row, Disposition.NOT_MY_IMAGE, f"same picture as {wrong[0].id}", now)
        return
    for scope, subject in ((WORK, row.work_id), (SITE, _site(page))):
        rule = session.get(DispositionRuleRow, (row.owner_id, scope, subject))
        if rule is not None and rule.disposition != Disposition.OPEN:
            record(session, row, Disposition(rule.disposition), f"{scope} rule", now)
            return


def spread(session: Session, row: UseRow, disposition: Disposition, now: datetime) -> None:
    """Let "not my image", or its being taken back, hold for the same picture on other pages."""
    for other in same_picture(session, row):
        if disposition == Disposition.NOT_MY_IMAGE and other.disposition == Disposition.OPEN:
            record(session, other, disposition, f"same picture as {row.id}", now)
        elif disposition in _RIGHT_MATCH and is_wrong_match(session, other):
            record(session, other, Disposition.OPEN, f"taken back with {row.id}", now)


def same_picture(session: Session, row: UseRow) -> list[UseRow]:
    """Other uses in which the same picture was taken for the same work, oldest first."""
    query = (
        select(UseRow)
        .where(
            UseRow.owner_id == row.owner_id,
            UseRow.work_id == row.work_id,
            UseRow.id != row.id,
            UseRow.merged_into.is_(None),
            or_(UseRow.content_key == row.content_key, UseRow.content_sha256 == row.content_sha256),
        )
        .order_by(UseRow.first_seen, UseRow.id)
    )
    return list(session.scalars(query))


def is_wrong_match(session: Session, row: UseRow) -> bool:
    """Whether the owner said of this very picture that it is not theirs; a rule says nothing of pictures."""
    if row.disposition != Disposition.NOT_MY_IMAGE:
        return False
    query = select(DispositionRow.cause).where(DispositionRow.use_id == row.id)
    cause = session.scalars(query.order_by(DispositionRow.id.desc()).limit(1)).first()
    return cause not in (f"{SITE} rule", f"{WORK} rule")


def _open_uses(session: Session, owner_id: str) -> list[UseRow]:
    query = select(UseRow).where(
        UseRow.owner_id == owner_id, UseRow.merged_into.is_(None), UseRow.disposition == Disposition.OPEN
    )
    return list(session.scalars(query))


def _concerns(session: Session, row: UseRow, scope: str, subject: str) -> bool:
    if scope == WORK:
        return row.work_id == subject
    return _site(session.get_one(PageRow, row.page_id)) == subject


def _site(page: PageRow) -> str:
    return Url(page.url).registrable_domain
