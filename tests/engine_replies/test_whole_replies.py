"""Every dialect, whole: all results, each field, the counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from replicas import (
    COUNT,
    FAMILIES,
    YANDEX_API,
    bing_reply,
    image,
    page,
    reply,
    searxng_reply,
    serp_exact_reply,
    tineye_api_reply,
    tineye_web_reply,
    urlscan_reply,
    vision_reply,
    vision_wire_reply,
    wikimedia_reply,
    yandex_api_reply,
)

from creditline.engine_replies import (
    bing,
    google_vision,
    searxng,
    serp,
    tineye,
    urlscan,
    wikimedia,
    yandex,
    yandex_api,
)
from creditline.engine_replies.base import Card, Claim, settle
from creditline.engine_replies.serp_maps import LENS_EXACT
from creditline.records import SearchStatus
from creditline.urls import Url


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("count", [1, 2, COUNT, 40])
def test_all_results_are_read(name: str, count: int) -> None:
    family = FAMILIES[name]
    reading = family.read(reply(family.whole(count)))
    assert reading.status is SearchStatus.RESULTS, reading.note
    assert reading.seen == reading.parsed == len(reading.cards) == count * family.cards + family.loose
    assert {page(n) for n in range(count)} <= {card.page_url.href for card in reading.cards if card.page_url}
    assert reading.note is None


def test_fields_are_kept() -> None:
    card = bing.read(reply(bing_reply(1))).cards[0]
    assert card == Card(
        Claim.PAGES_INCLUDING,
        Url(page(0)),
        Url(image(0)),
        "Harbour 0",
        "place0.example/harbour/0",
        thumbnail_url=Url("https://thumbs.engine.example/0"),
        width=1200,
        height=800,
        date="2026-01-02T03:04:05.0000000Z",
    )
    first = tineye.read_api(reply(tineye_api_reply(1))).cards[0]
    assert (first.claim, first.score, first.flags, first.date) == (
        Claim.FULL,
        40.5,
        ("stock",),
        "2025-01-02",
    )
    assert yandex_api.read(reply(yandex_api_reply(1))).cards[0].width == 1200
    assert serp.read(reply(serp_exact_reply(1)), LENS_EXACT).cards[0].image_url is None


def test_markup_is_taken_out_of_titles() -> None:
    assert google_vision.read(reply(vision_reply(1))).cards[0].title == "The harbour & the sea 0"


# --- the whole answer, or a part of it ---------------------------------------------------------


def test_a_part_of_an_answer_says_so_and_where_it_goes_on() -> None:
    reading = tineye.read_api(reply(tineye_api_reply(6, total=20)), limit=6)
    assert (reading.status, reading.cursor, reading.declared) == (SearchStatus.PARTIAL, "6", 20)
    last = tineye.read_api(reply(tineye_api_reply(2, total=20)), offset=18, limit=6)
    assert (last.status, last.cursor) == (SearchStatus.RESULTS, None)
    reading = yandex_api.read(reply(yandex_api_reply()))
    assert (reading.status, reading.cursor, reading.parsed) == (SearchStatus.PARTIAL, "1", COUNT)
    more = wikimedia_reply() | {"continue": {"gucontinue": "a|b", "continue": "||"}}
    assert json.loads(wikimedia.read(reply(more)).cursor or "") == more["continue"]
    more = urlscan_reply() | {"has_more": True, "total": 10_000}
    assert urlscan.read(reply(more), claim=Claim.TEXT).cursor == "1767323045683,id5"
    more = serp_exact_reply() | {"serpapi_pagination": {"next": "https://x.example/search.json?a=1"}}
    assert serp.read(reply(more), LENS_EXACT).status is SearchStatus.PARTIAL
    more_web = tineye_web_reply() | {"total_pages": 3, "num_matches": 25}
    assert (tineye.read(reply(more_web)).cursor, tineye.read(reply(more_web)).declared) == ("2", 25)


def test_fewer_than_announced_is_no_whole_answer() -> None:
    assert tineye.read_api(reply(tineye_api_reply(5, total=20)), limit=6).status is SearchStatus.PARTIAL
    short = tineye_api_reply()
    short["stats"]["total_backlinks"] = 50
    assert tineye.read_api(reply(short)).note == "12 of 50 pages given"
    assert tineye.read(reply(tineye_web_reply() | {"num_matches": 7})).status is SearchStatus.PARTIAL


def test_a_list_of_the_length_asked_for_may_have_been_cut() -> None:
    assert google_vision.read(reply(vision_reply()), most=COUNT).status is SearchStatus.PARTIAL
    assert google_vision.read(reply(vision_reply()), most=COUNT + 1).status is SearchStatus.RESULTS


def test_copies_without_a_page_are_no_pages() -> None:
    for whole in (vision_reply(0), vision_wire_reply(0)):
        reading = google_vision.read(reply(whole))
        assert reading.status is SearchStatus.PARTIAL
        assert [card.page_url for card in reading.cards] == [None] * 3
        assert reading.note == "copies are known, but no page that shows one is named"


def test_similar_pictures_are_no_copies() -> None:
    answer = {"webEntities": [{"entityId": "/m/1"}], "visuallySimilarImages": [{"url": image(0)}]}
    reading = google_vision.read(reply({"responses": [{"webDetection": answer}]}))
    assert (reading.status, reading.cards) == (SearchStatus.NONE_CONFIRMED, ())


# --- nothing ---------------------------------------------------------------------------------------

NONE = {
    "tineye api": lambda: tineye.read_api(reply(tineye_api_reply(0))),
    "tineye web": lambda: tineye.read(reply(tineye_web_reply(0) | {"total_pages": 0})),
    "wikimedia": lambda: wikimedia.read(reply(wikimedia_reply(0))),
    "urlscan": lambda: urlscan.read(reply(urlscan_reply(0)), claim=Claim.TEXT),
    "searxng": lambda: searxng.read(reply(searxng_reply(0))),
    "yandex api": lambda: yandex_api.read(reply(yandex_api_reply(0))),
    "serp": lambda: serp.read(reply(serp_nothing()), LENS_EXACT),
}


def serp_nothing() -> dict[str, Any]:
    said = {"error": "The engine hasn't returned any results for this query."}
    return {key: value for key, value in serp_exact_reply(0).items() if key != "exact_matches"} | said


@pytest.mark.parametrize("name", NONE)
def test_none_needs_a_positive_sign(name: str) -> None:
    reading = NONE[name]()
    assert reading.status is SearchStatus.NONE_CONFIRMED, reading.note
    assert reading.note


@pytest.mark.parametrize(
    "reading",
    [
        bing.read(reply(bing_reply(0))),
        bing.read(reply({"_type": "ImageKnowledge", "tags": []})),
        yandex.read(reply({"initialState": {"cbirSites": {"sites": []}}})),
        serp.read(reply(serp_exact_reply(0)), LENS_EXACT),
        serp.read(reply(serp_nothing() | {"search_metadata": {"status": "Processing"}}), LENS_EXACT),
        serp.read(reply(serp_nothing() | {"exact_matches": [{"link": page(0)}]}), LENS_EXACT),
        yandex_api.read(reply({"id": "1", "page": "0"})),
        yandex_api.read(reply({"images": []})),
        tineye.read_api(reply(tineye_api_reply(0, total=5)), limit=100),
        google_vision.read(reply({"responses": [{}]})),
        google_vision.read(reply({"responses": [{"webDetection": {}}]})),
        urlscan.read(reply({"results": [], "total": 3, "has_more": False}), claim=Claim.TEXT),
        searxng.read(reply({"results": [], "unresponsive_engines": [["one", "CAPTCHA"]]})),
    ],
)
def test_an_empty_list_alone_is_not_none(reading: Any) -> None:
    assert reading.status is SearchStatus.UNKNOWN_LAYOUT
    assert reading.note


def test_engines_that_did_not_answer_are_named() -> None:
    whole = searxng_reply() | {"unresponsive_engines": [["one", "CAPTCHA"], ["two", "timeout"]]}
    reading = searxng.read(reply(whole))
    assert (reading.status, reading.note) == (
        SearchStatus.PARTIAL,
        "did not answer: one: CAPTCHA, two: timeout",
    )


def test_the_answer_to_another_question_is_none() -> None:
    whole = serp_exact_reply()
    whole["search_parameters"]["type"] = "visual_matches"
    reading = serp.read(reply(whole), LENS_EXACT)
    assert (reading.status, reading.cards) == (SearchStatus.UNKNOWN_LAYOUT, ())
    assert yandex_api.read(reply(yandex_api_reply(3, number=2)), page=1).cards == ()


def test_a_picture_that_is_not_there_is_said() -> None:
    whole = {"query": {"pages": [{"title": "File:Gone.jpg", "missing": True}]}}
    assert wikimedia.read(reply(whole)).status is SearchStatus.BAD_INPUT


def test_yandex_api_names_the_picture_for_further_pages() -> None:
    assert yandex_api.picture_id(reply(YANDEX_API.whole(1))) == "123/abc-DEF"  # type: ignore[arg-type]
    assert tineye.remaining_searches(reply({"results": {"total_remaining_searches": 7}})) == 7
    assert tineye.remaining_searches(reply("<html>")) is None


def test_what_is_seen_and_not_read_decides() -> None:
    cards = [Card(Claim.TEXT, page_url=Url(page(n))) for n in range(19)]
    assert settle(cards, 19).status is SearchStatus.RESULTS
    assert settle(cards, 20).status is SearchStatus.PARTIAL
    assert settle(cards, 30).status is SearchStatus.UNKNOWN_LAYOUT
    assert settle([], 0, empty="said so", doubt="but").status is SearchStatus.UNKNOWN_LAYOUT
