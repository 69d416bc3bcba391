"""Checks are appended, uses merged, and nothing is said to be gone that was not looked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from creditline.errors import LeaseLostError, StoreError
from creditline.records import (
    CheckStatus,
    Disposition,
    Look,
    PageUrlKind,
    Role,
    SearchOutcome,
    SearchStatus,
    Sighting,
    Validators,
    VerdictKind,
)
from creditline.store import SqlStore
from creditline.store.models import CheckUseRow, DispositionRow, PageRow, VerdictCorrectionRow


@pytest.fixture
def work_id(store: SqlStore, owner: str, make: Any) -> str:
    """The id of a work."""
    return store.save_works(owner, [make.work()], make.now)[0].id


def _recheck(make: Any, *findings: Any, days: int = 1, **changes: Any) -> Any:
    return make.check(*findings, load=f"again-{days}", checked_at=make.later(days=days), **changes)


def test_saving_twice_is_saving_once(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    check = make.check(make.finding(work_id), make.finding(work_id, "other"))
    once = make.save_check(store, owner, check)
    counts = store.counts(owner)
    assert make.save_check(store, owner, check) == once
    assert store.counts(owner) == counts


def test_a_second_check_moves_only_the_time(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    counts = store.counts(owner)
    [after] = make.save_check(store, owner, _recheck(make, make.finding(work_id)))
    assert after == replace(before, last_checked=make.later(days=1))
    changed = {name for name, rows in store.counts(owner).items() if rows != counts[name]}
    assert changed == {"check_result", "check_use"}


def test_a_new_verdict_is_added_to_the_history(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    make.save_check(store, owner, make.check(make.finding(work_id)))
    lost = make.finding(work_id, verdict=make.verdict(VerdictKind.NONE, evidence=()))
    [use] = make.save_check(store, owner, _recheck(make, lost))
    assert use.verdict == lost.verdict
    assert store.counts(owner)["verdict"] == 2
    make.save_check(store, owner, _recheck(make, make.finding(work_id), days=2))
    assert store.counts(owner)["verdict"] == 3


def test_a_new_match_is_added_to_the_history(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    make.save_check(store, owner, make.check(make.finding(work_id)))
    finding = make.finding(work_id, match=make.match(work_id, distance=13))
    assert make.save_check(store, owner, _recheck(make, finding))[0].match == finding.match
    assert store.counts(owner)["verdict"] == 2


def test_a_cache_busting_address_is_the_same_use(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_disposition(owner, before.id, Disposition.AUTHORISED, make.now)
    busted = make.finding(work_id, image_url="https://blog.example/copy.jpg?v=2")
    [after] = make.save_check(store, owner, _recheck(make, busted))
    assert (after.id, after.disposition) == (before.id, Disposition.AUTHORISED)
    assert after.image_url == busted.image_url


def test_a_no_passes_to_a_new_copy_on_the_same_page(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_disposition(owner, before.id, Disposition.NOT_MY_IMAGE, make.now)
    store.set_verdict(owner, before.id, VerdictKind.LINKED, make.now)
    [after] = make.save_check(store, owner, _recheck(make, make.finding(work_id, "recompressed")))
    assert after.id != before.id
    assert (after.disposition, after.verdict_by_owner) == (Disposition.NOT_MY_IMAGE, VerdictKind.LINKED)


def test_a_settled_case_says_nothing_of_another_page(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_disposition(owner, before.id, Disposition.AUTHORISED, make.now)
    elsewhere = make.check(make.finding(work_id), page=make.url("elsewhere"))
    assert make.save_check(store, owner, elsewhere)[0].disposition == Disposition.OPEN
    assert store.wrong_matches(owner) == []


@pytest.mark.parametrize("word", [VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER])
def test_an_accusation_does_not_pass_to_a_new_copy(
    store: SqlStore, owner: str, work_id: str, make: Any, word: VerdictKind
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_verdict(owner, before.id, word, make.now)
    [after] = make.save_check(store, owner, _recheck(make, make.finding(work_id, "recompressed")))
    assert (after.id != before.id, after.verdict_by_owner) == (True, None)


@pytest.mark.parametrize("word", [VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER])
def test_an_accusation_ends_when_a_credit_comes(
    store: SqlStore, owner: str, work_id: str, make: Any, word: VerdictKind
) -> None:
    missing = make.finding(work_id, verdict=make.verdict(VerdictKind.UNCLEAR, evidence=()))
    [use] = make.save_check(store, owner, make.check(missing))
    store.set_verdict(owner, use.id, word, make.now)
    [still] = make.save_check(store, owner, _recheck(make, missing))
    assert still.verdict_kind is word
    [came] = make.save_check(store, owner, _recheck(make, make.finding(work_id), days=2))
    assert (came.verdict_by_owner, came.verdict_kind) == (None, VerdictKind.LINKED)


def test_a_correction_of_a_mistaken_judge_stays(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    [use] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_verdict(owner, use.id, VerdictKind.NONE, make.now)
    other_words = make.finding(work_id, verdict=make.verdict(VerdictKind.LINKED, evidence=()))
    [after] = make.save_check(store, owner, _recheck(make, other_words))
    assert after.verdict_kind is VerdictKind.NONE


@pytest.mark.parametrize("scope", ["site", "work"])
def test_rules_hold_for_present_and_future_uses(
    store: SqlStore, owner: str, work_id: str, make: Any, scope: str
) -> None:
    subject = "blog.example" if scope == "site" else work_id
    [one, two] = make.save_check(
        store, owner, make.check(make.finding(work_id), make.finding(work_id, "other"))
    )
    store.set_disposition(owner, one.id, Disposition.MINE, make.now)
    assert store.set_rule(owner, scope, subject, Disposition.IGNORED, make.now) == 1
    later = make.check(make.finding(work_id), page=make.url("later", "www.blog.example"))
    [three] = make.save_check(store, owner, later)
    said = {use.id: use.disposition for use in store.uses(owner)}
    assert said == {one.id: Disposition.MINE, two.id: Disposition.IGNORED, three.id: Disposition.IGNORED}
    store.set_rule(owner, scope, subject, Disposition.OPEN, make.now)
    again = make.check(make.finding(work_id), page=make.url("again"))
    assert make.save_check(store, owner, again)[0].disposition == Disposition.OPEN


def test_every_check_goes_on_naming_its_own_evidence(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    finds = [
        replace(
            make.finding(work_id), evidence=(("raw_html", make.sha(name)), ("screenshot", make.sha(name)))
        )
        for name in ("first", "second")
    ]
    make.save_check(store, owner, make.check(finds[0]))
    [use] = make.save_check(store, owner, _recheck(make, finds[1]))
    assert use.evidence == finds[1].evidence
    rows = store._db.read(lambda session: session.scalars(select(CheckUseRow.evidence)).all())
    assert sorted(rows) == sorted([list(item) for item in find.evidence] for find in finds)


def test_the_owners_words_are_remembered(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    [use] = make.save_check(store, owner, make.check(make.finding(work_id)))
    store.set_disposition(owner, use.id, Disposition.AUTHORISED, make.now)
    store.set_disposition(owner, use.id, Disposition.OPEN, make.later(days=1))
    assert store.set_verdict(owner, use.id, VerdictKind.TEXT_ONLY, make.now).verdict_kind == "text_only"
    assert [each.id for each in store.uses(owner, [VerdictKind.TEXT_ONLY])] == [use.id]
    assert store.uses(owner, [VerdictKind.LINKED]) == []
    assert store.set_verdict(owner, use.id, None, make.now).verdict_kind == VerdictKind.LINKED
    said = store._db.read(lambda session: session.scalars(select(DispositionRow.disposition)).all())
    assert said == ["authorised", "open"]
    corrected = store._db.read(lambda session: session.scalars(select(VerdictCorrectionRow.kind)).all())
    assert corrected == ["text_only", None]


# --- what is no longer seen ---------------------------------------------------------------------


def test_a_use_that_is_no_longer_shown_stays(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id)))
    assert make.save_check(store, owner, _recheck(make)) == []
    [after] = store.uses(owner)
    assert after == replace(before, check_status=CheckStatus.NOT_SHOWN, last_checked=make.later(days=1))
    [back] = make.save_check(store, owner, _recheck(make, make.finding(work_id), days=2))
    assert back == replace(before, last_checked=make.later(days=2))


def test_a_use_whose_picture_could_not_be_had_is_not_called_removed(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    one, other = make.finding(work_id), make.finding(work_id, "other")
    make.save_check(store, owner, make.check(one, other))
    why = "1 images could not be compared: cdn.example: timeout"
    make.save_check(store, owner, _recheck(make, one, reason=why))
    lost = next(use for use in store.uses(owner) if use.image_url == other.image_url)
    assert (lost.check_status, lost.check_reason) == (CheckStatus.COULD_NOT_CHECK, why)
    assert lost.last_checked == make.now


def test_a_page_that_is_gone_says_so(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    make.save_check(store, owner, make.check(make.finding(work_id)))
    make.save_check(store, owner, _recheck(make, status=CheckStatus.GONE, reason="http 410"))
    [use] = store.uses(owner)
    assert (use.check_status, use.check_reason) == (CheckStatus.GONE, "http 410")
    assert use.verdict == make.verdict()


def test_a_check_that_could_not_be_made_says_nothing_of_uses(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id), validators=Validators("etag")))
    failed = _recheck(make, status=CheckStatus.COULD_NOT_CHECK, reason="captcha", title=None)
    make.save_check(store, owner, failed)
    [use] = store.uses(owner)
    assert (use.check_status, use.check_reason) == (CheckStatus.COULD_NOT_CHECK, "captcha")
    assert (use.last_checked, use.page_title) == (before.last_checked, "A page")
    etag = store._db.read(lambda session: session.scalars(select(PageRow.etag)).one())
    assert etag == "etag"


@pytest.mark.parametrize("shown", [True, False])
def test_a_weaker_look_never_says_not_shown(
    store: SqlStore, owner: str, work_id: str, make: Any, shown: bool
) -> None:
    make.save_check(store, owner, make.check(make.finding(work_id)))
    findings = [make.finding(work_id, "other", complete_looks=frozenset({Look.RAW}))] if shown else []
    make.save_check(store, owner, _recheck(make, *findings, complete_looks=frozenset({Look.RAW})))
    use = next(use for use in store.uses(owner) if use.content_key == make.sha("copy"))
    assert use.check_status == CheckStatus.COULD_NOT_CHECK
    assert use.last_checked == make.now


def test_one_copy_twice_on_a_page_is_one_use_with_its_better_credit(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    bare = make.finding(work_id, verdict=make.verdict(VerdictKind.NONE, evidence=()))
    credited = make.finding(work_id, role=Role.THUMBNAIL)
    [use] = make.save_check(store, owner, make.check(bare, credited, bare))
    assert use.verdict.kind == VerdictKind.LINKED


# --- folding ------------------------------------------------------------------------------------


def _amp(make: Any, *findings: Any, days: int = 0) -> Any:
    return _recheck(make, *findings, page=make.url("amp"), folds_into=make.url("article"), days=days)


def test_pages_of_one_article_have_one_use(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    store.add_pages(owner, [make.url("amp")], "log", make.now)
    [one] = make.save_check(store, owner, _amp(make, make.finding(work_id)))
    assert one.page_url == make.url("article").href
    waiting = [task.url for task in store.pages_to_check(owner, not_since=make.later(days=1))]
    assert waiting == [make.url("amp"), make.url("article")]
    [two] = make.save_check(store, owner, make.check(make.finding(work_id), page=make.url("article")))
    assert (two.id, two.sources) == (one.id, ("log",))
    assert store.pages_to_check(owner, not_since=None)[0].url == make.url("article")
    assert len(store.pages_to_check(owner, not_since=None)) == 1
    assert [t.url for t in store.pages_to_check(owner, not_since=None, only=[make.url("amp")])] == [
        make.url("amp")
    ]


def test_a_wrong_canonical_hides_nothing(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    make.save_check(store, owner, _amp(make, make.finding(work_id)))
    make.save_check(store, owner, make.check(page=make.url("article")))
    [use] = store.uses(owner)
    assert use.check_status == CheckStatus.SHOWN
    assert len(store.pages_to_check(owner, not_since=None)) == 2


def test_uses_move_when_a_page_turns_out_to_be_another(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [before] = make.save_check(store, owner, make.check(make.finding(work_id), page=make.url("amp")))
    store.set_disposition(owner, before.id, Disposition.MINE, make.now)
    [after] = make.save_check(store, owner, _amp(make, make.finding(work_id), days=1))
    assert (after.id, after.disposition) == (before.id, Disposition.MINE)
    assert after.page_url == make.url("article").href
    assert store.uses(owner) == [after]
    assert store.page_uses(owner, make.url("amp")) == store.page_uses(owner, make.url("article")) == [after]


def test_pages_that_fold_into_each_other_do_no_harm(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    for days, (page, target) in enumerate((("a", "b"), ("b", "a"), ("a", "b"))):
        check = _recheck(
            make, make.finding(work_id), days=days, page=make.url(page), folds_into=make.url(target)
        )
        make.save_check(store, owner, check)
    assert {use.check_status for use in store.uses(owner)} == {CheckStatus.SHOWN}
    assert store.pages_to_check(owner, not_since=None) != []


# --- leases -------------------------------------------------------------------------------------


def test_a_late_write_is_refused_whole(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    old = make.lease(store)
    taken = store.claim("page", make.url().key, "other", timedelta(minutes=5), make.later(minutes=6))
    assert taken is not None
    counts = store.counts(owner)
    with pytest.raises(LeaseLostError, match="taken over"):
        store.save_check(owner, old, make.check(make.finding(work_id)))
    assert store.counts(owner) == counts
    assert len(store.save_check(owner, taken, make.check(make.finding(work_id)))) == 1


def test_an_unknown_work_leaves_nothing_behind(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    counts = dict(store.counts(owner))
    with pytest.raises(StoreError, match="no work w0"):
        make.save_check(store, owner, make.check(make.finding(work_id), make.finding("w0", "b")))
    assert dict(store.counts(owner)) == counts | {"lease": counts["lease"] + 1}


# --- origins ------------------------------------------------------------------------------------


def test_origins_pass_what_they_know_to_their_pages(store: SqlStore, owner: str, make: Any) -> None:
    origin = Sighting("log", make.url(""), PageUrlKind.ORIGIN, make.url("a.jpg"), "w1")
    outcome = SearchOutcome("log", SearchStatus.RESULTS)
    store.save_search(owner, "r1", outcome, [origin], make.now)
    [task] = store.pages_to_check(owner, not_since=None)
    lease = store.claim("origin", f"{owner}/{task.page_id}", "me", timedelta(minutes=5), make.now)
    assert lease is not None
    pages = [make.url("one"), make.url("two"), make.url("one#top")]
    for _ in range(2):
        store.save_origin_resolved(owner, lease, pages, make.now, "2 pages in the sitemap")
    tasks = store.pages_to_check(owner, not_since=make.now)
    assert [(each.url, each.image_urls, each.work_ids, each.sources) for each in tasks] == [
        (make.url(name), (make.url("a.jpg"),), ("w1",), ("log",)) for name in ("one", "two")
    ]
    assert store.page_checks(owner) == []


def test_an_origin_must_be_one(store: SqlStore, owner: str, make: Any) -> None:
    store.add_pages(owner, [make.url()], "list", make.now)
    [task] = store.pages_to_check(owner, not_since=None)
    lease = store.claim("origin", task.page_id, "me", timedelta(minutes=5), make.now)
    assert lease is not None
    with pytest.raises(StoreError, match="no origin"):
        store.save_origin_resolved(owner, lease, [], make.now, "")
