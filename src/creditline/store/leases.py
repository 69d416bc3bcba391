"""Claims on work in progress, with fencing tokens.

A claim is a row per piece of work whose token grows with every claim. Whoever writes a result shows
its token in the same transaction (`require`); a worker that was thought dead and comes back late has
an old one and is refused (M. Kleppmann, "How to do distributed locking", 2016: fencing tokens).

Holders made by `this_holder` name a process. When it died on this very machine (SIGKILL, a power cut
and a new boot), its claims are taken over at once; those of another machine when they expire. A power cut
ends all holders of an SQLite file, so that claims need not survive it there.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.errors import LeaseLostError
from creditline.records import Lease
from creditline.store.connections import lock
from creditline.store.models import LeaseRow
from creditline.store.part import StorePart, sha256_text

_FIELDS = 4
_NOT_KNOWN = "-"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a piece of work."""

    #: Its process id where it runs on this machine, ``None`` elsewhere.
    pid: int | None
    machine: str


class Leases(StorePart):
    """Work in progress."""

    def claim(self, kind: str, key: str, holder: str, ttl: timedelta, now: datetime) -> Lease | None:
        """Claim one piece of work; ``None`` while a living holder has it."""
        row_id = sha256_text(kind, key)

        def work(session: Session) -> Lease | None:
            lock(session, "lease " + row_id)
            row = session.get(LeaseRow, row_id)
            if row is None:
                row = LeaseRow(id=row_id, kind=kind, key=key, token=0, holder=None, expires_at=now)
                session.add(row)
            elif row.holder is not None and row.expires_at > now and not is_dead(row.holder):
                return None
            row.token, row.holder, row.expires_at = row.token + 1, holder, now + ttl
            return Lease(kind, key, row.token, holder, row.expires_at)

        return self._db.write(work, survives_power_cut=False)

    def renew(self, lease: Lease, ttl: timedelta, now: datetime) -> bool:
        """Make a claim last for another ``ttl``; False when somebody else has taken the work over."""

        def work(session: Session) -> bool:
            row = _row(session, lease)
            if row is None or row.token != lease.token or row.holder != lease.holder:
                return False
            row.expires_at = now + ttl
            return True

        return self._db.write(work, survives_power_cut=False)

    def holder_of(self, kind: str, key: str) -> Holder | None:
        """Who holds a piece of work now; ``None`` when nobody does, as far as this machine can tell."""
        row = self._db.read(lambda session: session.get(LeaseRow, sha256_text(kind, key)))
        if row is None or row.holder is None or is_dead(row.holder):
            return None
        fields = row.holder.split("|")
        own = len(fields) == _FIELDS and fields[0] == _machine()
        return Holder(int(fields[2]) if own and fields[2].isdigit() else None, fields[0].split(" ")[0])

    def release(self, lease: Lease) -> None:
        """Give a claim back; a lease that was lost is ignored."""

        def work(session: Session) -> None:
            row = _row(session, lease)
            if row is not None and row.token == lease.token:
                row.holder = None

        self._db.write(work, survives_power_cut=False)


def require(session: Session, lease: Lease) -> None:
    """Make sure, until the end of the transaction, that a lease's token is the latest.

    Raises:
        LeaseLostError: Another process has claimed the work since.
    """
    row = _row(session, lease)
    if row is None or row.token != lease.token:
        raise LeaseLostError(
            f"{lease.kind} {lease.key} was taken over by another process; its result stands, this one is "
            "dropped"
        )


def _row(session: Session, lease: Lease) -> LeaseRow | None:
    row_id = sha256_text(lease.kind, lease.key)
    lock(session, "lease " + row_id)
    return session.scalars(select(LeaseRow).where(LeaseRow.id == row_id)).first()


def this_holder() -> str:
    """Name this process: machine, boot, process id and when the process started.

    The process id is read anew each time, since a fork changes it.
    """
    pid = os.getpid()
    return "|".join((_machine(), _boot(), str(pid), _started(pid) or _NOT_KNOWN))


def is_dead(holder: str) -> bool:
    """Whether a holder is a process of this machine that surely runs no more."""
    fields = holder.split("|")
    if len(fields) != _FIELDS or fields[0] != _machine() or not fields[2].isdigit():
        return False
    _, boot, pid, started = fields
    if boot != _boot():
        return _NOT_KNOWN not in (boot, _boot())
    if sys.platform == "linux":
        now_running = _started(int(pid))
        return now_running is None or (started != _NOT_KNOWN and now_running != started)
    return sys.platform == "darwin" and not _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@lru_cache(maxsize=1)
def _machine() -> str:
    """Host name and process namespace: containers of one host do not see each other's processes."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        namespace = _NOT_KNOWN
    return f"{platform.node().replace('|', '-')} {namespace}"


@lru_cache(maxsize=1)
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return _NOT_KNOWN


def _started(pid: int) -> str | None:
    """When a process started, in clock ticks since boot; ``None`` when it does not run (Linux only).

    proc(5): field 22 of ``stat``; field 2, the name in brackets, may hold blanks and brackets. A
    zombie runs no more.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
