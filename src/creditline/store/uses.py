"""Uses: reading them, merging what a check found into them, and the owner's word on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import (
    CheckStatus,
    Disposition,
    Match,
    Role,
    Use,
    UseFinding,
    Verdict,
    VerdictKind,
)
from creditline.store import rules, verdicts
from creditline.store.codec import looks_from_json, looks_to_json, pairs_from_json
from creditline.store.connections import lock
from creditline.store.merging import ACCUSING, natural_key, surviving_use, surviving_work
from creditline.store.models import (
    CheckResultRow,
    CheckUseRow,
    PageRow,
    PageSourceRow,
    UseRow,
    VerdictCorrectionRow,
    VerdictRow,
    WorkRow,
)
from creditline.store.pages import canonical_page, find_page
from creditline.store.part import StorePart, chunks, free_id
from creditline.urls import Url

_Row = TypeVar("_Row", WorkRow, PageRow, VerdictRow)

#: Kindest first: where one copy stands twice on a page, its better credit is believed.
_KINDNESS = (
    VerdictKind.LINKED,
    VerdictKind.TEXT_ONLY,
    VerdictKind.UNCLEAR,
    VerdictKind.CREDITED_TO_OTHER,
    VerdictKind.NONE,
)


class Uses(StorePart):
    """Verified works on pages."""

    def uses(self, owner_id: str, verdicts: Sequence[VerdictKind] = ()) -> list[Use]:
        """Uses, by page and image address; those with one of the verdicts when any is named."""
        query = (
            select(UseRow)
            .join(VerdictRow, VerdictRow.id == UseRow.verdict_id)
            .where(UseRow.owner_id == owner_id, UseRow.merged_into.is_(None))
        )
        if verdicts:
            kind = func.coalesce(UseRow.verdict_by_owner, VerdictRow.kind)
            query = query.where(kind.in_([verdict.value for verdict in verdicts]))
        return self._db.read(lambda session: load_uses(session, session.scalars(query).all()))

    def page_uses(self, owner_id: str, page_url: Url) -> list[Use]:
        """The uses known on one page, whatever its last check said.

        A page that folds into another has that one's uses, and those that it showed itself.
        """

        def work(session: Session) -> list[Use]:
            page = find_page(session, owner_id, page_url)
            if page is None:
                return []
            here = (UseRow.page_id == canonical_page(session, page).id) | (UseRow.via_page_id == page.id)
            return load_uses(
                session, session.scalars(select(UseRow).where(here, UseRow.merged_into.is_(None)))
            )

        return self._db.read(work)

    def set_disposition(self, owner_id: str, use_id: str, disposition: Disposition, now: datetime) -> Use:
        """Record the owner's word on a use; "not my image" also on others of the same picture.

        Raises:
            StoreError: There is no such use.
        """

        def work(session: Session) -> Use:
            row = _own_use(session, owner_id, use_id)
            rules.record(session, row, disposition, rules.BY_OWNER, now)
            rules.spread(session, row, disposition, now)
            session.flush()
            return load_uses(session, [row])[0]

        return self._db.write(work)

    def set_verdict(self, owner_id: str, use_id: str, verdict: VerdictKind | None, now: datetime) -> Use:
        """Record the owner's correction of a verdict, or take it back.

        Raises:
            StoreError: There is no such use.
        """

        def work(session: Session) -> Use:
            row = _own_use(session, owner_id, use_id)
            row.verdict_by_owner = verdict
            session.add(VerdictCorrectionRow(owner_id=owner_id, use_id=row.id, kind=verdict, said_at=now))
            session.flush()
            return load_uses(session, [row])[0]

        return self._db.write(work)


def load_uses(session: Session, rows: Iterable[UseRow]) -> list[Use]:
    """Records of use rows, by page and image address."""
    rows = list(rows)
    works = _by_id(session, WorkRow, {row.work_id for row in rows})
    pages = _by_id(session, PageRow, {page for row in rows for page in (row.page_id, row.via_page_id)})
    said = verdicts.load_verdicts(
        session,
        _by_id(session, VerdictRow, {row.verdict_id for row in rows}).values(),
        {row.verdict_id: row.work_id for row in rows},
    )
    sources = page_sources(session, {row.page_id for row in rows})
    uses = [_use(row, works[row.work_id], pages, said[row.verdict_id], sources[row.page_id]) for row in rows]
    return sorted(uses, key=lambda use: (use.page_url, use.image_url, use.work_url, use.id))


def page_sources(session: Session, page_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The sources that named each page, or a page that folds into it, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for ids in chunks(page_ids):
        query = (
            select(PageRow.id, PageRow.folds_into, PageSourceRow.source)
            .join(PageSourceRow, PageSourceRow.page_id == PageRow.id)
            .where(PageRow.id.in_(ids) | PageRow.folds_into.in_(ids))
        )
        for page_id, folds_into, source in session.execute(query):
            found[page_id].add(source)
            found[folds_into or page_id].add(source)
    return defaultdict(tuple, {page_id: tuple(sorted(names)) for page_id, names in found.items()})


def merge_findings(
    session: Session, check: CheckResultRow, page: PageRow, via: PageRow, findings: Iterable[UseFinding]
) -> list[UseRow]:
    """Merge what one check showed into the uses of a canonical page.

    Args:
        check: The check, already stored.
        page: The canonical page; the caller holds its lock.
        via: The page that was visited.
        findings: What was shown; a copy that stands twice counts once, with its better credit.

    Returns:
        The uses shown, each once, in the order of the findings.

    Raises:
        StoreError: A finding names a work that is not there.
    """
    kindest: dict[str, tuple[str, UseFinding]] = {}
    for finding in findings:
        work_id = surviving_work(session, finding.work_id)
        key = natural_key(check.owner_id, work_id, page.id, finding.content_key)
        if key not in kindest or _preference(finding) < _preference(kindest[key][1]):
            kindest[key] = (work_id, finding)
    return [
        _merge_finding(session, check, page, via, key, work_id, finding)
        for key, (work_id, finding) in kindest.items()
    ]


def _preference(finding: UseFinding) -> tuple[int, bool]:
    return _KINDNESS.index(finding.verdict.kind), finding.role != Role.CONTENT


def _merge_finding(
    session: Session,
    check: CheckResultRow,
    page: PageRow,
    via: PageRow,
    key: str,
    work_id: str,
    finding: UseFinding,
) -> UseRow:
    known = session.scalars(select(UseRow).where(UseRow.natural_key == key)).first()
    row = known or _new_use(session, check, page, key, work_id, finding)
    row.via_page_id = via.id
    row.image_url, row.content_sha256 = finding.image_url, finding.content_sha256
    row.hotlinked, row.role = finding.hotlinked, finding.role
    row.width, row.height = finding.width, finding.height
    row.complete_looks = looks_to_json(finding.complete_looks)
    row.evidence = _merged_evidence(row.evidence, finding)
    row.check_status, row.check_reason = CheckStatus.SHOWN, None
    row.last_checked = check.checked_at
    session.add(row)
    session.flush()
    if known is None:
        rules.apply_to_new(session, row, page, check.checked_at)
    before = session.get(VerdictRow, row.verdict_id) if row.verdict_id else None
    row.verdict_id = verdicts.append_verdict(
        session, row, check.id, finding.verdict, finding.match, check.checked_at
    )
    if before is not None and _credit_came(VerdictKind(before.kind), finding.verdict.kind):
        _drop_accusation(session, row, check.checked_at)
    session.add(
        CheckUseRow(
            check_id=check.id,
            use_id=row.id,
            owner_id=row.owner_id,
            verdict_id=row.verdict_id,
            image_url=finding.image_url,
            evidence=[list(item) for item in finding.evidence],
        )
    )
    session.flush()
    return row


def _credit_came(before: VerdictKind, now: VerdictKind) -> bool:
    credited = (VerdictKind.LINKED, VerdictKind.TEXT_ONLY)
    return now in credited and _KINDNESS.index(now) < _KINDNESS.index(before)


def _drop_accusation(session: Session, row: UseRow, now: datetime) -> None:
    """Take back the owner's "not credited": it was said of a page that has a credit since."""
    if row.verdict_by_owner in ACCUSING:
        row.verdict_by_owner = None
        session.add(VerdictCorrectionRow(owner_id=row.owner_id, use_id=row.id, kind=None, said_at=now))


