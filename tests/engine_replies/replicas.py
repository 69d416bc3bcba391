"""Replies as engines lay them out, with places and pictures that do not exist; nothing of a real reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

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
from creditline.engine_replies.serp_maps import LENS_EXACT, LENS_VISUAL, YANDEX_IMAGES
from creditline.records import FetchProblem, Reply
from creditline.urls import Url

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENGINE = "https://engine.example/search"
COUNT = 6


def reply(
    body: bytes | str | dict[str, Any],
    *,
    url: str = ENGINE,
    status: int | None = 200,
    headers: tuple[tuple[str, str], ...] = (),
    problem: FetchProblem | None = None,
) -> Reply:
    """A reply as the way out gives it."""
    if isinstance(body, dict):
        body = json.dumps(body)
    raw = body.encode() if isinstance(body, str) else body
    return Reply(Url(url), Url(url), NOW, status, headers, raw, problem)


def page(number: int) -> str:
    return f"https://place{number}.example/harbour/{number}?view=full"


def image(number: int) -> str:
    return f"https://files.place{number}.example/pictures/{number}.jpg"


# --- Google Lens ----------------------------------------------------------------------------------

_UDM = {"all": 26, "exact": 48, "visual": 44, "ai": 50}


def lens_card(number: int) -> str:
    """A picture with a name on a button, then a link with site, heading and nothing else."""
    title = f"Harbour at dawn, view {number}"
    return (
        f'<div class="c1"><div class="c2"><div class="c3" role="button" tabindex="0"><div class="c4" '
        f'aria-label="{title}"><div><img alt="" src="data:,"></div></div></div></div>'
        f'<div class="c5"><a class="c6" href="{escape(page(number))}" data-ved="v{number}" '
        f'ping="/url?sa=t&amp;url={number}"><div class="c7"><img alt="" src="data:,">'
        f'<div>Place {number}</div></div><div class="c8" role="heading" aria-level="3"><span>{title}</span>'
        "</div><div>1200x800</div></a></div></div>"
    )


def lens_page(count: int = COUNT, tab: str = "exact", *, extra: str = "") -> str:
    """A result page with its tabs; the selected one has no link."""
    tabs = "".join(
        f'<div role="listitem"><a class="t"{"" if name == tab else f" href=/search?vsrid=s1&amp;udm={udm}"}>'
        f"<div{' aria-current=page selected' if name == tab else ''}><span>{name}</span></div></a></div>"
        for name, udm in _UDM.items()
    )
    cards = "".join(lens_card(number) for number in range(count))
    return (
        '<!doctype html><html><head><title>Search</title></head><body><div role="navigation">'
        '<a href="https://policies.google.com/privacy">Privacy</a>'
        f'<div role="list">{tabs}</div></div><div role="main"><div id="search"><div id="rso">'
        '<a href="/search?q=more">More</a>'
        f"{cards}{extra}</div></div></div><footer>The word captcha, and robots.</footer></body></html>"
    )


# --- JSON ------------------------------------------------------------------------------------------


def bing_reply(count: int = COUNT) -> dict[str, Any]:
    pages = [
        {
            "name": f"Harbour {n}",
            "hostPageUrl": page(n),
            "contentUrl": image(n),
            "width": 1200,
            "height": 800,
            "thumbnailUrl": f"https://thumbs.engine.example/{n}",
            "hostPageDisplayUrl": f"place{n}.example/harbour/{n}",
            "datePublished": "2026-01-02T03:04:05.0000000Z",
        }
        for n in range(count)
    ]
    actions = [
        {"actionType": "VisualSearch", "data": {"value": [{"contentUrl": "https://other.example/x.jpg"}]}},
        {"actionType": "PagesIncluding", "data": {"value": pages}},
    ]
    return {"_type": "ImageKnowledge", "tags": [{"displayName": "", "actions": actions}]}


def bing_old_reply(count: int = COUNT) -> dict[str, Any]:
    value = bing_reply(count)["tags"][0]["actions"][1]["data"]["value"]
    return {"_type": "ImageInsights", "pagesIncluding": {"value": value}}


def yandex_state(count: int = COUNT) -> dict[str, Any]:
    sites = [
        {
            "url": page(n),
            "title": f"Harbour <b>{n}</b>",
            "domain": f"place{n}.example",
            "description": "A harbour",
            "thumb": {"url": f"//thumbs.engine.example/{n}", "width": 90},
            "originalImage": {"url": image(n), "width": 1200, "height": 800},
        }
        for n in range(count)
    ]
    return {"initialState": {"cbirSites": {"sites": sites}, "cbirSimilar": {"thumbs": []}}}


def yandex_page(count: int = COUNT) -> str:
    items = "".join(
        f'<li class="CbirSites-Item"><a href="{escape(page(n))}">x</a></li>' for n in range(count)
    )
    state = escape(json.dumps(yandex_state(count)))
    return (
        '<!DOCTYPE html><html><body><h1>Images</h1><div class="Root" id="ImagesApp-a1" '
        f'data-state="{state}"><ul class="CbirSites-Items">{items}</ul></div></body></html>'
    )


def tineye_matches(count: int = COUNT) -> list[dict[str, Any]]:
    return [
        {
            "domain": f"place{n}.example",
            "score": 40.5 + n,
            "width": 1200,
            "height": 800,
            "format": "JPEG",
            "tags": ["stock"] if n == 0 else [],
            "image_url": f"https://img.engine.example/{n}",
            "backlinks": [
                {"url": image(n), "backlink": page(n), "crawl_date": "2025-01-02"},
                {"url": image(n), "backlink": page(n) + "&again=1", "crawl_date": "2025-01-03"},
            ],
        }
        for n in range(count)
    ]


def tineye_api_reply(count: int = COUNT, total: int | None = None) -> dict[str, Any]:
    total = count if total is None else total
    return {
        "stats": {
            "query_time": "0.2",
            "total_results": total,
            "total_filtered_results": total,
            "total_backlinks": 2 * total,
        },
        "code": 200,
        "messages": [],
        "results": {"matches": tineye_matches(count)},
    }


def tineye_web_reply(count: int = COUNT) -> dict[str, Any]:
    return {
        "query": {"hash": "a1"},
        "num_matches": count,
        "total_pages": 1,
        "page": 1,
        "matches": tineye_matches(count),
    }


def vision_reply(count: int = COUNT) -> dict[str, Any]:
    """As client libraries write it: every field, empty ones too."""
    pages = [
        {
            "url": page(n),
            "score": 0,
            "pageTitle": f"The <b>harbour</b> &amp; the sea {n}",
            "fullMatchingImages": [{"url": image(n), "score": 0}] if n % 2 else [],
            "partialMatchingImages": [] if n % 2 else [{"url": image(n), "score": 0}],
        }
        for n in range(count)
    ]
    detection = {
        "webEntities": [{"entityId": "/m/1", "score": 0.5, "description": "Harbour"}],
        "fullMatchingImages": [{"url": f"https://loose.example/{n}.jpg", "score": 0} for n in range(2)],
        "partialMatchingImages": [{"url": "https://loose.example/part.jpg", "score": 0}],
        "pagesWithMatchingImages": pages,
        "visuallySimilarImages": [{"url": "https://similar.example/1.jpg", "score": 0}],
        "bestGuessLabels": [{"label": "harbour", "languageCode": "en"}],
    }
    return {"responses": [{"webDetection": detection}]}


def vision_wire_reply(count: int = COUNT) -> dict[str, Any]:
    """As the wire has it: fields that are empty or zero are left out."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: stripped(each) for key, each in value.items() if each not in ([], 0, "")}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    answer: dict[str, Any] = stripped(vision_reply(count))
    return answer


