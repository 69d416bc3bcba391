"""Addresses as a document writes them: base, blanks, and what two spellings of one picture share."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from creditline.page.document import Document
from creditline.urls import Url

_BLANKS = " \t\n\f\r"
#: What browsers remove inside an address before they parse it (URL standard, "basic URL parser").
_REMOVED = str.maketrans("", "", "\t\n\r")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|jfif|png|gif|webp|avif|tiff?|heic|bmp|svg)$", re.IGNORECASE)
_WIKI_PAGE = re.compile(r"/[^/.]{2,20}(?::|%3a)[^/]*$", re.IGNORECASE)
#: What sites add to a file's name for its sizes: ``-300x200``, ``@2x``, ``_1024w``, ``-scaled``, ``-e15…``.
_SIZE_SUFFIX = re.compile(
    r"(?:[-_.](?:\d{2,5}x\d{2,5}(?:_c)?|\d{3,4}[wh]|w\d{3,4}|scaled|small|medium|large|thumb(?:nail)?|"
    r"\d{1,2}x|e\d{8,})|@\dx)+$",
    re.IGNORECASE,
)
_WIDTH_IN_NAME = re.compile(
    r"(?:[-_/](\d{2,4})x\d{2,4}(?=[._/-]|$)|[-_](\d{3,4})w(?=\.)|[?&](?:w|width|resize)=(\d{2,4})\b)",
    re.IGNORECASE,
)


def base_of(document: Document, url: str) -> Url | None:
    """What relative addresses are resolved against: ``<base href>`` on the page's own address."""
    page = Url.try_parse(url)
    if document.base_href is None:
        return page
    return Url.try_parse(document.base_href.strip(_BLANKS), page) or page


def resolve(address: str, base: Url | None) -> Url | None:
    """An address as written to an absolute one; ``None`` for empty, data: and other schemes."""
    address = address.strip(_BLANKS)
    if not address.isprintable():
        address = address.translate(_REMOVED)
    if not address or address.startswith(("data:", "javascript:", "mailto:", "about:", "blob:", "tel:", "#")):
        return None
    return Url.try_parse(address, base)


def is_picture_file(address: str) -> bool:
    """Whether an address names a picture file by its ending; wiki pages about a file ("File:…") do not."""
    path = address.split("#", 1)[0].split("?", 1)[0].rstrip("/")
    return _PICTURE_FILE.search(path) is not None and _WIKI_PAGE.search(path) is None


@lru_cache(maxsize=8192)
def file_stem(address: str) -> str:
    """What the addresses of all sizes of one picture share: its file's name, lower case, sizes cut off.

    ``""`` where the address has no name of its own, as in ``/image?id=3``.
    """
    path = address.split("#", 1)[0].split("?", 1)[0].rstrip("/")
    name = unquote(path.rsplit("/", 1)[-1]).lower()
    if not _PICTURE_FILE.search(name):
        return ""
    stem = _PICTURE_FILE.sub("", name)
    stem = _PICTURE_FILE.sub("", stem)
    return _SIZE_SUFFIX.sub("", stem) or stem


def width_in_name(address: str) -> int | None:
    """A width that an address states: ``photo-1024x683.jpg``, ``?w=800``."""
    found = _WIDTH_IN_NAME.search(address)
    return int(next(part for part in found.groups() if part)) if found else None