def _new_use(
    session: Session, check: CheckResultRow, page: PageRow, key: str, work_id: str, finding: UseFinding
) -> UseRow:
    if session.get(WorkRow, work_id) is None:
        raise StoreError(f"no work {finding.work_id}; `creditline works` lists them all")
    return UseRow(
        id=free_id(session, UseRow, "u", key),
        owner_id=check.owner_id,
        work_id=work_id,
        page_id=page.id,
        content_key=finding.content_key,
        natural_key=key,
        verdict_id="",
        evidence=[],
        disposition=Disposition.OPEN,
        first_seen=check.checked_at,
    )


def _merged_evidence(known: Iterable[Sequence[str]], finding: UseFinding) -> list[list[str]]:
    """This check's items; a kind that it did not make anew is kept, unless they are sealed."""
    if any(kind == "seal" for kind, _ in finding.evidence):
        return [list(item) for item in finding.evidence]
    items = {kind: [kind, sha256] for kind, sha256 in known}
    fresh = {kind: [kind, sha256] for kind, sha256 in finding.evidence}
    return list(fresh.values()) + [item for kind, item in items.items() if kind not in fresh]


def mark_unseen(session: Session, check: CheckResultRow, via: PageRow, shown: Iterable[UseRow]) -> None:
    """Say of the uses that this page showed before what a check now says of them; none is deleted.

    A check that could not be made, or that looked less closely than the one that saw the use, never
    says "not shown".
    """
    seen = {row.id for row in shown}
    query = select(UseRow).where(UseRow.via_page_id == via.id, UseRow.merged_into.is_(None))
    for row in session.scalars(query).all():
        if row.id not in seen:
            row.check_status, row.check_reason = _unseen(check, row)
            if row.check_status != CheckStatus.COULD_NOT_CHECK:
                row.last_checked = check.checked_at


