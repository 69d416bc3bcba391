"""Google Lens: result pages as the browser shows them.

Cards are found by what they mean, never by generated class names, and by two rules that share nothing:
a link that holds a heading, and a named picture with one link beside it. Where they disagree, the
layout has changed. The page says itself which tab it shows; asking for exact matches and landing on
"All" is what most often goes wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from turbohtml import Document, Element, parse

from creditline.engine_replies import walls
from creditline.engine_replies.base import LEAST_READABLE, Card, Claim, Reading, refused, settle
from creditline.engine_replies.redirects import page_behind
from creditline.records import Reply, SearchStatus
from creditline.urls import Url

#: No recording of the "Exact matches" tab has been read yet, only of "All".
UNPROVEN = True

#: Value of ``udm`` in a tab's address to our word for the tab.
TABS = {"26": "all", "48": "exact", "44": "visual", "50": "ai"}
#: Google's own links may be written without their host.
_BASE = Url("https://www.google.com/")
#: Headings by their written role; where no result has such a one, by the tag's own (ARIA in HTML, section 4),
#: which also stand in what Google writes itself.
_HEADINGS = ("[role=heading]", "h1, h2, h3, h4, h5, h6")
#: How the tab that is shown is marked, the surest first: ARIA's words, and what Google adds to them.
_MARKS = ("[aria-current=page][selected]", "[role=tab][aria-selected=true]", "[aria-current=page]")
_CLAIMS = {"exact": Claim.EXACT}
_ROOTS = ("#rso", "#search", "[role=main]", "body")
#: Google's own pages, which no result leads to; its hosts for other people's pages are not among them.
_OWN_HOST = re.compile(
    r"^(?:(?:www|lens|images|support|policies|accounts|consent|myadcenter|translate|maps|about)\.)?"
    r"google\.[a-z.]{2,6}$|(?:^|\.)(?:gstatic|googleusercontent)\.com$"
)


def read(reply: Reply, empty: Sequence[str] = (), *, tab: str = "exact") -> Reading:
    """Read a result page.

    Args:
        reply: The page; ``final_url`` may be unknown to it (a saved one).
        empty: What the exact tab says when it has nothing, folded to lower case: a sign only with the tab.
        tab: The tab that was asked for.
    """
    refusal = walls.refusal_of_page(reply)
    if refusal is not None:
        return refusal
    document = parse(reply.body.decode("utf-8", "replace"))
    refusal = walls.refusal_by_document(document)
    if refusal is not None and not links_with_heading(document):
        return refusal
    return _read_results(reply, document, empty, tab)


def _read_results(reply: Reply, document: Document, words: Sequence[str], tab: str) -> Reading:
    shown, links = selected_tab(document, reply.final_url)
    by_heading, by_picture = links_with_heading(document), links_of_pictures(document)
    pages = {**by_heading, **{url: link for url, link in by_picture.items() if url not in by_heading}}
    cards = [_card(url, link, shown) for url, link in pages.items()]
    seen = len(pages) + max(_unlinked(document), _unread(document, pages))
    if not pages and not links:
        return refused(SearchStatus.UNKNOWN_LAYOUT, "no tabs and no results: not a Lens result page")
    doubt = _doubt(shown, tab) or _disagreement(by_heading, by_picture)
    if not walls.is_whole_document(reply.body):
        doubt = "the page breaks off before its end"
    empty = _empty_sign(document, words) if shown == "exact" else None
    reading = settle(cards, seen, empty=empty, doubt=doubt, selected_tab=shown, tabs=links)
    if _doubt(shown, tab) is None:
        return reading
    return refused_with(reading, doubt or "")


def refused_with(reading: Reading, note: str) -> Reading:
    """The same reading as an answer to another question: nothing of it may pass for the one asked."""
    return Reading(
        SearchStatus.UNKNOWN_LAYOUT,
        (),
        reading.seen,
        reading.parsed,
        selected_tab=reading.selected_tab,
        tabs=reading.tabs,
        note=note,
    )


def links_with_heading(document: Document) -> dict[Url, Element]:
    """First rule: results are links to elsewhere that hold a heading."""
    links = [(url, link) for link in document.select("a[href]") if (url := outward(link)) is not None]
    for heading in _HEADINGS:
        found: dict[Url, Element] = {}
        # In all of the page: an experiment may put results beside the usual place.
        for url, link in links:
            if link.select_one(heading) is not None:
                found.setdefault(url, link)
        if found:
            return found
    return {}


def links_of_pictures(document: Document) -> dict[Url, Element]:
    """Second rule: results are named pictures; each belongs to the one link nearest to it."""
    root = _root(document)
    found: dict[Url, Element] = {}
    for picture in _named_pictures(root) or root.select("a[href] img"):
        if (link := _link_of(picture)) is not None:
            found.setdefault(*link)
    return found


def selected_tab(document: Document, url: Url) -> tuple[str | None, dict[str, str]]:
    """Which tab is shown, and the links of the others.

    The selected tab alone has no link. The address says it too; where the two differ, neither is believed.
    """
    marks = [mark for selector in _MARKS for mark in document.select(selector)]
    mark = next((each for each in marks if _tab_links(document, each)), None)
    links = _tab_links(document, mark)
    left = {"all", "exact", "visual"} - set(links)
    by_page = left.pop() if len(left) == 1 and mark is not None else None
    by_address = _tab_of(url.href)
    if by_page is not None and by_address is not None and by_page != by_address:
        return None, links
    return by_page or (by_address if mark is not None else None), links


def outward(link: Element) -> Url | None:
    """Where a link leads, when that is not to the engine itself; its own redirects are seen through."""
    url = Url.try_parse(str(link.attrs.get("href") or ""), _BASE)
    if url is None:
        return None
    url = page_behind(url)
    return None if _OWN_HOST.search(url.host) else url


def _tab_links(document: Document, mark: Element | None) -> dict[str, str]:
    """The tabs beside the selected one: the nearest group around its mark that links any."""
    groups = [mark, *mark.ancestors] if mark is not None else document.select("[role=list], [role=tablist]")
    for group in groups:
        if not isinstance(group, Element):
            continue
        links: dict[str, str] = {}
        for link in group.select("a[href]"):
            name = _tab_of(str(link.attrs["href"]))
            if name is not None:
                links.setdefault(name, str(link.attrs["href"]))
        if links:
            return links
    return {}


def _outward_links(element: Element) -> dict[Url, Element]:
    links = element.select("a[href]")
    if element.tag == "a":
        links = [element, *links]
    return {url: link for link in links if (url := outward(link)) is not None}


def _root(document: Document) -> Element:
    for selector in _ROOTS:
        found = document.select_one(selector)
        if found is not None and found.select_one("a[href]") is not None:
            return found
    root = document.select_one("html")
    assert root is not None  # the parser makes one of anything
    return root


def _link_of(picture: Element) -> tuple[Url, Element] | None:
    """The one address that the nearest links around a picture lead to."""
    for around in [picture, *picture.ancestors]:
        links = _outward_links(around) if isinstance(around, Element) else {}
        if links:
            return next(iter(links.items())) if len(links) == 1 else None
    return None


def _named_pictures(root: Element) -> list[Element]:
    named = [
        label
        for label in root.select("[aria-label]")
        if str(label.attrs["aria-label"] or "").strip() and label.select_one("img") is not None
    ]
    # The innermost name is the picture's own; what stands around it names a list or a dialog.
    return [
        label
        for label in named
        if not any(inner is not label and inner in named for inner in label.select("[aria-label]"))
    ]


def _unlinked(document: Document) -> int:
    """Cards whose link is gone, by what is left of them: a heading or a named picture of the usual shape."""
    root = _root(document)
    headings = root.select(_HEADINGS[0]) or root.select(_HEADINGS[1])
    lost_headings = _strays(headings, [heading for heading in headings if _is_linked(heading)])
    pictures = _named_pictures(root)
    lost_pictures = _strays(pictures, [picture for picture in pictures if _link_of(picture) is not None])
    return max(lost_headings, lost_pictures)


def _unread(document: Document, pages: Mapping[Url, Element]) -> int:
    """Cards that neither rule saw: links outside, built like most links of cards, inside and out."""
    links = [link for link in _root(document).select("a[href]") if outward(link) is not None]
    built = Counter(_build(link) for link in links if outward(link) in pages)
    if not built:
        return 0
    usual = built.most_common(1)[0][0]
    return len({outward(link) for link in links if outward(link) not in pages and _build(link) == usual})


def _build(link: Element) -> tuple[object, ...]:
    return (*_shape(link), len(link.select("img")), len(link.select("div")))


def _strays(elements: list[Element], of_cards: list[Element]) -> int:
    """How many elements have the shape that most of those in cards have, and are in none."""
    shapes = Counter(_shape(element) for element in of_cards)
    if not shapes:
        return 0
    usual = shapes.most_common(1)[0][0]
    inside = {id(element) for element in of_cards}
    return sum(id(element) not in inside and _shape(element) == usual for element in elements)


def _is_linked(element: Element) -> bool:
    links = (each for each in element.ancestors if isinstance(each, Element) and each.tag == "a")
    return any(outward(link) is not None for link in links)


def _shape(element: Element) -> tuple[object, ...]:
    """Tags and meaning of an element and what is around it; no class names."""
    around = [each for each in element.ancestors if isinstance(each, Element)][:3]
    return (
        element.attrs.get("aria-level"),
        *((each.tag, each.attrs.get("role")) for each in [element, *around]),
    )


def _card(url: Url, link: Element, tab: str | None) -> Card:
    heading = link.select_one(_HEADINGS[0]) or link.select_one(_HEADINGS[1])
    texts = [" ".join(text.split()) for text in link.stripped_strings]
    title = " ".join((heading.text if heading is not None else "").split()) or None
    others = [text for text in texts if text and title is not None and text not in title]
    size = next(
        (found for text in texts if (found := re.search(r"\b(\d{2,5})\s?[x×]\s?(\d{2,5})\b", text))), None
    )
    return Card(
        claim=_CLAIMS.get(tab or "", Claim.VISUAL),
        page_url=url,
        title=title or (texts[0] if texts else None),
        site_name=others[0] if others else None,
        width=int(size.group(1)) if size else None,
        height=int(size.group(2)) if size else None,
    )


def _disagreement(by_heading: dict[Url, Element], by_picture: dict[Url, Element]) -> str | None:
    either = by_heading.keys() | by_picture.keys()
    least = LEAST_READABLE * len(either)
    if min(len(by_heading), len(by_picture)) >= least:
        return None
    return (
        f"two ways of finding results disagree: {len(by_heading)} by heading, {len(by_picture)} by picture, "
        f"{len(either)} together"
    )


def _doubt(shown: str | None, asked: str) -> str | None:
    if shown == asked:
        return None
    if shown is None:
        return f"the page does not say which tab it shows; {asked} was asked for"
    return f"the page shows the tab {shown!r}, {asked!r} was asked for"


def _empty_sign(document: Document, words: Sequence[str]) -> str | None:
    text = " ".join(_root(document).text.split()).casefold()
    return next((f"the page says {sign!r}" for sign in words if sign in text), None)


def _tab_of(address: str) -> str | None:
    values = parse_qs(urlsplit(address).query).get("udm", [])
    return TABS.get(values[0]) if values else None
