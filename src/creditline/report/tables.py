"""Uses, works and checks as rows: the field names that scripts may rely on.

``--json`` prints these rows as JSON Lines; the CSV files hold the same rows flattened. Names and their
order are documented in docs/reference/ and never change their meaning.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from creditline.records import (
    CreditEvidence,
    Disclosure,
    Match,
    PageCheck,
    Region,
    RightsMetadata,
    SearchOutcome,
    SearchPlan,
    Tasl,
    Use,
    Work,
)
from creditline.render import csv_text

Row = dict[str, Any]

#: Columns of the CSV table of uses.
USE_COLUMNS = (
    "use", "work", "work_url", "page_url", "image_url", "hotlinked", "role", "verdict", "reason",
    "nofollow", "link_target", "page_links_owner", "metadata_credit", "tasl", "disposition",
    "check_status", "check_reason", "evidence", "match_status", "match_method", "match_distance",
    "match_inliers", "match_region", "match_mirrored", "match_score", "first_seen", "last_checked",
)  # fmt: skip

#: Columns of the CSV table of works.
WORK_COLUMNS = (
    "work", "url", "title", "width", "height", "renditions", "pages", "creator", "credit_line",
    "license", "excluded", "recognised_by",
)  # fmt: skip

#: By what copies of a work are recognised.
BY_LOOKS, BY_OWN_FILES = "looks", "own files"

_REGION_DIGITS = 4


def use_row(use: Use, work: Work | None = None) -> Row:
    """One use as ``uses --json`` prints it.

    Args:
        use: The use.
        work: Its work, whose present address is then named; the use remembers an older one.
    """
    verdict = use.verdict
    return {
        "use": use.id,
        "work": use.work_id,
        "work_url": work.url if work else use.work_url,
        "page_url": use.page_url,
        "image_url": use.image_url,
        "hotlinked": use.hotlinked,
        "role": use.role.value,
        "verdict": use.verdict_kind.value,
        "reason": _reason(use),
        "nofollow": verdict.nofollow,
        "link_target": verdict.link_target.value if verdict.link_target else None,
        "page_links_owner": verdict.page_links_owner,
        "metadata_credit": verdict.metadata_credit,
        "tasl": tasl_row(verdict.tasl),
        "disposition": use.disposition.value,
        "check_status": use.check_status.value,
        "check_reason": use.check_reason,
        "evidence": [evidence_row(item) for item in verdict.evidence],
        "match": use_match_row(use.match),
        "first_seen": moment(use.first_seen),
        "last_checked": moment(use.last_checked),
    }


def work_row(work: Work, own_files_only: Collection[str] = ()) -> Row:
    """One work as ``works --json`` prints it.

    Args:
        work: The work.
        own_files_only: Ids of works that are too plain to be recognised by more than their own files.
    """
    by_what = BY_OWN_FILES if work.id in own_files_only else BY_LOOKS
    return {
        "work": work.id,
        "url": work.url,
        "title": work.title,
        "width": work.width,
        "height": work.height,
        "renditions": [
            {"url": each.url, "width": each.width, "height": each.height, "format": each.format}
            for each in work.renditions
        ],
        "pages": list(work.pages),
        "creator": ", ".join(work.rights.creator) or None,
        "credit_line": work.rights.credit_line,
        "license": licence(work.rights),
        "excluded": work.excluded,
        "recognised_by": by_what if work.fingerprint is not None and work.excluded is None else None,
    }


def match_row(match: Match, work_url: str) -> Row:
    """One match as ``identify --json`` prints it among an image's ``matches``."""
    return {
        "work": match.work,
        "url": work_url,
        "status": match.status.value,
        "method": match.method.value,
        "distance": match.distance,
        "inliers": match.inliers,
        "region": region_row(match.region),
        "mirrored": match.mirrored,
        "score": match.score,
    }


def use_match_row(match: Match) -> Row:
    """The match of a use: what proved it, and where in their picture the work lies."""
    row = match_row(match, "")
    del row["work"], row["url"]
    return row | {
        "our_region": region_row(match.our_region),
        "scale": match.scale,
        "rotation": match.rotation,
        "why": match.why,
    }


def page_check_row(check: PageCheck) -> Row:
    """The latest check of one page as ``check --json`` prints it."""
    return {
        "page_url": check.page_url,
        "status": check.status.value,
        "reason": check.reason,
        "checked_at": moment(check.checked_at),
        "note": check.note,
        "sources": list(check.sources),
        "folds_into": check.folds_into,
    }


