"""Old evidence goes by rule, with a tombstone, and never what something stands on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditline.errors import StoreError
from creditline.pipeline.context import Context
from creditline.pipeline.retention import PrunePlan, Rules, plan_prune, prune
from creditline.pipeline.verify import verify_evidence
from creditline.records import Request, RequestStatus, StoredFile, Use, VerdictKind

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def file(name: str, days: int, kind: str | None = "raw_html", stands_on: str | None = None) -> StoredFile:
    return StoredFile(name, 1_000_000, NOW - timedelta(days=days), kind, stands_on)


FILES = [
    file("letter", 900, stands_on="a letter"),
    file("seal", 900, "seal"),
    file("old", 800),
    file("shot", 100, "screenshot"),
    file("open", 90, stands_on="an open finding"),
    file("reply", 50, None),
    file("new", 1),
]


@pytest.mark.parametrize(
    ("rules", "items", "bodies", "over_mb"),
    [
        (Rules(), [], [], 0),
        (Rules(keep_days=730), ["old"], [], 0),
        (Rules(keep_days=30), ["old", "shot"], ["reply"], 0),
        (Rules(budget_mb=6), [], ["reply"], 0),
        (Rules(budget_mb=5), ["old"], ["reply"], 0),
        (Rules(keep_days=730, budget_mb=4), ["old", "shot"], ["reply"], 0),
        (Rules(budget_mb=1), ["old", "shot", "new"], ["reply"], 2),
    ],
)
def test_the_oldest_goes_first(rules: Rules, items: list[str], bodies: list[str], over_mb: int) -> None:
    plan = plan_prune(FILES, [(Path(".new-x"), 7)], rules, NOW)
    assert [each.sha256 for _, files in plan.items for each in files] == items
    assert [each.sha256 for each in plan.kept_bodies] == bodies
    assert plan.over_budget_bytes == over_mb * 1_000_000
    assert plan.freed_bytes == 1_000_000 * (len(items) + len(bodies)) + 7


def _prune(context: Context, rules: Rules) -> PrunePlan:
    now = context.clock.now() + timedelta(days=800)
    plan = plan_prune(context.store.stored_files(), context.store.left_behind(now), rules, now)
    prune(context.store, plan, now)
    return plan


def test_what_is_pruned_says_when_and_by_which_rule(checked: Callable[..., object], tmp_path: Path) -> None:
    def after(context: Context, uses: list[Use]) -> None:
        items = dict(uses[0].evidence)
        shared = tmp_path / "evidence" / "ab"
        shared.mkdir(exist_ok=True)
        (shared / ".new-killed").write_bytes(b"half a file")
        (shared / ("c" * 62)).write_bytes(b"a file whose row was never written")
        for path in shared.iterdir():
            os.utime(path, (0, 0))
        plan = _prune(context, Rules(keep_days=730))
        assert set(plan.counts) == {*items, "kept reply", "left behind"} - {"seal"}
        assert plan.counts["left behind"] == 2
        left = {path.parent.name + path.name for path in (tmp_path / "evidence").rglob("*") if path.is_file()}
        assert left == {items["seal"]}
        verified = verify_evidence(context.store, context.owner_id)
        assert (verified.faults, verified.items) == ((), 1)
        assert verified.pruned == len(items) - 1
        with pytest.raises(StoreError, match=r"pruned by the rule keep_days = 730 on 2029-01-30"):
            context.store.get(items["raw_html"])
        again = context.store.put(b"new", "raw_html", "text/html", context.clock.now())
        assert context.store.get(again.sha256) == b"new"

    checked(after)


def test_what_something_stands_on_stays(checked: Callable[..., object]) -> None:
    def after(context: Context, uses: list[Use]) -> None:
        present = dict(uses[1].evidence)
        store, now = context.store, context.clock.now()
        # The owner says that it is not credited: an open finding, by its present evidence.
        store.set_verdict(context.owner_id, uses[0].id, VerdictKind.NONE, now)
        plan = _prune(context, Rules(keep_days=1, budget_mb=1))
        assert plan.protected_bytes > 0
        assert {file.sha256 for _, files in plan.items for file in files}.isdisjoint(present.values())
        assert all(store.get(sha256) for sha256 in present.values())

    checked(after, times=2)


def test_a_letter_keeps_all_that_it_was_written_from(checked: Callable[..., object]) -> None:
    def after(context: Context, uses: list[Use]) -> None:
        letter = Request(
            id="r1",
            owner_id=context.owner_id,
            site="127.0.0.1",
            subject="A credit",
            body="Dear editors",
            status=RequestStatus.DRAFT,
            use_ids=(uses[0].id,),
            created_at=context.clock.now(),
        )
        context.store.save_drafts(context.owner_id, [letter], context.clock.now())
        ever = {sha256 for use in uses for _, sha256 in use.evidence}
        assert len(ever) > len(uses[0].evidence)
        _prune(context, Rules(keep_days=1))
        assert all(context.store.get(sha256) for sha256 in ever)

    checked(after, times=2)


def test_an_older_file_of_a_recent_check_is_not_old(checked: Callable[..., object]) -> None:
    def after(context: Context, uses: list[Use]) -> None:
        used = {file.sha256: file.last_used for file in context.store.stored_files()}
        raw_html = dict(uses[0].evidence)["raw_html"]
        assert used[raw_html] == uses[1].last_checked
        assert uses[1].last_checked > uses[0].last_checked

    checked(after, times=2)
