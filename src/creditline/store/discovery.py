"""What sources said: outcomes of searches, and sightings merged per page and image."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from creditline.records import SearchOutcome, SearchStatus, Sighting
from creditline.store.columns import clean_name
from creditline.store.models import SearchOutcomeRow, SightingRow, SightingSourceRow
from creditline.store.pages import Lead, add_page_sources, ensure_pages
from creditline.store.part import StorePart, chunks, exact_key, sha256_text

#: Page id and key of the image's address.
_SightingKey = tuple[str, str]


class Discovery(StorePart):
    """Searches and sightings."""

    def save_search(
        self, owner_id: str, run_id: str, outcome: SearchOutcome, sightings: Iterable[Sighting], now: datetime
    ) -> int:
        """Store one search's outcome and its sightings in one transaction; return how many are new.

        Sightings merge per page and image with every source kept. A page is its canonical address.
        The same search saved again in one run replaces its outcome and adds nothing.
        """
        claims = list(sightings)

        def work(session: Session) -> int:
            leads = [Lead(claim.page_url, claim.page_url_kind) for claim in claims]
            pages, _ = ensure_pages(session, owner_id, leads, now)
            page_ids = [pages[lead] for lead in leads]
            sources: dict[str, set[str]] = {}
            for page_id, claim in zip(page_ids, claims, strict=True):
                sources.setdefault(page_id, set()).add(claim.source)
            add_page_sources(session, owner_id, sources, now)
            new = _save_sightings(session, owner_id, list(zip(page_ids, claims, strict=True)), now)
            _save_outcome(session, owner_id, run_id, outcome, now)
            return new

        return self._db.write(work)

    def search_outcomes(self, owner_id: str) -> list[SearchOutcome]:
        """The latest outcome of each source and query."""
        query = (
            select(SearchOutcomeRow)
            .where(SearchOutcomeRow.owner_id == owner_id)
            .order_by(SearchOutcomeRow.searched_at, SearchOutcomeRow.id)
        )
        rows = self._db.read(lambda session: session.scalars(query).all())
        latest = {(row.source, row.query_key): row for row in rows}
        outcomes = [_outcome(row) for row in latest.values()]
        return sorted(outcomes, key=lambda outcome: (outcome.source, outcome.query or ""))


def _save_outcome(
    session: Session, owner_id: str, run_id: str, outcome: SearchOutcome, now: datetime
) -> None:
    query_key = "" if outcome.query is None else sha256_text(outcome.query)
    row = session.scalars(
        select(SearchOutcomeRow).where(
            SearchOutcomeRow.owner_id == owner_id,
            SearchOutcomeRow.run_id == run_id,
            SearchOutcomeRow.source == outcome.source,
            SearchOutcomeRow.query_key == query_key,
        )
    ).first()
    if row is None:
        row = SearchOutcomeRow(
            owner_id=owner_id, run_id=run_id, source=outcome.source, query=outcome.query, query_key=query_key
        )
        session.add(row)
    row.status, row.searched_at = outcome.status, now
    for name in ["seen", "parsed", "kept", "note", "cost_usd", "cursor", "selected_tab"]:
        setattr(row, name, getattr(outcome, name))


def _outcome(row: SearchOutcomeRow) -> SearchOutcome:
    return SearchOutcome(
        source=row.source,
        status=SearchStatus(row.status),
        query=row.query,
        seen=row.seen,
        parsed=row.parsed,
        kept=row.kept,
        note=row.note,
        cost_usd=row.cost_usd,
        cursor=row.cursor,
        selected_tab=row.selected_tab,
    )


def _save_sightings(
    session: Session, owner_id: str, claims: Sequence[tuple[str, Sighting]], now: datetime
) -> int:
    merged: dict[_SightingKey, dict[tuple[str, str], dict[str, Any]]] = {}
    images: dict[_SightingKey, str | None] = {}
    for page_id, claim in claims:
        key = (page_id, exact_key(claim.image_url.href) if claim.image_url else "")
        images.setdefault(key, claim.image_url.href if claim.image_url else None)
        said = merged.setdefault(key, {})
        by = (clean_name(claim.source), clean_name(claim.work_id or ""))
        said[by] = _together(said.get(by), _said(claim))
    known = _known_sightings(session, {page_id for page_id, _ in merged})
    new = [key for key in merged if key not in known]
    if new:
        rows = [
            {
                "owner_id": owner_id,
                "page_id": page_id,
                "image_key": image_key,
                "image_url": images[page_id, image_key],
                "first_seen": now,
            }
            for page_id, image_key in new
        ]
        session.execute(insert(SightingRow), rows)
        known |= _known_sightings(session, {page_id for page_id, _ in new})
    _save_said(session, owner_id, {known[key]: said for key, said in merged.items()})
    return len(new)


def _said(claim: Sighting) -> dict[str, Any]:
    return {
        "work_id": claim.work_id,
        "provenance": claim.provenance,
        "seen_at": claim.seen_at,
        "hits": claim.hits,
    }


def _together(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """Two claims of one source within one search: hits add up, the first place is named."""
    if old is None:
        return new
    return {
        **old,
        "provenance": old["provenance"] or new["provenance"],
        "seen_at": max(filter(None, (old["seen_at"], new["seen_at"])), default=None),
        "hits": old["hits"] + new["hits"],
    }


def _known_sightings(session: Session, page_ids: set[str]) -> dict[_SightingKey, int]:
    found: dict[_SightingKey, int] = {}
    for ids in chunks(sorted(page_ids)):
        query = select(SightingRow.page_id, SightingRow.image_key, SightingRow.id).where(
            SightingRow.page_id.in_(ids)
        )
        found |= {(page_id, image_key): row_id for page_id, image_key, row_id in session.execute(query)}
    return found


def _save_said(
    session: Session, owner_id: str, said: dict[int, dict[tuple[str, str], dict[str, Any]]]
) -> None:
    """What a source says again replaces nothing but grows: the same log read twice counts once."""
    known: dict[tuple[int, str, str], SightingSourceRow] = {}
    for ids in chunks(said):
        for row in session.scalars(select(SightingSourceRow).where(SightingSourceRow.sighting_id.in_(ids))):
            known[row.sighting_id, row.source, row.work_key] = row
    rows = []
    for sighting_id, by_source in said.items():
        for (source, work_key), values in by_source.items():
            row_known = known.get((sighting_id, source, work_key))
            if row_known is None:
                rows.append(
                    {
                        "sighting_id": sighting_id,
                        "owner_id": owner_id,
                        "source": source,
                        "work_key": work_key,
                        **values,
                    }
                )
                continue
            row_known.hits = max(row_known.hits, values["hits"])
            row_known.provenance = row_known.provenance or values["provenance"]
            row_known.seen_at = max(filter(None, (row_known.seen_at, values["seen_at"])), default=None)
    if rows:
        session.execute(insert(SightingSourceRow), rows)
