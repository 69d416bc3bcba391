"""Yandex Images: the sites that show an image, from the state that its page carries as JSON.

The state stands in a ``data-state`` attribute, whatever its element is called; the list that people see
counts what the state should hold.
"""

from __future__ import annotations

from typing import Any

from turbohtml import Document, parse

from creditline.engine_replies import walls
from creditline.engine_replies.base import Card, Claim, Reading, refused, settle
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

#: Only captcha pages were recorded, no page of results.
UNPROVEN = True

_REGION_WORDS = "is under construction"


def read(reply: Reply, *, tab: str = "sites") -> Reading:
    """Read a page of sites, or the JSON by which the page loads more of them.

    Args:
        reply: What came.
        tab: Only ``sites`` can be asked for.
    """
    refusal = walls.refusal_of_page(reply)
    if refusal is not None:
        return refusal
    if tab != "sites":
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"Yandex has no tab {tab!r}")
    if reply.body.lstrip()[:1] in (b"{", b"["):
        return _read_json(reply.body)
    return _read_page(reply)


def _read_json(body: bytes) -> Reading:
    found, why = load_object(body)
    if found is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why)
    if found.get("type") == "captcha" or "captcha" in found:
        return refused(SearchStatus.CAPTCHA, "Yandex wants to see a person")
    part = _sites_part(found)
    if part is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of sites in the reply")
    return _settled(part, 0, None)


def _read_page(reply: Reply) -> Reading:
    document = parse(reply.body.decode("utf-8", "replace"))
    if (wall := walls.refusal_by_document(document)) is not None:
        return wall
    heading = document.select_one("h1")
    if heading is not None and _REGION_WORDS in heading.text.casefold():
        return refused(SearchStatus.REGION_BLOCKED, "this Yandex does not serve your region; try yandex.ru")
    doubt = None if walls.is_whole_document(reply.body) else "the page breaks off before its end"
    shown = len(document.select("li[class*='CbirSites-Item'], [data-cbir-site]"))
    parts = [part for state in _states(document) if (part := _sites_part(state)) is not None]
    if not parts:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of sites in the page's state")
    return _settled(parts[0], shown, doubt)


def _settled(part: Object, shown: int, doubt: str | None) -> Reading:
    sites = list_of(part, "sites")
    if sites is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "the list of sites cannot be read")
    cards = [card for site in sites if (card := _card(site)) is not None]
    more = object_of(part.get("loadMore")) or object_of(part.get("pager"))
    cursor = text_of(more, "url") or text_of(part, "nextPageUrl")
    # Its empty layout also stands on its error pages, so an empty list is no "none".
    return settle(cards, max(len(sites), shown), doubt=doubt, selected_tab="sites", cursor=cursor)


def _states(document: Document) -> list[Object]:
    found = []
    for element in document.select("[data-state]"):
        state, _ = load_object(str(element.attrs.get("data-state") or "").encode())
        if state is not None:
            found.append(state)
    return found


def _sites_part(state: Object) -> Object | None:
    """The part that holds the sites, under ``initialState`` or at the top."""
    for holder in (object_of(state.get("initialState")), state):
        if isinstance(holder.get("cbirSites"), dict):
            return object_of(holder["cbirSites"])
    return None


def _card(site: Any) -> Card | None:
    page = url_of(site, "url")
    image = object_of(object_of(site).get("originalImage"))
    if page is None:
        return None
    picture = url_of(image, "url")
    return Card(
        claim=Claim.VISUAL,
        is_whole=picture is not None,
        page_url=page,
        image_url=picture,
        title=plain_text_of(site, "title"),
        site_name=text_of(site, "domain"),
        snippet=plain_text_of(site, "description"),
        thumbnail_url=url_of(object_of(site).get("thumb"), "url"),
        width=int_of(image, "width"),
        height=int_of(image, "height"),
    )
