"""Reads documents: HTML to placements, links and signals; sitemaps and feeds to addresses. Pure."""

from creditline.page.limits import TEXT_CAP
from creditline.page.reading import read_page
from creditline.page.sitemap import read_feed, read_sitemap
from creditline.page.state import page_state

__all__ = ["TEXT_CAP", "page_state", "read_feed", "read_page", "read_sitemap"]
