"""The pictures of a document: every way of showing one, with all copies in the markup merged.

A lazy image, its ``noscript`` twin, the sources of its ``<picture>`` and its srcset sizes are one
picture. So are two neighbouring ``<img>`` of the same file with no text between them (one for phones,
one for desks). The same file shown again elsewhere on the page is another picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from creditline.page.addresses import file_stem, is_picture_file
from creditline.page.css import urls_of
from creditline.page.document import BACKGROUND_ATTRIBUTES, Document, Element
from creditline.page.picture_sources import Source, img_sources, is_placeholder, srcset_sources, stands_in
from creditline.records import PlacementKind

#: Wrappers between an image and its ``picture`` or ``noscript`` that are looked through.
MAX_WRAPPERS = 12
_LEADING_INT = re.compile(r"\s*(\d{1,5})")


@dataclass(slots=True)
class Picture:
    """One picture on the page."""

    kind: PlacementKind
    #: The element that shows it: the first real ``<img>`` of the copies, or what has the background.
    element: Element
    #: The copies' elements, in document order.
    copies: list[Element]
    #: What it may show; of an image read when it is asked for, since few pictures of a page need all.
    known_sources: list[Source] | None = None
    img_indexes: list[int] = field(default_factory=list)
    #: The innermost link around it.
    link: Element | None = None
    in_noscript: bool = False

    @property
    def sources(self) -> list[Source]:
        """What it may show, real files before what stands in for them."""
        if self.known_sources is None:
            self.known_sources = list(img_sources(self.element))
        return self.known_sources

    @property
    def first_address(self) -> str:
        """The first of its sources as written, ``""`` where it has none."""
        src = self.element.get("src") if self.known_sources is None else ""
        if src.strip() and not is_placeholder(src):
            return src
        return self.sources[0].address if self.sources else ""

    @property
    def start(self) -> int:
        """Tick of the first copy."""
        return self.copies[0].start

    @property
    def end(self) -> int:
        """Tick after the last copy."""
        return self.copies[0].end if len(self.copies) == 1 else max(copy.end for copy in self.copies)

    def attribute(self, name: str) -> str:
        """The first copy's value that is not empty."""
        if len(self.copies) == 1:
            return self.copies[0].get(name)
        return next((value for copy in self.copies if (value := copy.get(name))), "")

    @property
    def stems(self) -> set[str]:
        """File names without sizes and endings, of all its sources."""
        files = (source.address for source in self.sources if not source.stands_in)
        return {stem for address in files if (stem := file_stem(address))}

    @property
    def declared(self) -> tuple[int | None, int | None]:
        """Width and height attributes in CSS pixels."""
        return (_pixels(self.attribute("width")), _pixels(self.attribute("height")))

    @property
    def has_file(self) -> bool:
        """Whether any source is more than a placeholder."""
        return any(not source.stands_in for source in self.sources)


def find_pictures(document: Document) -> list[Picture]:
    """All pictures in reading order, those without any usable address included."""
    found = [_from_img(index, img) for index, img in enumerate(document.imgs)]
    found.extend(picture for shower in document.showers if (picture := _from_shower(shower)))
    found.sort(key=lambda picture: picture.start)
    merged: list[Picture] = []
    for picture in found:
        if merged and _same_picture(document, merged[-1], picture):
            _merge(merged[-1], picture)
        else:
            merged.append(picture)
    return merged


def _pixels(text: str) -> int | None:
    found = _LEADING_INT.match(text)
    return int(found.group(1)) if found and "%" not in text else None


def _from_img(index: int, img: Element) -> Picture:
    picture = Picture(PlacementKind.IMG, img, [img], img_indexes=[index])
    parent = img.parent
    while parent is not None and img.depth - parent.depth <= MAX_WRAPPERS:
        if parent.tag == "noscript":
            picture.in_noscript = True
        elif parent.tag == "picture":
            picture.kind = PlacementKind.PICTURE
        parent = parent.parent
    picture.link = img.closest("a")
    return picture


