"""The database and the evidence files: takes and returns records, and is the truth."""

from __future__ import annotations

from creditline.store.database import SqlStore, open_store
from creditline.store.leases import this_holder

__all__ = ["SqlStore", "open_store", "this_holder"]
