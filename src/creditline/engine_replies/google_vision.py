"""Google Cloud Vision, WEB_DETECTION: pages with matching images, and images on no named page.

The wire form of protocol buffers leaves empty fields out, so a missing list may be an empty one. Client
libraries write them all; a reply that writes empty ones and lacks a list has changed.
"""

from __future__ import annotations

from typing import Any

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, distinct, refused, settle
from creditline.engine_replies.json_reply import (
    Object,
    int_of,
    list_of,
    load_object,
    object_of,
    plain_text_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: Real answers were recorded.
UNPROVEN = False

#: ``google.rpc.Code`` of an error to what it means for a search.
_CODES = {
    3: SearchStatus.BAD_INPUT,
    5: SearchStatus.BAD_INPUT,
    7: SearchStatus.AUTH_FAILED,
    8: SearchStatus.QUOTA_EXHAUSTED,
    9: SearchStatus.BAD_INPUT,
    11: SearchStatus.BAD_INPUT,
    16: SearchStatus.AUTH_FAILED,
}
_PAGES, _FULL, _PARTIAL = "pagesWithMatchingImages", "fullMatchingImages", "partialMatchingImages"
#: Fields of an answer that speak of the image without speaking of copies.
_OTHERS = ("webEntities", "visuallySimilarImages", "bestGuessLabels")


def read(reply: Reply, *, most: int | None = None) -> Reading:
    """Read the answer to one image.

    Args:
        reply: What came.
        most: ``maxResults`` that was asked for; lists of that length may have been cut.
    """
    if (refusal := walls.refusal_by_network(reply)) is not None:
        return refusal
    found, why = load_object(reply.body)
    if found is not None and "error" in found:
        return _error(object_of(found["error"]), reply)
    if (refusal := walls.refusal_by_status(reply, api=True)) is not None:
        return refusal
    responses = list_of(found, "responses")
    if found is None or not responses or len(responses) != 1:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why or "not one answer to one image")
    answer = object_of(responses[0])
    if "error" in answer:
        return _error(object_of(answer["error"]), reply)
    detection = answer.get("webDetection")
    if not isinstance(detection, dict) or not detection:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "an answer without web detection")
    return _read(detection, most)


def _read(detection: Object, most: int | None) -> Reading:
    lists = {key: list_of(detection, key) for key in (_PAGES, _FULL, _PARTIAL)}
    missing = [key for key, value in lists.items() if value is None]
    pages, full, partial = (lists[key] or [] for key in (_PAGES, _FULL, _PARTIAL))
    writes_all = _writes_empty_fields(detection)
    cards = [card for item in pages for card in _cards_of_page(item, writes_all=writes_all)]
    unread = sum(url_of(item, "url") is None for item in pages)
    loose = [
        card
        for claim, items in ((Claim.FULL, full), (Claim.PARTIAL, partial))
        for item in items
        if (card := _loose(item, claim)) is not None
    ]
    unread += len(full) + len(partial) - len(loose)
    cards = distinct([*cards, *loose])
    doubt = _doubt(detection, missing, has_copies=bool(cards)) or _cut(most, pages, full, partial)
    is_known = any(list_of(detection, key) is not None for key in _OTHERS)
    empty = "Google knows no copies" if is_known and not doubt else None
    return settle(cards, len(cards) + unread, empty=empty, doubt=doubt)


def _doubt(detection: Object, missing: list[str], *, has_copies: bool) -> str | None:
    """Why a missing list may be more than an empty one."""
    if any(key in detection for key in missing):
        return "a list is something else"
    if missing and _writes_empty_fields(detection):
        return f"the reply has no {', '.join(missing)}"
    if has_copies and not list_of(detection, _PAGES):
        return "copies are known, but no page that shows one is named"
    return None


def _cut(most: int | None, *lists: list[Any]) -> str | None:
    if most is not None and any(len(each) >= most for each in lists):
        return f"a list holds the {most} entries asked for and may go on"
    return None


def _writes_empty_fields(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_default(each) or _writes_empty_fields(each) for each in value.values())
    return isinstance(value, list) and any(_writes_empty_fields(each) for each in value)


def _is_default(value: Any) -> bool:
    return value == [] or value == "" or (value == 0 and not isinstance(value, bool))


def _cards_of_page(item: Any, *, writes_all: bool) -> list[Card]:
    """One card per image of a page; a page that names none, or lacks a list, is not read whole."""
    page = url_of(item, "url")
    if page is None:
        return []
    title = plain_text_of(item, "pageTitle")
    images = [
        (claim, url)
        for claim, key in ((Claim.FULL, _FULL), (Claim.PARTIAL, _PARTIAL))
        for each in list_of(item, key) or []
        if (url := url_of(each, "url")) is not None
    ]
    lists = [list_of(item, key) for key in (_FULL, _PARTIAL)]
    is_changed = any(
        each is None and (writes_all or key in object_of(item))
        for key, each in zip((_FULL, _PARTIAL), lists, strict=True)
    )
    named = sum(len(each or []) for each in lists)
    is_whole = not is_changed and len(images) == named > 0
    if not images:
        return [Card(Claim.PARTIAL, page_url=page, title=title, is_whole=False)]
    return [
        Card(claim, page_url=page, image_url=url, title=title, is_whole=is_whole) for claim, url in images
    ]


def _loose(item: Any, claim: Claim) -> Card | None:
    url = url_of(item, "url")
    return None if url is None else Card(claim, image_url=url)


def _error(error: Object, reply: Reply) -> Reading:
    said = text_of(error, "message") or text_of(error, "status") or "without words"
    code = int_of(error, "code") or 0
    status = _CODES.get(code)
    if status is None:
        by_status = walls.refusal_by_status(reply, api=True)
        status = by_status.status if by_status is not None else SearchStatus.NETWORK_ERROR
    if "api key" in said.casefold() or "api_key" in said.casefold():
        status = SearchStatus.AUTH_FAILED
    wait = walls.retry_after_s(reply)
    if reply.status == 429 and "per day" not in said and "billing" not in said.casefold():
        status = SearchStatus.RATE_LIMITED
    return refused(status, f"Google answered: {said}"[:300], retry_after_s=wait)
