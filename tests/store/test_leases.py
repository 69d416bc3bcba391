"""Claims, budgets and what must be remembered about people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from creditline.store import SqlStore
from creditline.store.ledger import Consent, Disclosure

MINUTES = timedelta(minutes=5)


def test_one_holder_at_a_time(store: SqlStore, make: Any) -> None:
    lease = store.claim("page", "p1", "me", MINUTES, make.now)
    assert lease is not None
    assert (lease.token, lease.holder, lease.expires_at) == (1, "me", make.now + MINUTES)
    assert store.claim("page", "p1", "you", MINUTES, make.later(minutes=4)) is None
    assert store.claim("page", "p1", "me", MINUTES, make.now) is None
    assert store.claim("page", "p2", "you", MINUTES, make.now) is not None
    assert store.claim("origin", "p1", "you", MINUTES, make.now) is not None


def test_tokens_grow_with_every_claim(store: SqlStore, make: Any) -> None:
    tokens = []
    for minutes in (0, 5, 10):
        lease = store.claim("page", "p1", "me", MINUTES, make.later(minutes=minutes))
        assert lease is not None
        tokens.append(lease.token)
    store.release(lease)
    again = store.claim("page", "p1", "you", MINUTES, make.now)
    assert again is not None
    assert [*tokens, again.token] == [1, 2, 3, 4]


def test_a_lost_lease_cannot_be_given_back(store: SqlStore, make: Any) -> None:
    lost = store.claim("page", "p1", "me", MINUTES, make.now)
    assert lost is not None
    store.claim("page", "p1", "you", MINUTES, make.later(minutes=6))
    store.release(lost)
    assert store.claim("page", "p1", "me", MINUTES, make.later(minutes=7)) is None


def test_a_renewed_lease_lasts_and_a_lost_one_is_not_renewed(store: SqlStore, make: Any) -> None:
    lease = store.claim("page", "p1", "me", MINUTES, make.now)
    assert lease is not None
    assert store.renew(lease, MINUTES, make.later(minutes=4))
    assert store.claim("page", "p1", "you", MINUTES, make.later(minutes=8)) is None
    assert store.claim("page", "p1", "you", MINUTES, make.later(minutes=10)) is not None
    assert not store.renew(lease, MINUTES, make.later(minutes=10))


def test_slots_follow_each_other(store: SqlStore, make: Any) -> None:
    waits = [store.next_slot("blog.example", 2.5, make.now) for _ in range(3)]
    assert waits == [0, 2.5, 5]
    assert store.next_slot("other.example", 2.5, make.now) == 0
    assert store.next_slot("blog.example", 1, make.later(seconds=6)) == 1.5
    assert store.next_slot("blog.example", 1, make.later(minutes=1)) == 0


@pytest.mark.parametrize("delay_s", [1, 50_000])
def test_slots_survive_a_clock_that_ran_ahead(store: SqlStore, make: Any, delay_s: float) -> None:
    """Catalogue row D06."""
    store.next_slot("blog.example", delay_s, make.later(days=2))
    assert store.next_slot("blog.example", delay_s, make.now) == 0
    assert store.next_slot("blog.example", delay_s, make.now) == delay_s


def test_opting_out_is_for_ever_and_names_nobody(store: SqlStore, owner: str, make: Any) -> None:
    assert not store.is_suppressed("jane@blog.example")
    for _ in range(2):
        store.suppress("jane@blog.example", "asked by mail", make.now)
    assert store.is_suppressed("jane@blog.example")
    assert not store.is_suppressed("max@blog.example")
    rows = store._db.read(lambda session: session.execute(text("SELECT * FROM suppression")).all())
    assert len(rows) == 1
    assert "blog.example" not in str(rows)


def test_consents_keep_date_and_wording(store: SqlStore, owner: str, make: Any) -> None:
    for wording in ("Send pictures?", "Send pictures?", "Send small pictures?"):
        store.give_consent(owner, "engine", wording, make.now)
    store.withdraw_consent(owner, "engine", make.later(days=1))
    store.give_consent(owner, "engine", "Send pictures?", make.later(days=2))
    assert store.consents(owner) == [
        Consent("engine", "Send pictures?", make.now, make.later(days=1)),
        Consent("engine", "Send small pictures?", make.now, make.later(days=1)),
        Consent("engine", "Send pictures?", make.later(days=2)),
    ]


def test_what_was_sent_is_in_the_ledger(store: SqlStore, owner: str, make: Any) -> None:
    sent = [
        Disclosure("engine", "640 px copy", make.later(days=n), "w1", make.sha("x"), "r1") for n in (0, 1)
    ]
    for each in sent:
        store.disclose(owner, each)
    assert store.disclosures(owner) == sent
    assert store.disclosures(store.ensure_owner("other", [], make.now)) == []