def _from_shower(shower: Element) -> Picture | None:
    tag, attrs = shower.tag, shower.attrs
    if tag == "source":
        return _from_source(shower)
    if tag == "video":
        return _one(PlacementKind.POSTER, shower, "poster") if attrs.get("poster") else None
    if tag == "image":
        name = "href" if attrs.get("href") else "xlink:href"
        return _one(PlacementKind.SVG_IMAGE, shower, name) if attrs.get(name) else None
    if tag == "amp-img":
        sources = list(img_sources(shower))
        return (
            Picture(PlacementKind.IMG, shower, [shower], sources, link=shower.closest("a"))
            if sources
            else None
        )
    if tag == "input":
        return (
            _one(PlacementKind.IMG, shower, "src")
            if attrs.get("type") == "image" and attrs.get("src")
            else None
        )
    if tag in ("object", "embed"):
        name = "data" if tag == "object" else "src"
        return _one(PlacementKind.IMG, shower, name) if is_picture_file(attrs.get(name, "")) else None
    return None if tag in ("img", "picture") else _from_background(shower)


def _one(kind: PlacementKind, element: Element, name: str) -> Picture:
    source = Source(element.attrs[name], name)
    return Picture(kind, element, [element], [source], link=element.closest("a"))


def _from_source(element: Element) -> Picture | None:
    picture = element.closest("picture")
    if picture is None:
        return None
    sources = [
        source
        for name in ("srcset", "data-srcset", "data-lazy-srcset", "src")
        for source in srcset_sources(element.attrs.get(name, ""), name)
        if not source.stands_in
    ]
    if not sources:
        return None
    return Picture(PlacementKind.PICTURE, element, [element], sources, link=element.closest("a"))


def _from_background(element: Element) -> Picture | None:
    sources = [Source(address, "style") for address in urls_of(element.attrs.get("style", ""))]
    for name in BACKGROUND_ATTRIBUTES:
        value = element.attrs.get(name, "")
        if value.startswith("url("):
            sources.extend(Source(address, name) for address in urls_of(f"background:{value}"))
        elif name == "data-bgset":
            sources.extend(srcset_sources(value, name))
        elif is_picture_file(value):
            sources.append(Source(value, name))
    if not sources:
        return None
    return Picture(PlacementKind.CSS_BACKGROUND, element, [element], sources, link=element.closest("a"))


# --- which are copies of one picture ------------------------------------------------------------


def _same_picture(document: Document, first: Picture, second: Picture) -> bool:
    """Whether ``second``, the next in reading order, is another copy of ``first``."""
    if first.kind is PlacementKind.CSS_BACKGROUND and first.element.covers(second.start):
        return bool(first.stems & second.stems)
    one, other = _picture_element(first), _picture_element(second)
    if one is not None and one is other:
        return True
    if document.has_line_between(first.end, second.start):
        return False
    if _share_file(first.stems, second.stems) or _share_file(_addresses(first), _addresses(second)):
        return True
    # A noscript copy follows its lazy twin at once; where one of them names no file, place is all there is.
    if first.in_noscript == second.in_noscript:
        return False
    return (not first.has_file or not second.has_file) and _near_in_tree(first, second)


def _share_file(one: set[str], other: set[str]) -> bool:
    """Whether two pictures name one file; what both name beside different files is a lazy stand-in."""
    return bool(one & other) and not (one - other and other - one)


def _picture_element(picture: Picture) -> Element | None:
    return picture.element.closest("picture") if picture.kind is PlacementKind.PICTURE else None


def _addresses(picture: Picture) -> set[str]:
    return {source.address for source in picture.sources if not source.stands_in}


def _near_in_tree(first: Picture, second: Picture) -> bool:
    """Whether two elements have a common ancestor within three steps of each."""
    around = {id(element) for element in first.copies[-1].ancestors()[:4]}
    return any(id(element) in around for element in second.copies[0].ancestors()[:4])


def _merge(kept: Picture, copy: Picture) -> None:
    kept.copies.extend(copy.copies)
    kept.img_indexes.extend(copy.img_indexes)
    known = {source.address for source in kept.sources}
    fresh = [source for source in copy.sources if source.address not in known]
    kept.known_sources = sorted(kept.sources + fresh, key=stands_in)
    if copy.kind is PlacementKind.PICTURE:
        kept.kind = PlacementKind.PICTURE
    if kept.element.tag == "source" and copy.element.tag == "img":
        kept.element = copy.element
    kept.in_noscript = kept.in_noscript and copy.in_noscript
    kept.link = kept.link or copy.link
