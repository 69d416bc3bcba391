"""What ``creditline recheck`` says that changed."""

from dataclasses import replace
from datetime import UTC, datetime

from creditline.cli.recheck import changes
from creditline.records import (
    CheckStatus,
    Disposition,
    Match,
    MatchMethod,
    MatchStatus,
    Role,
    Use,
    Verdict,
    VerdictKind,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MISSING = Use(
    id="u1",
    owner_id="o1",
    work_id="w1",
    work_url="https://jane.example/pier.jpg",
    page_url="https://blog.example/post",
    image_url="https://blog.example/pier.jpg",
    hotlinked=False,
    role=Role.CONTENT,
    verdict=Verdict(VerdictKind.NONE),
    match=Match("w1", MatchStatus.CONFIRMED, MatchMethod.BYTES, 1.0),
    disposition=Disposition.OPEN,
    first_seen=NOW,
    last_checked=NOW,
)
CREDITED = replace(MISSING, verdict=Verdict(VerdictKind.LINKED))


def test_credits_won_and_lost_and_pages_gone_are_told():
    gone = replace(MISSING, id="u2", page_url="https://gone.example/", check_status=CheckStatus.GONE)
    there = replace(gone, check_status=CheckStatus.SHOWN)
    assert changes([MISSING, there], [CREDITED, gone]) == [
        "https://blog.example/post: none -> linked",
        "https://gone.example/: none -> gone",
    ]
    assert changes([CREDITED], [MISSING]) == ["https://blog.example/post: linked -> none"]


def test_a_new_use_is_told_and_so_is_that_nothing_changed():
    assert changes([], [CREDITED]) == ["https://blog.example/post: new, linked"]
    assert changes([CREDITED], [CREDITED]) == ["nothing changed on these pages"]
