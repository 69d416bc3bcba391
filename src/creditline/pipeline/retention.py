"""Keeps the evidence folder within its rules: age, size, and never what something stands on.

What goes leaves a tombstone and a link in the chain, so that `verify` tells "pruned, by this rule" from
"missing". Seals and time stamps stay for ever: they are small, and say what there was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from creditline.pipeline.evidence import (
    HEADERS,
    LAST,
    OVERLAY,
    RAW,
    RENDERED,
    THUMBNAIL,
    WARC,
    WARC_RESPONSE,
)
from creditline.pipeline.last_look import PREVIEW, SCREENSHOT
from creditline.pipeline.ports import RetentionStore
from creditline.records import StoredFile

#: Kinds that a rule may take away.
_BODIES = frozenset(
    {RAW, RENDERED, LAST, HEADERS, WARC, WARC_RESPONSE, SCREENSHOT, PREVIEW, THUMBNAIL, OVERLAY}
)

BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What may stay."""

    keep_days: int | None = None
    budget_mb: int | None = None


@dataclass(frozen=True, slots=True)
class PrunePlan:
    """What pruning takes away, and what it must leave."""

    #: By rule, in the words of the tombstones.
    items: tuple[tuple[str, tuple[StoredFile, ...]], ...]
    #: Bytes that only save requests.
    kept_bodies: tuple[StoredFile, ...]
    #: Files that nothing refers to.
    left_behind: tuple[tuple[Path, int], ...]
    #: Bytes in the folder now, and how many a rule would take but for what stands on them.
    bytes_now: int
    protected_bytes: int
    #: Bytes above the budget that stay all the same.
    over_budget_bytes: int = 0

    @property
    def counts(self) -> Counter[str]:
        """Files to go, by what they are."""
        counts = Counter(file.kind or "kept reply" for _, files in self.items for file in files)
        counts["kept reply"] += len(self.kept_bodies)
        counts["left behind"] += len(self.left_behind)
        return +counts

    @property
    def freed_bytes(self) -> int:
        """What pruning frees."""
        files = [file for _, several in self.items for file in several] + list(self.kept_bodies)
        return sum(file.bytes_len for file in files) + sum(size for _, size in self.left_behind)


def plan_prune(
    files: Sequence[StoredFile], left_behind: Sequence[tuple[Path, int]], rules: Rules, now: datetime
) -> PrunePlan:
    """Decide what goes.

    Args:
        files: The longest unused first.
        left_behind: Files that nothing refers to; they always go.
        rules: In force.
        now: Time.
    """
    oldest = now - timedelta(days=rules.keep_days) if rules.keep_days is not None else None
    aged = [file for file in files if oldest is not None and file.last_used < oldest]
    old = [file for file in aged if _may_go(file)]
    gone = set(old)
    left = [file for file in files if file not in gone]
    excess = 0
    over: list[StoredFile] = []
    if rules.budget_mb is not None:
        excess = sum(file.bytes_len for file in left) - rules.budget_mb * BYTES_PER_MB
        # What only saves requests goes first; then evidence, the longest unused first.
        for file in sorted(left, key=lambda file: file.kind is not None):
            if excess > 0 and _may_go(file):
                over.append(file)
                excess -= file.bytes_len
    by_rule = {
        f"pruned by the rule keep_days = {rules.keep_days}": old,
        f"pruned by the rule budget_mb = {rules.budget_mb}": over,
    }
    return PrunePlan(
        items=tuple(
            (why, items)
            for why, several in by_rule.items()
            if (items := tuple(file for file in several if file.kind is not None))
        ),
        kept_bodies=tuple(file for file in [*old, *over] if file.kind is None),
        left_behind=tuple(left_behind),
        bytes_now=sum(file.bytes_len for file in files) + sum(size for _, size in left_behind),
        protected_bytes=sum(file.bytes_len for file in aged if file.stands_on is not None),
        over_budget_bytes=max(0, excess),
    )


def prune(store: RetentionStore, plan: PrunePlan, now: datetime) -> None:
    """Do what a plan says. Killed at any moment, the next one does the rest."""
    for why, files in plan.items:
        store.remove_items([file.sha256 for file in files], why, now)
    store.remove_kept_bodies([file.sha256 for file in plan.kept_bodies], now)
    for path, _ in plan.left_behind:
        path.unlink(missing_ok=True)


def _may_go(file: StoredFile) -> bool:
    return file.stands_on is None and (file.kind is None or file.kind in _BODIES)
