"""How often each site may be asked, shared by every process on one database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from creditline.store.connections import lock
from creditline.store.models import HostBudgetRow
from creditline.store.part import StorePart

#: A next slot further away than this, or than twice the delay, was reserved under a clock that ran
#: ahead (a time step, a wrong time zone) and is forgotten; nobody queues an hour for one site.
_FURTHEST_SLOT = timedelta(hours=1)


class Budgets(StorePart):
    """Reservations, one row per registrable domain."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        """Reserve the next request to a registrable domain; return the seconds to wait for it."""
        delay = timedelta(seconds=delay_s)

        def work(session: Session) -> float:
            lock(session, "budget " + domain)
            row = session.get(HostBudgetRow, domain)
            if row is None:
                row = HostBudgetRow(domain=domain, next_at=now)
                session.add(row)
            slot = max(row.next_at, now)
            if slot - now > max(_FURTHEST_SLOT, 2 * delay):
                slot = now
            row.next_at = slot + delay
            return (slot - now).total_seconds()

        return self._db.write(work)
