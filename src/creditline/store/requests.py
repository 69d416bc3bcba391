"""Letters: drafts, their steps and outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from creditline.errors import StoreError
from creditline.records import Contact, ContactKind, Request, RequestOutcome, RequestStatus
from creditline.store.connections import lock
from creditline.store.merging import surviving_use
from creditline.store.models import ContactRow, RequestRow, RequestStepRow, RequestUseRow
from creditline.store.part import StorePart, chunks, sha256_text

#: Letters that never left, whose words may be written anew.
_UNSENT = (RequestStatus.DRAFT, RequestStatus.WITHDRAWN)


class Requests(StorePart):
    """Letters to sites."""

    def save_drafts(self, owner_id: str, requests: Sequence[Request], now: datetime) -> list[Request]:
        """Upsert one draft per site; letters that went beyond a draft are left as they are.

        A draft that is there keeps its id and date and takes the new words. A site whose letter is
        under way, or that was once written to about one of the same works on the same page, gets no
        second one, whatever new copy of it stands there: the letter that is there is returned instead.
        Drafts of sites that are not named are withdrawn: nothing is missing there any more.
        """

        def work(session: Session) -> list[Request]:
            lock(session, "requests " + owner_id)
            saved = [_save_draft(session, owner_id, request, now) for request in requests]
            session.flush()
            _withdraw(session, owner_id, {row.id for row in saved}, now)
            return _load(session, saved)

        return self._db.write(work)

    def requests(self, owner_id: str) -> list[Request]:
        """All letters, by site."""
        query = select(RequestRow).where(RequestRow.owner_id == owner_id)
        letters = self._db.read(lambda session: _load(session, session.scalars(query).all()))
        return sorted(letters, key=lambda letter: (letter.site, letter.created_at, letter.id))

    def set_request(
        self,
        request_id: str,
        now: datetime,
        *,
        status: RequestStatus | None = None,
        outcome: RequestOutcome | None = None,
    ) -> Request:
        """Record a step or an outcome of a letter.

        Raises:
            StoreError: There is no such letter.
        """

        def work(session: Session) -> Request:
            row = session.get(RequestRow, request_id)
            if row is None:
                raise StoreError(f"no letter {request_id}; `creditline outreach list` lists them all")
            lock(session, "requests " + row.owner_id)
            session.refresh(row)
            _step(session, row, now, status or RequestStatus(row.status), outcome)
            session.flush()
            return _load(session, [row])[0]

        return self._db.write(work)


def _withdraw(session: Session, owner_id: str, kept: set[str], now: datetime) -> None:
    query = select(RequestRow).where(
        RequestRow.owner_id == owner_id, RequestRow.status == RequestStatus.DRAFT
    )
    for row in session.scalars(query).all():
        if row.id not in kept:
            _step(session, row, now, RequestStatus.WITHDRAWN, None)


def _save_draft(session: Session, owner_id: str, request: Request, now: datetime) -> RequestRow:
    query = select(RequestRow).where(RequestRow.owner_id == owner_id, RequestRow.site == request.site)
    letters = session.scalars(query.order_by(RequestRow.created_at, RequestRow.id)).all()
    for letter in letters:
        if letter.status not in _UNSENT and _stands_in_the_way(session, letter, request):
            return letter
    draft = next((letter for letter in letters if letter.status in _UNSENT), None)
    if draft is None:
        draft = RequestRow(
            id=_free_id(session, request.id),
            owner_id=owner_id,
            site=request.site,
            created_at=request.created_at,
        )
        draft.status, draft.updated_at = RequestStatus.DRAFT, now
        draft.subject = draft.body = draft.language = ""
        session.add(draft)
        session.flush()
    if draft.status != RequestStatus.DRAFT or not draft.subject:
        _step(session, draft, now, RequestStatus.DRAFT, None)
    _write(session, draft, request, now)
    return draft


def _stands_in_the_way(session: Session, letter: RequestRow, request: Request) -> bool:
    if letter.status == RequestStatus.FAILED:  # it surely never left
        return False
    if letter.status != RequestStatus.CLOSED:
        return True
    asked = session.scalars(select(RequestUseRow.use_id).where(RequestUseRow.request_id == letter.id))
    return not _subjects(session, asked).isdisjoint(_subjects(session, request.use_ids))


def _subjects(session: Session, use_ids: Iterable[str]) -> set[tuple[str, str]]:
    """The work and the page of each use."""
    rows = [(use_id, surviving_use(session, use_id)) for use_id in use_ids]
    return {(row.work_id, row.page_id) if row else (use_id, "") for use_id, row in rows}


def _free_id(session: Session, request_id: str) -> str:
    while session.get(RequestRow, request_id) is not None:  # an earlier letter to the same site
        request_id = request_id[:1] + sha256_text(request_id)[: len(request_id) - 1]
    return request_id


def _write(session: Session, draft: RequestRow, request: Request, now: datetime) -> None:
    contact = request.contact and _ensure_contact(session, draft.owner_id, request.site, request.contact, now)
    values = {
        "subject": request.subject,
        "body": request.body,
        "language": request.language,
        "contact_id": contact.id if contact else None,
    }
    for name, value in values.items():
        setattr(draft, name, value)
    draft.updated_at = now
    session.execute(delete(RequestUseRow).where(RequestUseRow.request_id == draft.id))
    session.add_all(
        RequestUseRow(request_id=draft.id, use_id=use_id, owner_id=draft.owner_id, position=position)
        for position, use_id in enumerate(dict.fromkeys(request.use_ids))
    )


def _ensure_contact(
    session: Session, owner_id: str, site: str, contact: Contact, now: datetime
) -> ContactRow:
    key = sha256_text(contact.address)
    query = select(ContactRow).where(
        ContactRow.owner_id == owner_id,
        ContactRow.site == site,
        ContactRow.kind == contact.kind,
        ContactRow.address_key == key,
    )
    row = session.scalars(query).first()
    if row is None:
        row = ContactRow(
            owner_id=owner_id,
            site=site,
            kind=contact.kind,
            address=contact.address,
            address_key=key,
            found_at=now,
        )
        session.add(row)
    row.found_on, row.quote = contact.found_on, contact.quote
    session.flush()
    return row


def _step(
    session: Session, row: RequestRow, now: datetime, status: RequestStatus, outcome: RequestOutcome | None
) -> None:
    row.status, row.outcome, row.updated_at = status, outcome or row.outcome, now
    session.add(
        RequestStepRow(request_id=row.id, owner_id=row.owner_id, status=status, outcome=outcome, at=now)
    )


def _load(session: Session, rows: Iterable[RequestRow]) -> list[Request]:
    rows = list(rows)
    uses: dict[str, list[str]] = defaultdict(list)
    for ids in chunks(row.id for row in rows):
        query = (
            select(RequestUseRow).where(RequestUseRow.request_id.in_(ids)).order_by(RequestUseRow.position)
        )
        for use in session.scalars(query):
            survivor = surviving_use(session, use.use_id)
            uses[use.request_id].append(survivor.id if survivor else use.use_id)
    return [_request(session, row, tuple(dict.fromkeys(uses[row.id]))) for row in rows]


def _request(session: Session, row: RequestRow, use_ids: tuple[str, ...]) -> Request:
    contact = session.get(ContactRow, row.contact_id) if row.contact_id is not None else None
    return Request(
        id=row.id,
        owner_id=row.owner_id,
        site=row.site,
        subject=row.subject,
        body=row.body,
        status=RequestStatus(row.status),
        use_ids=use_ids,
        created_at=row.created_at,
        contact=_contact(contact) if contact else None,
        outcome=RequestOutcome(row.outcome) if row.outcome else None,
        language=row.language,
    )


def _contact(row: ContactRow) -> Contact:
    return Contact(ContactKind(row.kind), row.address, row.found_on, row.quote)
