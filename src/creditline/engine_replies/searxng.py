"""SearXNG, the owner's own instance: pages found by words; engines that did not answer are named."""

from __future__ import annotations

from typing import Any

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, distinct, refused, settle
from creditline.engine_replies.json_reply import (
    list_of,
    load_object,
    page_of,
    plain_text_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: The interface is documented; no answer of it was recorded.
UNPROVEN = True


def read(reply: Reply) -> Reading:
    """Read one page of an answer in JSON."""
    if (refusal := walls.refusal_by_network(reply)) is not None:
        return refusal
    if reply.status == 403:
        return refused(
            SearchStatus.NOT_ENABLED,
            "the instance gives no JSON; add json to search.formats in its settings.yml",
        )
    if (refusal := walls.refusal_by_status(reply, api=True)) is not None:
        return refusal
    found, why = load_object(reply.body)
    items = list_of(found, "results")
    if found is None or items is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why or "no list of results")
    cards = [card for item in items if (card := _card(item)) is not None]
    unread = len(items) - len(cards)
    cards = distinct(cards)
    silent = list_of(found, "unresponsive_engines")
    doubt = _doubt(silent)
    return settle(cards, len(cards) + unread, empty="every engine answered, none found it", doubt=doubt)


def _doubt(silent: list[Any] | None) -> str | None:
    if silent is None:
        return "the reply does not say which engines answered"
    if not silent:
        return None
    names = [
        ": ".join(str(part) for part in each) if isinstance(each, list) else str(each) for each in silent
    ]
    return f"did not answer: {', '.join(names)}"[:300]


def _card(item: Any) -> Card | None:
    page = page_of(item, "url")
    if page is None:
        return None
    image = url_of(item, "img_src")
    return Card(
        claim=Claim.TEXT,
        page_url=page,
        image_url=image,
        title=plain_text_of(item, "title"),
        snippet=plain_text_of(item, "content"),
        site_name=text_of(item, "engine"),
        thumbnail_url=url_of(item, "thumbnail_src") or url_of(item, "thumbnail"),
        date=text_of(item, "publishedDate"),
    )
