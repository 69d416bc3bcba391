"""Yandex Images: the sites that show an image, from the state that its page carries as JSON.

The state stands in a ``data-state`` attribute, whatever its element is called; the list that people see
counts what the state should hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from turbohtml import Document, Element, parse

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
from creditline.engine_replies.redirects import page_behind
from creditline.records import Reply, SearchStatus
from creditline.urls import Url

#: Only captcha pages were recorded, no page of results.
UNPROVEN = True

#: Its own links are written without their host.
_BASE = Url("https://yandex.com/")
_OWN_HOST = re.compile(r"(?:^|\.)(?:yandex\.(?:com|ru|net|org|com\.tr|by|kz|uz)|ya\.ru|yastatic\.net)$")
#: The parameter that names the tab of a picture's page, and what shows one site.
_TAB = "cbir_page"
_ITEMS = "li[class*='CbirSites-Item'], [data-cbir-site]"
_REGION_WORDS = "is under construction"


def read(reply: Reply, empty: Sequence[str] = (), *, tab: str = "sites") -> Reading:
    """Read a page of sites, or the JSON by which the page loads more of them.

    Args:
        reply: What came.
        empty: What a page says when it has nothing, folded to lower case.
        tab: Only ``sites`` can be asked for.
    """
    refusal = walls.refusal_of_page(reply)
    if refusal is not None:
        return refusal
    if tab != "sites":
        return refused(SearchStatus.UNKNOWN_LAYOUT, f"Yandex has no tab {tab!r}")
    if reply.body.lstrip()[:1] in (b"{", b"["):
        return _read_json(reply.body)
    return _read_page(reply, empty)


def _read_json(body: bytes) -> Reading:
    found, why = load_object(body)
    if found is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, why)
    if found.get("type") == "captcha" or "captcha" in found:
        return refused(SearchStatus.CAPTCHA, "Yandex wants to see a person")
    part = _sites_part(found)
    if part is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of sites in the reply")
    return _settled(part, 0)


def _read_page(reply: Reply, words: Sequence[str]) -> Reading:
    document = parse(reply.body.decode("utf-8", "replace"))
    if (wall := walls.refusal_by_document(document)) is not None:
        return wall
    heading = document.select_one("h1")
    if heading is not None and _REGION_WORDS in heading.text.casefold():
        return refused(SearchStatus.REGION_BLOCKED, "this Yandex does not serve your region; try yandex.ru")
    doubt = None if walls.is_whole_document(reply.body) else "the page breaks off before its end"
    items = document.select(_ITEMS)
    part = next((part for state in _states(document) if (part := _sites_part(state)) is not None), None)
    if part is not None:
        return _settled(part, len(items), doubt, _empty_sign(document, words, reply.final_url))
    if items:
        return _by_sight(items)
    return refused(SearchStatus.UNKNOWN_LAYOUT, "no list of sites in the page's state")


def _settled(part: Object, shown: int, doubt: str | None = None, empty: str | None = None) -> Reading:
    sites = list_of(part, "sites")
    if sites is None:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "the list of sites cannot be read")
    cards = [card for site in sites if (card := _card(site)) is not None]
    more = object_of(part.get("loadMore")) or object_of(part.get("pager"))
    cursor = text_of(more, "url") or text_of(part, "nextPageUrl")
    seen = max(len(sites), shown)
    return settle(cards, seen, empty=empty, doubt=doubt, selected_tab="sites", cursor=cursor)


def _by_sight(items: list[Element]) -> Reading:
    """What people see, where the state is not understood: pages without the addresses of their pictures."""
    cards = []
    for item in items:
        links = [(url, link) for link in item.select("a[href]") if (url := _outward(link)) is not None]
        # A picture's own link leads to its file; the text's leads to the page.
        page = next((each for each in links if each[1].text.strip()), None)
        if page is not None:
            title = " ".join(page[1].text.split())
            cards.append(Card(Claim.VISUAL, page_url=page[0], title=title))
    doubt = "read from what the page shows, since its state cannot be read"
    return settle(cards, len(items), doubt=doubt, selected_tab="sites")


def _empty_sign(document: Document, words: Sequence[str], url: Url) -> str | None:
    """Whether the page says that it has nothing: in words, as a page of this search, linking to nobody.

    The words alone are no sign, since they also stand beside results; nor is an empty list, nor the empty
    layout, which also is that of an error.
    """
    body = document.select_one("body")
    if body is None or document.select_one("[class*=CbirLayoutTemplate_empty]") is not None:
        return None
    links = body.select("a[href]")
    is_sites = parse_qs(url.query).get(_TAB) == ["sites"]
    others = any(f"{_TAB}=" in str(link.attrs["href"]) for link in links)
    if not is_sites or not others or any(_outward(link) is not None for link in links):
        return None
    text = " ".join(body.text.split()).casefold()
    return next((f"the page says {sign!r}" for sign in words if sign in text), None)


def _outward(link: Element) -> Url | None:
    """Where a link leads, when that is not to Yandex itself."""
    url = Url.try_parse(str(link.attrs.get("href") or ""), _BASE)
    url = page_behind(url) if url is not None else None
    return None if url is None or _OWN_HOST.search(url.host) else url


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
    page = page_of(site, "url")
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
