"""`read_page`: what a document shows, as records for the pipeline."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from creditline.page.addresses import base_of, file_stem, is_picture_file, resolve, width_in_name
from creditline.page.css import backgrounds
from creditline.page.document import Document, Element
from creditline.page.encoding import decode_html
from creditline.page.limits import MAX_CSS_CHARS, MAX_IMAGES, MAX_INLINE_BYTES, TEXT_CAP
from creditline.page.parse import parse_document
from creditline.page.picture_sources import Source, is_placeholder
from creditline.page.pictures import Picture, find_pictures
from creditline.page.roles import RoleReader
from creditline.page.signals import browser_signals
from creditline.page.structured import image_rights, state_pictures
from creditline.page.wholeness import is_unclosed
from creditline.records import ImageCandidate, PageReading, Placement, PlacementKind, Role
from creditline.urls import Url

_PREVIEW_NAMES = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
    "thumbnail",
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
#: What follows a name in a selector without naming an element: ``::before``, ``:hover``, ``[open]``.
_SELECTOR_TAIL = re.compile(r"::?[\w-]+(?:\([^()]{0,100}\))?|\[[^\]]{0,100}\]")
_COMBINATORS = str.maketrans(">+~", "   ")
#: The declaration of a meta refresh: seconds, then an address; bounded so that it stays linear.
_REFRESH = re.compile(
    r"\s{0,9}(?P<delay>\d{0,6}(?:\.\d{0,6})?)[\s;,]{1,9}(?:url\s{0,9}=)?\s{0,9}(?P<url>\S.*)", re.IGNORECASE
)
#: Seconds within which nobody has read a page: a longer refresh is a slide show or a news ticker.
QUICK_REFRESH_S = 5.0


def read_page(html: bytes | str, url: str, headers: tuple[tuple[str, str], ...] = ()) -> PageReading:
    """Read one document: its pictures, links and what it says of itself.

    Pure and linear in the document's size; meant to run in a disposable child all the same.

    Args:
        html: The document's bytes, or its text where a browser serialised it.
        url: The address it came from, after redirects.
        headers: The reply's headers, lower-case names; the charset and robots rules are read.

    Returns:
        A reading whose ``incomplete`` says why it does not cover the whole document, if so.
    """
    text = html if isinstance(html, str) else decode_html(html, headers)
    document = parse_document(text)
    base = base_of(document, url)
    page = Url.try_parse(url) or Url(url)
    reader = PlacementReader(document, base)
    placed = reader.placements()
    content = sum(1 for placement in placed if placement.role is Role.CONTENT)
    return PageReading(
        url=page,
        placements=tuple(placed),
        title=document.title or None,
        canonical=_canonical(document, base),
        amphtml=_head_link(document, base, "amphtml"),
        language=document.language,
        incomplete=document.incomplete,
        links=tuple(found for link in document.links if (found := resolve(link.get("href"), base))),
        feeds=tuple(_feeds(document, base)),
        stylesheets=tuple(dict.fromkeys(_stylesheets(document, base))),
        text=_text(document),
        robots_directives=robots_directives(document, headers),
        browser_signals=browser_signals(document, reader.pictures, content),
        image_rights=tuple(
            (found.href, rights)
            for address, rights in image_rights(document)
            if (found := resolve(address, base))
        ),
        refresh=_refresh(document),
        unclosed=is_unclosed(text),
    )


class PlacementReader:
    """Turns the pictures of one document into placements."""

    def __init__(self, document: Document, base: Url | None, pictures: list[Picture] | None = None) -> None:
        self._document = document
        self._base = base
        self.pictures = find_pictures(document) if pictures is None else pictures

    def shown(self) -> list[Picture]:
        """The pictures that have an address or inline bytes, in reading order, style sheets included.

        `placements` gives them the ordinals 0, 1, ...
        """
        shown = [picture for picture in self.pictures if self._usable(picture)]
        shown.extend(self._sheet_pictures())
        shown.sort(key=lambda picture: picture.start)
        return shown[:MAX_IMAGES]

    def placements(self) -> list[Placement]:
        """All placements; those that the page names without showing come last."""
        roles = RoleReader(self._document, self._base)
        placed: list[Placement] = []
        known: set[str] = set()
        for picture in self.shown():
            role, note = roles.role(picture)
            placement = self._placement(len(placed), picture, role, note)
            placed.append(placement)
            known.update(candidate.url.href for candidate in placement.candidates)
        stems = {stem for href in known if (stem := file_stem(href))}
        for address, attribute, kind in self._named():
            found = resolve(address, self._base)
            if found is None or found.href in known or (file_stem(found.href) or " ") in stems:
                continue
            known.add(found.href)
            note = (
                "linked, not shown"
                if kind is PlacementKind.FULL_SIZE_LINK
                else f"named in {attribute}, not shown"
            )
            candidate = ImageCandidate(found, width_in_name(found.href), attribute)
            placed.append(Placement(len(placed), kind, Role.PREVIEW, (candidate,), role_note=note))
        return placed[:MAX_IMAGES]

    def _usable(self, picture: Picture) -> bool:
        # A photograph that is named like a stand-in is shown all the same, where nothing replaces it.
        if any(
            resolve(source.address, self._base)
            for source in picture.sources
            if picture.has_file or not source.address.lower().split("?")[0].endswith((".gif", ".svg"))
        ):
            return True
        return any(inline_bytes(source.address) for source in picture.sources)

    def _placement(self, ordinal: int, picture: Picture, role: Role, note: str | None) -> Placement:
        candidates = list(self._candidates(picture))
        inline = (
            b""
            if candidates
            else next((found for s in picture.sources if (found := inline_bytes(s.address))), b"")
        )
        width, height = picture.declared
        return Placement(
            ordinal=ordinal,
            kind=picture.kind if candidates else PlacementKind.INLINE_DATA,
            role=role,
            candidates=tuple(candidates),
            img_indexes=tuple(picture.img_indexes),
            alt=picture.attribute("alt") or None,
            title=picture.attribute("title") or None,
            link=resolve(picture.link.get("href"), self._base) if picture.link else None,
            declared_width=width,
            declared_height=height,
            inline=inline,
            role_note=note,
        )

    def _candidates(self, picture: Picture) -> Iterator[ImageCandidate]:
        sources = list(picture.sources)
        if picture.link is not None and is_picture_file(picture.link.get("href")):
            href = picture.link.get("href")
            sources.append(Source(href, "href", width_in_name(href)))
        known: dict[str, ImageCandidate] = {}
        for source in sources:
            found = resolve(source.address, self._base)
            if found is None:
                continue
            first = known.get(found.href)
            if first is None:
                known[found.href] = ImageCandidate(found, source.width, source.attribute)
            elif first.width is None and source.width is not None:
                # src repeats a srcset entry more often than not; only the latter states a width.
                known[found.href] = ImageCandidate(found, source.width, first.attribute)
        # The full-size file first, then by width; unsized ones behind, stand-ins last.
        yield from sorted(
            known.values(),
            key=lambda c: (c.attribute != "href", is_placeholder(c.url.path), -(c.width or 0)),
        )

    def _named(self) -> Iterator[tuple[str, str, PlacementKind]]:
        """What the page names but shows nowhere: previews, structured data, links to files."""
        for meta in self._document.metas:
            name = (meta.get("property") or meta.get("name")).lower()
            if name in _PREVIEW_NAMES:
                yield meta.get("content"), name, PlacementKind.META_IMAGE
        for link in self._document.head_links:
            if "image_src" in link.get("rel").lower().split():
                yield link.get("href"), "image_src", PlacementKind.META_IMAGE
        for address, attribute in state_pictures(self._document):
            yield address, attribute, PlacementKind.META_IMAGE
        for link in self._document.links:
            if is_picture_file(link.get("href")):
                yield link.get("href"), "href", PlacementKind.FULL_SIZE_LINK

    def _sheet_pictures(self) -> Iterator[Picture]:
        """Backgrounds of ``<style>`` blocks, at the first element that their selector names."""
        rules = [rule for sheet in self._document.styles for rule in backgrounds(sheet[:MAX_CSS_CHARS])]
        if not rules:
            return
        elements = _elements_by_name(self._document)
        for selector, address in rules:
            element = next((found for name in _last_names(selector) if (found := elements.get(name))), None)
            if element is not None and not address.startswith("data:"):
                source = Source(address, "style", width_in_name(address))
                yield Picture(
                    PlacementKind.CSS_BACKGROUND, element, [element], [source], link=element.closest("a")
                )


def _elements_by_name(document: Document) -> dict[str, Element]:
    """The first element of every ``.class``, ``#id`` and tag."""
    found: dict[str, Element] = {}
    for element in document.elements:
        found.setdefault(element.tag, element)
        if "id" in element.attrs:
            found.setdefault(f"#{element.attrs['id']}", element)
        for name in element.get("class").split():
            found.setdefault(f".{name}", element)
    return found


