"""Which images of the owner's site are kept out of the works, and why.

Two steps: `before_fetch` by what pages and addresses say, so that strangers' hosts are not asked for
anything; `after_fetch` by what the file is. Keeping a picture out loses finds, letting a stranger's
in may lead to a wrong accusation; so doubts about *whose* it is keep it out, doubts about whether it
is *decoration* let it in. Every exclusion carries a note that says what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from creditline.records import Decoded, Exclusion, Owner, Role
from creditline.urls import Url, same_site
from creditline.works.declared import Family
from creditline.works.finds import FoundImage
from creditline.works.hosts import HostBook, HostKind
from creditline.works.names import ICON_SUFFIXES, VECTOR_SUFFIXES, suffix_of
from creditline.works.ownership import foreign_creator

Reason = tuple[Exclusion, str]

#: Longer side in pixels below which a picture is no work that a search could find: the least that link
#: previews accept (200 x 200, Facebook's and LinkedIn's documentation of og:image).
MIN_LONG_SIDE_PX = 200
#: Shorter side in pixels below which a picture is a line or a border.
MIN_SHORT_SIDE_PX = 48
#: Sides up to this many pixels are beacons, not pictures (1x1 GIFs; some mail tools send 3x3).
TRACKING_PX = 3
#: Largest icon, in pixels: Apple's touch icons are 180, the web manifest's usual small one is 192.
ICON_PX = 192
#: A picture in a place for logos is one when it is not wider or higher than this, in pixels; larger ones
#: there are hero images. A logo of 300 CSS pixels for screens of double density has 600.
LOGO_PX = 640

#: Largest portrait of an account or author, in pixels: Gravatar's largest is 2048, but themes show 300 at
#: most; a larger self-portrait on a portfolio is a picture like others.
AVATAR_PX = 800

_WORD = re.compile(r"[a-z]+")
#: Not "brand": photographers call portraits of firms "branding".
_LOGO_WORDS = frozenset({"logo", "logos", "logotype", "logotyp", "wordmark", "imagotype"})
_icon_words_text = """
icon icons ico favicon favicons glyph glyphs arrow arrows chevron btn button buttons emoji smiley
spinner loader bullet
"""
_ICON_WORDS = frozenset(_icon_words_text.split())
_networks_text = """
facebook instagram twitter x youtube vimeo pinterest linkedin tiktok behance dribbble flickr tumblr
whatsapp telegram snapchat threads mastodon bluesky unsplash github email mail rss px
"""
_NETWORKS = frozenset(_networks_text.split())
_NETWORK_DOMAINS = frozenset(
    f"{name}.com" for name in _NETWORKS if name not in ("email", "mail", "rss", "px")
) | {"500px.com", "behance.net", "wa.me", "t.me", "x.com", "youtu.be", "threads.net", "bsky.app"}


def before_fetch(family: Family, hosts: HostBook) -> Reason | None:
    """Why the files of a family need not even be fetched; ``None`` when one should be."""
    suffixes = {suffix_of(url) for url in family.urls}
    if suffixes <= ICON_SUFFIXES:
        return Exclusion.ICON, "an icon file"
    if _is_declared_beacon(family.found):
        return Exclusion.TRACKING_PIXEL, "shown as one pixel"
    if suffixes <= VECTOR_SUFFIXES:
        return _vector(family)
    kinds = {hosts.kind(url) for url in family.urls}
    if kinds & {HostKind.OWN, HostKind.MEDIA, HostKind.LEARNT}:
        return None
    host = family.urls[0].host
    if kinds == {HostKind.AVATAR}:
        return Exclusion.AVATAR, f"a portrait of an account, from {host}"
    if HostKind.STOCK in kinds:
        return Exclusion.NOT_YOURS, f"embedded from {host}, where other people's pictures are"
    return Exclusion.NOT_YOURS, f"embedded from {host}, which is not a host of yours"


def fetchable(family: Family, hosts: HostBook, *, trusted: bool) -> tuple[Url, ...]:
    """The family's raster files from hosts that may be asked, best first.

    Args:
        family: The files.
        hosts: The owner's hosts.
        trusted: The owner said that the picture is a work, so any host may be asked.
    """
    strangers = (HostKind.STOCK, HostKind.UNKNOWN, HostKind.AVATAR)
    return tuple(
        url
        for url in family.urls
        if suffix_of(url) not in VECTOR_SUFFIXES | ICON_SUFFIXES
        and (trusted or hosts.kind(url) not in strangers)
    )


def after_fetch(found: Sequence[FoundImage], url: str, decoded: Decoded, owner: Owner) -> Reason | None:
    """Why a decoded picture takes no part; ``None`` when it is one of the works."""
    return (
        _by_size(decoded)
        or _by_place(found, url, decoded)
        or _by_content(decoded)
        or _by_owner(found, decoded, owner)
    )


def _by_size(decoded: Decoded) -> Reason | None:
    long_side, short_side = max(decoded.width, decoded.height), min(decoded.width, decoded.height)
    if long_side <= TRACKING_PX:
        return Exclusion.TRACKING_PIXEL, f"{decoded.width}x{decoded.height} pixels"
    if short_side < MIN_SHORT_SIDE_PX and long_side >= MIN_LONG_SIDE_PX:
        return Exclusion.TOO_SMALL, f"a strip of {decoded.width}x{decoded.height} pixels"
    return None


def _by_place(found: Sequence[FoundImage], url: str, decoded: Decoded) -> Reason | None:
    """Logos, icons, sprites and portraits: by where they stand and what they are called."""
    name_words = _words(_name_of(url))
    long_side = max(decoded.width, decoded.height)
    if {"sprite", "sprites", "spritesheet"} & name_words and decoded.format != "jpeg":
        return Exclusion.SPRITE, "its name says so"
    shown = [image for image in found if image.role is not Role.PREVIEW]
    roles = {image.role for image in shown}
    if roles == {Role.AVATAR} and long_side <= AVATAR_PX:
        return Exclusion.AVATAR, shown[0].role_note or "shown as a portrait"
    if roles == {Role.ADVERT} and all(_leads_away(image) for image in shown):
        return Exclusion.NOT_YOURS, f"shown as an advert ({shown[0].role_note or 'advert'})"
    if roles == {Role.COMMENT}:
        return Exclusion.NOT_YOURS, "shown in a visitor's comment"
    if name_words & _LOGO_WORDS or any(_says_logo(image) for image in shown):
        return Exclusion.LOGO, _logo_note(shown, name_words)
    if roles == {Role.LOGO} and (long_side <= LOGO_PX and _in_place_of_logo(shown)):
        return Exclusion.LOGO, shown[0].role_note or "in the place of a logo"
    return _icon(shown, name_words, long_side, roles)


def _icon(
    shown: Sequence[FoundImage], name_words: set[str], long_side: int, roles: set[Role]
) -> Reason | None:
    if shown and all(_is_network_button(image, name_words) for image in shown):
        return Exclusion.ICON, "a button that leads to a network"
    most_px = LOGO_PX if roles == {Role.LOGO} else 2 * ICON_PX  # a large picture may be called "arrow"
    if name_words & _ICON_WORDS and long_side <= most_px:
        return Exclusion.ICON, "its name says so"
    if shown and all(_declared_side(image) is not None for image in shown):
        side = max(_declared_side(image) or 0 for image in shown)
        if side <= MIN_SHORT_SIDE_PX:
            return Exclusion.ICON, f"never shown larger than {side} pixels"
    if long_side < MIN_LONG_SIDE_PX and roles == {Role.LOGO}:
        return Exclusion.ICON, shown[0].role_note or "in the place of a logo"
    return None


def _by_content(decoded: Decoded) -> Reason | None:
    if decoded.flat:
        return Exclusion.FLAT, "hardly more than one colour"
    if max(decoded.width, decoded.height) < MIN_LONG_SIDE_PX:
        return (
            Exclusion.TOO_SMALL,
            f"{decoded.width}x{decoded.height} pixels, less than {MIN_LONG_SIDE_PX} on the longer side",
        )
    return None


def _by_owner(found: Sequence[FoundImage], decoded: Decoded, owner: Owner) -> Reason | None:
    creator = foreign_creator(decoded.rights, owner)
    if creator is not None:
        return Exclusion.NOT_YOURS, f"the file names {creator!r} as its creator"
    for image in found:
        if image.credited_to:
            return Exclusion.NOT_YOURS, f"credited to {image.credited_to!r} on {image.page}"
        creator = foreign_creator(image.rights, owner)
        if creator is not None:
            return Exclusion.NOT_YOURS, f"the {image.origin.value} names {creator!r} as its creator"
    return None


def _vector(family: Family) -> Reason:
    words = _words(_name_of(family.urls[0].href))
    roles = {image.role for image in family.found if image.role is not Role.PREVIEW}
    if words & _LOGO_WORDS or roles == {Role.LOGO} or any(_says_logo(image) for image in family.found):
        return Exclusion.LOGO, "an SVG drawing in the place of a logo"
    if words & _ICON_WORDS or words & _NETWORKS:
        return Exclusion.ICON, "an SVG drawing that is named as an icon"
    return Exclusion.UNSUPPORTED, "SVG is a drawing, not pixels; put a JPEG or PNG of it beside it"


def _is_declared_beacon(found: Sequence[FoundImage]) -> bool:
    sides = [(image.declared_width, image.declared_height) for image in found]
    return bool(sides) and all(
        width is not None and height is not None and max(width, height) <= TRACKING_PX
        for width, height in sides
    )


def _declared_side(image: FoundImage) -> int | None:
    if image.declared_width is None or image.declared_height is None:
        return None
    return max(image.declared_width, image.declared_height)


def _says_logo(image: FoundImage) -> bool:
    """Whether the alternative text calls the picture a logo (first or last of a few words)."""
    words = _WORD.findall((image.alt or "").lower())
    return 0 < len(words) <= 4 and bool({words[0], words[-1]} & _LOGO_WORDS)


def _logo_note(shown: Sequence[FoundImage], name_words: set[str]) -> str:
    if name_words & _LOGO_WORDS:
        return "its name says so"
    return f"its text says so: {next(image.alt for image in shown if _says_logo(image))!r}"


def _in_place_of_logo(shown: Sequence[FoundImage]) -> bool:
    """Whether every showing is marked as a logo, leads home, or names no more than an icon's size."""
    return all(
        bool(_words(image.role_note or "") & (_LOGO_WORDS | _ICON_WORDS))
        or (image.link is not None and image.link.path in ("/", "/index.html", "/home"))
        for image in shown
    )


def _leads_away(image: FoundImage) -> bool:
    """Whether an image links to another site, as adverts do; a hero "banner" of one's own does not."""
    page = Url.try_parse(image.page or "")
    return image.link is not None and page is not None and not same_site(image.link, page)


def _is_network_button(image: FoundImage, name_words: set[str]) -> bool:
    """Whether an image is a network's sign: it leads there, and its name or text is the network's."""
    if image.link is None or image.link.registrable_domain not in _NETWORK_DOMAINS:
        return False
    text_words = _words(image.alt or image.title or "")
    return bool(name_words & _NETWORKS) or (
        bool(text_words) and len(text_words) <= 4 and bool(text_words & _NETWORKS)
    )


def _name_of(url: str) -> str:
    """The file's name, and the folder it lies in where that is called after logos or icons alone."""
    parts = unquote(url.split("?", 1)[0].split("#", 1)[0]).lower().rsplit("/", 2)
    folder = parts[-2] if len(parts) == 3 else ""
    return f"{folder}/{parts[-1]}" if folder in _LOGO_WORDS | _ICON_WORDS else parts[-1]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
