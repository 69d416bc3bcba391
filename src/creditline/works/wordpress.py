"""The media list of WordPress's REST API (``/wp-json/wp/v2/media``): every upload with its sizes.

Field names are those of the WordPress REST API handbook, "Media".
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from creditline.errors import GateError
from creditline.records import GateProblem, ImageCandidate, PlacementKind
from creditline.urls import Url
from creditline.works.finds import FoundImage, Origin

#: Items that one page of the list may hold (WordPress's own bound).
PER_PAGE = 100
#: What the list is asked for.
QUERY = f"per_page={PER_PAGE}&media_type=image&_fields=source_url,title,alt_text,media_details"

#: One item in plain values, since it comes from a child: address, title, alt, sizes.
MediaItem = tuple[str, str, str, list[tuple[str, int]]]

_API_LINK = re.compile(r'<([^>]{1,500})>\s*;\s*rel="?https://api\.w\.org/"?')
_TAG = re.compile(r"<[^>]{0,200}>")


def api_root(headers: tuple[tuple[str, str], ...], page_url: Url) -> Url | None:
    """The root of a site's REST API, as its pages' Link header names it; ``None`` without one."""
    for name, value in headers:
        if name == "link" and (found := _API_LINK.search(value)):
            root = Url.try_parse(found.group(1), page_url)
            return root if root is not None and root.host == page_url.host else None
    return None


def media_address(root: Url, number: int) -> Url:
    """The address of one page of the media list, counted from 1."""
    if root.query:
        return Url.parse(f"{root.href.rstrip('/')}/wp/v2/media&{QUERY}&page={number}")
    return Url.parse(f"{root.href.rstrip('/')}/wp/v2/media?{QUERY}&page={number}")


def read_media(body: bytes) -> list[MediaItem]:
    """Read one page of the media list.

    Raises:
        GateError: It is not such a list.
    """
    try:
        items = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise GateError(GateProblem.DAMAGED, f"not JSON: {error}"[:200]) from None
    if not isinstance(items, list):
        raise GateError(GateProblem.DAMAGED, "not a list of media")
    return [found for item in items[:PER_PAGE] if isinstance(item, dict) and (found := _item(item))]


def media_images(items: list[MediaItem], base: Url) -> list[FoundImage]:
    """The items as images that the site's media library names."""
    found = []
    for address, title, alt, sizes in items:
        named = [(address, 0), *sizes]
        candidates = tuple(
            ImageCandidate(url, width or None, "media library")
            for text, width in named
            if (url := Url.try_parse(text, base)) is not None
        )
        if candidates:
            found.append(
                FoundImage(
                    page=None,
                    candidates=candidates,
                    kind=PlacementKind.IMG,
                    alt=alt or None,
                    title=title or None,
                    origin=Origin.MEDIA_LIBRARY,
                )
            )
    return found


def _item(item: dict[str, Any]) -> MediaItem | None:
    address = item.get("source_url")
    if not isinstance(address, str) or not address:
        return None
    title = item.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else None
    details = item.get("media_details")
    sizes = details.get("sizes") if isinstance(details, dict) else None
    return (address, _text(rendered), _text(item.get("alt_text")), _sizes(sizes))


def _sizes(sizes: object) -> list[tuple[str, int]]:
    if not isinstance(sizes, dict):
        return []
    return [
        (size["source_url"], size["width"] if isinstance(size.get("width"), int) else 0)
        for size in list(sizes.values())[:50]
        if isinstance(size, dict) and isinstance(size.get("source_url"), str)
    ]


def _text(value: object) -> str:
    return unescape(_TAG.sub("", value)).strip()[:500] if isinstance(value, str) else ""
