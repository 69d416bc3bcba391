"""Sitemaps and feeds: what they name, and what is said of those that cannot be read."""

import gzip

from creditline.page import read_feed, read_sitemap
from creditline.page.sitemap import MAX_SITEMAP_BYTES

URL = "https://jane.example/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NAMESPACES}>
  <url><loc>https://jane.example/a?x=1&amp;y=2</loc>
    <image:image><image:loc>https://jane.example/a.jpg</image:loc><image:title>Dawn</image:title>
      <image:caption>Boats</image:caption><image:license>https://jane.example/licence</image:license></image:image>
    <image:image><image:loc>/b.jpg</image:loc></image:image></url>
  <url><loc>https://jane.example/b</loc></url>
</urlset>""".encode()


def test_pages_and_images():
    found = read_sitemap(PAGES, URL)
    assert [page.href for page in found.pages] == ["https://jane.example/a?x=1&y=2", "https://jane.example/b"]
    assert [(image.url.href, image.title, image.caption, image.license_url) for image in found.images] == [
        ("https://jane.example/a.jpg", "Dawn", "Boats", "https://jane.example/licence"),
        ("https://jane.example/b.jpg", None, None, None),
    ]
    assert found.images[0].page == found.pages[0]
    assert (found.sitemaps, found.problem) == ((), None)


def test_gzip_and_index():
    index = b"<sitemapindex><sitemap><loc>https://jane.example/1.xml.gz</loc></sitemap></sitemapindex>"
    found = read_sitemap(gzip.compress(index), URL)
    assert [sitemap.href for sitemap in found.sitemaps] == ["https://jane.example/1.xml.gz"]
    assert found.problem is None


def test_gzip_bomb_is_bounded():
    found = read_sitemap(gzip.compress(b"<urlset>" + b" " * (MAX_SITEMAP_BYTES + 10)), URL)
    assert found.problem is not None


def test_entity_bomb_and_external_entity_are_refused():
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        b"<urlset><url><loc>https://jane.example/&b;</loc></url></urlset>"
    )
    found = read_sitemap(bomb, URL)
    assert found.pages == ()
    assert found.problem is not None


def test_what_was_read_before_the_damage_is_kept():
    found = read_sitemap(PAGES.split(b"<url><loc>https://jane.example/b<")[0], URL)
    assert len(found.pages) == 1
    assert found.problem is not None
    assert "not a readable sitemap" in found.problem


def test_plain_text_list_and_other_documents():
    assert len(read_sitemap(b"https://jane.example/a\nhttps://jane.example/b\n", URL).pages) == 2
    assert read_sitemap(b"<html><body>No sitemap here</body></html>", URL).problem is not None
    assert read_sitemap(b"\x00\x01\x02", URL).problem is not None
    assert read_sitemap(b"", URL).problem is not None


def test_feeds():
    rss = (
        b"<rss><channel><item><title>x</title><link>https://jane.example/1</link></item>"
        b'<item><guid isPermaLink="true">https://jane.example/2</guid></item></channel></rss>'
    )
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/feed/3"/>'
        b'<link href="/3"/></entry></feed>'
    )
    assert [page.path for page in read_feed(rss, URL).pages] == ["/1", "/2"]
    assert [page.path for page in read_feed(atom, URL).pages] == ["/3"]
    assert read_feed(b"nothing", URL).problem is not None
