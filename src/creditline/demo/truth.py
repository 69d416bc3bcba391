"""What is true of the miniature web, and how a result differs from it.

``truth.jsonl`` holds one row per work on a page, and one per page without any::

    {"page", "check": "shown|not_shown|gone|could_not_check", "reason": "robots|disallow", "folds_into",
     "work", "image_url", "image_urls", "hotlinked", "role", "verdict", "nofollow", "page_links_owner",
     "needs": "bytes|hash|geometry|person", "browser", "copy", "display", "distance_bits"}

``reason`` lists parts, separated by ``|``, one of which the reported reason must hold. ``works.jsonl``
holds one row per picture of the owner's site, ``excluded`` being the reason's class (or several that are
equally right, separated by ``|``) or ``null``. A row that needs a method which is not there yet must be
absent from the uses: missing a copy is allowed, a wrong use never is. One that needs a person may be there,
as long as it is unclear.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from creditline.records import CheckStatus, VerdictKind
from creditline.urls import Url, page_identity

Row = Mapping[str, Any]

#: What of a use is compared; ``page_links_owner`` only where the truth states it.
_FIELDS = ("hotlinked", "role", "verdict", "nofollow", "page_links_owner")
_SHOWN, _NOT_SHOWN = CheckStatus.SHOWN.value, CheckStatus.NOT_SHOWN.value


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which a result is not the truth."""

    #: The page or picture concerned.
    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class Truth:
    """Both files, read."""

    rows: tuple[Row, ...]
    works: tuple[Row, ...]

    def work_of(self, url: str) -> str | None:
        """The truth's address of the work to which a file belongs."""
        wanted = _spelling(url)
        return next(
            (row["url"] for row in self.works if wanted in map(_spelling, (row["url"], *row["renditions"]))),
            None,
        )


def read_truth(truth_dir: Path) -> Truth:
    """Read ``truth.jsonl`` and ``works.jsonl`` of a folder."""
    return Truth(_rows(truth_dir / "truth.jsonl"), _rows(truth_dir / "works.jsonl"))


def compare(
    uses: Iterable[Row],
    page_checks: Iterable[Row],
    works: Iterable[Row],
    truth_dir: Path,
    methods: Collection[str],
) -> list[Difference]:
    """Compare a whole result with the truth.

    Args:
        uses: As ``uses --json`` prints them.
        page_checks: One per page: ``page_url``, ``status``, ``reason`` (fields of `records.PageCheck`).
        works: As ``works --json`` prints them.
        truth_dir: The folder of the truth files.
        methods: What recognition can do: some of ``bytes``, ``hash``, ``geometry``.

    Returns:
        Nothing when the result is the truth.
    """
    truth = read_truth(truth_dir)
    return [
        *_compare_works(truth, list(works)),
        *_compare_uses(truth, list(uses), methods),
        *_compare_checks(truth, list(page_checks), methods),
    ]


# --- works --------------------------------------------------------------------------------------


def _compare_works(truth: Truth, works: list[Row]) -> Iterable[Difference]:
    by_file: dict[str, list[Row]] = defaultdict(list)
    for work in works:
        for url in {_spelling(url) for url in (work["url"], *(each["url"] for each in work["renditions"]))}:
            by_file[url].append(work)
    known: set[str] = set()
    for row in truth.works:
        found = {
            work["work"]: work
            for url in (row["url"], *row["renditions"])
            for work in by_file.get(_spelling(url), ())
        }
        known |= found.keys()
        yield from _compare_work(row, list(found.values()))
    for work in works:
        if work["work"] not in known and work["excluded"] is None:
            yield Difference(work["url"], "no such work", "a work")


def _compare_work(row: Row, found: list[Row]) -> Iterable[Difference]:
    if len(found) != 1:
        wanted = "one work" if row["excluded"] is None else f"one picture, excluded ({row['excluded']})"
        yield Difference(row["url"], wanted, f"{len(found)} works" if found else "nothing")
        return
    work = found[0]
    if row["excluded"] is None and work["excluded"] is not None:
        yield Difference(row["url"], "a work", f"excluded ({work['excluded']})")
    elif row["excluded"] is not None and not (work["excluded"] or "").startswith(
        tuple(row["excluded"].split("|"))
    ):
        yield Difference(row["url"], f"excluded ({row['excluded']})", work["excluded"] or "a work")
    elif row["excluded"] is None and (row["width"], row["height"]) != (work["width"], work["height"]):
        sizes = [f"{each['width']}x{each['height']}" for each in (row, work)]
        yield Difference(row["url"], f"best file {sizes[0]}", f"{sizes[1]} ({work['url']})")


