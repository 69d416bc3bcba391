"""What stands in front of an answer is named before anything is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from replicas import (
    bing_reply,
    lens_page,
    reply,
    searxng_reply,
    serp_exact_reply,
    tineye_api_reply,
    tineye_web_reply,
    urlscan_reply,
    vision_reply,
    wikimedia_reply,
    yandex_api_reply,
    yandex_page,
)

from creditline.engine_replies import (
    Reading,
    bing,
    google_lens,
    google_vision,
    searxng,
    serp,
    tineye,
    urlscan,
    wikimedia,
    yandex,
    yandex_api,
)
from creditline.engine_replies.base import Claim
from creditline.engine_replies.serp_maps import LENS_EXACT
from creditline.records import FetchProblem, Reply, SearchStatus

Read = Callable[[Reply], Reading]
WEB: dict[str, Read] = {
    "lens": google_lens.read,
    "bing": bing.read,
    "yandex": yandex.read,
    "tineye": tineye.read,
}
API: dict[str, Read] = {
    "vision": google_vision.read,
    "tineye api": tineye.read_api,
    "yandex api": yandex_api.read,
    "serp": lambda r: serp.read(r, LENS_EXACT),
    "wikimedia": wikimedia.read,
    "urlscan": lambda r: urlscan.read(r, claim=Claim.TEXT),
}
ALL = WEB | API | {"searxng": searxng.read}
WHOLE = {
    "lens": lens_page(),
    "bing": bing_reply(),
    "yandex": yandex_page(),
    "tineye": tineye_web_reply(),
    "vision": vision_reply(),
    "tineye api": tineye_api_reply(),
    "yandex api": yandex_api_reply(),
    "serp": serp_exact_reply(),
    "wikimedia": wikimedia_reply(),
    "urlscan": urlscan_reply(),
    "searxng": searxng_reply(),
}

CAPTCHAS = {
    "a form of Google": '<html><body><form id="captcha-form" action="index"></form></body></html>',
    "a form of Yandex": '<html><body><form method=POST action="/checkcaptcha?key=1"></form></body></html>',
    "a widget of Yandex": '<html><body><div class="smart-captcha"></div></body></html>',
    "a challenge": '<html><body><div id="challenge-error-text">Enable scripts</div></body></html>',
    "a script of a challenge": (
        '<html><head><script src="/cdn-cgi/challenge-platform/h/b/x.js"></script></head></html>'
    ),
}


@pytest.mark.parametrize("engine", WEB)
@pytest.mark.parametrize("page", CAPTCHAS)
@pytest.mark.parametrize("status", [200, 403, 429, 503])
def test_captchas_are_named(engine: str, page: str, status: int) -> None:
    assert WEB[engine](reply(CAPTCHAS[page], status=status)).status is SearchStatus.CAPTCHA


@pytest.mark.parametrize("engine", WEB)
@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("https://www.google.com/sorry/index?continue=x", (), SearchStatus.CAPTCHA),
        ("https://yandex.com/showcaptcha?retpath=x", (), SearchStatus.CAPTCHA),
        ("https://yandex.com/images", (("x-yandex-captcha", "captcha"),), SearchStatus.CAPTCHA),
        ("https://tineye.com/api", (("cf-mitigated", "challenge"),), SearchStatus.CAPTCHA),
        ("https://consent.google.com/ml?continue=x", (), SearchStatus.CONSENT),
    ],
)
@pytest.mark.parametrize("status", [200, 403, 429])
def test_the_address_and_headers_tell(
    engine: str, url: str, headers: tuple[tuple[str, str], ...], expected: SearchStatus, status: int
) -> None:
    whole = WHOLE[engine]
    assert WEB[engine](reply(whole, url=url, headers=headers, status=status)).status is expected


def test_consent_and_region_are_named() -> None:
    form = '<html><body><form action="https://consent.google.com/save"></form></body></html>'
    assert google_lens.read(reply(form)).status is SearchStatus.CONSENT
    banner = '<html><body><div id="bnp_container"></div></body></html>'
    assert bing.read(reply(banner)).status is SearchStatus.CONSENT
    closed = "<html><body><h1>This Yandex service is under construction</h1></body></html>"
    assert yandex.read(reply(closed)).status is SearchStatus.REGION_BLOCKED
    assert yandex.read(reply({"type": "captcha", "captcha": {}})).status is SearchStatus.CAPTCHA


@pytest.mark.parametrize("engine", ALL)
@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (FetchProblem.TIMEOUT, SearchStatus.NETWORK_ERROR),
        (FetchProblem.TRUNCATED, SearchStatus.NETWORK_ERROR),
        (FetchProblem.DNS, SearchStatus.NETWORK_ERROR),
        (FetchProblem.RATE_LIMITED, SearchStatus.RATE_LIMITED),
        (FetchProblem.HOST_PARKED, SearchStatus.RATE_LIMITED),
    ],
)
def test_no_reply_is_no_answer(engine: str, problem: FetchProblem, expected: SearchStatus) -> None:
    for body in (b"", WHOLE[engine]):
        assert ALL[engine](reply(body, status=None, problem=problem)).status is expected


@pytest.mark.parametrize("engine", ALL)
@pytest.mark.parametrize("status", [None, 301, 302, 400, 401, 402, 403, 404, 413, 429, 451, 500, 502, 503])
@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body>No</body></html>", b'{"results": []}'])
def test_no_status_but_success_is_an_answer(engine: str, status: int | None, body: bytes) -> None:
    reading = ALL[engine](reply(body, status=status))
    assert not reading.cards
    assert not reading.status.was_searched
    assert reading.note


@pytest.mark.parametrize("engine", API)
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, SearchStatus.AUTH_FAILED),
        (403, SearchStatus.AUTH_FAILED),
        (402, SearchStatus.QUOTA_EXHAUSTED),
        (429, SearchStatus.RATE_LIMITED),
        (451, SearchStatus.REGION_BLOCKED),
        (400, SearchStatus.BAD_INPUT),
        (413, SearchStatus.BAD_INPUT),
        (500, SearchStatus.NETWORK_ERROR),
    ],
)
def test_statuses_of_an_api(engine: str, status: int, expected: SearchStatus) -> None:
    assert API[engine](reply(b"{}", status=status)).status is expected


@pytest.mark.parametrize("engine", ALL)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("Fri, 20 Nov 2026 12:05:00 GMT", 300.0), ("soon", None), ("99999999999", 86_400.0)],
)
def test_how_long_to_wait_is_told(engine: str, header: str, seconds: float | None) -> None:
    reading = ALL[engine](reply(b"{}", status=429, headers=(("retry-after", header),)))
    assert (reading.status, reading.retry_after_s) == (SearchStatus.RATE_LIMITED, seconds)


@pytest.mark.parametrize(
    ("code", "messages", "expected"),
    [
        (400, ["API_ERROR", "Could not download the address"], SearchStatus.BAD_INPUT),
        (500, ["NO_SIGNATURE_ERROR", "Image too simple"], SearchStatus.BAD_INPUT),
        (401, ["whatever"], SearchStatus.AUTH_FAILED),
        (403, ["AUTH_ERROR", "Invalid API key"], SearchStatus.AUTH_FAILED),
        (400, ["API_ERROR", "You have no remaining searches"], SearchStatus.QUOTA_EXHAUSTED),
        (429, ["slow down"], SearchStatus.RATE_LIMITED),
        (500, ["INTERNAL"], SearchStatus.NETWORK_ERROR),
        (123, [], SearchStatus.UNKNOWN_LAYOUT),
    ],
)
def test_errors_inside_a_success_of_tineye(code: int, messages: list[str], expected: SearchStatus) -> None:
    body = {"code": code, "messages": messages, "results": []}
    for status in (200, code if 200 < code < 600 else 200):
        assert tineye.read_api(reply(body, status=status)).status is expected


@pytest.mark.parametrize(
    ("error", "status", "expected"),
    [
        ({"code": 3, "message": "Bad image data."}, 200, SearchStatus.BAD_INPUT),
        ({"code": 7, "message": "Not allowed."}, 200, SearchStatus.AUTH_FAILED),
        ({"code": 8, "message": "Used up."}, 200, SearchStatus.QUOTA_EXHAUSTED),
        ({"code": 13, "message": "Internal."}, 200, SearchStatus.NETWORK_ERROR),
        ({"code": 14}, 200, SearchStatus.NETWORK_ERROR),
        ({"code": 400, "message": "API key not valid."}, 400, SearchStatus.AUTH_FAILED),
        ({"code": 400, "message": "Request too large."}, 400, SearchStatus.BAD_INPUT),
        ({"code": 403, "message": "Billing is off."}, 403, SearchStatus.AUTH_FAILED),
        ({"code": 429, "message": "Too fast."}, 429, SearchStatus.RATE_LIMITED),
        ({"code": 500, "message": "Internal."}, 500, SearchStatus.NETWORK_ERROR),
    ],
)
def test_errors_of_vision_wherever_they_stand(
    error: dict[str, object], status: int, expected: SearchStatus
) -> None:
    assert google_vision.read(reply({"error": error}, status=status)).status is expected
    if status == 200:
        inside = {"responses": [{"error": error}]}
        assert google_vision.read(reply(inside)).status is expected


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ("Invalid API key. Your API key should be here.", 401, SearchStatus.AUTH_FAILED),
        ("Your account has run out of searches.", 429, SearchStatus.QUOTA_EXHAUSTED),
        ("Your account has run out of searches.", 200, SearchStatus.QUOTA_EXHAUSTED),
        ("You exceed the hourly throughput limit.", 429, SearchStatus.RATE_LIMITED),
        ("Missing query `url` parameter.", 400, SearchStatus.BAD_INPUT),
        ("Unsupported `type`.", 200, SearchStatus.BAD_INPUT),
        ("We could not get there.", 200, SearchStatus.NETWORK_ERROR),
        ("We could not get there.", 503, SearchStatus.NETWORK_ERROR),
    ],
)
def test_errors_of_a_company_that_searches_for_others(said: str, status: int, expected: SearchStatus) -> None:
    whole = serp_exact_reply(0) | {"error": said}
    assert serp.read(reply(whole, status=status), LENS_EXACT).status is expected


def test_other_errors() -> None:
    assert wikimedia.read(reply({"error": {"code": "maxlag", "info": "Waiting"}})).status is (
        SearchStatus.RATE_LIMITED
    )
    assert wikimedia.read(reply({"error": {"code": "badvalue"}})).status is SearchStatus.BAD_INPUT
    quota = reply({"message": "Quota exceeded"}, status=429)
    assert urlscan.read(quota, claim=Claim.TEXT).status is SearchStatus.QUOTA_EXHAUSTED
    assert searxng.read(reply("", status=403)).status is SearchStatus.NOT_ENABLED
    assert bing.read(reply({"_type": "ErrorResponse", "errors": [{"code": "x"}]})).status is (
        SearchStatus.UNKNOWN_LAYOUT
    )
    assert yandex_api.read(reply({"code": 16, "message": "Unauthenticated"}, status=401)).status is (
        SearchStatus.AUTH_FAILED
    )
    assert yandex_api.read(reply({"code": 8, "message": "Quota"}, status=429)).status is (
        SearchStatus.RATE_LIMITED
    )


def test_words_of_results_are_no_walls() -> None:
    extra = "<p>Are you a robot? Solve the captcha. Unusual traffic. Before you continue. Consent.</p>"
    assert google_lens.read(reply(lens_page(extra=extra))).status is SearchStatus.RESULTS


@pytest.mark.parametrize("engine", WEB)
def test_no_engine_knows_a_tab_of_another(engine: str) -> None:
    read = {"lens": google_lens.read, "bing": bing.read, "yandex": yandex.read, "tineye": tineye.read}[engine]
    reading = read(reply(WHOLE[engine]), tab="elsewhere")
    assert (reading.status, reading.cards) == (SearchStatus.UNKNOWN_LAYOUT, ())
