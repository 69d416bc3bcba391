"""Every record comes back as it was given."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from creditline.errors import StoreError
from creditline.records import (
    CheckStatus,
    Contact,
    ContactKind,
    Decoded,
    Disposition,
    ElementBox,
    Exclusion,
    KnownFile,
    PageUrlKind,
    Rendering,
    Reply,
    Request,
    RequestOutcome,
    RequestStatus,
    RightsMetadata,
    SearchOutcome,
    SearchStatus,
    Sighting,
    Use,
    Validators,
    VerdictKind,
)
from creditline.store import SqlStore
from creditline.urls import Url


def test_works(store: SqlStore, owner: str, make: Any) -> None:
    plain = make.work("plain", fingerprint=None, exclusion=Exclusion.LOGO, exclusion_note="in the header")
    saved = store.save_works(owner, [make.work(), plain], make.now)
    assert [replace(work, id="", owner_id="") for work in saved] == [make.work(), plain]
    assert store.works(owner) == saved
    assert {work.owner_id for work in saved} == {owner}


def test_uses(store: SqlStore, owner: str, make: Any) -> None:
    work = store.save_works(owner, [make.work()], make.now)[0]
    store.add_pages(owner, [make.url()], "pages.txt", make.now)
    finding = make.finding(work.id)
    saved = make.save_check(store, owner, make.check(finding))
    assert saved == [
        Use(
            id=saved[0].id,
            owner_id=owner,
            work_id=work.id,
            work_url=work.url,
            page_url=make.url().href,
            image_url=finding.image_url,
            hotlinked=False,
            role=finding.role,
            verdict=finding.verdict,
            match=finding.match,
            disposition=Disposition.OPEN,
            first_seen=make.now,
            last_checked=make.now,
            page_title="A page",
            complete_looks=finding.complete_looks,
            evidence=finding.evidence,
            width=640,
            height=320,
            sources=("pages.txt",),
            page_language="en-GB",
            content_key=finding.content_key,
        )
    ]
    assert store.page_uses(owner, make.url()) == saved
    assert store.page_uses(owner, make.url("another")) == []
    assert store.uses(owner) == saved
    assert store.uses(owner, [VerdictKind.LINKED]) == saved
    assert store.uses(owner, [VerdictKind.NONE]) == []


def test_searches(store: SqlStore, owner: str, make: Any) -> None:
    run = store.open_run(owner, "discover", make.now)
    outcome = SearchOutcome(
        "log", SearchStatus.PARTIAL, "access.log", 10, 9, 2, "1 line skipped", 0.25, "line 10", "tab"
    )
    sighting = Sighting("log", make.url(), image_url=make.url("a.jpg"), provenance="line 1", seen_at=make.now)
    origin = Sighting("log", make.url(""), PageUrlKind.ORIGIN, work_id="w1")
    assert store.save_search(owner, run.id, outcome, [sighting, origin], make.now) == 2
    assert store.search_outcomes(owner) == [outcome]
    tasks = store.pages_to_check(owner, not_since=None)
    assert [(task.url, task.kind, task.image_urls, task.work_ids, task.sources) for task in tasks] == [
        (make.url(""), PageUrlKind.ORIGIN, (), ("w1",), ("log",)),
        (make.url(), PageUrlKind.PAGE, (make.url("a.jpg"),), (), ("log",)),
    ]


def test_replies(store: SqlStore, make: Any) -> None:
    page = make.url("a.jpg?size=1#top")
    headers = (("etag", '"x"'), ("set-cookie", "a"), ("set-cookie", "b"), ("last-modified", "yesterday"))
    reply = Reply(page, make.url("b.jpg"), make.now, 200, headers, b"body")
    assert store.known_reply(page) is None
    sha256 = store.remember_reply(reply, keep_body=True)
    known = store.known_reply(page)
    assert known is not None
    assert (known.url, known.final_url, known.status, known.headers) == (page, reply.final_url, 200, headers)
    assert known.validators == Validators('"x"', "yesterday")
    assert (known.body_sha256, known.fetched_at) == (sha256, make.now)
    assert store.body(sha256) == b"body"
    assert store.known_reply(make.url("a.jpg?size=2")) is None


def test_a_304_keeps_the_last_whole_reply(store: SqlStore, make: Any) -> None:
    whole = Reply(make.url(), make.url(), make.now, 200, (("etag", "1"),), b"body")
    sha256 = store.remember_reply(whole, keep_body=False)
    later = make.later(hours=1)
    unchanged = Reply(make.url(), make.url(), later, 304, (("etag", "2"),), not_modified=True)
    assert store.remember_reply(unchanged, keep_body=True) == sha256
    known = store.known_reply(make.url())
    assert known is not None
    assert (known.status, known.validators.etag, known.fetched_at) == (200, "2", later)
    assert store.body(sha256) is None


def test_failed_replies_are_refused(store: SqlStore, make: Any) -> None:
    with pytest.raises(ValueError, match="not a whole reply"):
        store.remember_reply(Reply(make.url(), make.url(), make.now, 404), keep_body=True)


def test_renderings(store: SqlStore, make: Any) -> None:
    boxes = (
        ElementBox("https://blog.example/a.jpg", 1.5, 2, 3, 4, "img"),
        ElementBox("b", 0, 0, 1, 1, "poster", False),
    )
    rendering = Rendering(
        make.url(), make.url("final"), make.now, 200, (("a", "b"),), b"<html>", boxes, bytes_moved=5
    )
    store.remember_rendering(rendering, "raw")
    assert store.known_rendering(make.url(), "raw") == rendering
    assert store.known_rendering(make.url(), "another") is None


def test_files(store: SqlStore) -> None:
    file = KnownFile("file:///photos/a.tif", 10**10, 1_700_000_000_123_456_789, "ab")
    damaged = replace(file, sha256=None, problem="damaged", detail="cut off")
    assert store.known_file(file.address) is None
    for each in (file, damaged):
        store.remember_file(each)
        assert store.known_file(file.address) == each


def test_decoded_per_algorithm(store: SqlStore, make: Any) -> None:
    decoded = Decoded(
        sha256=make.sha("x"),
        format="webp",
        width=640,
        height=480,
        bytes_len=999,
        fingerprint=make.fingerprint(),
        rights=RightsMetadata(creator=("A", "B"), usage_terms="ask"),
        thumbnail=b"\xff\xd8jpeg",
        flat=True,
    )
    other = replace(decoded, fingerprint=make.fingerprint(algorithm="phash16/2"))
    for each in (decoded, other, decoded):
        store.remember_decoded(each)
    assert store.known_decoded(decoded.sha256, "phash16/1") == decoded
    assert store.known_decoded(decoded.sha256, "phash16/2") == other
    assert store.known_decoded(decoded.sha256, "phash16/3") is None


def test_many_pictures_at_once_are_as_many_one_by_one(store: SqlStore, make: Any) -> None:
    def reply(path: str, body: bytes) -> Reply:
        url = make.url(path)
        return Reply(url, url, make.now, status=200, headers=(("etag", f'"{path}"'),), body=body)

    decoded = Decoded(make.sha("x"), "jpeg", 640, 480, 999, make.fingerprint(), thumbnail=b"jpeg")
    old, changed, new = reply("a.jpg", b"first"), reply("a.jpg", b"second"), reply("b.jpg", b"third")
    store.remember_reply(old, keep_body=False)
    store.remember_pictures([(changed, decoded), (new, None), (None, decoded), (new, None)])
    urls = [make.url("b.jpg"), make.url("unknown.jpg"), make.url("a.jpg")]
    assert store.known_replies(urls) == [store.known_reply(url) for url in urls]
    kept = [known.body_sha256 if known else None for known in store.known_replies(urls)]
    assert kept == [hashlib.sha256(b"third").hexdigest(), None, hashlib.sha256(b"second").hexdigest()]
    keys = [(decoded.sha256, "another/1"), (decoded.sha256, decoded.fingerprint.algorithm)]
    assert store.known_pictures(keys) == [None, decoded]
    with pytest.raises(ValueError, match="not a whole reply"):
        store.remember_pictures([(replace(new, status=404), None)])


def test_page_checks(store: SqlStore, owner: str, make: Any) -> None:
    store.add_pages(owner, [make.url("unchecked")], "list", make.now)
    make.save_check(store, owner, make.check(status=CheckStatus.COULD_NOT_CHECK, reason="captcha"))
    [check] = store.page_checks(owner)
    assert (check.page_url, check.status, check.reason) == (
        make.url().href,
        CheckStatus.COULD_NOT_CHECK,
        "captcha",
    )
    assert (check.checked_at, check.note, check.sources) == (make.now, "9 images seen, 3 compared", ())


def test_requests(store: SqlStore, owner: str, make: Any) -> None:
    work = store.save_works(owner, [make.work()], make.now)[0]
    uses = make.save_check(store, owner, make.check(make.finding(work.id), make.finding(work.id, "other")))
    letter = Request(
        id="q1",
        owner_id=owner,
        site="blog.example",
        subject="Your article",
        body="Hello\n" * 3_000,
        status=RequestStatus.DRAFT,
        use_ids=(uses[1].id, uses[0].id),
        created_at=make.now,
        contact=Contact(ContactKind.EMAIL, "a@blog.example", "https://blog.example/about", "write to a@"),
        language="de",
    )
    assert store.save_drafts(owner, [letter], make.now) == [letter]
    changed = replace(letter, contact=None, subject="Another", use_ids=letter.use_ids[:1])
    assert store.save_drafts(owner, [changed], make.later(days=1)) == [changed]
    sent = store.set_request("q1", make.later(days=2), status=RequestStatus.SENT)
    assert sent == replace(changed, status=RequestStatus.SENT)
    assert store.save_drafts(owner, [replace(letter, id="q2")], make.now) == [sent]
    closed = store.set_request(
        "q1", make.later(days=3), status=RequestStatus.CLOSED, outcome=RequestOutcome.CREDITED
    )
    assert store.requests(owner) == [closed]
    assert closed.outcome == RequestOutcome.CREDITED


def test_runs_are_taken_up_again(store: SqlStore, owner: str, make: Any) -> None:
    first = store.open_run(owner, "scan https://jane.example", make.now)
    assert not first.resumed
    again = store.open_run(owner, "scan https://jane.example", make.later(hours=23))
    assert (again.id, again.started_at, again.resumed) == (first.id, make.now, True)
    assert store.open_run(owner, "scan https://other.example", make.now).id != first.id
    assert not store.open_run(owner, "scan https://jane.example", make.later(hours=25)).resumed
    store.finish_run(first, make.later(hours=1))
    assert store.open_run(owner, "scan https://jane.example", make.later(hours=2)).id != first.id


def test_evidence(store: SqlStore, make: Any) -> None:
    item = store.put(b"<html>", "raw_html", "text/html", make.now)
    assert (item.kind, item.bytes_len, item.media_type, item.created_at) == (
        "raw_html",
        6,
        "text/html",
        make.now,
    )
    assert store.get(item.sha256) == b"<html>"
    assert store.put(b"<html>", "another", "text/plain", make.later(days=1)) == item
    with pytest.raises(StoreError, match="missing"):
        store.get("0" * 64)
    with pytest.raises(StoreError, match="not a SHA-256"):
        store.get("../../etc/passwd")


def test_unknown_ids_are_named(store: SqlStore, owner: str, make: Any) -> None:
    with pytest.raises(StoreError, match="no work w1"):
        store.set_work(owner, "w1", True, make.now)
    with pytest.raises(StoreError, match="no use u1"):
        store.set_disposition(owner, "u1", Disposition.MINE, make.now)
    with pytest.raises(StoreError, match="no letter q9"):
        store.set_request("q9", make.now)
    with pytest.raises(StoreError, match="no work w9"):
        make.save_check(store, owner, make.check(make.finding("w9")))
    assert store.page_checks(owner) == []


def test_owners_do_not_see_each_other(store: SqlStore, owner: str, make: Any) -> None:
    other = store.ensure_owner("max.example", ["Max"], make.now)
    assert other != owner
    for each in (owner, other):
        work = store.save_works(each, [make.work()], make.now)[0]
        lease = store.claim("page", each, "tester", timedelta(minutes=5), make.now)
        store.save_check(each, lease, make.check(make.finding(work.id)))
    assert {use.owner_id for use in store.uses(owner)} == {owner}
    assert store.uses(owner)[0].id != store.uses(other)[0].id
    assert store.counts(owner)["use"] == 1


def test_addresses_are_kept_in_their_canonical_form(store: SqlStore, owner: str, make: Any) -> None:
    store.add_pages(owner, [Url.parse("https://a.example/x?utm_source=mail#top")], "list", make.now)
    assert [task.url.href for task in store.pages_to_check(owner, not_since=None)] == ["https://a.example/x"]
