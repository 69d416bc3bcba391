"""What the last look does to a verdict: it takes accusations back and makes none."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from creditline.checking import LastLook, after_last_look, placements_of, unjudged_doubt
from creditline.records import (
    ImageCandidate,
    Owner,
    PageReading,
    Placement,
    PlacementKind,
    Rendering,
    Role,
    Verdict,
    VerdictKind,
)
from creditline.urls import Url

NONE = Verdict(VerdictKind.NONE, reason="nothing")
OTHER = Verdict(VerdictKind.CREDITED_TO_OTHER, credited_name="Ann")
LINKED = Verdict(VerdictKind.LINKED, reason="caption")
OPEN = Verdict(VerdictKind.UNCLEAR, reason="too many names")
JANE = Owner(names=("Jane Doe",), domains=("jane.example",))
PAGE = Url.parse("https://page.example/")


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        (NONE, LastLook((NONE,)), VerdictKind.NONE),
        (OTHER, LastLook((OTHER,)), VerdictKind.CREDITED_TO_OTHER),
        (NONE, LastLook((NONE, LINKED)), VerdictKind.LINKED),
        (NONE, LastLook((OPEN, NONE)), VerdictKind.UNCLEAR),
        (NONE, LastLook((OTHER,)), VerdictKind.UNCLEAR),
        (OTHER, LastLook((NONE,)), VerdictKind.UNCLEAR),
        (NONE, LastLook(()), VerdictKind.UNCLEAR),
        (NONE, LastLook((NONE,), missing="captcha"), VerdictKind.UNCLEAR),
        (NONE, LastLook((NONE,), doubt="a frame on the page names you"), VerdictKind.UNCLEAR),
        (LINKED, LastLook((NONE,)), VerdictKind.LINKED),
        (OPEN, LastLook((NONE,)), VerdictKind.UNCLEAR),
    ],
)
def test_a_difference_is_never_an_accusation(first: Verdict, last: LastLook, kind: VerdictKind) -> None:
    assert after_last_look(first, last).kind is kind


@pytest.mark.parametrize(
    ("texts", "unread", "doubt"),
    [
        (("All photos: JANE  DOE",), (), "a frame on the page names you"),
        (("Weather\nhttps://www.jane.example/x",), (), "a frame on the page names you"),
        (("Jane Austen, Jane Doerr",), (), None),
        ((), ("widget.example",), "a frame on the page could not be read (widget.example)"),
        ((), (), None),
    ],
)
def test_frames_that_may_credit(texts: tuple[str, ...], unread: tuple[str, ...], doubt: str | None) -> None:
    seen = Rendering(PAGE, PAGE, datetime(2026, 1, 1, tzinfo=UTC), frame_texts=texts, unread_frames=unread)
    assert unjudged_doubt(seen, PageReading(PAGE), JANE) == doubt


NOT_TEXT = "the page names you where only a style sheet, a field or a page without scripts says it"


@pytest.mark.parametrize(
    ("said", "text", "doubt"),
    [
        ({"unseen_text": "Photo: Jane Doe"}, "", NOT_TEXT),
        ({"unseen_text": "Photo: Jane Roe"}, "", None),
        (
            {"shown_text": "Photo: Jane Doe"},
            "P h o t o: J a n e D o e",
            "the browser shows your name, but the page's text does not say it",
        ),
        ({"shown_text": "Photo: Jane Doe"}, "Photo: Jane Doe", None),
        ({"waits_for": ("https://page.example/late",)}, "", "the page was still waiting for data of its own"),
    ],
)
def test_what_only_a_browser_shows_may_credit(said: dict[str, Any], text: str, doubt: str | None) -> None:
    seen = Rendering(PAGE, PAGE, datetime(2026, 1, 1, tzinfo=UTC), **said)
    assert unjudged_doubt(seen, PageReading(PAGE, text=text), JANE) == doubt


def test_a_copy_is_known_again_by_its_address_or_its_bytes() -> None:
    def placed(ordinal: int, address: str, inline: bytes = b"") -> Placement:
        candidates = (ImageCandidate(Url.parse(address)),) if address else ()
        return Placement(ordinal, PlacementKind.IMG, Role.CONTENT, candidates, inline=inline)

    reading = PageReading(
        PAGE,
        (
            placed(0, "https://page.example/a.jpg?v=1"),
            placed(1, "https://page.example/a.jpg?v=2"),
            placed(2, "https://page.example/b.jpg"),
            placed(3, "", b"bytes"),
        ),
    )

    def found(address: str, digest: str = "") -> list[int]:
        return [placement.ordinal for placement in placements_of(reading, address, digest)]

    assert found("https://page.example/a.jpg?v=2") == [1]
    assert found("https://page.example/a.jpg?v=9") == [0, 1]
    assert found("https://page.example/c.jpg") == []
    assert found("data:sha256,...", sha256(b"bytes").hexdigest()) == [3]
