"""What happens when two works, or two pages, turn out to be one: ids stay, uses move.

A use that moves keeps its id. Where the survivor already has the same copy on the same page, the two
uses become one: the older id stays, and the owner's word of either.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from creditline.records import Disposition, VerdictKind
from creditline.store.models import (
    DispositionRuleRow,
    FingerprintRow,
    RenditionRow,
    UseRow,
    WorkPageRow,
    WorkRow,
)
from creditline.store.part import sha256_text

#: Longest chain of merged works or uses that is followed; longer ones cannot come about.
_LONGEST_CHAIN = 100

#: Corrections that hold for the very copy they were said of: another one may be credited.
ACCUSING = (VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER)

#: Columns of a use that its latest check decides.
_SAID_BY_LATEST_CHECK = (
    "via_page_id",
    "content_sha256",
    "image_url",
    "hotlinked",
    "role",
    "width",
    "height",
    "complete_looks",
    "evidence",
    "verdict_id",
    "check_status",
    "check_reason",
    "last_checked",
)


def surviving_work(session: Session, work_id: str) -> str:
    """The work that this one was merged into, at last; itself when it was not or is not known."""
    for _ in range(_LONGEST_CHAIN):
        row = session.get(WorkRow, work_id)
        if row is None or row.merged_into is None:
            break
        work_id = row.merged_into
    return work_id


def surviving_use(session: Session, use_id: str) -> UseRow | None:
    """The row of the use that this one was merged into, at last; its own when it was not."""
    row = session.get(UseRow, use_id)
    for _ in range(_LONGEST_CHAIN):
        if row is None or row.merged_into is None:
            break
        row = session.get(UseRow, row.merged_into)
    return row


def natural_key(owner_id: str, work_id: str, page_id: str, content_key: str) -> str:
    """What makes a use the same use: 64 hex digits."""
    return sha256_text(owner_id, work_id, page_id, content_key)


def merge_work(session: Session, row: WorkRow, survivor: WorkRow) -> None:
    """Give everything of a work to another one that turned out to be the same."""
    row.merged_into = survivor.id
    if survivor.owner_says is None:
        survivor.owner_says, survivor.owner_said_at = row.owner_says, row.owner_said_at
    survivor.first_seen = min(survivor.first_seen, row.first_seen)
    session.execute(update(RenditionRow).where(RenditionRow.work_id == row.id).values(work_id=survivor.id))
    _move_pages(session, row, survivor)
    _move_fingerprints(session, row, survivor)
    _move_work_rule(session, row, survivor)
    session.flush()
    for use in session.scalars(select(UseRow).where(UseRow.work_id == row.id)).all():
        move_use(session, use, survivor.id, use.page_id)


def move_use(session: Session, use: UseRow, work_id: str, page_id: str) -> UseRow:
    """Put a use under another work or page; return the use that stands for it from now on."""
    use.work_id, use.page_id = work_id, page_id
    if use.merged_into is not None:
        return use
    key = natural_key(use.owner_id, work_id, page_id, use.content_key)
    other = session.scalars(select(UseRow).where(UseRow.natural_key == key)).first()
    if other is None or other is use:
        use.natural_key = key
        session.flush()
        return use
    kept, gone = sorted((use, other), key=lambda row: (row.first_seen, row.id))
    gone.natural_key, gone.merged_into = None, kept.id
    session.flush()
    kept.natural_key = key
    _take_over(kept, gone)
    session.flush()
    return kept


def _take_over(kept: UseRow, gone: UseRow) -> None:
    """The owner's word of either use, and the later check."""
    if kept.disposition == Disposition.OPEN:
        kept.disposition = gone.disposition
    if gone.verdict_by_owner not in ACCUSING:
        kept.verdict_by_owner = kept.verdict_by_owner or gone.verdict_by_owner
    if gone.last_checked > kept.last_checked:
        for name in _SAID_BY_LATEST_CHECK:
            setattr(kept, name, getattr(gone, name))


def _move_pages(session: Session, row: WorkRow, survivor: WorkRow) -> None:
    known = _of(session.scalars(select(WorkPageRow).where(WorkPageRow.work_id == survivor.id)))
    for page in session.scalars(select(WorkPageRow).where(WorkPageRow.work_id == row.id)).all():
        if page.url_key not in known:
            session.add(
                WorkPageRow(
                    work_id=survivor.id,
                    owner_id=page.owner_id,
                    url_key=page.url_key,
                    url=page.url,
                    position=len(known) + page.position,
                )
            )
        session.delete(page)


def _of(pages: Iterable[WorkPageRow]) -> set[str]:
    return {page.url_key for page in pages}


def _move_fingerprints(session: Session, row: WorkRow, survivor: WorkRow) -> None:
    if survivor.algorithm is None and row.algorithm is not None:
        survivor.algorithm, survivor.url, survivor.url_key = row.algorithm, row.url, row.url_key
        survivor.width, survivor.height = row.width, row.height
    for old in session.scalars(select(FingerprintRow).where(FingerprintRow.work_id == row.id)).all():
        if session.get(FingerprintRow, (survivor.id, old.algorithm)) is None:
            values = {column.key: getattr(old, column.key) for column in FingerprintRow.__table__.columns}
            session.add(FingerprintRow(**{**values, "work_id": survivor.id}))
        session.delete(old)


def _move_work_rule(session: Session, row: WorkRow, survivor: WorkRow) -> None:
    rule = session.get(DispositionRuleRow, (row.owner_id, "work", row.id))
    if rule is None:
        return
    if session.get(DispositionRuleRow, (row.owner_id, "work", survivor.id)) is None:
        session.add(
            DispositionRuleRow(
                owner_id=row.owner_id,
                scope="work",
                subject=survivor.id,
                disposition=rule.disposition,
                said_at=rule.said_at,
            )
        )
    session.delete(rule)
