"""What is kept of runs, evidence and letters; fulfilled by parts of `store`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from creditline.records import (
    ChainLink,
    EvidenceItem,
    Request,
    RequestOutcome,
    RequestStatus,
    Run,
    StoredFile,
)


class RunStore(Protocol):
    """Runs of long commands."""

    def open_run(self, owner_id: str, command: str, now: datetime) -> Run:
        """Begin a run, or take up the unfinished one with the same command of the last 24 hours."""

    def finish_run(self, run: Run, now: datetime) -> None:
        """Mark a run as done."""


class EvidenceStore(Protocol):
    """Content-addressed files."""

    def put(self, body: bytes, kind: str, media_type: str, now: datetime) -> EvidenceItem:
        """Store bytes (temp file, fsync, rename, then the row); the same bytes are stored once."""

    def get(self, sha256: str) -> bytes:
        """Read an item.

        Raises:
            StoreError: It is missing or was edited.
        """

    def evidence_path(self, sha256: str) -> str | None:
        """Where an item lies on this machine, ``None`` where there is no such file."""

    def evidence_faults(self) -> Sequence[Fault]:
        """Everything about evidence that is not as it was stored; reads every file."""

    def evidence_items(self) -> list[EvidenceItem]:
        """All items, tombstones of pruned ones included, oldest first."""

    def chain(self) -> list[ChainLink]:
        """The chain of all that was added and removed, oldest link first."""


class RetentionStore(Protocol):
    """The evidence folder as a whole, for `pipeline.retention`."""

    def stored_files(self) -> list[StoredFile]:
        """Every file that is not a tombstone yet, the longest unused first."""

    def remove_items(self, hashes: Sequence[str], why: str, now: datetime) -> None:
        """Take items of evidence away; each leaves a tombstone that says when and why."""

    def remove_kept_bodies(self, hashes: Sequence[str], now: datetime) -> None:
        """Take away bytes that only save requests."""

    def left_behind(self, now: datetime) -> list[tuple[Path, int]]:
        """Files that nothing refers to, a day old or more, with their sizes."""


class Fault(Protocol):
    """Something about the evidence that is not as it was stored."""

    @property
    def sha256(self) -> str | None:
        """The item; ``None`` for the chain itself."""

    @property
    def what(self) -> str:
        """One line for people."""

    @property
    def kind(self) -> str | None:
        """What the item is; ``None`` where that is not known."""

    @property
    def path(self) -> str | None:
        """Its file; ``None`` for the chain and its rows."""


class HostBudgets(Protocol):
    """How often each site may be asked, shared by every process on one database."""

    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        """Reserve the next request to a registrable domain; return the seconds to wait for it."""


class RequestStore(Protocol):
    """Letters."""

    def save_drafts(self, owner_id: str, requests: Sequence[Request], now: datetime) -> list[Request]:
        """Upsert one draft per site; letters that went beyond a draft are left as they are.

        Drafts of sites that are not named are withdrawn.
        """

    def requests(self, owner_id: str) -> list[Request]:
        """All letters, by site."""

    def set_request(
        self,
        request_id: str,
        now: datetime,
        *,
        status: RequestStatus | None = None,
        outcome: RequestOutcome | None = None,
    ) -> Request:
        """Record a step or an outcome of a letter."""
