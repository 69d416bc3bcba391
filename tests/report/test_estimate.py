"""Capture and recapture: what is estimated, when nothing is, and how near it comes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from creditline.records import CheckStatus, PageCheck
from creditline.report.estimate import Unseen, unseen_pages
from creditline.report.summary import coverage

from .sample import sample

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Shown:
    """As much of a use as the estimate reads."""

    def __init__(self, page_url: str) -> None:
        self.page_url = page_url


def estimate(*named: tuple[str, ...]) -> Unseen | None:
    """The estimate for pages that these sources named, each page showing a work."""
    checks = [
        PageCheck(f"https://p{n}.example/", CheckStatus.SHOWN, None, NOW, None, sources)
        for n, sources in enumerate(named)
    ]
    uses: Any = [Shown(check.page_url) for check in checks]
    return unseen_pages(checks, uses)


def test_the_lower_bound_is_chaos() -> None:
    """Two sources, 12 pages once, 4 twice: 1/2 of 12 x 11 / (2 x 5)."""
    found = estimate(*[("a",)] * 7, *[("b",)] * 5, *[("a", "b")] * 4)
    assert found == Unseen(pages=7, known=16, sources=2, once=12, twice=4)
    assert found.words.startswith("estimate, not a count: at least about 7 more pages")


@pytest.mark.parametrize(
    "named",
    [
        [],
        [("a",)] * 50,
        [("a", "b")] * 5,
        [*[("a",)] * 20, *[("a", "b")] * 2],
        [*[("a", "page_list")] * 20, *[("watch_list", "snowball")] * 20],
    ],
    ids=["nothing", "one source", "too few pages", "too few twice", "people's lists"],
)
def test_too_little_gives_no_estimate(named: list[tuple[str, ...]]) -> None:
    assert estimate(*named) is None


def test_pages_that_show_nothing_do_not_count() -> None:
    checks = [
        PageCheck(f"https://p{n}.example/", CheckStatus.NOT_SHOWN, None, NOW, None, ("a", "b"))
        for n in range(30)
    ]
    assert unseen_pages(checks, []) is None


@pytest.mark.parametrize("seed", range(5))
def test_it_stays_near_the_truth_and_seldom_above(seed: int) -> None:
    """Four sources that each catch a fifth to two fifths of 400 pages, some pages easier than others."""
    draw, rates = random.Random(seed), {"a": 0.2, "b": 0.25, "c": 0.3, "d": 0.4}
    pages = [
        tuple(name for name, rate in rates.items() if draw.random() < rate * ease)
        for ease in (draw.choice((0.6, 1.4)) for _ in range(400))
    ]
    seen = [named for named in pages if named]
    found = estimate(*seen)
    assert found is not None
    assert 0.5 < found.pages / (400 - len(seen)) < 1.35


def test_the_report_says_it_as_an_estimate() -> None:
    plain = sample(1, works=1)
    use = plain.uses[0]
    pages = [f"https://p{n}.example/" for n in range(20)]
    checks = tuple(
        PageCheck(
            page,
            CheckStatus.SHOWN,
            None,
            NOW,
            None,
            ("server_log", "google_vision") if n < 6 else ("serpapi",),
        )
        for n, page in enumerate(pages)
    )
    full = replace(plain, page_checks=checks, uses=tuple(replace(use, page_url=page) for page in pages))
    (line,) = [line for line in coverage(full) if "estimate" in line]
    assert line.startswith("estimate, not a count")
    assert not [line for line in coverage(plain) if "estimate" in line]
