"""Google Lens: two rules for what a result is, the tab that is shown, and the page's end."""

from __future__ import annotations

import pytest
from replicas import COUNT, lens_card, lens_page, page, reply
from turbohtml import parse

from creditline.engine_flows import load_flow
from creditline.engine_replies import google_lens
from creditline.engine_replies.base import Claim
from creditline.records import SearchStatus

EMPTY = load_flow("google_lens").empty
EXACT = "https://www.google.com/search?vsrid=1&udm=48"


def test_two_rules_that_share_nothing_agree() -> None:
    document = parse(lens_page())
    by_heading = google_lens.links_with_heading(document)
    by_picture = google_lens.links_of_pictures(document)
    assert list(by_heading) == list(by_picture)
    assert [url.href for url in by_heading] == [page(n) for n in range(COUNT)]


@pytest.mark.parametrize("attribute", ["role", "aria-label"])
def test_where_they_disagree_the_layout_has_changed(attribute: str) -> None:
    whole = lens_page()
    changed = whole.replace(' role="heading"', "") if attribute == "role" else whole
    if attribute == "aria-label":
        # Pictures in other links: each of them then has more than one.
        changed = whole.replace(' aria-label="Harbour', ' data-x="Harbour').replace("<img", "<i")
    reading = google_lens.read(reply(changed))
    assert reading.status is not SearchStatus.RESULTS
    assert "disagree" in (reading.note or "")
    assert len(reading.cards) == COUNT


@pytest.mark.parametrize("tab", ["all", "exact", "visual"])
def test_the_tab_is_read_from_the_page(tab: str) -> None:
    reading = google_lens.read(reply(lens_page(tab=tab)), tab=tab)
    assert (reading.status, reading.selected_tab) == (SearchStatus.RESULTS, tab)
    assert set(reading.tabs) == {"all", "exact", "visual", "ai"} - {tab}
    claim = Claim.EXACT if tab == "exact" else Claim.VISUAL
    assert {card.claim for card in reading.cards} == {claim}


def test_another_tab_is_no_answer_and_the_way_to_the_right_one_is_told() -> None:
    reading = google_lens.read(reply(lens_page(tab="all")))
    assert (reading.status, reading.cards) == (SearchStatus.UNKNOWN_LAYOUT, ())
    assert (reading.selected_tab, reading.tabs["exact"]) == ("all", "/search?vsrid=s1&udm=48")
    assert reading.seen == COUNT


def test_address_and_page_must_agree_on_the_tab() -> None:
    assert google_lens.read(reply(lens_page(), url=EXACT)).selected_tab == "exact"
    reading = google_lens.read(reply(lens_page(tab="all"), url=EXACT))
    assert (reading.status, reading.selected_tab) == (SearchStatus.UNKNOWN_LAYOUT, None)
    unmarked = lens_page().replace("aria-current=page selected", "")
    assert google_lens.read(reply(unmarked, url=EXACT)).status is SearchStatus.UNKNOWN_LAYOUT


def test_half_a_page_is_not_a_page_of_few_results() -> None:
    whole = lens_page()
    for end in range(len(whole) // 2, len(whole) - len("</body></html>"), 97):
        assert google_lens.read(reply(whole[:end])).status is not SearchStatus.RESULTS
    assert google_lens.read(reply(whole + "\n<!-- saved -->\n")).status is SearchStatus.RESULTS


@pytest.mark.parametrize(
    "link",
    [
        "/url?sa=t&url=https%3A%2F%2Fplace0.example%2Fharbour%2F0%3Fview%3Dfull",
        "https://www.google.de/url?q=https://place0.example/harbour/0?view%3Dfull&sa=U",
    ],
)
def test_the_engines_own_redirects_are_seen_through(link: str) -> None:
    link = link if link.startswith("https") else "https://www.google.com" + link
    whole = lens_page(2).replace(f'href="{page(0)}"', f'href="{link.replace("&", "&amp;")}"')
    reading = google_lens.read(reply(whole))
    assert [card.page_url.href for card in reading.cards if card.page_url] == [page(0), page(1)]


def test_pages_of_others_on_hosts_of_the_engine_are_results() -> None:
    for address in ("https://sites.google.com/view/x", "https://play.google.com/store/apps/x"):
        whole = lens_page(3).replace(f'href="{page(0)}"', f'href="{address}"')
        reading = google_lens.read(reply(whole))
        assert address in {card.page_url.href for card in reading.cards if card.page_url}
    whole = lens_page(3, extra='<a href="https://support.google.com/x"><b role="heading">Help</b></a>')
    assert len(google_lens.read(reply(whole)).cards) == 3


def test_a_card_that_lost_its_link_is_still_seen() -> None:
    whole = lens_page(20).replace(f'href="{page(7)}"', "")
    reading = google_lens.read(reply(whole))
    assert (reading.status, reading.seen, reading.parsed) == (SearchStatus.PARTIAL, 20, 19)


def test_a_card_that_lost_all_its_marks_is_still_seen() -> None:
    card = lens_card(7)
    bare = card.replace(' role="heading" aria-level="3"', "").replace(" aria-label=", " data-x=")
    reading = google_lens.read(reply(lens_page(20).replace(card, bare)))
    assert (reading.status, reading.seen, reading.parsed) == (SearchStatus.PARTIAL, 20, 19)


def test_one_page_with_two_pictures_is_one_result() -> None:
    reading = google_lens.read(reply(lens_page(2, extra=lens_card(1))))
    assert (reading.status, len(reading.cards)) == (SearchStatus.RESULTS, 2)


def test_a_card_holds_what_the_page_shows() -> None:
    card = google_lens.read(reply(lens_page(1))).cards[0]
    assert (card.title, card.site_name, card.width, card.height) == (
        "Harbour at dawn, view 0",
        "Place 0",
        1200,
        800,
    )
    assert card.image_url is None


def test_nothing_is_said_by_the_exact_tab_alone() -> None:
    words = "<p>No matches for your search</p><a href='/search?x'>Back</a>"
    assert google_lens.read(reply(lens_page(0, extra=words)), EMPTY).status is SearchStatus.NONE_CONFIRMED
    assert google_lens.read(reply(lens_page(0)), EMPTY).status is SearchStatus.UNKNOWN_LAYOUT
    reading = google_lens.read(reply(lens_page(0, "all", extra=words)), EMPTY, tab="all")
    assert reading.status is SearchStatus.UNKNOWN_LAYOUT
    assert google_lens.read(reply(lens_page(0, "visual", extra=words)), EMPTY).status is (
        SearchStatus.UNKNOWN_LAYOUT
    )
    assert len(google_lens.read(reply(lens_page(3, extra=words)), EMPTY).cards) == 3


def test_other_pages_are_not_result_pages() -> None:
    for body in ("", "<html><body><h1>Welcome</h1><a href=https://x.example>x</a></body></html>"):
        assert google_lens.read(reply(body)).status is SearchStatus.UNKNOWN_LAYOUT
