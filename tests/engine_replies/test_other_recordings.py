"""Replies as another day, language or experiment lays them out: nothing of them is lost in silence."""

from __future__ import annotations

import base64
from html import escape

import pytest
from replicas import (
    COUNT,
    bing_reply,
    image,
    lens_card,
    lens_page,
    page,
    reply,
    wikimedia_reply,
    yandex_page,
    yandex_state,
)

from creditline.engine_flows import load_flow
from creditline.engine_replies import Reading, bing, google_lens, wikimedia, yandex
from creditline.engine_replies.redirects import page_behind
from creditline.records import SearchStatus
from creditline.urls import Url

PAGE = "https://place.example/a?b=1&c=2"
PACKED = "a1" + base64.urlsafe_b64encode(PAGE.encode()).decode().rstrip("=")
SITES = "https://yandex.com/images/search?cbir_id=1&rpt=imageview&cbir_page=sites"
WORDS = load_flow("yandex_images").empty


def pages_of(reading: Reading) -> list[str]:
    return [card.page_url.href for card in reading.cards if card.page_url is not None]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fplace.example%2Fa%3Fb%3D1%26c%3D2&usg=x",
        "https://www.google.co.uk/url?q=https%3A%2F%2Fplace.example%2Fa%3Fb%3D1%26c%3D2",
        "https://www.google.com/imgres?imgurl=https%3A%2F%2Fx.example%2Fi.jpg"
        "&imgrefurl=https%3A%2F%2Fplace.example%2Fa%3Fb%3D1%26c%3D2",
        "https://www.google.de/amp/s/place.example/a?b=1&c=2",
        f"https://www.bing.com/ck/a?!&&p=1&u={PACKED}&ntb=1",
        "http://www.bing.com/cr?IG=1&rd=1&r=https%3a%2f%2fplace.example%2fa%3fb%3d1%26c%3d2&p=DevEx",
        "https://yandex.ru/clck/jsredir?from=x&url=https%3A%2F%2Fplace.example%2Fa%3Fb%3D1%26c%3D2",
        "https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252F"
        "place.example%252Fa%253Fb%253D1%2526c%253D2",
    ],
)
def test_redirectors_of_engines_are_seen_through(address: str) -> None:
    assert page_behind(Url.parse(address)).href == PAGE


@pytest.mark.parametrize(
    "address",
    [
        "https://place.example/url?q=https%3A%2F%2Fother.example%2F",
        "https://www.google.com/url?q=nothing",
        "https://www.bing.com/ck/a?u=a1%%%",
        "https://sites.google.com/view/jane",
    ],
)
def test_other_addresses_stay_as_they_are(address: str) -> None:
    assert page_behind(Url.parse(address)) == Url.parse(address)


@pytest.mark.parametrize(
    "written",
    [
        lambda url: "/url?sa=t&url=" + url.replace(":", "%3A").replace("?", "%3F").replace("&", "%26"),
        lambda url: url.removeprefix("https:"),
        lambda url: url + "#:~:text=harbour",
        lambda url: "https://www.google.com/imgres?imgrefurl=" + url.replace("?", "%3F"),
    ],
    ids=["relative redirect", "without scheme", "text fragment", "picture page"],
)
def test_links_of_lens_may_be_written_otherwise(written) -> None:
    whole = lens_page()
    for number in range(COUNT):
        whole = whole.replace(f'href="{escape(page(number))}"', f'href="{escape(written(page(number)))}"')
    reading = google_lens.read(reply(whole))
    assert reading.status is SearchStatus.RESULTS
    assert [url.split("#")[0] for url in pages_of(reading)] == [page(n) for n in range(COUNT)]


def test_headings_of_lens_may_be_plain_tags() -> None:
    whole = lens_page().replace('<div class="c8" role="heading" aria-level="3">', "<h3>")
    reading = google_lens.read(reply(whole.replace("</span></div><div>1200", "</span></h3><div>1200")))
    assert reading.status is SearchStatus.RESULTS
    assert len(reading.cards) == COUNT
    assert reading.cards[0].title == "Harbour at dawn, view 0"


def test_results_of_lens_beside_the_usual_place_are_read() -> None:
    whole = lens_page(3).replace("</div></div></div><footer>", f"</div></div></div>{lens_card(7)}<footer>")
    assert page(7) in pages_of(google_lens.read(reply(whole)))