def search_row(outcome: SearchOutcome) -> Row:
    """One search's outcome as ``discover --json`` prints it."""
    return {
        "source": outcome.source,
        "status": outcome.status.value,
        "searched": outcome.status.was_searched,
        "query": outcome.query,
        "seen": outcome.seen,
        "parsed": outcome.parsed,
        "kept": outcome.kept,
        "note": outcome.note,
        "cost_usd": outcome.cost_usd,
        "unproven": outcome.unproven,
        "tab": outcome.selected_tab,
        "declared": outcome.declared,
    }


def plan_row(plan: SearchPlan, why: str) -> Row:
    """One planned search as ``discover --dry-run --json`` prints it."""
    return {
        "source": plan.source,
        "query": plan.query,
        "recipient": plan.recipient,
        "sends": plan.sends,
        "most_usd": plan.most_usd,
        "price": plan.price_note,
        "unproven": plan.unproven,
        "asked": True,
        "why": why,
    }


def passed_row(source: str, query: str | None, why: str) -> Row:
    """One question that would not be asked, in the fields of `plan_row`."""
    return {
        "source": source,
        "query": query,
        "recipient": None,
        "sends": None,
        "most_usd": 0.0,
        "price": None,
        "unproven": None,
        "asked": False,
        "why": why,
    }


def disclosure_row(sent: Disclosure) -> Row:
    """One entry of the ledger as ``discover --ledger --json`` prints it."""
    return {
        "at": moment(sent.at),
        "recipient": sent.recipient,
        "what": sent.what,
        "work": sent.work_id,
        "sha256": sent.sha256,
        "why": sent.why,
    }


def evidence_row(item: CreditEvidence) -> Row:
    """One observation for or against a credit."""
    return {
        "rule": item.rule,
        "quote": item.quote,
        "href": item.href,
        "rel": list(item.rel),
        "where": item.where.value,
        "credits_owner": item.credits_owner,
        "rejected": item.rejected,
    }


def tasl_row(tasl: Tasl) -> Row:
    """Which of the four parts of an attribution are there."""
    return {
        "title": tasl.title,
        "author": tasl.author,
        "source": tasl.source,
        "license": tasl.license,
        "license_name": tasl.license_name,
    }


def region_row(region: Region) -> list[float]:
    """A region as fractions of the picture: left, top, right, bottom."""
    return [round(side, _REGION_DIGITS) for side in region]


def licence(rights: RightsMetadata) -> str | None:
    """The address of the licence, else the words that stand for it."""
    return rights.license_url or rights.usage_terms


def moment(when: datetime) -> str:
    """A time as RFC 3339 in UTC, whole seconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def json_line(row: Mapping[str, Any]) -> str:
    """One row of JSON Lines: ASCII only, so that no terminal or editor obeys a page's characters."""
    return json.dumps(row, ensure_ascii=True, separators=(", ", ": "))


def uses_csv(uses: Iterable[Use], works: Mapping[str, Work]) -> str:
    """The table of uses; encode as ``utf-8-sig``."""
    return csv_text(USE_COLUMNS, (_flat_use(use_row(use, works.get(use.work_id))) for use in uses))


def works_csv(works: Iterable[Work], own_files_only: Collection[str] = ()) -> str:
    """The table of works; encode as ``utf-8-sig``."""
    return csv_text(WORK_COLUMNS, (_flat_work(work_row(work, own_files_only)) for work in works))


def _reason(use: Use) -> str:
    if use.verdict_by_owner is None:
        return use.verdict.reason
    return f"you said so; the judge had found {use.verdict.kind.value}: {use.verdict.reason}"


def _flat_use(row: Row) -> Row:
    match = {f"match_{name}": value for name, value in row["match"].items()}
    match["match_region"] = " ".join(str(side) for side in row["match"]["region"])
    parts = row["tasl"]
    named = [part for part in ("title", "author", "source", "license") if parts[part]]
    evidence = "; ".join(_flat_evidence(item) for item in row["evidence"])
    return row | match | {"tasl": " ".join(named), "evidence": evidence}


def _flat_evidence(item: Row) -> str:
    link = f" → {item['href']}" if item["href"] else ""
    aside = f" [not counted: {item['rejected']}]" if item["rejected"] else ""
    return f"{item['rule']} ({item['where']}): “{item['quote']}”{link}{aside}"


def _flat_work(row: Row) -> Row:
    return row | {"renditions": len(row["renditions"]), "pages": " ".join(row["pages"])}
