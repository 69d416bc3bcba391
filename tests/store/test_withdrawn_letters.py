"""A draft whose reason is gone is taken back, and written anew when the reason returns."""

from creditline.records import Rendition, Request, RequestStatus, VerdictKind


def letter(owner, make, site, uses=(), body="Please"):
    return Request(
        id=f"q-{site}",
        owner_id=owner,
        site=site,
        subject="A credit",
        body=body,
        status=RequestStatus.DRAFT,
        use_ids=uses,
        created_at=make.now,
    )


def statuses(store, owner):
    return {each.site: each.status for each in store.requests(owner)}


def test_a_site_that_lacks_nothing_any_more_has_no_draft(store, owner, make):
    first, second = letter(owner, make, "a.example"), letter(owner, make, "b.example")
    store.save_drafts(owner, [first, second], make.now)
    store.save_drafts(owner, [second], make.later(days=1))
    assert statuses(store, owner) == {
        "a.example": RequestStatus.WITHDRAWN,
        "b.example": RequestStatus.DRAFT,
    }


def test_a_withdrawn_draft_returns_with_new_words(store, owner, make):
    store.save_drafts(owner, [letter(owner, make, "a.example")], make.now)
    store.save_drafts(owner, [], make.later(days=1))
    (again,) = store.save_drafts(owner, [letter(owner, make, "a.example", body="Again")], make.later(days=2))
    assert (again.status, again.body) == (RequestStatus.DRAFT, "Again")
    assert len(store.requests(owner)) == 1


def test_a_letter_that_left_is_never_withdrawn(store, owner, make):
    store.save_drafts(owner, [letter(owner, make, "a.example")], make.now)
    store.set_request("q-a.example", make.later(days=1), status=RequestStatus.SENT)
    store.save_drafts(owner, [], make.later(days=2))
    assert statuses(store, owner) == {"a.example": RequestStatus.SENT}


def test_a_new_copy_of_a_work_once_asked_about_gets_no_second_letter(store, owner, make):
    [work] = store.save_works(owner, [make.work()], make.now)
    [first] = make.save_check(store, owner, make.check(make.finding(work.id)))
    store.save_drafts(owner, [letter(owner, make, "a.example", (first.id,))], make.now)
    store.set_request("q-a.example", make.now, status=RequestStatus.CLOSED)
    again = make.check(make.finding(work.id, "recropped"), load="again", checked_at=make.later(days=1))
    [second] = make.save_check(store, owner, again)
    assert second.id != first.id
    (kept,) = store.save_drafts(owner, [letter(owner, make, "a.example", (second.id,))], make.later(days=2))
    assert kept.status is RequestStatus.CLOSED
    assert len(store.requests(owner)) == 1


def test_a_letter_names_the_use_that_its_own_was_merged_into(store, owner, make):
    one = make.work("one", url="https://jane.example/1.jpg", renditions=(), fingerprint=None)
    two = make.work("two", url="https://jane.example/2.jpg", renditions=(), fingerprint=None)
    first, second = store.save_works(owner, [one, two], make.now)
    [kept] = make.save_check(store, owner, make.check(make.finding(first.id)))
    later = make.check(make.finding(second.id), load="2", checked_at=make.later(hours=1))
    [gone] = make.save_check(store, owner, later)
    store.set_verdict(owner, gone.id, VerdictKind.NONE, make.now)
    store.save_drafts(owner, [letter(owner, make, "a.example", (gone.id, kept.id))], make.now)
    both = make.work("both", url=one.url, renditions=(Rendition(one.url), Rendition(two.url)))
    store.save_works(owner, [both], make.later(days=1))
    [use] = store.uses(owner)
    assert store.requests(owner)[0].use_ids == (use.id,)
    assert (use.id, use.verdict_by_owner) == (kept.id, None)