def _last_names(selector: str) -> list[str]:
    """The names in the last part of each of a selector's alternatives, most particular first."""
    names = []
    for alternative in selector.split(",")[:20]:
        parts = _SELECTOR_TAIL.sub("", alternative[:500]).translate(_COMBINATORS).split()
        if not parts:
            continue
        pieces = parts[-1].replace("#", " #").replace(".", " .").split()
        names.extend(sorted(pieces, key=lambda piece: (piece[0] not in "#.", piece[0] != "#")))
    return names


def inline_bytes(address: str) -> bytes:
    """The bytes of a data: picture address, ``b""`` for others, vector pictures and very large ones."""
    head, _, body = address.strip().partition(",")
    head = head.lower()
    # Browsers go by the bytes, whatever kind is said.
    kinds = ("data:image/", "data:;", "data:application/octet-stream")
    if not head.startswith(kinds) or head.startswith("data:image/svg"):
        return b""
    if len(body) > MAX_INLINE_BYTES * 4 // 3 + 4:
        return b""
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote_to_bytes(body), validate=False)
    except (binascii.Error, ValueError):
        return b""


def robots_directives(document: Document, headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Directives of ``<meta name=robots>`` and ``X-Robots-Tag``, lower case; the header's with a prefix."""
    found: list[str] = []
    for meta in document.metas:
        if meta.get("name").strip().lower() in ("robots", "googlebot"):
            found.extend(word for part in meta.get("content").lower().split(",") if (word := part.strip()))
    for name, value in headers:
        if name == "x-robots-tag":
            found.extend(
                f"x-robots-tag:{word}" for part in value.lower().split(",") if (word := part.strip())
            )
    return tuple(dict.fromkeys(found))


def _refresh(document: Document) -> str | None:
    """The target of a meta refresh that leaves no time to look at the page (WHATWG HTML 4.2.5.3)."""
    for meta in document.metas:
        if meta.get("http-equiv").strip().lower() == "refresh" and not _in_noscript(meta):
            said = _REFRESH.match(meta.get("content"))
            if said and float(said["delay"] or 0) <= QUICK_REFRESH_S and said["url"]:
                return said["url"].strip("'\" ")
    return None


def _in_noscript(element: Element) -> bool:
    parent = element.parent
    while parent is not None:
        if parent.tag == "noscript":
            return True
        parent = parent.parent
    return False


def _canonical(document: Document, base: Url | None) -> Url | None:
    found = _head_link(document, base, "canonical")
    if found is not None:
        return found
    for meta in document.metas:
        if meta.get("property").lower() == "og:url":
            return resolve(meta.get("content"), base)
    return None


def _head_link(document: Document, base: Url | None, rel: str) -> Url | None:
    for link in document.head_links:
        if rel in link.get("rel").lower().split():
            return resolve(link.get("href"), base)
    return None


def _feeds(document: Document, base: Url | None) -> Iterator[Url]:
    for link in document.head_links:
        if link.get("type").strip().lower() in _FEED_TYPES and "alternate" in link.get("rel").lower().split():
            found = resolve(link.get("href"), base)
            if found is not None:
                yield found


def _stylesheets(document: Document, base: Url | None) -> Iterator[Url]:
    for link in document.head_links:
        rel = link.get("rel").lower().split()
        if "stylesheet" in rel and "alternate" not in rel:
            found = resolve(link.get("href"), base)
            if found is not None:
                yield found.without_fragment()


def _text(document: Document) -> str:
    parts = []
    length = 0
    for line in document.lines:
        parts.append(line.text)
        length += len(line.text) + 1
        if length > TEXT_CAP:
            break
    return "\n".join(parts)[:TEXT_CAP]
