"""urlscan.io: pages that were scanned and loaded a file, by its hash, its name, or its host."""

from __future__ import annotations

import json
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

#: The interface is documented; no answer of it was recorded.
UNPROVEN = True

#: Totals up to which urlscan counts exactly; from there on it says this number and ``has_more``.
COUNTED_UP_TO = 10_000


def read(reply: Reply, *, claim: Claim) -> Reading:
    """Read one part of the answer to a search."""
    if (refusal := walls.refusal_by_network(reply)) is not None:
        return refusal
    found, why = load_object(reply.body)
    if (refusal := walls.refusal_by_status(reply, api=True)) is not None:
        return _with_words(refusal, found)
    items = list_of(found, "results")
    if found is None or items is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why or "no list of results")
    cards = [card for item in items if (card := _card(item, claim)) is not None]
    unread = len(items) - len(cards)
    total, has_more = int_of(found, "total"), found.get("has_more")
    cards = distinct(cards)
    return settle(
        cards,
        len(cards) + unread,
        empty="a total of 0" if total == 0 and not items else None,
        doubt=_doubt(total, has_more, items),
        declared=total,
        cursor=_cursor(items) if has_more is True else None,
    )


def _doubt(total: int | None, has_more: Any, items: list[Any]) -> str | None:
    if total is None or not isinstance(has_more, bool):
        return "the reply does not say how many results there are"
    if has_more and not items:
        return "more results are announced, none is given"
    return None


def _cursor(items: list[Any]) -> str | None:
    """The sort values of the last result, which ask for what follows it."""
    sort = list_of(items[-1], "sort") if items else None
    if not sort or not all(isinstance(each, (str, int, float)) for each in sort):
        return None
    return ",".join(each if isinstance(each, str) else json.dumps(each) for each in sort)


def _card(item: Any, claim: Claim) -> Card | None:
    page = object_of(object_of(item).get("page"))
    # The task's address is what somebody asked for; the page's is where that led.
    url = url_of(page, "url") or url_of(object_of(item).get("task"), "url")
    if url is None:
        return None
    return Card(
        claim=claim,
        page_url=url,
        title=plain_text_of(page, "title"),
        site_name=text_of(page, "domain"),
        date=text_of(object_of(item).get("task"), "time"),
    )


def _with_words(refusal: Reading, found: Object | None) -> Reading:
    said = text_of(found, "message") or text_of(found, "description")
    status = refusal.status
    if status is SearchStatus.RATE_LIMITED and said and "quota" in said.casefold():
        status = SearchStatus.QUOTA_EXHAUSTED
    note = f"{refusal.note}: {said}"[:300] if said else refusal.note or ""
    return refused(status, note, retry_after_s=refusal.retry_after_s)
