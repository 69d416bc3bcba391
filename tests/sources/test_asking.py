"""What single services are sent, and what is particular to each; what all share stands in the contract."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import Any

import pytest
import replicas
import stub_service
from stub_service import (
    BY_ADDRESS,
    CASES,
    KEY,
    PICTURE,
    QUESTION,
    WORK,
    Answered,
    Service,
    asking,
    context_for,
    search,
    serving,
)

from creditline.fetch import api as way_out
from creditline.fetch.base import FetchSettings
from creditline.records import Question, Rendition, SearchPicture, SearchStatus
from creditline.sources import (
    google_vision,
    searxng,
    serpapi,
    serpapi_yandex,
    tineye_api,
    urlscan,
    wikimedia,
    yandex_search_api,
)
from creditline.sources._asking import AskingSource
from creditline.urls import Url


def asked(source: AskingSource, question: Question, **changes: Any) -> Service:
    """The stub after one search."""
    service = CASES[source.name].service()
    search(source, service, question, **changes)
    return service


def test_vision_gets_the_picture_or_its_address() -> None:
    request = asked(google_vision.SOURCE, QUESTION).requests[0]
    assert (request.method, request.path) == ("POST", "/v1/images:annotate")
    assert request.headers["x-goog-api-key"] == KEY
    (one,) = request.json["requests"]
    assert base64.b64decode(one["image"]["content"]) == PICTURE.body
    assert one["features"] == [{"type": "WEB_DETECTION", "maxResults": 100}]
    request = asked(google_vision.SOURCE, BY_ADDRESS).requests[0]
    assert request.json["requests"][0]["image"] == {
        "source": {"imageUri": "https://jane.example/img/harbour.jpg"}
    }


def test_tineye_gets_a_form_or_an_address() -> None:
    request = asked(tineye_api.SOURCE, QUESTION).requests[0]
    assert (request.method, request.path) == ("POST", "/rest/search/")
    assert request.headers["x-api-key"] == KEY
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    boundary = request.headers["content-type"].rpartition("=")[2].encode()
    head, _, rest = request.body.partition(b"\r\n\r\n")
    assert head.startswith(b"--" + boundary)
    assert b'name="image_upload"' in head
    assert rest == PICTURE.body + b"\r\n--" + boundary + b"--\r\n"
    assert request.query["limit"] == request.query["backlink_limit"] == "100"
    request = asked(tineye_api.SOURCE, BY_ADDRESS).requests[0]
    assert (request.method, request.query["image_url"]) == ("GET", "https://jane.example/img/harbour.jpg")


def test_yandex_gets_the_picture_once_and_its_id_then() -> None:
    service = CASES["yandex_search_api"].service(
        *(Answered(part()) for part in CASES["yandex_search_api"].parts)
    )
    search(yandex_search_api.SOURCE, service)
    first, second, third = (request.json for request in service.requests)
    assert base64.b64decode(first["data"]) == PICTURE.body
    assert (second["id"], second["page"], "data" in second) == ("123/abc-DEF", "1", False)
    assert third["page"] == "2"
    assert service.requests[0].headers["authorization"] == f"Api-Key {KEY}"
    assert first["folderId"] == KEY


def test_yandex_needs_a_folder_that_pays() -> None:
    service = CASES["yandex_search_api"].service()
    only_key = {"CREDITLINE_YANDEX_SEARCH_KEY": KEY}
    outcome = search(yandex_search_api.SOURCE, service, secret=only_key.get)[-1].outcome
    assert outcome.status is SearchStatus.NOT_ENABLED
    assert "CREDITLINE_YANDEX_SEARCH_FOLDER" in (outcome.note or "")
    assert service.requests == []


def test_serpapi_uploads_before_it_asks() -> None:
    service = asked(serpapi.SOURCE, QUESTION)
    upload, request = service.requests
    assert (upload.method, upload.path, upload.query) == ("POST", "/image", {"api_key": KEY})
    assert PICTURE.body in upload.body
    assert request.path == "/search.json"
    assert request.query == {
        "engine": "google_lens",
        "type": "exact_matches",
        "image_id": "pic-1",
        "api_key": KEY,
    }
    request = asked(serpapi.SOURCE, BY_ADDRESS).requests[0]
    assert request.query["url"] == "https://jane.example/img/harbour.jpg"


@pytest.mark.parametrize(
    ("upload", "expected"),
    [
        (Answered({"error": "Invalid image format."}, 400), SearchStatus.BAD_INPUT),
        (Answered({"error": "Invalid API key."}, 401), SearchStatus.AUTH_FAILED),
        (Answered({"message": "changed"}), SearchStatus.UNKNOWN_LAYOUT),
        (Answered(replicas.serp_exact_reply()), SearchStatus.UNKNOWN_LAYOUT),
        (Answered({}, 503), SearchStatus.NETWORK_ERROR),
    ],
)
def test_a_failed_upload_is_no_search_and_costs_nothing(upload: Answered, expected: SearchStatus) -> None:
    service = Service([Answered(replicas.serp_exact_reply())], upload)
    outcome = search(serpapi.SOURCE, service)[-1].outcome
    assert (outcome.status, len(service.searches), outcome.cost_usd) == (expected, 0, 0)
    assert "could not be uploaded" in (outcome.note or "")


def test_further_parts_are_asked_of_the_host_that_we_know() -> None:
    """A link in a reply may lead anywhere; the key does not go there."""
    service = CASES["serpapi"].service(*(Answered(part()) for part in CASES["serpapi"].parts))
    search(serpapi.SOURCE, service, BY_ADDRESS)
    last = service.requests[-1]
    assert last.query["token"] == "abc"
    assert last.query["api_key"] == KEY
    assert last.path == "/search.json"


def test_wikimedia_knows_a_file_by_its_addresses() -> None:
    request = asked(wikimedia.SOURCE, QUESTION).requests[0]
    assert request.query["titles"] == "File:Harbour at dawn.jpg"
    assert request.query["gulimit"] == "500"
    for address, title in {
        "https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/X_y.jpg/640px-X_y.jpg": "File:X y.jpg",
        "https://commons.wikimedia.org/wiki/File:Caf%C3%A9.jpg": "File:Café.jpg",
        "https://commons.wikimedia.org/wiki/Special:FilePath/X.jpg": "File:X.jpg",
        "https://jane.example/wiki/File:X.jpg": None,
    }.items():
        work = replace(WORK, url=address, renditions=(), pages=())
        assert wikimedia.title_of(Question(work=work)) == title
    assert wikimedia.title_of(Question(words="File:Named.jpg")) == "File:Named.jpg"


def test_urlscan_asks_for_hashes_names_or_hosts() -> None:
    request = asked(urlscan.SOURCE, QUESTION).requests[0]
    assert request.query["q"] == f'(hash:{"ab" * 32}) AND NOT page.domain:"jane.example"'
    assert request.headers["api-key"] == KEY
    request = asked(urlscan.SOURCE, Question(words='a "b".jpg')).requests[0]
    assert request.query["q"].startswith(r'filename:"a \"b\".jpg"')
    request = asked(urlscan.SOURCE, Question()).requests[0]
    assert request.query["q"] == '(domain:"jane.example") AND NOT page.domain:"jane.example"'


def test_urlscan_asks_for_names_that_tell_something_and_are_public() -> None:
    context = context_for(urlscan.SOURCE, Service([]), None)
    for address, name in {
        "https://jane.example/img/harbour%20at-dawn.jpg": 'filename:"harbour at-dawn.jpg"',
        "https://jane.example/img/IMG_20261101.jpg": None,
        "https://cdn.elsewhere.example/harbour-at-dawn.jpg": None,
        "file:///home/jane/harbour-at-dawn.jpg": None,
    }.items():
        work = replace(WORK, renditions=(Rendition(address, sha256="ab" * 32),))
        query, _ = urlscan.query_of(Question(work=work), context)
        assert query is not None
        assert ("filename:" in query) is (name is not None)
        assert (name or "hash:") in query
        assert f"hash:{'ab' * 32}" in query


def test_urlscan_works_without_a_key() -> None:
    service = asked(urlscan.SOURCE, QUESTION, secret=None)
    assert "api-key" not in service.requests[0].headers


def test_searxng_asks_for_telling_words() -> None:
    assert asked(searxng.SOURCE, QUESTION).requests[0].query["q"] == '"Harbour at dawn in winter"'
    work = replace(WORK, title="Fog", url="https://jane.example/img/fog-47.jpg")
    assert searxng.words_of(Question(work=work)) == '"fog-47.jpg"'
    assert searxng.words_of(Question(words=' Photo: "Jane" ')) == '"Photo: Jane"'
    assert searxng.words_of(Question()) is None


def test_searxng_is_the_owners_own_or_nothing() -> None:
    service = CASES["searxng"].service()
    outcome = search(searxng.SOURCE, service, options={})[-1].outcome
    assert (outcome.status, service.requests) == (SearchStatus.NOT_ENABLED, [])


def test_a_picture_that_is_too_large_is_not_sent() -> None:
    large = Question(work=WORK, picture=SearchPicture(b"x" * 11_000_000, "image/jpeg"))
    for source in (google_vision.SOURCE, tineye_api.SOURCE, yandex_search_api.SOURCE, serpapi.SOURCE):
        service = asked(source, large)
        assert service.requests == []
        outcome = search(source, CASES[source.name].service(), large)[-1].outcome
        assert outcome.status is SearchStatus.BAD_INPUT
        assert "11,000,000 bytes" in (outcome.note or "")


def test_pictures_that_a_service_does_not_take_are_not_sent() -> None:
    tiff = Question(work=WORK, picture=SearchPicture(b"II*\0", "image/tiff"))
    assert "image/tiff" in (search(serpapi.SOURCE, Service([]), tiff)[-1].outcome.note or "")
    assert "address" in (search(serpapi_yandex.SOURCE, Service([]))[-1].outcome.note or "")
    long = Question(work=WORK, picture_url=Url.parse("https://jane.example/" + "a" * 1100))
    assert "longer" in (search(yandex_search_api.SOURCE, Service([]), long)[-1].outcome.note or "")


def test_what_is_left_of_a_quota_is_known_before() -> None:
    async def left(source: AskingSource, answer: Answered) -> int | None:
        async with serving(Service([answer])) as service, asking(service) as api:
            return await source.searches_left(context_for(source, service, api))

    bundles = Answered({"code": 200, "results": {"total_remaining_searches": 719}})
    assert asyncio.run(left(tineye_api.SOURCE, bundles)) == 719
    assert asyncio.run(left(serpapi.SOURCE, Answered({"plan_searches_left": 5}))) == 5
    for source in (tineye_api.SOURCE, serpapi.SOURCE, google_vision.SOURCE):
        assert asyncio.run(left(source, Answered({}, 401))) is None


def test_questions_that_differ_have_different_keys() -> None:
    context = context_for(google_vision.SOURCE, Service([]), None)
    keys = {
        google_vision.SOURCE.query_key(question, context)
        for question in (QUESTION, BY_ADDRESS, Question(picture=SearchPicture(b"other", "image/png")))
    }
    assert len(keys) == 3
    renamed = replace(QUESTION, work=replace(WORK, id="w2"), picture=replace(PICTURE, width=1))
    assert google_vision.SOURCE.query_key(renamed, context) == (
        google_vision.SOURCE.query_key(QUESTION, context)
    )


def test_images_without_a_page_are_counted_not_kept() -> None:
    batches = search(google_vision.SOURCE, CASES["google_vision"].service(Answered(replicas.vision_reply(0))))
    outcome = batches[-1].outcome
    assert (outcome.status, outcome.seen, outcome.kept) == (SearchStatus.PARTIAL, 3, 0)
    assert "3 images without a page left out" in (outcome.note or "")
    assert outcome.cost_usd == 0.0035


def test_a_long_answer_stops_where_it_was_told_and_says_so() -> None:
    endless = [Answered(replicas.yandex_api_reply(2, number=n)) for n in range(9)]
    service = CASES["yandex_search_api"].service(*endless)
    outcome = search(yandex_search_api.SOURCE, service)[-1].outcome
    assert len(service.requests) == 5
    assert outcome.status is SearchStatus.PARTIAL
    assert "5 parts read, there are more" in (outcome.note or "")
    further = search(
        yandex_search_api.SOURCE,
        CASES["yandex_search_api"].service(Answered(replicas.yandex_api_reply(0, number=5))),
        replace(QUESTION, cursor=outcome.cursor),
    )[-1].outcome
    assert (further.status, further.cost_usd) == (SearchStatus.RESULTS, 0.0375 + 0.0075)


def test_a_search_that_is_taken_up_reads_as_many_parts_again() -> None:
    def service(first: int) -> Service:
        parts = [Answered(replicas.yandex_api_reply(2, number=first + n)) for n in range(9)]
        return CASES["yandex_search_api"].service(*parts)

    outcome = search(yandex_search_api.SOURCE, service(0))[-1].outcome
    other = service(5)
    outcome = search(yandex_search_api.SOURCE, other, replace(QUESTION, cursor=outcome.cursor))[-1].outcome
    assert [request.json["page"] for request in other.requests] == ["5", "6", "7", "8", "9"]
    assert "10 parts read" in (outcome.note or "")


def test_a_part_that_was_refused_is_asked_again_when_the_search_is_taken_up() -> None:
    first = Answered(CASES["tineye_api"].parts[0]())
    batches = search(tineye_api.SOURCE, CASES["tineye_api"].service(first, Answered({}, 429)))
    outcome = batches[-1].outcome
    assert (outcome.status, outcome.cost_usd) == (SearchStatus.PARTIAL, 0.04)
    assert "part 2: rate limited" in (outcome.note or "")
    service = CASES["tineye_api"].service(Answered(CASES["tineye_api"].parts[1]()))
    outcome = search(tineye_api.SOURCE, service, replace(QUESTION, cursor=outcome.cursor))[-1].outcome
    assert service.requests[0].query["offset"] == "100"
    assert (outcome.status, outcome.cost_usd, outcome.seen) == (SearchStatus.RESULTS, 0.08, 204)


def test_a_part_whose_reply_was_lost_is_not_asked_again() -> None:
    first = Answered(CASES["tineye_api"].parts[0]())
    batches = search(tineye_api.SOURCE, CASES["tineye_api"].service(first, Answered({}, hangs_up=True)))
    outcome = batches[-1].outcome
    assert (outcome.status, outcome.cost_usd) == (SearchStatus.PARTIAL, 0.08)
    service = CASES["tineye_api"].service()
    outcome = search(tineye_api.SOURCE, service, replace(QUESTION, cursor=outcome.cursor))[-1].outcome
    assert service.requests == []
    assert (outcome.status, outcome.cost_usd) == (SearchStatus.PARTIAL, 0.08)


def test_an_answer_in_doubt_has_no_place_to_go_on_from() -> None:
    cut = replicas.vision_reply(google_vision.MOST_RESULTS)
    outcome = search(google_vision.SOURCE, CASES["google_vision"].service(Answered(cut)))[-1].outcome
    assert (outcome.status, outcome.cursor) == (SearchStatus.PARTIAL, None)
    assert "may go on" in (outcome.note or "")


def test_a_service_that_never_answers_may_have_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_out, "HEADERS_S", 0.1)
    monkeypatch.setattr(way_out, "TOTAL_S", 0.3)
    monkeypatch.setattr(stub_service, "SETTINGS", FetchSettings(headers_s=0.1, connect_s=0.1, total_s=0.3))
    service = CASES["google_vision"].service(Answered({}, is_silent=True))
    outcome = search(google_vision.SOURCE, service)[-1].outcome
    assert (outcome.status, outcome.cost_usd) == (SearchStatus.NETWORK_ERROR, 0.0035)


def test_an_answer_that_goes_round_in_circles_is_left() -> None:
    same = replicas.wikimedia_reply() | {"continue": {"gucontinue": "again", "continue": "||"}}
    service = CASES["wikimedia"].service(Answered(same))
    outcome = search(wikimedia.SOURCE, service)[-1].outcome
    assert len(service.requests) == 2
    assert outcome.status is SearchStatus.PARTIAL


def test_many_results_come_in_batches() -> None:
    batches = search(wikimedia.SOURCE, CASES["wikimedia"].service(Answered(replicas.wikimedia_reply(1200))))
    assert [len(batch.sightings) for batch in batches] == [500, 500, 200]
    assert batches[-1].outcome.kept == 1200


def test_a_part_that_is_half_stored_is_asked_again_where_that_is_free() -> None:
    service = CASES["wikimedia"].service(Answered(replicas.wikimedia_reply(1200)))
    first = search(wikimedia.SOURCE, service)[0]
    again = search(wikimedia.SOURCE, service, replace(QUESTION, cursor=first.outcome.cursor))
    assert sum(len(batch.sightings) for batch in again) == again[-1].outcome.kept == 1200


def test_a_paid_part_that_is_half_stored_is_not_called_whole() -> None:
    many = replicas.tineye_api_reply(1)
    backlink = many["results"]["matches"][0]["backlinks"][0]
    many["results"]["matches"][0]["backlinks"] = [
        backlink | {"backlink": replicas.page(n)} for n in range(700)
    ]
    many["stats"]["total_backlinks"] = 700
    service = CASES["tineye_api"].service(Answered(many))
    batches = search(tineye_api.SOURCE, service)
    assert [len(batch.sightings) for batch in batches] == [0, 500, 200]
    (last,) = search(tineye_api.SOURCE, service, replace(QUESTION, cursor=batches[1].outcome.cursor))
    assert (last.outcome.status, last.outcome.cost_usd) == (SearchStatus.PARTIAL, 0.04)
    assert len(service.requests) == 1


def test_files_are_asked_for_by_all_their_hashes() -> None:
    files = tuple(Rendition(f"https://jane.example/{n}.jpg", sha256=f"{n:064x}") for n in range(12))
    context = context_for(urlscan.SOURCE, Service([]), None)
    query, _ = urlscan.query_of(Question(work=replace(WORK, renditions=files)), context)
    assert (query or "").count("hash:") == urlscan.MOST_HASHES
