"""What searches cost: exact, bounded whoever spends, and known again by the question's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from creditline.errors import BudgetError
from creditline.records import Disclosure, SearchOutcome, SearchStatus, Sighting, SpendingLimit
from creditline.store import SqlStore

KEY = "ab" * 32
ASKED = SearchOutcome(
    "engine",
    SearchStatus.PARTIAL,
    "w1",
    cost_usd=0.0035,
    cursor='{"state": "asked"}',
    query_key=KEY,
    unproven=True,
    declared=12,
    retry_after_s=90.5,
    evidence=("cd" * 32, "ef" * 32),
)


def test_an_outcome_comes_back_whole(store: SqlStore, owner: str, make: Any) -> None:
    assert store.search_standing(owner, "engine", KEY) is None
    store.save_search(owner, "r1", ASKED, [], make.now)
    found = store.search_standing(owner, "engine", KEY)
    assert found == ASKED == store.search_outcomes(owner)[0]
    assert found is not None
    assert (found.searched_at, found.run_id) == (make.now, "r1")
    assert store.search_standing(owner, "other", KEY) is None


def test_a_question_is_one_whatever_the_run_calls_it(store: SqlStore, owner: str, make: Any) -> None:
    done = replace(ASKED, status=SearchStatus.RESULTS, query="w2", cursor=None)
    store.save_search(owner, "r1", ASKED, [], make.now)
    store.save_search(owner, "r2", done, [], make.later(days=1))
    assert store.search_standing(owner, "engine", KEY) == done
    assert store.search_outcomes(owner) == [done]


def test_what_was_spent_is_exact(store: SqlStore, owner: str, make: Any) -> None:
    for n in range(1000):
        store.save_search(owner, f"r{n % 2}", ASKED, [], make.later(minutes=n), paid_usd=0.0001)
    store.save_search(owner, "r0", ASKED, [], make.later(days=1), paid_usd=-0.0001)
    assert store.spent_usd(owner) == 0.0999
    assert store.spent_usd(owner, run_id="r1") == 0.05
    assert store.spent_usd(owner, since=make.later(minutes=990)) == 0.0009
    assert store.spent_usd("nobody") == 0


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (SpendingLimit(0.01, run_id="r1"), r"this run's budget of 0\.01"),
        (SpendingLimit(0.01), r"the budget of 0\.01"),
    ],
)
def test_no_limit_is_ever_exceeded(
    store: SqlStore, owner: str, make: Any, limit: SpendingLimit, words: str
) -> None:
    sighting = Sighting("engine", make.url())
    for _ in range(2):
        store.save_search(owner, "r1", ASKED, [], make.now, paid_usd=0.005, limits=[limit])
    before = store.counts(owner)
    with pytest.raises(BudgetError, match=words):
        store.save_search(owner, "r1", ASKED, [sighting], make.now, paid_usd=0.000001, limits=[limit])
    assert store.counts(owner) == before, "nothing of it was stored"
    store.save_search(owner, "r1", ASKED, [], make.now, paid_usd=-0.005, limits=[limit])
    store.save_search(owner, "r1", ASKED, [], make.now, paid_usd=0.005, limits=[limit])
    assert store.spent_usd(owner) == 0.01


def test_a_month_begins_anew(store: SqlStore, owner: str, make: Any) -> None:
    for days in (0, 40):
        now = make.later(days=days)
        limit = SpendingLimit(1, since=now - timedelta(days=30))
        store.save_search(owner, "r1", ASKED, [], now, paid_usd=1, limits=[limit])
        with pytest.raises(BudgetError, match="since 2026"):
            store.save_search(owner, "r1", ASKED, [], now, paid_usd=0.01, limits=[limit])


def test_two_processes_share_one_budget(open_it: Callable[[], SqlStore], make: Any) -> None:
    one, other = open_it(), open_it()
    owner = one.ensure_owner("jane.example", ["Jane"], make.now)
    limit = SpendingLimit(0.03)
    paid = 0
    for n in range(10):
        try:
            (one, other)[n % 2].save_search(
                owner, f"r{n % 2}", ASKED, [], make.now, paid_usd=0.01, limits=[limit]
            )
            paid += 1
        except BudgetError:
            continue
    assert paid == 3
    assert one.spent_usd(owner) == other.spent_usd(owner) == 0.03


def test_what_was_spent_cannot_be_changed_afterwards(store: SqlStore, owner: str, make: Any) -> None:
    store.save_search(owner, "r1", ASKED, [], make.now, paid_usd=1)
    with pytest.raises(DBAPIError, match="only ever appended"), store._db.engine.begin() as connection:
        connection.execute(text("UPDATE spending SET micro_usd = 0"))


def test_hits_of_every_picture_are_counted(store: SqlStore, owner: str, make: Any) -> None:
    image = make.url("a.jpg")
    log = SearchOutcome("log", SearchStatus.RESULTS)
    claims = [Sighting("log", make.url(f"p{n}"), image_url=image, hits=n) for n in (1, 2, 3)]
    store.save_search(owner, "r1", log, [*claims, Sighting("log", make.url("p4"))], make.now)
    assert store.lead_hits(owner) == {image.href: 6}


def test_the_ledger_says_why(store: SqlStore, owner: str, make: Any) -> None:
    sent = Disclosure("vision.example", "a copy of 640 x 480", make.now, "w1", make.sha("x"), "r1", "copies")
    store.disclose(owner, sent)
    assert store.disclosures(owner) == [sent]
