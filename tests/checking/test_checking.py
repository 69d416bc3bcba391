from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditline.checking import (
    SeenPlacement,
    best_target,
    browser_need,
    choose_candidate,
    fold_target,
    link_target,
    links_to_follow,
    may_be_a_picture,
    merge_findings,
    redirected_away,
    reply_ending,
    sends_away,
    teaser_targets,
    unless_hidden,
    worth_comparing,
)
from creditline.records import (
    CheckStatus,
    CreditEvidence,
    ElementBox,
    FetchProblem,
    GateProblem,
    ImageCandidate,
    LinkTarget,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Owner,
    PageReading,
    Placement,
    PlacementKind,
    Reply,
    Role,
    Verdict,
    VerdictKind,
    Where,
)
from creditline.urls import Url

PAGE = Url.parse("https://magazine.example/story")
BOTH = frozenset(Look)
MATCH = Match("w1", MatchStatus.CONFIRMED, MatchMethod.HASH, 0.9, distance=4)


def placement(role=Role.CONTENT, link=None, candidates=(), width=None, height=None):
    return Placement(
        ordinal=0,
        kind=PlacementKind.IMG,
        role=role,
        candidates=tuple(candidates),
        link=Url.parse(link) if link else None,
        declared_width=width,
        declared_height=height,
    )


def candidate(name, width=None, attribute="srcset"):
    return ImageCandidate(Url.parse(f"https://magazine.example/{name}"), width, attribute)


def seen(kind, look=Look.RAW, role=Role.CONTENT, phash="0" * 64, nofollow=False, match=MATCH):
    return SeenPlacement(
        look=look,
        placement=placement(role),
        image_url="https://magazine.example/a.jpg",
        hotlinked=False,
        match=match,
        verdict=Verdict(kind, nofollow=nofollow, reason=kind.value),
        sha256="ab" * 32,
        phash=phash,
        width=800,
        height=600,
    )


def reply(status=200, problem=None):
    return Reply(PAGE, PAGE, datetime(2026, 1, 1, tzinfo=UTC), status=status, problem=problem)


# --- uses ---------------------------------------------------------------------------------------


def test_two_complete_looks_that_find_no_credit_say_none():
    (use,) = merge_findings([seen(VerdictKind.NONE), seen(VerdictKind.NONE, Look.RENDERED)], complete=BOTH)
    assert use.verdict.kind is VerdictKind.NONE


@pytest.mark.parametrize("kind", [VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER])
def test_one_look_never_accuses(kind):
    (use,) = merge_findings([seen(kind)], complete=frozenset({Look.RAW}), missing_look="no browser")
    assert use.verdict.kind is VerdictKind.UNCLEAR
    assert use.verdict.reason == "no browser"


def test_a_picture_that_only_the_browser_shows_may_be_uncredited_after_two_looks():
    (use,) = merge_findings([seen(VerdictKind.NONE, Look.RENDERED)], complete=BOTH)
    assert use.verdict.kind is VerdictKind.NONE


@pytest.mark.parametrize("kind", [VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER])
def test_a_picture_that_the_browser_does_not_show_accuses_nobody(kind):
    (use,) = merge_findings([seen(kind)], complete=BOTH)
    assert use.verdict.kind is VerdictKind.UNCLEAR
    assert "browser does not show it" in use.verdict.reason


@pytest.mark.parametrize("credit", [VerdictKind.LINKED, VerdictKind.TEXT_ONLY])
def test_a_work_credited_in_one_copy_is_not_missing_in_another(credit):
    looks = [seen(credit, look, phash="0" * 64) for look in Look]
    looks += [seen(VerdictKind.NONE, look, phash="f" * 64) for look in Look]
    assert [use.verdict.kind for use in merge_findings(looks, complete=BOTH)] == [credit, VerdictKind.UNCLEAR]


def test_a_credit_of_one_work_says_nothing_of_another():
    other = Match("w2", MatchStatus.CONFIRMED, MatchMethod.HASH, 0.9, distance=4)
    looks = [seen(VerdictKind.LINKED, look) for look in Look]
    looks += [replace(seen(VerdictKind.NONE, look), match=other) for look in Look]
    kinds = {use.work_id: use.verdict.kind for use in merge_findings(looks, complete=BOTH)}
    assert kinds == {"w1": VerdictKind.LINKED, "w2": VerdictKind.NONE}