def test_the_tab_of_lens_may_be_marked_by_aria_alone() -> None:
    whole = lens_page().replace(" aria-current=page selected", " aria-current=page")
    assert google_lens.read(reply(whole)).status is SearchStatus.RESULTS
    assert google_lens.read(reply(lens_page(tab="all"))).status is SearchStatus.UNKNOWN_LAYOUT


def test_results_of_lens_without_a_title_are_counted() -> None:
    whole = lens_page(20)
    bare = lens_card(4).replace('role="heading" aria-level="3"', "").replace('aria-label="', 'data-x="')
    reading = google_lens.read(reply(whole.replace(lens_card(4), bare)))
    assert reading.status is not SearchStatus.RESULTS or len(reading.cards) == 20


def test_pages_of_bing_may_stand_behind_its_redirector() -> None:
    whole = bing_reply(1)
    item = whole["tags"][0]["actions"][1]["data"]["value"][0]
    item["hostPageUrl"] = f"https://www.bing.com/ck/a?u={PACKED}"
    assert pages_of(bing.read(reply(whole))) == [PAGE]


def test_addresses_may_leave_their_scheme_out() -> None:
    state = yandex_state(1)
    state["initialState"]["cbirSites"]["sites"][0]["originalImage"]["url"] = "//files.example/1.jpg"
    reading = yandex.read(reply(state))
    assert (reading.status, reading.cards[0].image_url) == (
        SearchStatus.RESULTS,
        Url("https://files.example/1.jpg"),
    )
    whole = wikimedia_reply(1)
    text = reply(whole).body.decode().replace('"https://', '"//')
    assert pages_of(wikimedia.read(reply(text))) == pages_of(wikimedia.read(reply(whole)))


# --- Yandex ------------------------------------------------------------------------------------------


def yandex_empty(words: str = "No matching images found", *, more: str = "") -> str:
    tabs = '<nav><a href="/images/search?cbir_id=1&amp;cbir_page=similar">Similar</a></nav>'
    return yandex_page(0).replace("<h1>", f"{tabs}<p>{words}</p>{more}<h1>")


@pytest.mark.parametrize("words", ["No matching images found", "Таких же  изображений не найдено"])
def test_yandex_says_nothing_in_words_on_a_page_of_its_own(words: str) -> None:
    reading = yandex.read(reply(yandex_empty(words), url=SITES), WORDS)
    assert reading.status is SearchStatus.NONE_CONFIRMED, reading.note


@pytest.mark.parametrize(
    ("whole", "url"),
    [
        (yandex_empty("No matching results"), SITES),
        (yandex_empty("Keine passenden Bilder"), SITES),
        (yandex_empty(), SITES.replace("sites", "similar")),
        (yandex_empty().replace("cbir_page=", "page="), SITES),
        (yandex_empty(more='<a href="https://place.example/">A place</a>'), SITES),
        (yandex_empty(more='<div class="CbirLayoutTemplate CbirLayoutTemplate_empty"></div>'), SITES),
        (yandex_empty().replace("cbirSites", "cbirPlaces"), SITES),
        (yandex_empty()[:-20], SITES),
    ],
    ids=["other words", "language", "tab", "no tabs", "a link", "error layout", "state", "cut"],
)
def test_yandex_words_alone_are_no_sign(whole: str, url: str) -> None:
    assert yandex.read(reply(whole, url=url), WORDS).status is SearchStatus.UNKNOWN_LAYOUT


def test_sites_of_yandex_are_read_by_sight_where_the_state_is_not_understood() -> None:
    items = "".join(
        f'<li class="CbirSites-Item"><a class="Thumb" href="{image(n)}"><img></a>'
        f'<div class="CbirSites-ItemTitle"><a href="{escape(page(n))}">Place {n}</a></div></li>'
        for n in range(4)
    )
    whole = f"<!DOCTYPE html><html><body><ul>{items}</ul></body></html>"
    reading = yandex.read(reply(whole, url=SITES), WORDS)
    assert reading.status is SearchStatus.PARTIAL
    assert pages_of(reading) == [page(n) for n in range(4)]
    unlinked = whole.replace('<div class="CbirSites-ItemTitle"><a ', '<div class="CbirSites-ItemTitle"><b ')
    assert yandex.read(reply(unlinked, url=SITES), WORDS).status is SearchStatus.UNKNOWN_LAYOUT