def serp_exact_reply(count: int = COUNT) -> dict[str, Any]:
    return {
        "search_metadata": {"id": "s1", "status": "Success"},
        "search_parameters": {"engine": "google_lens", "type": "exact_matches", "url": image(0)},
        "exact_matches": [
            {
                "position": n + 1,
                "title": f"Harbour {n}",
                "source": f"Place {n}",
                "link": page(n),
                "thumbnail": f"https://thumbs.engine.example/{n}",
                "actual_image_width": 1200,
                "actual_image_height": 800,
            }
            for n in range(count)
        ],
    }


def serp_yandex_reply(count: int = COUNT) -> dict[str, Any]:
    return {
        "search_metadata": {"id": "s1", "status": "Success"},
        "search_parameters": {"engine": "yandex_images", "url": image(0)},
        "image_results": [
            {
                "title": f"Harbour {n}",
                "source": f"place{n}.example",
                "link": page(n),
                "thumbnail": {"link": f"https://thumbs.engine.example/{n}", "height": 100, "width": 150},
                "original_image": {"link": image(n), "height": 800, "width": 1200},
            }
            for n in range(count)
        ],
        "similar_images": [{"title": "Another", "link": "https://similar.example/"}],
    }


def serp_visual_reply(count: int = COUNT) -> dict[str, Any]:
    whole = serp_exact_reply(count)
    whole["search_parameters"]["type"] = "visual_matches"
    items = whole.pop("exact_matches")
    return whole | {"visual_matches": [item | {"image": image(n)} for n, item in enumerate(items)]}


