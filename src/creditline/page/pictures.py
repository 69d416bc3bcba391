"""The pictures of a document: every way of showing one, with all copies in the markup merged.

A lazy image, its ``noscript`` twin, the sources of its ``<picture>`` and its srcset sizes are one
picture. So are two neighbouring ``<img>`` of the same file with no text between them (one for phones,
one for desks). The same file shown again elsewhere on the page is another picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from creditline.page.addresses import file_stem, is_picture_file, width_in_name
from creditline.page.css import urls_of
from creditline.page.document import BACKGROUND_ATTRIBUTES, Document, Element
from creditline.page.srcset import parse_srcset
from creditline.records import PlacementKind

#: Attributes that scripts swap into ``src``, by the lazy loaders' documentation (lazysizes, WP Rocket,
#: Lozad, Flickity, vanilla-lazyload, a3 Lazy Load, Jetpack) and what was seen on pages. The list only
#: orders them: any other ``data-`` attribute that names a picture file counts as well.
LAZY_ATTRIBUTES = (
    "data-src", "data-lazy-src", "data-original", "data-lazy", "data-lazyload", "data-echo", "data-url",
    "data-image", "data-img", "data-img-src", "data-hi-res-src", "data-full-src", "data-large-file",
    "data-orig-file", "data-zoom-image", "data-flickity-lazyload", "data-lazyimage-src", "data-actual-src",
    "data-li-src", "data-runner-src", "data-pin-media",
)  # fmt: skip
LAZY_SRCSETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-bgset", "data-widths-srcset")
#: Attributes that name another file than the one shown, or no file at all.
_NOT_SOURCES = re.compile(
    r"^data-(?:.*(?:permalink|href|link|comments|icon|logo|avatar|placeholder|fallback|blur|thumb|"
    r"lqip).*|pin-url|share.*)$"
)
#: A stand-in's name says nothing but that; in a longer name the words describe a picture (grey-heron.jpg),
#: unless it is a GIF or SVG, which photographs are not.
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:blank|spacer|placeholder|transparent|pixel|1x1|dummy|grey|gray|lazy|loading|loader|empty|"
    r"trans|clear)(?:[-_.]?(?:\d{1,4}(?:x\d{1,4})?|image|img|photo|pic|gif|svg|png|thumb|default|square|"
    r"wide|white|black))*\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)|"
    r"(?:^|[/_.-])(?:blank|spacer|placeholder|transparent|pixel|1x1|dummy|grey|gray|lazy|loading|loader|"
    r"empty|trans|clear)(?:[-_.]?\w{0,12})?\.(?:gif|svg)(?:[?#]|$)",
    re.IGNORECASE,
)
#: Wrappers between an image and its ``picture`` or ``noscript`` that are looked through.
MAX_WRAPPERS = 12
_LEADING_INT = re.compile(r"\s*(\d{1,5})")


@dataclass(slots=True)
class Source:
    """One address that a picture may show, as written."""

    address: str
    attribute: str
    #: Width in pixels that a srcset states.
    stated_width: int | None = None
    _stands_in: bool | None = None

    @property
    def stands_in(self) -> bool:
        """Whether it only keeps the place until scripts have run."""
        if self._stands_in is None:
            self._stands_in = is_placeholder(self.address)
        return self._stands_in

    @property
    def width(self) -> int | None:
        """Width in pixels, stated or read off the file's name."""
        return self.stated_width or width_in_name(self.address)


@dataclass(slots=True)
class Picture:
    """One picture on the page."""

    kind: PlacementKind
    #: The element that shows it: the first real ``<img>`` of the copies, or what has the background.
    element: Element
    #: The copies' elements, in document order.
    copies: list[Element]
    sources: list[Source] = field(default_factory=list)
    img_indexes: list[int] = field(default_factory=list)
    #: The innermost link around it.
    link: Element | None = None
    in_noscript: bool = False

    @property
    def start(self) -> int:
        """Tick of the first copy."""
        return self.copies[0].start

    @property
    def end(self) -> int:
        """Tick after the last copy."""
        return max(copy.end for copy in self.copies)

    def attribute(self, name: str) -> str:
        """The first copy's value that is not empty."""
        return next((copy.attrs[name] for copy in self.copies if copy.attrs.get(name)), "")

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


def is_placeholder(address: str) -> bool:
    """Whether an address is what stands in for a picture until scripts have run."""
    if not address.strip():
        return True
    if address.startswith("data:"):
        return address.startswith(("data:image/gif", "data:image/svg"))
    # Only the file's name can say so; the expression is slow on long addresses.
    name = address[:300].split("?", 1)[0].split("#", 1)[0].rsplit("/", 1)[-1]
    return _PLACEHOLDER.search("/" + name) is not None


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
    if img.attrs:
        picture.sources = list(_img_sources(img))
    return picture


def _img_sources(img: Element) -> Iterator[Source]:
    attrs = img.attrs
    real: list[Source] = []
    stand_in: list[Source] = []
    if attrs.get("src", "").strip():
        (stand_in if is_placeholder(attrs["src"]) else real).append(Source(attrs["src"], "src"))
    for name in ("srcset", *LAZY_SRCSETS):
        if name in attrs:
            real.extend(_srcset_sources(attrs[name], name))
    for name in LAZY_ATTRIBUTES:
        if name in attrs and _names_file(attrs[name]):
            real.append(Source(attrs[name], name))
    known = {source.attribute for source in real}
    for name, value in attrs.items():
        if name.startswith("data-") and name not in known and "." in value and _may_name_source(name, value):
            real.append(Source(value, name))
    yield from sorted(real, key=_is_stand_in)
    yield from stand_in


def _may_name_source(name: str, value: str) -> bool:
    return is_picture_file(value[:2000]) and not _NOT_SOURCES.match(name)


def _srcset_sources(text: str, attribute: str) -> Iterator[Source]:
    candidates = parse_srcset(text)
    # Nobody offers a stand-in in several sizes.
    stands_in = False if len(candidates) > 1 else None
    for candidate in candidates:
        if not candidate.address.startswith("data:"):
            yield Source(candidate.address, attribute, candidate.width, stands_in)


def _is_stand_in(source: Source) -> bool:
    return source.stands_in


def _names_file(value: str) -> bool:
    value = value.strip()
    return bool(value) and not value.startswith(("{", "[", "data:")) and ("/" in value or "." in value)


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
        sources = list(_img_sources(shower))
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
        for source in _srcset_sources(element.attrs.get(name, ""), name)
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
            sources.extend(_srcset_sources(value, name))
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
    if document.lines_between(first.end, second.start):
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
    kept.sources = sorted(kept.sources + fresh, key=_is_stand_in)
    if copy.kind is PlacementKind.PICTURE:
        kept.kind = PlacementKind.PICTURE
    if kept.element.tag == "source" and copy.element.tag == "img":
        kept.element = copy.element
    kept.in_noscript = kept.in_noscript and copy.in_noscript
    kept.link = kept.link or copy.link
