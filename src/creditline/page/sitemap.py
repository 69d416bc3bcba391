"""Sitemaps (sitemaps.org 0.9, Google's image extension), RSS and Atom feeds: which pages a site names."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element as XmlElement
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from creditline.errors import UrlError
from creditline.page.addresses import resolve
from creditline.records import SitemapImage, SitemapReading
from creditline.urls import Url

#: The protocol's own bound on one file, uncompressed: 50 MB and 50,000 addresses (sitemaps.org).
MAX_SITEMAP_BYTES = 52_428_800
MAX_SITEMAP_PAGES = 50_000
#: Google reads 1,000 images of one page (image sitemap documentation).
MAX_IMAGES_PER_PAGE = 1_000
_IMAGE_FIELDS = {"title": "title", "caption": "caption", "license": "license_url"}


def read_sitemap(body: bytes, url: str) -> SitemapReading:
    """Read a sitemap, a sitemap index or a list of addresses, plain or gzip-compressed.

    Never raises for what the bytes hold: ``problem`` says what was wrong, and what was read until
    there is kept.
    """
    plain, problem = _unpacked(body)
    if plain.lstrip()[:1] != b"<":
        return _text_sitemap(plain, url, problem)
    reader = _SitemapReader(_base(url))
    return reader.read(plain, problem)


def read_feed(body: bytes, url: str) -> SitemapReading:
    """Read an RSS or Atom feed: its items' pages, newest as the feed orders them."""
    plain, problem = _unpacked(body)
    base = _base(url)
    pages: list[Url] = []
    try:
        for element in _elements(plain):
            if _local(element) in ("item", "entry"):
                found = _item_link(element, base)
                if found is not None:
                    pages.append(found)
                element.clear()
            if len(pages) >= MAX_SITEMAP_PAGES:
                problem = f"more than {MAX_SITEMAP_PAGES} items, the rest was not read"
                break
    except (ParseError, DefusedXmlException, ValueError) as error:
        problem = f"not a readable feed: {_said(error)}"
    return SitemapReading(pages=tuple(dict.fromkeys(pages)), problem=problem)


class _SitemapReader:
    """Collects what one XML sitemap names."""

    def __init__(self, base: Url | None) -> None:
        self._base = base
        self._pages: list[Url] = []
        self._sitemaps: list[Url] = []
        self._images: list[SitemapImage] = []
        self._root = ""

    def read(self, plain: bytes, problem: str | None) -> SitemapReading:
        try:
            for element in _elements(plain):
                name = _local(element)
                if name == "url":
                    self._page(element)
                    element.clear()
                elif name == "sitemap":
                    self._sitemaps.extend(self._address(element, "loc"))
                    element.clear()
                self._root = name
                if len(self._pages) >= MAX_SITEMAP_PAGES or len(self._sitemaps) >= MAX_SITEMAP_PAGES:
                    problem = f"more than {MAX_SITEMAP_PAGES} addresses, the rest was not read"
                    break
            else:
                if self._root not in ("urlset", "sitemapindex"):
                    problem = f"not a sitemap: its root is <{self._root[:40]}>"
        except (ParseError, DefusedXmlException, ValueError) as error:
            problem = f"not a readable sitemap: {_said(error)}"
        return SitemapReading(
            pages=tuple(dict.fromkeys(self._pages)),
            sitemaps=tuple(dict.fromkeys(self._sitemaps)),
            images=tuple(self._images),
            problem=problem,
        )

    def _page(self, element: XmlElement) -> None:
        pages = self._address(element, "loc")
        if not pages:
            return
        self._pages.append(pages[0])
        images = [child for child in element if _local(child) == "image"]
        for image in images[:MAX_IMAGES_PER_PAGE]:
            found = self._address(image, "loc")
            if found:
                texts = {
                    field: text
                    for child in image
                    if (field := _IMAGE_FIELDS.get(_local(child))) and (text := (child.text or "").strip())
                }
                self._images.append(SitemapImage(found[0], pages[0], **texts))

    def _address(self, element: XmlElement, name: str) -> list[Url]:
        for child in element:
            if _local(child) == name:
                found = resolve(child.text or "", self._base)
                return [found] if found else []
        return []


def _text_sitemap(plain: bytes, url: str, problem: str | None) -> SitemapReading:
    """The plain form: one address a line (sitemaps.org, "text file")."""
    text = plain.decode("utf-8-sig", "replace")
    lines = [line.strip() for line in text.splitlines()[:MAX_SITEMAP_PAGES] if line.strip()]
    pages = [found for line in lines if line.startswith("http") and (found := Url.try_parse(line))]
    if problem is None and (not lines or 2 * len(pages) < len(lines)):
        problem = "not a sitemap: neither XML nor a list of addresses"
        pages = []
    return SitemapReading(pages=tuple(dict.fromkeys(pages)), problem=problem)


def _unpacked(body: bytes) -> tuple[bytes, str | None]:
    """The bytes without gzip, cut at the protocol's bound, and what was wrong."""
    too_long = f"larger than {MAX_SITEMAP_BYTES} bytes, the rest was not read"
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_SITEMAP_BYTES], too_long if len(body) > MAX_SITEMAP_BYTES else None
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        return b"", f"damaged gzip: {error}"
    if inflater.unconsumed_tail:
        return plain, too_long
    return plain, None if inflater.eof else "cut off: the gzip stream has no end"


def _elements(plain: bytes) -> Iterator[XmlElement]:
    """Elements as they end; entities and external references are refused."""
    for _, element in iterparse(io.BytesIO(plain.lstrip()), events=("end",), forbid_dtd=False):
        yield element


def _local(element: XmlElement) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _item_link(element: XmlElement, base: Url | None) -> Url | None:
    """An RSS item's link (or its permanent guid), an Atom entry's alternate link."""
    guid = None
    for child in element:
        name = _local(child)
        if name == "link":
            if child.get("rel", "alternate") == "alternate":
                found = resolve(child.get("href") or child.text or "", base)
                if found is not None:
                    return found
        elif (
            name == "guid"
            and child.get("isPermaLink", "true") != "false"
            and (child.text or "").startswith("http")
        ):
            guid = resolve(child.text or "", base)
    return guid


def _base(url: str) -> Url | None:
    try:
        return Url.parse(url)
    except UrlError:
        return None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120] if str(error) else type(error).__name__
