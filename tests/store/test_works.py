"""Works keep their ids and the owner's word through every re-indexing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from creditline.records import Disposition, Exclusion, Rendition, RightsMetadata
from creditline.store import SqlStore


def _bare(name: str, url: str, sha256: str | None, make: Any, **changes: Any) -> Any:
    return make.work(name, url=url, renditions=(Rendition(url, sha256=sha256),), **changes)


def test_ids_do_not_depend_on_the_order_of_finding(store: SqlStore, owner: str, make: Any) -> None:
    works = [make.work(name) for name in ("a", "b", "c")]
    together = {work.url: work.id for work in store.save_works(owner, works, make.now)}
    other = store.ensure_owner("other", [], make.now)
    one_by_one = [store.save_works(other, [work], make.later(days=1))[0] for work in reversed(works)]
    assert all(work_id.startswith("w") and len(work_id) == 13 for work_id in together.values())
    assert {work.url: work.id for work in one_by_one} != together  # the owner is part of it
    again = {work.url: work.id for work in store.save_works(owner, works[::-1], make.later(days=2))}
    assert again == together


def test_a_shared_address_is_the_same_work(store: SqlStore, owner: str, make: Any) -> None:
    [first] = store.save_works(owner, [make.work()], make.now)
    moved = make.work(title="Harbour, retouched", renditions=first.renditions[:1], pages=())
    [second] = store.save_works(owner, [moved], make.later(days=1))
    assert (second.id, second.title) == (first.id, "Harbour, retouched")
    assert second.renditions == first.renditions  # old addresses are still shown elsewhere
    assert second.pages == first.pages
    assert store.works(owner) == [second]


def test_a_shared_content_is_the_same_work(store: SqlStore, owner: str, make: Any) -> None:
    [first] = store.save_works(owner, [make.work()], make.now)
    renamed = _bare("renamed", "https://jane.example/new-name.jpg", make.sha("harbour-400"), make)
    [second] = store.save_works(owner, [renamed], make.now)
    assert second.id == first.id
    assert second.renditions[0].url == "https://jane.example/new-name.jpg"
    assert {rendition.url for rendition in first.renditions} <= {each.url for each in second.renditions}


def test_two_works_that_turn_out_to_be_one_are_merged(store: SqlStore, owner: str, make: Any) -> None:
    one = _bare("one", "https://jane.example/1.jpg", make.sha("1"), make, pages=("https://jane.example/a",))
    two = _bare("two", "https://jane.example/2.jpg", make.sha("2"), make, pages=("https://jane.example/b",))
    first, second = store.save_works(owner, [one, two], make.now)
    store.set_work(owner, second.id, False, make.now)
    [use] = make.save_check(store, owner, make.check(make.finding(first.id)))
    both = make.work("both", url=one.url, renditions=one.renditions + two.renditions, pages=())
    [merged] = store.save_works(owner, [both], make.later(days=1))
    assert store.works(owner) == [merged]
    assert merged.id == second.id  # the one the owner spoke of
    assert merged.owner_says is False
    assert merged.pages == ("https://jane.example/b", "https://jane.example/a")
    assert [(each.id, each.work_id, each.match.work) for each in store.uses(owner)] == [
        (use.id, merged.id, merged.id)
    ]
    assert store.set_work(owner, first.id, True, make.now).id == merged.id  # old ids lead there
    again = make.check(make.finding(first.id), load="load-2")
    assert [each.id for each in make.save_check(store, owner, again)] == [use.id]


def test_merging_works_merges_their_uses(store: SqlStore, owner: str, make: Any) -> None:
    one = _bare("one", "https://jane.example/1.jpg", make.sha("1"), make)
    two = _bare("two", "https://jane.example/2.jpg", make.sha("2"), make)
    first, second = store.save_works(owner, [one, two], make.now)
    [kept] = make.save_check(store, owner, make.check(make.finding(first.id)))
    [gone] = make.save_check(
        store, owner, make.check(make.finding(second.id), load="2", checked_at=make.later(hours=1))
    )
    store.set_disposition(owner, gone.id, Disposition.AUTHORISED, make.now)
    both = make.work("both", url=one.url, renditions=one.renditions + two.renditions)
    [merged] = store.save_works(owner, [both], make.later(days=1))
    [use] = store.uses(owner)
    assert (use.id, use.work_id, use.disposition) == (kept.id, merged.id, Disposition.AUTHORISED)
    assert use.last_checked == make.later(hours=1)
    assert store.set_disposition(owner, gone.id, Disposition.MINE, make.now).id == kept.id


def test_the_owners_word_stays(store: SqlStore, owner: str, make: Any) -> None:
    logo = make.work("logo", exclusion=Exclusion.LOGO)
    [work] = store.save_works(owner, [logo], make.now)
    assert work.excluded == "logo"
    assert store.set_work(owner, work.id, True, make.now).excluded is None
    [again] = store.save_works(owner, [logo], make.later(days=1))
    assert (again.owner_says, again.excluded) == (True, None)


def test_what_cannot_be_read_today_keeps_what_was_read(store: SqlStore, owner: str, make: Any) -> None:
    [before] = store.save_works(owner, [make.work()], make.now)
    unreadable = replace(
        before,
        fingerprint=None,
        width=None,
        height=None,
        title=None,
        rights=RightsMetadata(),
        renditions=tuple(Rendition(each.url, problem="http 503") for each in before.renditions),
        exclusion=Exclusion.MISSING,
        exclusion_note="http 503",
    )
    [after] = store.save_works(owner, [unreadable], make.later(days=1))
    assert after.excluded is None
    assert (after.fingerprint, after.title, after.rights) == (before.fingerprint, before.title, before.rights)
    assert [each.problem for each in after.renditions] == ["http 503"] * 3
    assert [each.sha256 for each in after.renditions] == [each.sha256 for each in before.renditions]


def test_a_larger_original_stands_for_the_work_but_a_web_address_names_it(
    store: SqlStore, owner: str, make: Any
) -> None:
    shared = Rendition("https://jane.example/small.jpg", 400, 200, "jpeg", 1, make.sha("harbour-400"))
    site = make.work(url=shared.url, renditions=(shared,), fingerprint=make.fingerprint("harbour", 400))
    folder = make.work(
        url="file:///originals/big.tif",
        renditions=(
            Rendition("file:///originals/big.tif", 6000, 3000, "tiff", 9, make.sha("harbour-6000")),
            Rendition("file:///originals/small.jpg", 400, 200, "jpeg", 1, make.sha("harbour-400")),
        ),
        fingerprint=make.fingerprint("harbour", 6000),
    )
    for order in ([site, folder], [folder, site], [site, folder]):
        for work in order:
            [stored] = store.save_works(owner, [work], make.now)
        assert stored.url == shared.url
        assert (stored.width, stored.fingerprint) == (1600, folder.fingerprint)


def test_a_replaced_picture_gets_the_new_fingerprint(store: SqlStore, owner: str, make: Any) -> None:
    big = Rendition("https://jane.example/a.jpg", 2000, 1000, sha256=make.sha("old-2000"))
    small = replace(big, width=800, height=400, sha256=make.sha("new-800"))
    old = make.work(url=big.url, renditions=(big,), fingerprint=make.fingerprint("old", 2000))
    new = make.work(url=big.url, renditions=(small,), fingerprint=make.fingerprint("new", 800))
    [first] = store.save_works(owner, [old], make.now)
    [second] = store.save_works(owner, [new], make.later(days=1))
    assert second.id == first.id
    assert second.fingerprint == new.fingerprint


def test_fingerprints_of_two_versions_stand_side_by_side(store: SqlStore, owner: str, make: Any) -> None:
    store.save_works(owner, [make.work()], make.now)
    newer = make.work(fingerprint=make.fingerprint(algorithm="phash16/2"))
    [work] = store.save_works(owner, [newer], make.now)
    assert work.fingerprint == newer.fingerprint
    assert store.counts(owner)["fingerprint"] == 2


def test_saving_twice_is_saving_once(store: SqlStore, owner: str, make: Any) -> None:
    works = [make.work("a"), make.work("b", fingerprint=None, renditions=()), make.work("c", pages=())]
    once = store.save_works(owner, works, make.now)
    counts = store.counts(owner)
    assert store.save_works(owner, works, make.later(days=1)) == once
    assert store.counts(owner) == counts


def test_one_call_may_name_a_work_twice(store: SqlStore, owner: str, make: Any) -> None:
    [work] = store.save_works(owner, [make.work(), make.work(title="Again")], make.now)
    assert work.title == "Again"


@pytest.mark.parametrize("table", ["check_result", "verdict", "credit_evidence"])
def test_history_cannot_be_changed(store: SqlStore, owner: str, make: Any, table: str) -> None:
    [work] = store.save_works(owner, [make.work()], make.now)
    make.save_check(store, owner, make.check(make.finding(work.id)))
    with pytest.raises(Exception, match=f"rows of {table} are only ever appended"):
        store._db.write(lambda session: session.execute(text(f"UPDATE {table} SET owner_id = owner_id")))
