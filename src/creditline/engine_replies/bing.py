"""Bing: the pages that include an image, from the JSON that its own page asks for.

The same objects stood in the retired Image Search (``pagesIncluding``) and Visual Search APIs
(``tags[].actions[]`` of type ``PagesIncluding``); recordings of those are what is known of them.
"""

from __future__ import annotations

from typing import Any

from turbohtml import parse

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, refused, settle
from creditline.engine_replies.json_reply import (
    Object,
    int_of,
    list_of,
    load_object,
    object_of,
    page_of,
    plain_text_of,
    text_of,
    url_of,
)
from creditline.records import Reply, SearchStatus

#: Only the retired APIs were recorded, not the reply that the page asks for today.
UNPROVEN = True

_ACTION = "PagesIncluding"


def read(reply: Reply, *, tab: str = "pages") -> Reading:
    """Read the reply of the page's own knowledge request.

    Args:
        reply: What came.
        tab: Only ``pages`` can be asked for.
    """
    refusal = walls.refusal_of_page(reply)
    if refusal is not None:
        return refusal
    found, why = load_object(reply.body)
    if found is None:
        return _html_wall(reply) or refused(SearchStatus.UNKNOWN_LAYOUT, why)
    if tab != "pages":
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"Bing has no tab {tab!r}")
    return _read(found)


def _html_wall(reply: Reply) -> Reading | None:
    if not reply.body.lstrip().startswith(b"<"):
        return None
    document = parse(reply.body.decode("utf-8", "replace"))
    wall = walls.refusal_by_document(document)
    if wall is None and document.select_one("#bnp_container, #bnp_cookie_banner") is not None:
        return refused(SearchStatus.CONSENT, "Bing asks for consent first")
    return wall


def _read(found: Object) -> Reading:
    if (error := _error(found)) is not None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"Bing answered with an error: {error}")
    lists = _lists(found)
    if not lists:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of pages that include the image")
    items: list[Any] = [item for each in lists for item in each or []]
    cards = [card for item in items if (card := _card(item)) is not None]
    broken = sum(each is None for each in lists)
    doubt = "a list of pages cannot be read" if broken else None
    # No recording shows what Bing says when it has nothing, so an empty list is no "none".
    return settle(cards, len(items) + broken, doubt=doubt, selected_tab="pages")


def _lists(found: Object) -> list[list[Any] | None]:
    """Every list of pages; ``None`` for one that is announced and cannot be read."""
    lists = [list_of(found["pagesIncluding"], "value")] if "pagesIncluding" in found else []
    for tag in list_of(found, "tags") or []:
        for action in list_of(tag, "actions") or []:
            if object_of(action).get("actionType") == _ACTION:
                lists.append(list_of(object_of(action).get("data"), "value"))
    return lists


def _card(item: Any) -> Card | None:
    page, image = page_of(item, "hostPageUrl"), url_of(item, "contentUrl")
    if page is None:
        return None
    return Card(
        claim=Claim.PAGES_INCLUDING,
        is_whole=image is not None,
        page_url=page,
        image_url=image,
        title=plain_text_of(item, "name"),
        site_name=text_of(item, "hostPageDisplayUrl"),
        thumbnail_url=url_of(item, "thumbnailUrl"),
        width=int_of(item, "width"),
        height=int_of(item, "height"),
        date=text_of(item, "datePublished"),
    )


def _error(found: Object) -> str | None:
    errors = list_of(found, "errors")
    if errors or found.get("_type") == "ErrorResponse":
        first = (errors or [{}])[0]
        return text_of(first, "message") or text_of(first, "code") or "without words"
    return None
