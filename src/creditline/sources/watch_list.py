"""A list of sites to look through, one address a line: their pages are found by sitemap, feed or crawl."""

from __future__ import annotations

from creditline.records import PageUrlKind
from creditline.sources.page_list import AddressList

SOURCE = AddressList(
    name="watch_list",
    description="A list of sites to look through, one address a line.",
    kind=PageUrlKind.ORIGIN,
    example="https://example.com/",
)
