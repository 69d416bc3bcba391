"""Third-party pages: their rows, ids and folding. Used by the parts that discover and check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from creditline.records import PageUrlKind
from creditline.store.columns import clean_name
from creditline.store.connections import lock
from creditline.store.models import PageRow, PageSourceRow
from creditline.store.part import chunks, sha256_text, short_id
from creditline.urls import Url, canonical

#: Longest chain of pages that fold into one another; a longer one is a loop or an attack.
_LONGEST_FOLD = 5


@dataclass(frozen=True, slots=True)
class Lead:
    """A page as sources name it."""

    url: Url
    kind: PageUrlKind = PageUrlKind.PAGE


def ensure_pages(
    session: Session, owner_id: str, leads: Iterable[Lead], now: datetime
) -> tuple[dict[Lead, str], int]:
    """Make sure that pages are on the list.

    Returns:
        The id of each lead's page, and how many are new.
    """
    keys = {lead: (lead.kind.value, lead.url.key) for lead in leads}
    wanted = {key: lead for lead, key in reversed(list(keys.items()))}
    ids = _known(session, owner_id, {url_key for _, url_key in wanted})
    if wanted.keys() - ids.keys():  # look again as the only one who adds pages
        lock(session, "pages " + owner_id)
        ids = _known(session, owner_id, {url_key for _, url_key in wanted})
    new = [key for key in wanted if key not in ids]
    rows = []
    for kind, url_key in new:
        ids[kind, url_key] = _new_id(session, owner_id, kind, url_key)
        rows.append(
            {
                "id": ids[kind, url_key],
                "owner_id": owner_id,
                "kind": kind,
                "url": canonical(wanted[kind, url_key].url).href,
                "url_key": url_key,
                "added_at": now,
            }
        )
    if rows:
        session.execute(insert(PageRow), rows)
    return {lead: ids[key] for lead, key in keys.items()}, len(new)


def ensure_page(session: Session, owner_id: str, url: Url, now: datetime) -> PageRow:
    """The row of one page, made when it is new."""
    lead = Lead(url)
    ids, _ = ensure_pages(session, owner_id, [lead], now)
    return session.get_one(PageRow, ids[lead])


def find_page(session: Session, owner_id: str, url: Url) -> PageRow | None:
    """The row of a page, where it is on the list."""
    query = select(PageRow).where(
        PageRow.owner_id == owner_id, PageRow.kind == PageUrlKind.PAGE, PageRow.url_key == url.key
    )
    return session.scalars(query).first()


def add_page_sources(
    session: Session, owner_id: str, sources: Mapping[str, Iterable[str]], now: datetime
) -> None:
    """Record which sources named which pages, given by page id."""
    wanted = {(page_id, clean_name(source)) for page_id, names in sources.items() for source in names}
    known = set()
    for ids in chunks(sources):
        query = select(PageSourceRow.page_id, PageSourceRow.source).where(PageSourceRow.page_id.in_(ids))
        known |= {(page_id, source) for page_id, source in session.execute(query)}
    rows = [
        {"page_id": page_id, "source": source, "owner_id": owner_id, "first_seen": now}
        for page_id, source in sorted(wanted - known)
    ]
    if rows:
        session.execute(insert(PageSourceRow), rows)


def canonical_page(session: Session, row: PageRow) -> PageRow:
    """The page that this one folds into, at last; itself where it folds into none, or into a loop."""
    seen = [row]
    while seen[-1].folds_into is not None and len(seen) <= _LONGEST_FOLD:
        target = session.get_one(PageRow, seen[-1].folds_into)
        if target in seen:
            return row
        seen.append(target)
    return seen[-1]


def _known(session: Session, owner_id: str, url_keys: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for keys in chunks(sorted(url_keys)):
        query = select(PageRow.kind, PageRow.url_key, PageRow.id).where(
            PageRow.owner_id == owner_id, PageRow.url_key.in_(keys)
        )
        found |= {(kind, url_key): page_id for kind, url_key, page_id in session.execute(query)}
    return found


def _new_id(session: Session, owner_id: str, kind: str, url_key: str) -> str:
    """Not looked up for a collision among new rows of the same call: the primary key refuses one."""
    key = sha256_text(owner_id, kind, url_key)
    page_id = short_id("p", key)
    query = select(PageRow.id).where(PageRow.id == page_id)
    return "p" + key if session.scalar(query) else page_id