def _unseen(check: CheckResultRow, row: UseRow) -> tuple[CheckStatus, str | None]:
    status = CheckStatus(check.status)
    if status in (CheckStatus.GONE, CheckStatus.COULD_NOT_CHECK):
        return status, check.reason
    if not set(row.complete_looks) <= set(check.complete_looks):
        return CheckStatus.COULD_NOT_CHECK, "not seen, but the page was not looked at as closely as before"
    if check.reason is not None:  # other uses were seen, but not every picture could be had
        return CheckStatus.COULD_NOT_CHECK, check.reason
    return CheckStatus.NOT_SHOWN, None


def _own_use(session: Session, owner_id: str, use_id: str) -> UseRow:
    row = surviving_use(session, use_id)
    if row is None or row.owner_id != owner_id:
        raise StoreError(f"no use {use_id}; `creditline uses` lists them all")
    lock(session, "page " + row.page_id)
    session.refresh(row)
    return row


def _by_id(session: Session, table: type[_Row], ids: Iterable[str]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for chunk in chunks(ids):
        found |= {row.id: row for row in session.scalars(select(table).where(table.id.in_(chunk)))}
    return found


def _use(
    row: UseRow,
    work: WorkRow,
    pages: dict[str, PageRow],
    said: tuple[Verdict, Match],
    sources: tuple[str, ...],
) -> Use:
    page, via = pages[row.page_id], pages[row.via_page_id]
    return Use(
        id=row.id,
        owner_id=row.owner_id,
        work_id=row.work_id,
        work_url=work.url,
        page_url=page.url,
        image_url=row.image_url,
        hotlinked=row.hotlinked,
        role=Role(row.role),
        verdict=said[0],
        match=said[1],
        disposition=Disposition(row.disposition),
        first_seen=row.first_seen,
        last_checked=row.last_checked,
        page_title=page.title or via.title,
        check_status=CheckStatus(row.check_status),
        check_reason=row.check_reason,
        complete_looks=looks_from_json(row.complete_looks),
        evidence=pairs_from_json(row.evidence),
        width=row.width,
        height=row.height,
        verdict_by_owner=VerdictKind(row.verdict_by_owner) if row.verdict_by_owner else None,
        sources=sources,
        page_language=page.language or via.language,
        content_key=row.content_key,
    )
