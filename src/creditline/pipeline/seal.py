"""The seal of a use: one small document that says which items one visit gave, and what they prove.

It is evidence itself, a link in the chain, so that no item of a use can be exchanged for another one's
without a trace: `faults_of_seal` compares what a use refers to with what its seal says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from creditline.pipeline.last_look import Settled
from creditline.pipeline.visits import Visit
from creditline.records import CheckResult, Use, UseFinding

SEAL = "seal"
_FORMAT = "creditline seal 1"


def write_seal(
    base: CheckResult, visit: Visit, each: Settled, fresh: Mapping[str, str], kept: Mapping[str, str]
) -> bytes:
    """Seal one use.

    Args:
        base: The check; its load id ties everything together that this visit saw.
        visit: The raw look.
        each: The use, and the visit of the last look.
        fresh: Items by kind that this visit gave.
        kept: Items by kind of earlier visits that still show what is said now.
    """
    finding, last = each.finding, each.last or each.shot
    told: dict[str, Any] = {
        "format": _FORMAT,
        "load_id": base.load_id,
        "page": base.page_url.href,
        "final_url": visit.final_url.href,
        "checked_at": base.checked_at.isoformat(),
        "fetched_at": visit.reply.fetched_at.isoformat(),
        "server_date": visit.reply.header("date"),
        "last_look_at": last.rendered_at.isoformat() if last is not None else None,
        "looks": sorted(look.value for look in finding.complete_looks),
        "work": finding.work_id,
        "image_url": finding.image_url,
        "image_sha256": finding.content_sha256,
        "match": _match(finding),
        "verdict": finding.verdict.kind.value,
        "reason": finding.verdict.reason,
        "fingerprint_version": base.versions.fingerprint,
        "judge_version": base.versions.judge,
        "program_version": base.versions.program,
        "items": dict(sorted(fresh.items())),
        "kept_items": dict(sorted(kept.items())),
    }
    return json.dumps(told, indent=1).encode()


def faults_of_seal(seal: bytes, use: Use) -> list[str]:
    """What a use refers to that its seal does not say; empty when they agree."""
    try:
        told = json.loads(seal)
        sealed = {**told["kept_items"], **told["items"]}
    except (ValueError, KeyError, TypeError):
        return ["its seal cannot be read"]
    refers = dict(use.evidence)
    return [
        f"its {kind.replace('_', ' ')} was swapped: the seal says {digest[:12]}, the use {refers[kind][:12]}"
        if kind in refers
        else f"its {kind.replace('_', ' ')} {digest[:12]} is no longer referred to"
        for kind, digest in sorted(sealed.items())
        if refers.get(kind) != digest
    ]


def _match(finding: UseFinding) -> dict[str, Any]:
    match = finding.match
    return {
        "status": match.status.value,
        "method": match.method.value,
        "distance": match.distance,
        "inliers": match.inliers,
        "region": match.region,
        "our_region": match.our_region,
        "mirrored": match.mirrored,
        "score": round(match.score, 4),
    }
