"""Checks the evidence: files against their hashes and the chain, seals against uses, WARC files by warcio."""

from __future__ import annotations

from dataclasses import dataclass

from creditline.errors import StoreError
from creditline.pipeline.evidence import WARC
from creditline.pipeline.ports import Store
from creditline.pipeline.seal import SEAL, faults_of_seal
from creditline.pipeline.warc import warc_faults
from creditline.records import Use


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """Something about the evidence that is not as it was kept."""

    #: The item, ``None`` for the chain itself.
    sha256: str | None
    #: One line for people.
    what: str
    #: What the item is, and its file in the workspace; ``None`` where that is not known.
    kind: str | None = None
    path: str | None = None
    #: The use it belongs to, where the fault is one of its own.
    use: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of all evidence came to."""

    faults: tuple[EvidenceFault, ...]
    #: Items that are there, and those that a rule has taken away.
    items: int
    pruned: int


def verify_evidence(store: Store, owner_id: str) -> Verified:
    """Check everything; reads every file."""
    faults = [
        EvidenceFault(fault.sha256, fault.what, fault.kind, fault.path) for fault in store.evidence_faults()
    ]
    damaged = {fault.sha256 for fault in faults}
    items = store.evidence_items()
    there = [item for item in items if item.removed_at is None]
    for item in there:
        if item.kind == WARC and item.sha256 not in damaged:
            faults += [
                EvidenceFault(item.sha256, f"no sound WARC file: {what}", item.kind)
                for what in warc_faults(store.get(item.sha256))
            ]
    known = {item.sha256 for item in items}
    for use in store.uses(owner_id):
        faults += _faults_of_use(store, use, known, damaged)
    return Verified(tuple(faults), len(there), len(items) - len(there))


def _faults_of_use(store: Store, use: Use, known: set[str], damaged: set[str | None]) -> list[EvidenceFault]:
    faults = [
        EvidenceFault(sha256, f"its {kind.replace('_', ' ')} was never stored", kind, use=use.id)
        for kind, sha256 in use.evidence
        if sha256 not in known
    ]
    seal = dict(use.evidence).get(SEAL)
    if seal is None or seal in damaged or seal not in known:
        return faults
    try:
        body = store.get(seal)
    except StoreError:
        return faults  # pruned: what it says is no longer known
    return faults + [EvidenceFault(seal, what, SEAL, use=use.id) for what in faults_of_seal(body, use)]