def test_a_credit_in_either_look_wins():
    (use,) = merge_findings([seen(VerdictKind.LINKED), seen(VerdictKind.NONE, Look.RENDERED)], complete=BOTH)
    assert use.verdict.kind is VerdictKind.LINKED


def test_the_same_copy_twice_is_one_use_with_the_best_credit_and_the_most_prominent_role():
    items = [seen(VerdictKind.NONE, role=Role.THUMBNAIL), seen(VerdictKind.TEXT_ONLY)]
    items += [replace(item, look=Look.RENDERED) for item in items]
    (use,) = merge_findings(items, complete=BOTH)
    assert use.verdict.kind is VerdictKind.TEXT_ONLY
    assert use.role is Role.CONTENT


def test_a_reencoded_copy_keeps_its_key_and_another_crop_does_not():
    known = [("w1", "0" * 64)]
    near, far = f"{0b111:064x}", f"{2**40 - 1:064x}"
    assert (
        merge_findings([seen(VerdictKind.NONE, phash=near)], complete=BOTH, known_keys=known)[0].content_key
        == "0" * 64
    )
    assert (
        merge_findings([seen(VerdictKind.NONE, phash=far)], complete=BOTH, known_keys=known)[0].content_key
        == far
    )


@given(
    st.lists(
        st.sampled_from([VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER, VerdictKind.UNCLEAR]), max_size=6
    ),
    st.sampled_from([frozenset(), frozenset({Look.RAW}), frozenset({Look.RENDERED})]),
)
def test_without_both_looks_nothing_is_ever_missing(kinds, complete):
    uses = merge_findings([seen(kind) for kind in kinds], complete=complete)
    assert all(use.verdict.kind is VerdictKind.UNCLEAR for use in uses)


# --- looks --------------------------------------------------------------------------------------


def test_endings_of_replies():
    assert reply_ending(reply()) is None
    assert reply_ending(reply(404)).status is CheckStatus.GONE
    blocked = reply_ending(reply(None, FetchProblem.ROBOTS))
    assert (blocked.status, blocked.reason) == (CheckStatus.COULD_NOT_CHECK, "robots")


def test_the_browser_looks_whenever_something_would_be_missing():
    reading = PageReading(PAGE)
    linked, none = Verdict(VerdictKind.LINKED), Verdict(VerdictKind.NONE)
    assert browser_need(reading, [linked], expected=True, unmatched_raw=False) is None
    assert browser_need(reading, [linked, none], expected=True, unmatched_raw=False)
    assert browser_need(reading, [], expected=True, unmatched_raw=True)
    assert browser_need(reading, [], expected=False, unmatched_raw=True) is None
    scripted = replace(reading, browser_signals=("empty mount node",))
    assert browser_need(scripted, [], expected=False, unmatched_raw=True)


# --- pages --------------------------------------------------------------------------------------


def test_folds_into_its_article_but_never_into_a_front_page_or_another_site():
    def reading(address):
        return PageReading(PAGE, canonical=Url.parse(address))

    assert fold_target(Url.parse("https://magazine.example/amp/story"), reading(PAGE.href)) == PAGE
    assert fold_target(PAGE, reading("https://magazine.example/story?utm_source=x#top")) is None
    assert fold_target(PAGE, reading("https://magazine.example/")) is None
    assert fold_target(PAGE, reading("https://original.example/story")) is None


def test_a_redirect_to_the_front_page_or_another_site_is_not_the_page():
    assert redirected_away(PAGE, Url.parse("https://magazine.example/")) is not None
    assert redirected_away(PAGE, Url.parse("https://elsewhere.example/story")) is not None
    assert redirected_away(PAGE, Url.parse("https://magazine.example/story/")) is None
    assert redirected_away(Url.parse("http://magazine.example/story"), PAGE) is None


def test_teasers_lead_to_their_articles():
    found = [
        placement(Role.THUMBNAIL, "https://magazine.example/article"),
        placement(Role.THUMBNAIL, "https://magazine.example/big.jpg"),
        placement(Role.THUMBNAIL, "https://other.example/article"),
        placement(Role.CONTENT, "https://magazine.example/more"),
    ]
    assert [u.path for u in teaser_targets(found, PAGE)] == ["/article"]


