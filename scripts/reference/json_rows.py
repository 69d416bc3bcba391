"""docs/reference/json.md: the fields that ``--json`` prints, with one example of each row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from creditline import records, report
from creditline.cli.outreach import letter_row
from reference import json_words
from reference.words import heading, joined, table

_WHEN = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
_WORK_URL = "https://jane.example/photos/pier-1600.jpg"
#: Fields that hold one of a few words, by the field's last name and the row it stands in.
_CHOICES: dict[tuple[str, str], type[StrEnum]] = {
    ("uses", "role"): records.Role,
    ("uses", "verdict"): records.VerdictKind,
    ("uses", "link_target"): records.LinkTarget,
    ("uses", "disposition"): records.Disposition,
    ("uses", "check_status"): records.CheckStatus,
    ("uses", "evidence[].where"): records.Where,
    ("uses", "match.method"): records.MatchMethod,
    ("uses --wrong-matches", "match.method"): records.MatchMethod,
    ("identify", "matches[].method"): records.MatchMethod,
    ("check", "status"): records.CheckStatus,
    ("discover", "status"): records.SearchStatus,
    ("outreach list", "status"): records.RequestStatus,
    ("outreach list", "outcome"): records.RequestOutcome,
}
_NOTES = {
    "uses": "`scan --json` prints the same rows.",
    "uses --wrong-matches": "Pairs of pictures that were taken for each other and are not the same.",
    "identify": "A file that cannot be read has no matches and one field more, `problem`, with the reason.",
    "check": "`recheck --json` prints the same rows.",
}


def page() -> str:
    """The whole page."""
    lines = heading(
        "JSON Lines",
        "With `--json` a command prints one JSON object a line. Fields may be added; those that stand here "
        "keep their name and meaning. The files of `creditline report` hold the same rows.",
    )
    for command, row, words in _rows():
        lines += [f"## {command}", ""]
        lines += [_NOTES[command], ""] if command in _NOTES else []
        lines += table(("field", "meaning", "one of"), _fields(command, row, words))
        lines += ["```json", json.dumps(row, indent=2, ensure_ascii=False), "```", ""]
    return joined(lines)


def _rows() -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    work, use, match = _work(), _use(), _match()
    yield "works", report.work_row(work), json_words.WORKS
    yield "uses", report.use_row(use, work), json_words.USES
    wrong = records.WrongMatch(use.id, work.id, "5e1f…", (_fingerprint("5e1f…"),))
    [pair] = report.wrong_pair_rows([wrong], {use.id: use}, {work.id: work}, lambda sha256: None)
    yield "uses --wrong-matches", pair, json_words.WRONG_MATCHES
    identified = {"image": "found.jpg", "matches": [report.match_row(match, _WORK_URL)]}
    yield "identify", identified, json_words.IDENTIFY
    check = records.PageCheck(
        use.page_url, records.CheckStatus.SHOWN, None, _WHEN, "14 images seen, 3 compared", ("server_log",)
    )
    yield "check", report.page_check_row(check), json_words.CHECK
    search = records.SearchOutcome(
        "server_log", records.SearchStatus.RESULTS, seen=1200, parsed=1198, kept=31
    )
    yield "discover", report.search_row(search), json_words.DISCOVER
    plan = records.SearchPlan(
        source="google_vision",
        query="9f0c2c1e",
        query_key="",
        recipient="vision.googleapis.com",
        sends=f"the picture's address {_WORK_URL}",
        most_calls=1,
        price_usd=0.0035,
        most_usd=0.0035,
        price_note="3.50 USD per 1,000",
    )
    yield "discover --dry-run", report.plan_row(plan, "12 requests from elsewhere"), json_words.PLAN
    sent = records.Disclosure(
        plan.recipient, plan.sends, _WHEN, "9f0c2c1e", why="google vision: 12 requests from elsewhere"
    )
    yield "discover --ledger", report.disclosure_row(sent), json_words.LEDGER
    yield "outreach list", letter_row(_letter()), json_words.LETTERS
    fault = {
        "sha256": "9f" * 32,
        "kind": "screenshot",
        "path": "evidence/9f/" + "9f" * 31,
        "use": None,
        "fault": "its file was edited",
    }
    yield "verify", fault, json_words.VERIFY
    kept = {"kind": "raw_html", "files": 210, "bytes": 18_400_000, "needed": 96}
    yield "evidence", kept, json_words.EVIDENCE
    yield "evidence prune", {"kind": "raw_html", "files": 114}, json_words.PRUNE
    finding = {"test": "browser", "ok": True, "words": "/usr/bin/chromium-headless-shell works"}
    yield "doctor", finding, json_words.DOCTOR


def _fields(command: str, row: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str, str]]:
    paths = list(_paths(row))
    if set(paths) != set(words):
        odd = sorted(set(paths) ^ set(words))
        raise SystemExit(f"{command} --json: fields and scripts/reference/json_words.py differ in {odd}")
    return [(f"`{path}`", words[path], _choices(command, path)) for path in paths]


def _choices(command: str, path: str) -> str:
    kind = _CHOICES.get((command, path))
    return ", ".join(f"`{each.value}`" for each in kind) if kind else ""


def _paths(row: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in row.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from _paths(value[0], f"{prefix}{name}[].")


def _work() -> records.Work:
    return records.Work(
        id="9f0c2c1e",
        owner_id="o",
        url=_WORK_URL,
        title="The pier at five",
        width=1600,
        height=1067,
        renditions=(records.Rendition(_WORK_URL, 1600, 1067, "jpeg", 412_000, "c0ffee…"),),
        fingerprint=_fingerprint("c0ffee…"),
        pages=("https://jane.example/photos/",),
        rights=records.RightsMetadata(
            creator=("Jane Doe",),
            credit_line="Photo: Jane Doe",
            license_url="https://creativecommons.org/licenses/by/4.0/",
        ),
    )


def _fingerprint(sha256: str) -> records.Fingerprint:
    return records.Fingerprint("cascade/3", sha256, 1600, 1067, b"\x9a" * 32, b"\x35" * 32, 100)


def _match() -> records.Match:
    return records.Match(
        work="9f0c2c1e",
        status=records.MatchStatus.CONFIRMED,
        method=records.MatchMethod.HASH,
        score=0.98,
        distance=6,
        why="6 of 256 bits differ",
    )


def _use() -> records.Use:
    evidence = records.CreditEvidence(
        rule="caption",
        quote="Photo: Jane Doe",
        where=records.Where.CAPTION,
        href="https://jane.example/",
        rel=("nofollow",),
        credits_owner=True,
    )
    return records.Use(
        id="4b1d77aa",
        owner_id="o",
        work_id="9f0c2c1e",
        work_url=_WORK_URL,
        page_url="https://coast.example/winter-walks",
        image_url="https://coast.example/img/pier-800.jpg",
        hotlinked=False,
        role=records.Role.CONTENT,
        verdict=records.Verdict(
            records.VerdictKind.LINKED,
            nofollow=True,
            evidence=(evidence,),
            reason="the caption names you and links to you",
            tasl=records.Tasl(author=True),
        ),
        match=_match(),
        disposition=records.Disposition.OPEN,
        first_seen=_WHEN,
        last_checked=_WHEN,
    )


def _letter() -> records.Request:
    return records.Request(
        id="r1a2b3c4d5e6f",
        owner_id="o",
        site="coast.example",
        subject="A credit for one of my pictures",
        body="Hello ...",
        status=records.RequestStatus.DRAFT,
        use_ids=("4b1d77aa",),
        created_at=_WHEN,
    )