# --- uses ---------------------------------------------------------------------------------------


def _compare_uses(truth: Truth, uses: list[Row], methods: Collection[str]) -> Iterable[Difference]:
    left = list(uses)
    for row in _recognisable(truth.rows, methods):
        use = _take(truth, row, left)
        if use is None:
            yield Difference(row["page"], f"use of {_name(row['work'])} ({row['image_url']})", "none")
        else:
            yield from _compare_use(row, use)
    for row in (row for row in truth.rows if row.get("needs") == "person"):
        use = _take(truth, row, left)
        if use is not None and use["verdict"] != VerdictKind.UNCLEAR.value:
            yield Difference(row["page"], f"{_name(row['work'])} unclear", use["verdict"])
    for use in left:
        yield Difference(
            use["page_url"], "no such use", f"{_name(use['work_url'])} {use['verdict']} ({use['image_url']})"
        )


def _take(truth: Truth, row: Row, left: list[Row]) -> Row | None:
    """Remove and return the use that a row speaks of."""
    for number, use in enumerate(left):
        same_page = _identity(use["page_url"]) == _identity(row["page"])
        same_image = _spelling(use["image_url"]) in map(_spelling, row["image_urls"])
        if same_page and same_image and truth.work_of(use["work_url"]) == row["work"]:
            return left.pop(number)
    return None


def _compare_use(row: Row, use: Row) -> Iterable[Difference]:
    for name in _FIELDS:
        if name in row and row[name] != use[name]:
            got = f"{name} {use[name]}" + (
                f" ({use['reason']})" if name == "verdict" and use.get("reason") else ""
            )
            yield Difference(row["page"], f"{_name(row['work'])} {name} {row[name]}", got)


def _recognisable(rows: Iterable[Row], methods: Collection[str]) -> list[Row]:
    return [row for row in rows if "work" in row and row["needs"] in methods]


# --- checks -------------------------------------------------------------------------------------


def _compare_checks(truth: Truth, checks: list[Row], methods: Collection[str]) -> Iterable[Difference]:
    got = {_identity(check["page_url"]): check for check in checks}
    showing = {row["page"] for row in _recognisable(truth.rows, methods)}
    expected = {row["page"]: row for row in truth.rows}
    for page, row in expected.items():
        check = got.pop(_identity(page), None)
        if "folds_into" not in row:
            yield from _compare_check(page, row, check, shows=page in showing)
        elif check and check["status"] == CheckStatus.COULD_NOT_CHECK.value:
            yield Difference(page, f"folded into {row['folds_into']}", _said(check))
    for check in got.values():
        if check["status"] not in (_NOT_SHOWN, CheckStatus.GONE.value):
            yield Difference(check["page_url"], "no such page", _said(check))


def _compare_check(page: str, row: Row, check: Row | None, *, shows: bool) -> Iterable[Difference]:
    status = _NOT_SHOWN if row["check"] == _SHOWN and not shows else row["check"]
    if check is None:
        yield Difference(page, status, "no check")
    elif check["status"] != status:
        yield Difference(page, status, _said(check))
    elif "reason" in row and not any(
        part in (check["reason"] or "").lower() for part in row["reason"].split("|")
    ):
        yield Difference(page, f"{status} ({row['reason']})", _said(check))


def _said(check: Row) -> str:
    return f"{check['status']} ({check['reason']})" if check.get("reason") else str(check["status"])


# --- helpers ------------------------------------------------------------------------------------


def _rows(file: Path) -> tuple[Row, ...]:
    return tuple(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)


def _identity(url: str) -> str:
    return page_identity(Url.parse(url))


def _spelling(url: str) -> str:
    parsed = Url.try_parse(url)
    return unquote(parsed.href.split("://", 1)[1]) if parsed else url


def _name(url: str) -> str:
    return url.rsplit("/", 1)[-1]
