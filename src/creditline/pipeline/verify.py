"""Checks the evidence: files against their hashes and the chain, seals against uses, WARC files by warcio."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cryptography.x509 import Certificate

from creditline.errors import StoreError
from creditline.pipeline.evidence import WARC
from creditline.pipeline.ports import Store
from creditline.pipeline.seal import SEAL, faults_of_history, faults_of_seal
from creditline.pipeline.timestamps import TIME_STAMP, stamp_faults
from creditline.pipeline.warc import warc_faults
from creditline.records import SaidByCheck, Use


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """Something about the evidence that is not as it was kept."""

    #: The item, ``None`` for the chain itself and for a use that refers to none.
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
    #: Time stamps that attest the chain.
    stamps: int = 0


def verify_evidence(store: Store, owner_id: str, roots: Sequence[Certificate] = ()) -> Verified:
    """Check everything; reads every file.

    Args:
        store: Where everything stands.
        owner_id: Whose uses.
        roots: Certificates by which signatures of time stamps are checked; none leaves them unchecked.
    """
    # Uses first: a scan may be at work, and whatever a use refers to is stored before it.
    uses = store.uses(owner_id)
    history = store.said_by_checks(owner_id)
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
    stamps = [item for item in there if item.kind == TIME_STAMP and item.sha256 not in damaged]
    chain = store.chain() if stamps else []
    for item in stamps:
        wrong = stamp_faults(store.get(item.sha256), item.sha256, chain, roots)
        faults += [EvidenceFault(item.sha256, what, item.kind) for what in wrong]
    known = {item.sha256 for item in items}
    faults += _faults_of_uses(store, owner_id, uses, known, damaged)
    faults += _faults_of_history(store, uses, history, known - damaged)
    return Verified(tuple(faults), len(there), len(items) - len(there), len(stamps))


def _faults_of_uses(
    store: Store, owner_id: str, uses: Sequence[Use], known: set[str], damaged: set[str | None]
) -> list[EvidenceFault]:
    homes = {page.page_url: page.folds_into for page in store.page_checks(owner_id) if page.folds_into}
    works = {work.id for work in store.works(owner_id, features=False)}
    faults = []
    for use in uses:
        faults += [
            EvidenceFault(sha256, f"its {kind.replace('_', ' ')} was never stored", kind, use=use.id)
            for kind, sha256 in use.evidence
            if sha256 not in known
        ]
        seal = dict(use.evidence).get(SEAL)
        if seal is None:
            faults.append(EvidenceFault(None, "it refers to no seal", use=use.id))
        elif seal in known and seal not in damaged:
            what = _faults_of_seal(store, seal, use, homes, works)
            faults += [EvidenceFault(seal, each, SEAL, use=use.id) for each in what]
    return faults


def _faults_of_history(
    store: Store, uses: Sequence[Use], history: Sequence[SaidByCheck], readable: Collection[str | None]
) -> list[EvidenceFault]:
    """What checks said, compared with their seals; a check that no seal tells of has none to compare with."""
    faults, sealed = [], set()
    for said in history:
        seal = dict(said.evidence).get(SEAL)
        sealed.add(seal)
        try:
            body = store.get(seal) if seal in readable and seal is not None else None
        except StoreError:
            body = None  # pruned
        if body is not None:
            faults += [
                EvidenceFault(seal, what, SEAL, use=said.use_id) for what in faults_of_history(body, said)
            ]
        elif said.verdict is None:
            faults.append(EvidenceFault(None, "its verdict is gone from the history", use=said.use_id))
    for use in uses:
        seal = dict(use.evidence).get(SEAL)
        if seal is not None and seal not in sealed:
            faults.append(EvidenceFault(seal, "its latest check is gone from the history", SEAL, use=use.id))
    return faults


def _faults_of_seal(
    store: Store, seal: str, use: Use, homes: Mapping[str, str], works: Collection[str]
) -> list[str]:
    try:
        body = store.get(seal)
    except StoreError:
        return []  # pruned: what it says is no longer known
    return faults_of_seal(body, use, homes, works)
