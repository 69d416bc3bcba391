"""What the pipeline asks of the edges: small protocols, fulfilled by `fetch`, `store` and `cli`.

The edges do not import this module and never meet; `config` builds them and hands them over.
Everything that touches the network is asynchronous; the store is synchronous, with short
transactions, and may be called from several threads.
"""

from __future__ import annotations

from creditline.pipeline.ports.discovery import DiscoverySource, PlanningSource
from creditline.pipeline.ports.fetch import Browser, Fetcher, Gate
from creditline.pipeline.ports.finds import CheckStore, DiscoveryStore, ReplyCache, WorkStore
from creditline.pipeline.ports.runs import (
    EvidenceStore,
    HostBudgets,
    RequestStore,
    RetentionStore,
    RunStore,
)
from creditline.pipeline.ports.store import Store
from creditline.pipeline.ports.surroundings import Clock, Observer
from creditline.records import KnownFile, KnownReply, PageTask, Run

__all__ = [
    "Browser",
    "CheckStore",
    "Clock",
    "DiscoverySource",
    "DiscoveryStore",
    "EvidenceStore",
    "Fetcher",
    "Gate",
    "HostBudgets",
    "KnownFile",
    "KnownReply",
    "Observer",
    "PageTask",
    "PlanningSource",
    "ReplyCache",
    "RequestStore",
    "RetentionStore",
    "Run",
    "RunStore",
    "Store",
    "WorkStore",
]
