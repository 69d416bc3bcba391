"""Rows carry the documented names, and every row survives its way into JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from creditline.records import (
    CheckStatus,
    CreditEvidence,
    Disposition,
    Match,
    MatchMethod,
    MatchStatus,
    PageCheck,
    Rendition,
    RightsMetadata,
    Role,
    SearchOutcome,
    SearchStatus,
    Use,
    Verdict,
    VerdictKind,
    Where,
    Work,
)
from creditline.report import (
    json_line,
    match_row,
    page_check_row,
    search_row,
    use_row,
    uses_csv,
    work_row,
    works_csv,
)

WHEN = datetime(2026, 11, 20, 12, 30, 15, 999, tzinfo=UTC)
EVIDENCE = CreditEvidence(
    "caption",
    "Foto: =Jane\x00 Doe",
    Where.CAPTION,
    href="https://jane.example/",
    rel=("nofollow", "noopener"),
)
WORK = Work(
    "w1",
    "o1",
    "https://jane.example/new.jpg",
    title="Pier",
    width=10,
    height=20,
    renditions=(Rendition("https://jane.example/new.jpg", 10, 20, "jpeg", 99, "ab"),),
    pages=("https://jane.example/a", "https://jane.example/b"),
    rights=RightsMetadata(creator=("Jane", "Joe"), credit_line="Jane/Joe", usage_terms="ask me"),
)
USE = Use(
    id="u1",
    owner_id="o1",
    work_id="w1",
    work_url="https://jane.example/old.jpg",
    page_url="https://blog.example/p",
    image_url="https://blog.example/i.jpg",
    hotlinked=False,
    role=Role.CONTENT,
    verdict=Verdict(VerdictKind.LINKED, nofollow=True, evidence=(EVIDENCE,), reason="caption"),
    match=Match("w1", MatchStatus.CONFIRMED, MatchMethod.HASH, 0.9, distance=3, region=(0, 1 / 3, 1, 1)),
    disposition=Disposition.OPEN,
    first_seen=WHEN,
    last_checked=WHEN,
)

CONTRACT = {
    "uses": "use work work_url page_url image_url hotlinked role verdict reason nofollow link_target "
    "page_links_owner metadata_credit tasl disposition evidence match first_seen last_checked",
    "works": "work url title width height renditions pages creator credit_line license excluded",
    "matches": "work url status method distance inliers region mirrored score",
    "evidence": "rule quote href rel where",
    "renditions": "url width height format",
}


def test_rows_have_the_contracts_names() -> None:
    row = use_row(USE, WORK)
    assert set(CONTRACT["uses"].split()) <= set(row)
    assert set(CONTRACT["evidence"].split()) <= set(row["evidence"][0])
    assert set(CONTRACT["works"].split()) <= set(work_row(WORK))
    assert list(work_row(WORK)["renditions"][0]) == CONTRACT["renditions"].split()
    assert list(match_row(USE.match, WORK.url)) == CONTRACT["matches"].split()


def test_a_use_says_what_was_found() -> None:
    row = use_row(USE, WORK)
    assert row["work_url"] == "https://jane.example/new.jpg"
    assert use_row(USE)["work_url"] == "https://jane.example/old.jpg"
    assert (row["verdict"], row["nofollow"], row["link_target"]) == ("linked", True, None)
    assert row["match"]["region"] == [0, 0.3333, 1, 1]
    assert row["evidence"][0]["rel"] == ["nofollow", "noopener"]
    assert row["first_seen"] == "2026-11-20T12:30:15Z"


def test_the_owners_word_comes_first_and_the_judges_stays_readable() -> None:
    row = use_row(replace(USE, verdict_by_owner=VerdictKind.NONE))
    assert row["verdict"] == "none"
    assert "linked: caption" in row["reason"]


def test_a_page_that_is_gone_is_said_beside_its_old_verdict() -> None:
    row = use_row(replace(USE, check_status=CheckStatus.GONE, check_reason="404"))
    assert (row["check_status"], row["check_reason"]) == ("gone", "404")


def test_a_work_says_whose_and_why_not() -> None:
    row = work_row(replace(WORK, owner_says=False))
    assert (row["creator"], row["license"], row["excluded"]) == ("Jane, Joe", "ask me", "excluded by you")
    assert work_row(Work("w", "o", "u"))["creator"] is None


def test_json_lines_are_ascii_and_read_back() -> None:
    row = use_row(replace(USE, page_url="https://x.example/\u202e\ud800"), WORK)
    line = json_line(row)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line) == row


def test_pages_and_searches_say_what_became_of_them() -> None:
    check = PageCheck("https://a.example/", CheckStatus.COULD_NOT_CHECK, "captcha", WHEN, sources=("log",))
    assert (page_check_row(check)["reason"], page_check_row(check)["folds_into"]) == ("captcha", None)
    folded = replace(check, folds_into="https://a.example/article")
    assert page_check_row(folded)["folds_into"] == "https://a.example/article"
    assert search_row(SearchOutcome("log", SearchStatus.CAPTCHA))["searched"] is False
    assert search_row(SearchOutcome("log", SearchStatus.NONE_CONFIRMED))["searched"] is True
    json_line(page_check_row(check))
    json_line(search_row(SearchOutcome("log", SearchStatus.PARTIAL)))


def test_the_tables_hold_a_row_each() -> None:
    uses = list(csv.DictReader(io.StringIO(uses_csv([USE, USE], {"w1": WORK}), newline="")))
    assert [row["match_distance"] for row in uses] == ["3", "3"]
    assert uses[0]["evidence"] == "caption (caption): “Foto: =Jane␀ Doe” → https://jane.example/"
    works = list(csv.DictReader(io.StringIO(works_csv([WORK]), newline="")))
    assert works[0]["pages"] == "https://jane.example/a https://jane.example/b"
    assert works[0]["renditions"] == "1"