def yandex_api_reply(count: int = COUNT, number: int = 0) -> dict[str, Any]:
    return {
        "images": [
            {
                "url": image(n + 100 * number),
                "format": "IMAGE_FORMAT_JPEG",
                "width": "1200",
                "height": "800",
                "passage": "At the harbour",
                "host": f"place{n}.example",
                "pageTitle": f"Harbour {n}",
                "pageUrl": page(n + 100 * number),
            }
            for n in range(count)
        ],
        "page": str(number),
        "id": "123/abc-DEF",
    }


def wikimedia_reply(count: int = COUNT) -> dict[str, Any]:
    uses = [
        {"title": f"Harbour {n}", "wiki": "xx.wikipedia.example", "url": page(n), "ns": "0", "pageid": str(n)}
        for n in range(count)
    ]
    return {
        "batchcomplete": True,
        "query": {"pages": [{"pageid": 1, "ns": 6, "title": "File:Harbour.jpg", "globalusage": uses}]},
    }


def urlscan_reply(count: int = COUNT) -> dict[str, Any]:
    results = [
        {
            "task": {"url": page(n), "time": "2026-01-02T03:04:05.678Z"},
            "page": {"url": page(n), "domain": f"place{n}.example", "title": f"Harbour {n}"},
            "_id": f"id{n}",
            "sort": [1767323045678 + n, f"id{n}"],
        }
        for n in range(count)
    ]
    return {"results": results, "total": count, "took": 5, "has_more": False}


def searxng_reply(count: int = COUNT) -> dict[str, Any]:
    return {
        "query": '"harbour at dawn"',
        "number_of_results": 0,
        "results": [
            {"url": page(n), "title": f"Harbour {n}", "content": "At dawn", "engine": "some engine"}
            for n in range(count)
        ],
        "unresponsive_engines": [],
    }


# --- all of them -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Family:
    """One dialect: how a whole reply looks, and what reads it."""

    whole: Callable[[int], str | dict[str, Any]]
    read: Callable[[Reply], Reading]
    #: How many cards each of ``count`` results gives.
    cards: int = 1
    #: Cards that stand beside the results.
    loose: int = 0


FAMILIES = {
    "lens exact": Family(lens_page, google_lens.read),
    "lens all": Family(lambda n: lens_page(n, "all"), lambda r: google_lens.read(r, tab="all")),
    "bing": Family(bing_reply, bing.read),
    "bing old": Family(bing_old_reply, bing.read),
    "yandex page": Family(yandex_page, yandex.read),
    "yandex json": Family(yandex_state, yandex.read),
    "tineye web": Family(tineye_web_reply, tineye.read, cards=2),
    "tineye api": Family(tineye_api_reply, lambda r: tineye.read_api(r, limit=100), cards=2),
    "vision": Family(vision_reply, google_vision.read, loose=3),
    "vision wire": Family(vision_wire_reply, google_vision.read, loose=3),
    "serp exact": Family(serp_exact_reply, lambda r: serp.read(r, LENS_EXACT)),
    "serp visual": Family(serp_visual_reply, lambda r: serp.read(r, LENS_VISUAL)),
    "serp yandex": Family(serp_yandex_reply, lambda r: serp.read(r, YANDEX_IMAGES)),
    "wikimedia": Family(wikimedia_reply, wikimedia.read),
    "urlscan": Family(urlscan_reply, lambda r: urlscan.read(r, claim=Claim.SAME_BYTES)),
    "searxng": Family(searxng_reply, searxng.read),
}
#: Its list may always go on, so that one part alone is never the whole answer.
YANDEX_API = Family(yandex_api_reply, yandex_api.read)
