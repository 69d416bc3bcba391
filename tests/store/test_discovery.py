"""Sightings merge per page and image; every search's end is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from creditline.records import Disposition, SearchOutcome, SearchStatus, Sighting
from creditline.store import SqlStore
from creditline.store.models import SightingSourceRow

LOG = SearchOutcome("log", SearchStatus.RESULTS, "access.log", seen=3, parsed=3, kept=2)


def _save(store: SqlStore, owner: str, make: Any, outcome: SearchOutcome, *claims: Sighting) -> int:
    return store.save_search(owner, "r1", outcome, claims, make.now)


def test_saving_twice_is_saving_once(store: SqlStore, owner: str, make: Any) -> None:
    claims = [Sighting("log", make.url(), image_url=make.url(f"{n}.jpg"), hits=n) for n in (1, 2)]
    assert _save(store, owner, make, LOG, *claims) == 2
    counts = store.counts(owner)
    assert _save(store, owner, make, LOG, *claims) == 0
    assert store.counts(owner) == counts


def test_sources_meet_on_one_page(store: SqlStore, owner: str, make: Any) -> None:
    image = make.url("a.jpg")
    _save(store, owner, make, LOG, Sighting("log", make.url("x?utm_source=a"), image_url=image))
    other = SearchOutcome("links", SearchStatus.RESULTS)
    claim = Sighting("links", make.url("x#top"), image_url=image, work_id="w1")
    assert _save(store, owner, make, other, claim) == 0
    [task] = store.pages_to_check(owner, not_since=None)
    assert (task.url, task.image_urls, task.work_ids) == (make.url("x"), (image,), ("w1",))
    assert task.sources == ("links", "log")


def test_hits_of_one_search_add_up_and_of_two_do_not(store: SqlStore, owner: str, make: Any) -> None:
    line = Sighting("log", make.url(), hits=2, seen_at=make.now)
    _save(store, owner, make, LOG, line, replace(line, hits=3, seen_at=make.later(days=1)))
    _save(store, owner, make, LOG, line)
    row = store._db.read(lambda session: session.scalars(select(SightingSourceRow)).one())
    assert (row.hits, row.seen_at) == (5, make.later(days=1))


def test_the_latest_outcome_of_each_question_counts(store: SqlStore, owner: str, make: Any) -> None:
    blocked = replace(LOG, status=SearchStatus.BLOCKED, note="try again tomorrow")
    none = SearchOutcome("log", SearchStatus.NONE_CONFIRMED)
    for run, outcome, days in (("r1", LOG, 0), ("r2", blocked, 1), ("r1", none, 0)):
        store.save_search(owner, run, outcome, [], make.later(days=days))
    assert store.search_outcomes(owner) == [none, blocked]


def test_many_sightings(store: SqlStore, owner: str, make: Any) -> None:
    claims = [
        Sighting("log", make.url(f"p{n % 700}"), image_url=make.url(f"{n}.jpg"), work_id=f"w{n % 3}")
        for n in range(2_100)
    ]
    assert _save(store, owner, make, LOG, *claims) == 2_100
    tasks = store.pages_to_check(owner, not_since=None)
    assert len(tasks) == 700
    assert {len(task.image_urls) for task in tasks} == {3}


def test_only_the_pages_asked_for(store: SqlStore, owner: str, make: Any) -> None:
    assert store.add_pages(owner, [make.url("a"), make.url("b"), make.url("a#x")], "list", make.now) == 2
    assert store.add_pages(owner, [make.url("b")], "another", make.now) == 0
    tasks = store.pages_to_check(owner, not_since=None, only=[make.url("b"), make.url("unknown")])
    assert [(task.url, task.sources) for task in tasks] == [(make.url("b"), ("another", "list"))]
    assert tasks[0].page_id.startswith("p")
    assert len(tasks[0].page_id) == 13


def test_what_the_owner_rejected_stays_rejected_whichever_source_names_it(
    store: SqlStore, owner: str, make: Any
) -> None:
    """Another source, another run and another address of the same copy bring no new use and no new word."""
    [work] = store.save_works(owner, [make.work()], make.now)
    [use] = make.save_check(store, owner, make.check(make.finding(work.id)))
    store.set_disposition(owner, use.id, Disposition.NOT_MY_IMAGE, make.now)
    for run, source in (("r1", "google_vision"), ("r2", "tineye_api"), ("r3", "google_vision")):
        claim = Sighting(source, make.url(), image_url=make.url(f"copy.jpg?v={run}"), work_id=work.id)
        store.save_search(owner, run, SearchOutcome(source, SearchStatus.RESULTS), [claim], make.now)
        again = make.check(
            make.finding(work.id, image_url=f"https://blog.example/copy.jpg?v={run}"), load=run
        )
        [after] = make.save_check(store, owner, again)
        assert (after.id, after.disposition) == (use.id, Disposition.NOT_MY_IMAGE)
    [task] = store.pages_to_check(owner, not_since=None)
    assert task.sources == ("google_vision", "tineye_api")
