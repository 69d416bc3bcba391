"""Comparing results with the truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from creditline.demo.truth import compare

ALL = ("bytes", "hash", "geometry")
WORK = "https://mira.example/a.jpg"
LOGO = "https://mira.example/logo.png"
PAGE = "https://site.example/p/"
Q = "https://site.example/q/"
WALL = "https://site.example/wall/"


@pytest.fixture
def truth_dir(tmp_path: Path) -> Path:
    """Two pages with a work, one that folds, one without, one that cannot be checked."""
    rows: list[dict[str, Any]] = [
        {"page": PAGE, "check": "shown", **_placement("https://site.example/c.jpg", "hash")},
        {
            "page": Q,
            "check": "shown",
            **_placement("https://site.example/d.jpg", "geometry"),
        },
        {"page": "https://site.example/p/amp/", "check": "shown", "folds_into": PAGE},
        {"page": "https://site.example/empty/", "check": "not_shown"},
        {"page": WALL, "check": "could_not_check", "reason": "captcha|challenge"},
    ]
    works = [
        {
            "work": "a",
            "url": WORK,
            "renditions": [WORK, "https://mira.example/a-350.jpg"],
            "width": 1200,
            "height": 800,
            "excluded": None,
        },
        {"work": None, "url": LOGO, "renditions": [], "width": None, "height": None, "excluded": "logo"},
    ]
    for name, content in (("truth", rows), ("works", works)):
        text = "".join(json.dumps(row) + "\n" for row in content)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def _placement(image: str, needs: str) -> dict[str, Any]:
    return {
        "work": WORK, "image_url": image, "image_urls": [image], "hotlinked": False, "role": "content",
        "verdict": "none", "nofollow": False, "needs": needs,
    }  # fmt: skip


def _use(page: str = PAGE, image: str = "https://site.example/c.jpg", **other: Any) -> dict[str, Any]:
    use = {
        "work": "w1", "work_url": "https://mira.example/a-350.jpg", "page_url": page, "image_url": image,
        "hotlinked": False, "role": "content", "verdict": "none", "nofollow": False, "reason": "no credit",
        "page_links_owner": False,
    }  # fmt: skip
    return use | other


def _check(page: str, status: str, reason: str | None = None) -> dict[str, Any]:
    return {"page_url": page, "status": status, "reason": reason}


WORKS = [
    {
        "work": "w1",
        "url": WORK,
        "width": 1200,
        "height": 800,
        "excluded": None,
        "renditions": [{"url": WORK}],
    },
    {"work": "w2", "url": LOGO, "width": 9, "height": 9, "excluded": "logo: file name", "renditions": []},
]
USES = [_use(), _use(Q, "https://site.example/d.jpg")]
CHECKS = [
    _check(PAGE, "shown"),
    _check(Q, "shown"),
    _check("https://site.example/empty/", "not_shown"),
    _check(WALL, "could_not_check", "Challenge page"),
]


def _told(
    truth_dir: Path, *, uses: Any = USES, checks: Any = CHECKS, works: Any = WORKS, methods: Any = ALL
) -> list[str]:
    return [str(each) for each in compare(uses, checks, works, truth_dir, methods)]


def test_the_truth_differs_in_nothing(truth_dir: Path) -> None:
    assert _told(truth_dir) == []


def test_what_cannot_be_recognised_yet_must_be_absent(truth_dir: Path) -> None:
    less = [CHECKS[0], _check(Q, "not_shown"), *CHECKS[2:]]
    assert _told(truth_dir, uses=USES[:1], checks=less, methods=("bytes", "hash")) == []
    told = _told(truth_dir, methods=("bytes", "hash"))
    assert told == [
        f"{Q}: expected no such use, got a-350.jpg none (https://site.example/d.jpg)",
        f"{Q}: expected not_shown, got shown",
    ]


@pytest.mark.parametrize(
    ("uses", "told"),
    [
        (USES[:1], f"{Q}: expected use of a.jpg (https://site.example/d.jpg), got none"),
        ([*USES, _use()], f"{PAGE}: expected no such use, got a-350.jpg none (https://site.example/c.jpg)"),
        (
            [_use(verdict="linked"), USES[1]],
            f"{PAGE}: expected a.jpg verdict none, got verdict linked (no credit)",
        ),
        ([_use(role="thumbnail"), USES[1]], f"{PAGE}: expected a.jpg role content, got role thumbnail"),
        ([_use(nofollow=True), USES[1]], f"{PAGE}: expected a.jpg nofollow False, got nofollow True"),
    ],
)
def test_wrong_uses(truth_dir: Path, uses: Any, told: str) -> None:
    assert _told(truth_dir, uses=uses) == [told]


def test_what_a_person_must_tell_may_be_absent_or_unclear(truth_dir: Path) -> None:
    rows = (truth_dir / "truth.jsonl").read_text(encoding="utf-8")
    doubtful = {"page": Q, "check": "shown", **_placement("https://site.example/e.jpg", "person")}
    (truth_dir / "truth.jsonl").write_text(rows + json.dumps(doubtful) + "\n", encoding="utf-8")
    assert _told(truth_dir) == []
    seen = _use(Q, "https://site.example/e.jpg", verdict="unclear")
    assert _told(truth_dir, uses=[*USES, seen]) == []
    assert _told(truth_dir, uses=[*USES, {**seen, "verdict": "none"}]) == [
        f"{Q}: expected a.jpg unclear, got none"
    ]


def test_a_use_on_a_page_that_folds_is_one_too_many(truth_dir: Path) -> None:
    told = _told(truth_dir, uses=[*USES, _use("https://site.example/p/amp/")])
    assert told == [
        "https://site.example/p/amp/: expected no such use, got a-350.jpg none (https://site.example/c.jpg)"
    ]


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        (CHECKS[:3], f"{WALL}: expected could_not_check, got no check"),
        (
            [*CHECKS[:3], _check(WALL, "could_not_check", "timeout")],
            f"{WALL}: expected could_not_check (captcha|challenge), got could_not_check (timeout)",
        ),
        (
            [*CHECKS[:3], _check(WALL, "not_shown")],
            f"{WALL}: expected could_not_check, got not_shown",
        ),
        (
            [*CHECKS, _check("https://else.example/", "shown")],
            "https://else.example/: expected no such page, got shown",
        ),
        (
            [*CHECKS, _check("https://site.example/p/amp/", "could_not_check", "timeout")],
            f"https://site.example/p/amp/: expected folded into {PAGE}, got could_not_check (timeout)",
        ),
    ],
)
def test_wrong_checks(truth_dir: Path, checks: Any, told: str) -> None:
    assert _told(truth_dir, checks=checks) == [told]


@pytest.mark.parametrize(
    "further",
    [
        _check("https://else.example/", "not_shown"),
        _check("https://site.example/p/amp/", "shown"),
        _check("http://www.site.example/old/", "gone"),
    ],
)
def test_pages_met_on_the_way_are_no_difference(truth_dir: Path, further: Any) -> None:
    assert _told(truth_dir, checks=[*CHECKS, further]) == []


@pytest.mark.parametrize(
    ("works", "told"),
    [
        (WORKS[:1], f"{LOGO}: expected one picture, excluded (logo), got nothing"),
        ([{**WORKS[0], "excluded": "flat"}, WORKS[1]], f"{WORK}: expected a work, got excluded (flat)"),
        ([WORKS[0], {**WORKS[1], "excluded": None}], f"{LOGO}: expected excluded (logo), got a work"),
        (
            [{**WORKS[0], "width": 350}, WORKS[1]],
            f"{WORK}: expected best file 1200x800, got 350x800 ({WORK})",
        ),
        (
            [*WORKS, {**WORKS[0], "work": "w3", "url": "https://mira.example/a-350.jpg", "renditions": []}],
            f"{WORK}: expected one work, got 2 works",
        ),
        (
            [*WORKS, {**WORKS[0], "work": "w4", "url": "https://mira.example/b.jpg", "renditions": []}],
            "https://mira.example/b.jpg: expected no such work, got a work",
        ),
    ],
)
def test_wrong_works(truth_dir: Path, works: Any, told: str) -> None:
    assert _told(truth_dir, works=works) == [told]
