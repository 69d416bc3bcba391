"""Lets one process work on a run: a second one started beside it says so and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from creditline.errors import StoreError

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.records import Run

#: How long a claim on a run holds: as long as an interrupted run is taken up again. A process of this
#: machine that died loses it at once.
RUN_TTL = timedelta(hours=24)


@contextmanager
def sole_worker(context: Context, run: Run, what: str) -> Iterator[None]:
    """Claim a run while it is worked on.

    On another machine of a shared database the same run may go on beside this one: pages are shared.

    Raises:
        StoreError: Another process of this machine is at it.
    """
    from creditline.config import holder

    store, key = context.store, f"{context.owner_id}/{run.id}"
    lease = store.claim("run", key, holder(), RUN_TTL, context.clock.now())
    other = store.holder_of("run", key) if lease is None else None
    if other is not None and other.pid is not None:
        raise StoreError(
            f"another {what} is running here (process {other.pid}, begun {run.started_at:%Y-%m-%d %H:%M} "
            "UTC); wait for it, or stop it and start again"
        )
    try:
        yield
    finally:
        if lease is not None:
            store.release(lease)
