"""What each check said of each use, as it stands in the history."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import SaidByCheck, VerdictKind
from creditline.store.codec import pairs_from_json
from creditline.store.models import CheckResultRow, CheckUseRow, CreditEvidenceRow, VerdictRow
from creditline.store.part import StorePart


class History(StorePart):
    """Checks and the uses that they showed."""

    def said_by_checks(self, owner_id: str) -> list[SaidByCheck]:
        """What every check said of every use, oldest first; a row that is gone leaves ``None``."""
        query = (
            select(CheckUseRow, CheckResultRow, VerdictRow)
            .outerjoin(CheckResultRow, CheckResultRow.id == CheckUseRow.check_id)
            .outerjoin(VerdictRow, VerdictRow.id == CheckUseRow.verdict_id)
            .where(CheckUseRow.owner_id == owner_id)
            .order_by(CheckResultRow.checked_at, CheckUseRow.check_id, CheckUseRow.use_id)
        )

        def work(session: Session) -> list[SaidByCheck]:
            quotes = _quotes(session, owner_id)
            rows = session.execute(query)
            return [_said(use, check, verdict, quotes) for use, check, verdict in rows]

        return self._db.read(work)


def _quotes(session: Session, owner_id: str) -> dict[str, list[tuple[str, str]]]:
    """Rules and quotes of every verdict, in order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = (
        select(CreditEvidenceRow.verdict_id, CreditEvidenceRow.rule, CreditEvidenceRow.quote)
        .where(CreditEvidenceRow.owner_id == owner_id)
        .order_by(CreditEvidenceRow.verdict_id, CreditEvidenceRow.position)
    )
    for verdict_id, rule, quote in session.execute(query):
        found[verdict_id].append((rule, quote))
    return found


def _said(
    use: CheckUseRow,
    check: CheckResultRow | None,
    verdict: VerdictRow | None,
    quotes: dict[str, list[tuple[str, str]]],
) -> SaidByCheck:
    return SaidByCheck(
        use_id=use.use_id,
        evidence=pairs_from_json(use.evidence),
        load_id=check.load_id if check is not None else None,
        checked_at=check.checked_at if check is not None else None,
        verdict=VerdictKind(verdict.kind) if verdict is not None else None,
        reason=verdict.reason if verdict is not None else None,
        quotes=tuple(quotes.get(use.verdict_id, ())),
    )
