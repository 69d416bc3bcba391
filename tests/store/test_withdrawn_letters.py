"""A draft whose reason is gone is taken back, and written anew when the reason returns."""

from creditline.records import Request, RequestStatus


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
