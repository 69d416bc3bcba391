"""How often each site may be asked, shared by every process on one database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from creditline.store.connections import lock
from creditline.store.models import HostBudgetRow
from creditline.store.part import StorePart

#: A next slot further away than this, or than twice the delay, was reserved under a clock that ran
#: ahead (a time step, a wrong time zone) and is forgotten; nobody queues an hour for one site.
_FURTHEST_SLOT = timedelta(hours=1)

# Every request of a run waits for a slot: two plain statements, a quarter of what the row as an object costs.
_NEXT_AT = select(HostBudgetRow.next_at).where(HostBudgetRow.domain == bindparam("site"))
_MOVE = update(HostBudgetRow.__table__).where(HostBudgetRow.domain == bindparam("site"))  # type: ignore[arg-type]
_MOVE = _MOVE.values(next_at=bindparam("at"))


class Budgets(StorePart):
    """Reservations, one row per registrable domain."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        """Reserve the next request to a registrable domain; return the seconds to wait for it."""
        delay = timedelta(seconds=delay_s)

        def work(session: Session) -> float:
            lock(session, "budget " + domain)
            next_at = session.execute(_NEXT_AT, {"site": domain}).scalar()
            if next_at is None:
                session.add(HostBudgetRow(domain=domain, next_at=now + delay))
                return 0.0
            slot = max(next_at, now)
            if slot - now > max(_FURTHEST_SLOT, 2 * delay):
                slot = now
            session.execute(_MOVE, {"site": domain, "at": slot + delay})
            return (slot - now).total_seconds()

        # A pause that a power cut makes forgotten has long passed when the machine is up again.
        return self._db.write(work, survives_power_cut=False)