# --- selection ----------------------------------------------------------------------------------


def test_asks_for_the_smallest_file_that_is_wide_enough():
    wide = placement(
        candidates=[candidate("2000.jpg", 2000), candidate("900.jpg", 900), candidate("300.jpg", 300)]
    )
    order = [c.url.file_name for c in choose_candidate(wide, lambda url: False)]
    assert order == ["900.jpg", "2000.jpg", "300.jpg"]
    ours = [c.url.file_name for c in choose_candidate(wide, lambda url: url.file_name == "300.jpg")]
    assert ours[0] == "300.jpg"


def test_icons_are_not_worth_comparing():
    assert worth_comparing(placement(width=16, height=16, candidates=[candidate("a.png")])) == "too small"
    assert worth_comparing(placement(candidates=[candidate("a.svg")])) == "vector graphic"
    assert worth_comparing(placement(Role.LOGO, candidates=[candidate("a.png")])) is not None
    assert worth_comparing(placement(width=1000, height=16, candidates=[candidate("a.png")])) is None


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("final", "status", "target"),
    [
        ("https://jane.example/work", 200, LinkTarget.LIVE),
        ("https://www.jane.example/work/", 200, LinkTarget.LIVE),
        ("https://jane.example/new", 200, LinkTarget.REDIRECTS),
        ("https://parked.example/", 200, LinkTarget.WRONG_PAGE),
        ("https://jane.example/work", 404, LinkTarget.DEAD),
        ("https://jane.example/work", 503, None),
    ],
)
def test_what_a_credit_link_leads_to(final, status, target):
    asked = Url.parse("https://jane.example/work")
    got = Reply(asked, Url.parse(final), datetime(2026, 1, 1, tzinfo=UTC), status=status)
    assert link_target(asked, got) is target


def test_only_credit_links_to_the_own_sites_are_followed():
    owner = Owner(names=("Jane",), domains=("jane.example",))
    hrefs = ["https://shop.jane.example/a", "https://unsplash.com/@jane", "https://other.example/"]
    evidence = tuple(CreditEvidence("caption", "Jane", Where.CAPTION, h, credits_owner=True) for h in hrefs)
    assert [u.host for u in links_to_follow(Verdict(VerdictKind.LINKED, evidence=evidence), owner)] == [
        "shop.jane.example"
    ]
    assert links_to_follow(Verdict(VerdictKind.TEXT_ONLY, evidence=evidence), owner) == []
    assert best_target([None, LinkTarget.DEAD, LinkTarget.LIVE]) is LinkTarget.LIVE


# --- what nobody sees ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refresh", "leaves"),
    [(None, False), ("http://127.0.0.1/", True), ("/story", False), ("/other", True), ("javascript:x", True)],
)
def test_a_page_that_sends_everybody_on_is_not_judged(refresh, leaves):
    assert (sends_away(PAGE, PageReading(PAGE, refresh=refresh)) is not None) is leaves


@pytest.mark.parametrize(
    ("drawn", "kind"),
    [
        ([False], VerdictKind.UNCLEAR),
        ([False, True], VerdictKind.NONE),
        ([True], VerdictKind.NONE),
        ([], VerdictKind.NONE),
    ],
)
def test_nobody_is_accused_over_a_hidden_picture(drawn, kind):
    item = seen(VerdictKind.NONE, Look.RENDERED)
    boxes = [ElementBox(item.image_url, 0, 0, 10, 10, "img", visible) for visible in drawn]
    assert unless_hidden(item, boxes).verdict.kind is kind


def test_a_credit_of_a_hidden_picture_still_counts():
    item = seen(VerdictKind.LINKED, Look.RENDERED)
    boxes = [ElementBox(item.image_url, 0, 0, 0, 0, "img", visible=False)]
    assert unless_hidden(item, boxes) == item


def test_what_broke_off_on_its_way_may_be_ours():
    refused = {problem for problem in GateProblem if not may_be_a_picture(problem)}
    assert refused == {GateProblem.NOT_AN_IMAGE, GateProblem.UNSUPPORTED}
    assert may_be_a_picture(None)
