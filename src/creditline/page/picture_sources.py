"""The addresses that an element says its picture may have: src, srcset, and what scripts swap in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from creditline.page.addresses import is_picture_file, width_in_name
from creditline.page.document import Element
from creditline.page.srcset import parse_srcset

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


def is_placeholder(address: str) -> bool:
    """Whether an address is what stands in for a picture until scripts have run."""
    if not address.strip():
        return True
    if address.startswith("data:"):
        return address.startswith(("data:image/gif", "data:image/svg"))
    # Only the file's name can say so; the expression is slow on long addresses.
    name = address[:300].split("?", 1)[0].split("#", 1)[0].rsplit("/", 1)[-1]
    return _PLACEHOLDER.search("/" + name) is not None


def img_sources(img: Element) -> Iterator[Source]:
    """What an image may show, in order: real files before what stands in for them."""
    attrs = img.attrs
    real: list[Source] = []
    stand_in: list[Source] = []
    if attrs.get("src", "").strip():
        (stand_in if is_placeholder(attrs["src"]) else real).append(Source(attrs["src"], "src"))
    for name in ("srcset", *LAZY_SRCSETS):
        if name in attrs:
            real.extend(srcset_sources(attrs[name], name))
    for name in LAZY_ATTRIBUTES:
        if name in attrs and _names_file(attrs[name]):
            real.append(Source(attrs[name], name))
    known = {source.attribute for source in real}
    for name, value in attrs.items():
        if name.startswith("data-") and name not in known and "." in value and _may_name_source(name, value):
            real.append(Source(value, name))
    yield from sorted(real, key=stands_in)
    yield from stand_in


def _may_name_source(name: str, value: str) -> bool:
    return is_picture_file(value[:2000]) and not _NOT_SOURCES.match(name)


def srcset_sources(text: str, attribute: str) -> Iterator[Source]:
    """The addresses of a srcset."""
    candidates = parse_srcset(text)
    # Nobody offers a stand-in in several sizes.
    stands_in = False if len(candidates) > 1 else None
    for candidate in candidates:
        if not candidate.address.startswith("data:"):
            yield Source(candidate.address, attribute, candidate.width, stands_in)


def stands_in(source: Source) -> bool:
    """Whether an address only keeps the place of a picture."""
    return source.stands_in


def _names_file(value: str) -> bool:
    value = value.strip()
    return bool(value) and not value.startswith(("{", "[", "data:")) and ("/" in value or "." in value)
