"""A match that the owner calls wrong is wrong for that picture, on every page, until it is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from creditline.records import Decoded, Disposition, RightsMetadata, WrongMatch
from creditline.store import SqlStore


@pytest.fixture
def work_id(store: SqlStore, owner: str, make: Any) -> str:
    """The id of a work."""
    return store.save_works(owner, [make.work()], make.now)[0].id


def test_not_my_image_is_said_of_the_picture_wherever_it_is(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [here] = make.save_check(store, owner, make.check(make.finding(work_id)))
    there = make.check(make.finding(work_id), page=make.url("there"))
    [known] = make.save_check(store, owner, there)
    store.set_disposition(owner, here.id, Disposition.NOT_MY_IMAGE, make.now)
    later = make.check(make.finding(work_id), page=make.url("later"))
    [new] = make.save_check(store, owner, later)
    other = make.check(make.finding(work_id, "another picture"), page=make.url("other"))
    [another] = make.save_check(store, owner, other)
    words = {use.id: use.disposition for use in store.uses(owner)}
    assert words == {
        here.id: Disposition.NOT_MY_IMAGE,
        known.id: Disposition.NOT_MY_IMAGE,
        new.id: Disposition.NOT_MY_IMAGE,
        another.id: Disposition.OPEN,
    }
    [wrong] = store.wrong_matches(owner)
    assert (wrong.work_id, wrong.sha256) == (work_id, make.sha("copy"))


def test_not_my_image_can_be_taken_back_everywhere(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    [here] = make.save_check(store, owner, make.check(make.finding(work_id)))
    make.save_check(store, owner, make.check(make.finding(work_id), page=make.url("there")))
    store.set_disposition(owner, here.id, Disposition.NOT_MY_IMAGE, make.now)
    store.set_disposition(owner, here.id, Disposition.OPEN, make.now)
    assert {use.disposition for use in store.uses(owner)} == {Disposition.OPEN}
    assert store.wrong_matches(owner) == []


def test_a_rule_calls_no_picture_wrong(store: SqlStore, owner: str, work_id: str, make: Any) -> None:
    store.set_rule(owner, "site", "blog.example", Disposition.NOT_MY_IMAGE, make.now)
    [use] = make.save_check(store, owner, make.check(make.finding(work_id)))
    assert use.disposition == Disposition.NOT_MY_IMAGE
    assert store.wrong_matches(owner) == []


def test_a_wrong_match_keeps_the_fingerprints_of_its_picture(
    store: SqlStore, owner: str, work_id: str, make: Any
) -> None:
    finding = make.finding(work_id)
    [use] = make.save_check(store, owner, make.check(finding))
    sha256, prints = finding.content_sha256, [make.fingerprint(algorithm=name) for name in ("one/1", "two/1")]
    for each in prints:
        store.remember_decoded(
            Decoded(sha256, "jpeg", 640, 320, 999, each, RightsMetadata(), b"thumbnail", flat=False)
        )
    store.set_disposition(owner, use.id, Disposition.NOT_MY_IMAGE, make.now)
    [wrong] = store.wrong_matches(owner)
    assert wrong == WrongMatch(use.id, work_id, sha256, tuple(prints))
