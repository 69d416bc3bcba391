"""The seal of a use: one small document that says which items one visit gave, and what they prove.

It is evidence itself, a link in the chain, so that no item of a use can be exchanged for another one's
without a trace, nor what is said of the use be edited: `faults_of_seal` compares a use with its seal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from creditline.pipeline.last_look import Settled
from creditline.pipeline.visits import Visit
from creditline.records import CheckResult, Match, SaidByCheck, Use
from creditline.records.texts import clean_text

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
        "match": _match(finding.match),
        "verdict": finding.verdict.kind.value,
        "reason": finding.verdict.reason,
        "role": finding.role.value,
        "hotlinked": finding.hotlinked,
        "quotes": [[evidence.rule, evidence.quote] for evidence in finding.verdict.evidence],
        "fingerprint_version": base.versions.fingerprint,
        "judge_version": base.versions.judge,
        "program_version": base.versions.program,
        "items": dict(sorted(fresh.items())),
        "kept_items": dict(sorted(kept.items())),
    }
    return json.dumps(told, indent=1).encode()


def faults_of_seal(seal: bytes, use: Use, homes: Mapping[str, str], works: Collection[str]) -> list[str]:
    """What a use says and its seal does not; empty when they agree.

    Args:
        seal: The sealed document, as it was kept.
        use: What refers to it.
        homes: Of pages that are another form of an article: the article.
        works: Ids of the works there are; of one that is not among them the seal is believed (it was merged).
    """
    try:
        told = json.loads(seal)
        sealed = {**told["kept_items"], **told["items"]}
        facts = _other_facts(told, use, homes, works)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["its seal cannot be read"]
    return _other_items(sealed, dict(use.evidence)) + facts


def faults_of_history(seal: bytes, said: SaidByCheck) -> list[str]:
    """What the history tells of one check and the seal of that check does not; empty when they agree."""
    if said.verdict is None or said.checked_at is None:
        return ["its verdict or its check is gone from the history"]
    try:
        told = json.loads(seal)
        pairs: dict[str, tuple[object, object]] = {
            "load": (told["load_id"], said.load_id),
            "time": (datetime.fromisoformat(told["checked_at"]), said.checked_at),
            "verdict": (told["verdict"], said.verdict.value),
            "reason": (clean_text(told["reason"]), said.reason),
        }
        if "quotes" in told:
            kept = [[clean_text(rule), clean_text(quote)] for rule, quote in told["quotes"]]
            pairs["quotes"] = (kept, [list(pair) for pair in said.quotes])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["its seal cannot be read"]
    return [
        f"the {what} of its check of {told['checked_at'][:10]} was edited: the seal says {_shown(then)}, "
        f"the history {_shown(stands)}"
        for what, (then, stands) in pairs.items()
        if then != stands
    ]


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _other_items(sealed: Mapping[str, str], refers: Mapping[str, str]) -> list[str]:
    faults = [
        f"its {kind.replace('_', ' ')} was swapped: the seal says {digest[:12]}, the use {refers[kind][:12]}"
        if kind in refers
        else f"its {kind.replace('_', ' ')} {digest[:12]} is no longer referred to"
        for kind, digest in sorted(sealed.items())
        if refers.get(kind) != digest
    ]
    return faults + [
        f"its {kind.replace('_', ' ')} {digest[:12]} is not one that the seal names"
        for kind, digest in sorted(refers.items())
        if kind not in sealed and kind != SEAL
    ]


def _other_facts(
    told: Mapping[str, Any], use: Use, homes: Mapping[str, str], works: Collection[str]
) -> list[str]:
    pairs: dict[str, tuple[Any, Any]] = {
        "page": (homes.get(told["page"], told["page"]), homes.get(use.page_url, use.page_url)),
        "work": (told["work"] if told["work"] in works else use.work_id, use.work_id),
        "image address": (told["image_url"], use.image_url),
        "verdict": (told["verdict"], use.verdict.kind.value),
        "list of complete looks": (told["looks"], sorted(look.value for look in use.complete_looks)),
    }
    # What seals of older versions do not tell is not compared.
    pairs |= {
        name: (told[key], stands)
        for name, key, stands in (("role", "role", use.role.value), ("hot-link", "hotlinked", use.hotlinked))
        if key in told
    }
    now = json.loads(json.dumps(_match(use.match)))
    pairs |= {
        f"match's {name.replace('_', ' ')}": (then, now[name])
        for name, then in told["match"].items()
        if name in now
    }
    return [
        f"its {what} was edited: the seal says {_said(then)}, the use {_said(stands)}"
        for what, (then, stands) in pairs.items()
        if then != stands
    ]


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _match(match: Match) -> dict[str, Any]:
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
