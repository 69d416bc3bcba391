"""The history of verdicts: append-only rows, with their evidence and the match they stood on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from creditline.records import CreditEvidence, LinkTarget, Match, Verdict, VerdictKind, Where
from creditline.store.codec import match_from_json, match_to_json, tasl_from_json
from creditline.store.columns import clean_json
from creditline.store.models import CreditEvidenceRow, UseRow, VerdictRow
from creditline.store.part import chunks, sha256_text, short_id


def append_verdict(
    session: Session, use: UseRow, check_id: str, verdict: Verdict, match: Match, now: datetime
) -> str:
    """Add to a use's history when anything but the time is new; return the id of what stands now."""
    last = session.get(VerdictRow, use.verdict_id) if use.verdict_id else None
    if last is not None and _same(session, last, verdict, match):
        return last.id
    position = session.scalar(select(func.count()).where(VerdictRow.use_id == use.id)) or 0
    row = _verdict_row(use, position, check_id, verdict, match, now)
    session.add(row)
    session.flush()
    session.add_all(_evidence_row(row, place, evidence) for place, evidence in enumerate(verdict.evidence))
    return row.id


def load_verdicts(
    session: Session, rows: Iterable[VerdictRow], work_ids: dict[str, str]
) -> dict[str, tuple[Verdict, Match]]:
    """Verdicts and matches by verdict id; ``work_ids`` names the work of each."""
    rows = list(rows)
    evidence = _evidence(session, [row.id for row in rows])
    return {
        row.id: (_verdict(row, evidence[row.id]), match_from_json(row.proof, work_ids[row.id]))
        for row in rows
    }


def _same(session: Session, last: VerdictRow, verdict: Verdict, match: Match) -> bool:
    known, _ = load_verdicts(session, [last], {last.id: match.work})[last.id]
    same_words: bool = clean_json(asdict(known)) == clean_json(asdict(verdict))
    same_proof: bool = clean_json(last.proof) == clean_json(match_to_json(match))
    return same_words and same_proof


def _verdict_row(
    use: UseRow, position: int, check_id: str, verdict: Verdict, match: Match, now: datetime
) -> VerdictRow:
    return VerdictRow(
        id=short_id("v", sha256_text(use.id, str(position))),
        owner_id=use.owner_id,
        use_id=use.id,
        position=position,
        check_id=check_id,
        judged_at=now,
        kind=verdict.kind,
        nofollow=verdict.nofollow,
        nofollow_cause=verdict.nofollow_cause,
        reason=verdict.reason,
        link_target=verdict.link_target,
        page_links_owner=verdict.page_links_owner,
        metadata_credit=verdict.metadata_credit,
        tasl=asdict(verdict.tasl),
        credited_name=verdict.credited_name,
        mis_credit=verdict.mis_credit,
        proof=match_to_json(match),
    )


def _evidence_row(row: VerdictRow, position: int, evidence: CreditEvidence) -> CreditEvidenceRow:
    return CreditEvidenceRow(
        verdict_id=row.id,
        position=position,
        owner_id=row.owner_id,
        rule=evidence.rule,
        quote=evidence.quote,
        place=evidence.where,
        href=evidence.href,
        rel=evidence.rel,
        credits_owner=evidence.credits_owner,
        name=evidence.name,
        rejected=evidence.rejected,
    )


def _evidence(session: Session, verdict_ids: Sequence[str]) -> dict[str, list[CreditEvidence]]:
    found: dict[str, list[CreditEvidence]] = defaultdict(list)
    for ids in chunks(verdict_ids):
        query = select(CreditEvidenceRow).where(CreditEvidenceRow.verdict_id.in_(ids))
        for row in session.scalars(query.order_by(CreditEvidenceRow.verdict_id, CreditEvidenceRow.position)):
            found[row.verdict_id].append(
                CreditEvidence(
                    rule=row.rule,
                    quote=row.quote,
                    where=Where(row.place),
                    href=row.href,
                    rel=tuple(row.rel),
                    credits_owner=row.credits_owner,
                    name=row.name,
                    rejected=row.rejected,
                )
            )
    return found


def _verdict(row: VerdictRow, evidence: Iterable[CreditEvidence]) -> Verdict:
    return Verdict(
        kind=VerdictKind(row.kind),
        nofollow=row.nofollow,
        nofollow_cause=row.nofollow_cause,
        evidence=tuple(evidence),
        reason=row.reason,
        link_target=LinkTarget(row.link_target) if row.link_target else None,
        page_links_owner=row.page_links_owner,
        metadata_credit=row.metadata_credit,
        tasl=tasl_from_json(row.tasl),
        credited_name=row.credited_name,
        mis_credit=row.mis_credit,
    )
