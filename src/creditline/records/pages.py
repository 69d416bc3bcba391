"""What stands on a page: placements, their files and roles, and how sitemaps name pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from creditline.records.fetching import Rendering, Reply
from creditline.records.works import RightsMetadata
from creditline.urls import Url


class PlacementKind(StrEnum):
    """By which means a page shows an image."""

    IMG = "img"
    PICTURE = "picture"
    CSS_BACKGROUND = "css_background"
    POSTER = "poster"
    META_IMAGE = "meta_image"
    INLINE_DATA = "inline_data"
    FULL_SIZE_LINK = "full_size_link"
    SVG_IMAGE = "svg_image"


class Role(StrEnum):
    """What an image is for on its page. Only content placements lead to requests."""

    CONTENT = "content"
    THUMBNAIL = "thumbnail"
    AVATAR = "avatar"
    ADVERT = "advert"
    COMMENT = "comment"
    LOGO = "logo"
    #: Only named for link previews (og:image), not shown on the page itself.
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class ImageCandidate:
    """One file that a placement may show."""

    url: Url
    #: Width in pixels by a ``w`` descriptor, attribute or file name; ``None`` where unknown.
    width: int | None = None
    #: Which attribute named it: ``src``, ``srcset``, ``data-src``, ``href``, ``style`` ...
    attribute: str = "src"


@dataclass(frozen=True, slots=True)
class Placement:
    """One image on a page, with every copy of it in the markup merged into one."""

    #: Position among the page's placements, from 0, in reading order.
    ordinal: int
    kind: PlacementKind
    role: Role
    #: At least one, best (largest) first; empty only for `INLINE_DATA`.
    candidates: tuple[ImageCandidate, ...]
    #: Positions among all ``<img>`` that it merges, in document order; empty for non-``<img>``.
    img_indexes: tuple[int, ...] = ()
    alt: str | None = None
    title: str | None = None
    #: Where a link around the image goes, ``None`` without one.
    link: Url | None = None
    #: Width and height attributes, in CSS pixels.
    declared_width: int | None = None
    declared_height: int | None = None
    #: Bounded bytes of an inline data: image.
    inline: bytes = b""
    #: Why the role: the class, element or container that said so.
    role_note: str | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What `page.read_page` found in one document."""

    url: Url
    placements: tuple[Placement, ...] = ()
    title: str | None = None
    #: rel=canonical, og:url, and rel=amphtml, where the page names them.
    canonical: Url | None = None
    amphtml: Url | None = None
    language: str | None = None
    #: Not ``None`` when the document was not read to its end: why ("too complex: depth 513").
    incomplete: str | None = None
    #: Outgoing links in document order, duplicates kept.
    links: tuple[Url, ...] = ()
    feeds: tuple[Url, ...] = ()
    #: Linked style sheets (``<link rel=stylesheet>``, ``@import`` of inline styles), each once.
    stylesheets: tuple[Url, ...] = ()
    #: Visible text, blanks folded, for page-state checks; cut at `page.TEXT_CAP` characters.
    text: str = ""
    robots_directives: tuple[str, ...] = ()
    #: Signals that only a browser sees this page whole, most telling first; empty when none.
    browser_signals: tuple[str, ...] = ()
    #: Rights that structured data states, by the image address it names.
    image_rights: tuple[tuple[str, RightsMetadata], ...] = ()
    #: Where a quick meta refresh sends every visitor, as the page writes it; ``None`` without one.
    refresh: str | None = None
    #: Whether the document begins and has no end: most likely it broke off.
    unclosed: bool = False


@dataclass(frozen=True, slots=True)
class SitemapImage:
    """One picture that a sitemap names, with the page it is said to be on."""

    url: Url
    page: Url
    title: str | None = None
    caption: str | None = None
    license_url: str | None = None


@dataclass(frozen=True, slots=True)
class SitemapReading:
    """What a sitemap, sitemap index or feed names."""

    pages: tuple[Url, ...] = ()
    #: Further sitemaps to read.
    sitemaps: tuple[Url, ...] = ()
    images: tuple[SitemapImage, ...] = ()
    #: What was wrong with it; what was read until there is kept. ``None`` when it was read whole.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """What one visit saw of one page: the raw reply and, where the browser was used, its rendering."""

    load_id: str
    url: Url
    raw: Reply
    rendering: Rendering | None = None
