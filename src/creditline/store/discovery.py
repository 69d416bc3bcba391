"""What sources said: outcomes of searches, and sightings merged per page and image."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from creditline.errors import BudgetError
from creditline.records import SearchOutcome, SearchStatus, Sighting, SpendingLimit
from creditline.store.columns import clean_name
from creditline.store.connections import lock
from creditline.store.models import SearchOutcomeRow, SightingRow, SightingSourceRow, SpendingRow
from creditline.store.pages import Lead, add_page_sources, ensure_pages
from creditline.store.part import StorePart, chunks, exact_key, sha256_text

#: Page id and key of the image's address.
_SightingKey = tuple[str, str]

#: Amounts are kept in millionths of a US dollar.
_MICRO = 1_000_000
#: What is stored of an outcome as it is.
_KEPT = (
    "seen", "parsed", "kept", "note", "cost_usd", "cursor", "selected_tab", "declared", "retry_after_s",
    "unproven",
)  # fmt: skip


class Discovery(StorePart):
    """Searches and sightings."""

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
        The same search saved again in one run replaces its outcome and adds nothing.

        Args:
            owner_id: Whose.
            run_id: The run that asks.
            outcome: How the search stands.
            sightings: What it claims.
            now: Time.
            paid_usd: What this step adds to what was spent; negative where nothing was charged after all.
            limits: What may be spent; checked in the same transaction, whoever else spends meanwhile.

        Raises:
            BudgetError: A limit would be exceeded; nothing was stored.
        """
        claims = list(sightings)

        def work(session: Session) -> int:
            _spend(session, owner_id, run_id, outcome, round(paid_usd * _MICRO), limits, now)
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
        """The latest outcome of each source and query.

        That a source could not be asked anything at all counts until a question was asked of it.
        """
        query = (
            select(SearchOutcomeRow)
            .where(SearchOutcomeRow.owner_id == owner_id)
            .order_by(SearchOutcomeRow.searched_at, SearchOutcomeRow.id)
        )

        def latest(session: Session) -> list[SearchOutcome]:
            rows: dict[tuple[str, str], SearchOutcomeRow] = {}
            for row in session.scalars(query):
                if row.question_key is not None:
                    rows.pop((row.source, ""), None)
                rows[row.source, row.query_key] = row
            return [_outcome(row) for row in rows.values()]

        outcomes = self._db.read(latest)
        return sorted(outcomes, key=lambda outcome: (outcome.source, outcome.query or ""))

    def search_standing(self, owner_id: str, source: str, question_key: str) -> SearchOutcome | None:
        """How one question to one source ended last; ``None`` when it was never asked."""
        query = (
            select(SearchOutcomeRow)
            .where(
                SearchOutcomeRow.owner_id == owner_id,
                SearchOutcomeRow.source == source,
                SearchOutcomeRow.question_key == question_key,
            )
            .order_by(SearchOutcomeRow.searched_at.desc(), SearchOutcomeRow.id.desc())
        )

        def first(session: Session) -> SearchOutcome | None:
            row = session.scalars(query).first()
            return _outcome(row) if row is not None else None

        return self._db.read(first)

    def spent_usd(self, owner_id: str, *, run_id: str | None = None, since: datetime | None = None) -> float:
        """What was spent on searches, US dollars: in all, in one run, or since a moment."""
        limit = SpendingLimit(0, run_id, since)
        return self._db.read(lambda session: _spent(session, owner_id, limit)) / _MICRO

    def lead_hits(self, owner_id: str) -> dict[str, int]:
        """How often sources saw each image requested from elsewhere, by the image's address."""
        query = (
            select(SightingRow.image_url, func.sum(SightingSourceRow.hits))
            .join(SightingSourceRow, SightingSourceRow.sighting_id == SightingRow.id)
            .where(SightingRow.owner_id == owner_id, SightingRow.image_url.is_not(None))
            .group_by(SightingRow.image_url)
        )
        rows = self._db.read(lambda session: session.execute(query).all())
        return {str(url): int(hits) for url, hits in rows}


def _spend(
    session: Session,
    owner_id: str,
    run_id: str,
    outcome: SearchOutcome,
    micro_usd: int,
    limits: Sequence[SpendingLimit],
    now: datetime,
) -> None:
    if not micro_usd:
        return
    lock(session, "spending " + owner_id)
    for limit in limits if micro_usd > 0 else ():
        if _spent(session, owner_id, limit) + micro_usd > round(limit.most_usd * _MICRO):
            raise BudgetError(
                f"{outcome.source}: one more request of {micro_usd / _MICRO:.4f} USD would exceed "
                f"{limit.words}"
            )
    row = SpendingRow(
        owner_id=owner_id,
        run_id=run_id,
        source=outcome.source,
        question_key=outcome.query_key,
        micro_usd=micro_usd,
        at=now,
    )
    session.add(row)


def _spent(session: Session, owner_id: str, limit: SpendingLimit) -> int:
    query = select(func.coalesce(func.sum(SpendingRow.micro_usd), 0)).where(SpendingRow.owner_id == owner_id)
    if limit.run_id is not None:
        query = query.where(SpendingRow.run_id == limit.run_id)
    if limit.since is not None:
        query = query.where(SpendingRow.at >= limit.since)
    return int(session.scalar(query) or 0)


def _save_outcome(
    session: Session, owner_id: str, run_id: str, outcome: SearchOutcome, now: datetime
) -> None:
    query_key = outcome.query_key or ("" if outcome.query is None else sha256_text(outcome.query))
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
            owner_id=owner_id,
            run_id=run_id,
            source=outcome.source,
            query=outcome.query,
            query_key=query_key,
            question_key=outcome.query_key,
        )
        session.add(row)
    row.status, row.searched_at = outcome.status, now
    row.evidence = "\n".join(outcome.evidence) or None
    for name in _KEPT:
        setattr(row, name, getattr(outcome, name))


def _outcome(row: SearchOutcomeRow) -> SearchOutcome:
    return SearchOutcome(
        source=row.source,
        status=SearchStatus(row.status),
        query=row.query,
        query_key=row.question_key,
        evidence=tuple(row.evidence.split("\n")) if row.evidence else (),
        searched_at=row.searched_at,
        run_id=row.run_id,
        **{name: getattr(row, name) for name in _KEPT},
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
