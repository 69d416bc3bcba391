"""The store as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from creditline.pipeline.ports.finds import CheckStore, DiscoveryStore, ReplyCache, WorkStore
from creditline.pipeline.ports.runs import (
    EvidenceStore,
    HostBudgets,
    RequestStore,
    RetentionStore,
    RunStore,
)


class Store(
    ReplyCache,
    WorkStore,
    DiscoveryStore,
    CheckStore,
    RunStore,
    EvidenceStore,
    RetentionStore,
    HostBudgets,
    RequestStore,
    Protocol,
):
    """The whole store, as `config` builds it."""

    def ensure_owner(self, owner_key: str, names: Sequence[str], now: datetime) -> str:
        """The permanent id of the owner whom this workspace's settings name."""

    def disk_bytes(self) -> tuple[int, int]:
        """Bytes that the database file and the evidence take, and bytes that are free; reads every folder."""

    def check_integrity(self) -> list[str]:
        """What the database finds wrong with itself; empty when sound."""

    def counts(self, owner_id: str) -> Mapping[str, int]:
        """Rows per table of this owner, for `doctor` and summaries."""

    def close(self) -> None:
        """Give connections back."""
