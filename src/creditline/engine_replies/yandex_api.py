"""Yandex Search API v2, SearchByImage: images with the pages that they stand on.

It does not say which are copies and which only look alike: all are candidates to be checked.
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
    page_of,
    plain_text_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: Only the published schema is known, no real answer.
UNPROVEN = True

#: ``google.rpc.Code`` of an error to what it means for a search.
_CODES = {
    3: SearchStatus.BAD_INPUT,
    7: SearchStatus.AUTH_FAILED,
    8: SearchStatus.QUOTA_EXHAUSTED,
    16: SearchStatus.AUTH_FAILED,
}


def read(reply: Reply, *, page: int = 0) -> Reading:
    """Read one page of an answer.

    Args:
        reply: What came.
        page: The page that was asked for, from 0.
    """
    if (refusal := walls.refusal_by_network(reply)) is not None:
        return refusal
    found, why = load_object(reply.body)
    by_status = walls.refusal_by_status(reply, api=True)
    if by_status is not None or (found is not None and "code" in found and "message" in found):
        return _error(found or {}, reply, by_status)
    if found is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why)
    return _read(found, page)


def picture_id(reply: Reply) -> str | None:
    """The id by which further pages are asked for, so that the picture is sent once only."""
    found, _ = load_object(reply.body)
    return text_of(found, "id")


def _read(found: Object, page: int) -> Reading:
    answered = int_of(found, "page")
    if answered is not None and answered != page:
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"page {answered} came where page {page} was asked for")
    items, picture = list_of(found, "images"), text_of(found, "id")
    if items is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of images: none found, or a changed reply")
    cards = [card for item in items if (card := _card(item)) is not None]
    unread = len(items) - len(cards)
    cards = distinct(cards)
    empty = "the list of images is empty" if picture else None
    doubt = None if picture else "the reply does not name the picture that it answers"
    cursor = str(page + 1) if items and picture else None
    return settle(cards, len(cards) + unread, empty=empty, doubt=doubt, cursor=cursor)


def _card(item: Any) -> Card | None:
    page, image = page_of(item, "pageUrl"), url_of(item, "url")
    if page is None:
        return None
    return Card(
        claim=Claim.VISUAL,
        page_url=page,
        image_url=image,
        title=plain_text_of(item, "pageTitle"),
        site_name=text_of(item, "host"),
        snippet=plain_text_of(item, "passage"),
        width=int_of(item, "width"),
        height=int_of(item, "height"),
        is_whole=image is not None,
    )


def _error(found: Object, reply: Reply, by_status: Reading | None) -> Reading:
    status = _CODES.get(int_of(found, "code") or 0)
    if by_status is not None and (status is None or by_status.status is SearchStatus.RATE_LIMITED):
        status = by_status.status
    said = text_of(found, "message") or (by_status.note if by_status is not None else None)
    return refused(
        status or SearchStatus.NETWORK_ERROR,
        f"Yandex answered: {said}"[:300],
        retry_after_s=walls.retry_after_s(reply),
    )
