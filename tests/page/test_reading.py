"""How `read_page` finds pictures: every way of showing one, copies merged, browsers' addresses."""

import pytest

from creditline.page import read_page
from creditline.page.srcset import parse_srcset
from creditline.records import PlacementKind, Role

PAGE = "https://press.example/stories/2024/harbour.html"


def placements(body: str, head: str = ""):
    html = f"<!doctype html><html lang=en><head><title>t</title>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), PAGE).placements


def only(body: str, head: str = ""):
    found = placements(body, head)
    assert len(found) == 1, found
    return found[0]


def hrefs(placement):
    return [candidate.url.href for candidate in placement.candidates]


def test_plain_image_with_relative_address():
    found = only('<p><img src=" ../img/a b.jpg\n" alt="Boats" title="At dawn" width=800 height="600"></p>')
    assert hrefs(found) == ["https://press.example/stories/img/a%20b.jpg"]
    assert (found.kind, found.role, found.img_indexes) == (PlacementKind.IMG, Role.CONTENT, (0,))
    assert (found.alt, found.title, found.declared_width, found.declared_height) == (
        "Boats",
        "At dawn",
        800,
        600,
    )


def test_base_href_changes_relative_addresses():
    found = only('<img src="a.jpg">', '<base href="//cdn.example/x/">')
    assert hrefs(found) == ["https://cdn.example/x/a.jpg"]


def test_srcset_sizes_come_largest_first():
    found = only('<img src="a-300.jpg" srcset="a-300.jpg 300w, a-1200.jpg 1200w,a-600.jpg 600w">')
    assert [(c.url.href.rsplit("/", 1)[1], c.width) for c in found.candidates] == [
        ("a-1200.jpg", 1200),
        ("a-600.jpg", 600),
        ("a-300.jpg", 300),
    ]


def test_picture_sources_and_image_are_one_placement():
    found = only(
        '<picture><source srcset="a.avif 800w" type=image/avif><source srcset="a.webp 800w">'
        '<img alt="A" src="a.jpg"></picture>'
    )
    assert found.kind is PlacementKind.PICTURE
    assert {href.rsplit("/", 1)[1] for href in hrefs(found)} == {"a.avif", "a.webp", "a.jpg"}
    assert found.img_indexes == (0,)


def test_lazy_image_and_noscript_twin_are_one_placement():
    found = only(
        '<img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/a-1024x768.jpg">'
        '<noscript><img src="/a.jpg"></noscript>'
    )
    assert found.img_indexes == (0, 1)
    assert {href.rsplit("/", 1)[1] for href in hrefs(found)} == {"a-1024x768.jpg", "a.jpg"}


@pytest.mark.parametrize(
    "name", ["data-src", "data-lazy-src", "data-original", "data-echo", "data-some-loader-of-theirs"]
)
def test_lazy_attributes(name):
    found = only(f'<img src="/blank.gif" {name}="/real.jpg">')
    assert hrefs(found)[0] == "https://press.example/real.jpg"


def test_noscript_twin_of_an_image_without_any_source():
    found = only('<div><img class="js-load"><noscript><img src="/a.jpg"></noscript></div>')
    assert found.img_indexes == (0, 1)


def test_same_file_at_two_places_is_two_placements():
    found = placements('<img src="/a.jpg"><p>Words between them.</p><img src="/a.jpg">')
    assert [f.img_indexes for f in found] == [(0,), (1,)]
    assert [f.ordinal for f in found] == [0, 1]


def test_backgrounds_posters_svg_and_inline_data():
    found = placements(
        "<div style=\"background-image:url('/bg.jpg')\"><h1>T</h1></div>"
        '<video poster="/poster.jpg"></video><svg><image href="/in.svg.png"/></svg>'
        '<img src="data:image/png;base64,iVBORw0KGgo=">'
        '<section class="hero"><p>x</p></section>',
        "<style>.hero::before { background: #fff url(/sheet.webp) }</style>",
    )
    assert [(f.kind, [h.rsplit("/", 1)[1] for h in hrefs(f)]) for f in found] == [
        (PlacementKind.CSS_BACKGROUND, ["bg.jpg"]),
        (PlacementKind.POSTER, ["poster.jpg"]),
        (PlacementKind.SVG_IMAGE, ["in.svg.png"]),
        (PlacementKind.INLINE_DATA, []),
        (PlacementKind.CSS_BACKGROUND, ["sheet.webp"]),
    ]
    assert found[3].inline == b"\x89PNG\r\n\x1a\n"


def test_preview_image_only_where_the_page_does_not_show_it():
    head = (
        '<meta property="og:image" content="/a-1200x630.jpg"><meta name="twitter:image" content="/other.jpg">'
    )
    found = placements('<img src="/a.jpg">', head)
    assert [(f.kind, f.role) for f in found] == [
        (PlacementKind.IMG, Role.CONTENT),
        (PlacementKind.META_IMAGE, Role.PREVIEW),
    ]
    assert hrefs(found[1]) == ["https://press.example/other.jpg"]


def test_link_to_the_full_size_file():
    found = placements('<a href="/full/a.jpg"><img src="/a-300x200.jpg"></a> <a href="/full/b.jpg">b</a>')
    assert [(c.attribute, c.url.href) for c in found[0].candidates] == [
        ("href", "https://press.example/full/a.jpg"),
        ("src", "https://press.example/a-300x200.jpg"),
    ]
    assert found[0].link is not None
    assert found[1].kind is PlacementKind.FULL_SIZE_LINK


def test_structured_data_names_pictures_the_page_builds_by_script():
    found = only(
        '<div id="root"></div>',
        '<script type="application/ld+json">{"@type":"NewsArticle","image":["https://cdn.example/x.jpg"]}</script>',
    )
    assert (found.kind, hrefs(found)) == (PlacementKind.META_IMAGE, ["https://cdn.example/x.jpg"])


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ('<ol class="comment-list"><li><img src="/c.jpg"></ol>', Role.COMMENT),
        ('<div class="author-box"><img src="/me.jpg"></div>', Role.AVATAR),
        ('<img class="avatar" src="/me.jpg">', Role.AVATAR),
        ('<div class="adsbygoogle"><img src="/x.jpg"></div>', Role.ADVERT),
        ('<header class="site-header"><img class="logo" src="/logo.png"></header>', Role.LOGO),
        ('<img src="/tick.png" width=16 height=16>', Role.LOGO),
        ('<aside class="related-posts"><a href="/b"><img src="/b.jpg">B</a></aside>', Role.THUMBNAIL),
        ('<article><header class="entry-header"><img src="/lead.jpg"></header></article>', Role.CONTENT),
        ('<article class="type-post tag-logo tag-ad"><img src="/lead.jpg"></article>', Role.CONTENT),
    ],
)  # fmt: skip
def test_roles(body, role):
    found = only(body)
    assert found.role is role
    assert (found.role_note is None) == (role is Role.CONTENT)


def test_cards_of_a_listing_are_thumbnails():
    cards = "".join(
        f'<div class="c"><a href="/s{n}"><img src="/{n}.jpg"></a><h3><a href="/s{n}">Story {n}</a></h3></div>'
        for n in range(6)
    )
    assert {f.role for f in placements(cards)} == {Role.THUMBNAIL}


def test_page_facts():
    reading = read_page(
        b"<html lang=de><head><title> A  B </title><link rel=canonical href=/c>"
        b'<link rel=amphtml href=/amp><meta name=robots content="noindex, nofollow">'
        b'<link rel=alternate type="application/rss+xml" href=/feed></head>'
        b"<body><p>Hello <b>wor</b>ld</p><a href=/x>x</a><script>var hidden = 1</script></body></html>",
        PAGE,
        (("x-robots-tag", "noarchive"),),
    )
    assert (reading.title, reading.language, reading.incomplete) == ("A B", "de", None)
    assert reading.canonical is not None
    assert reading.canonical.href == "https://press.example/c"
    assert reading.amphtml is not None
    assert [feed.href for feed in reading.feeds] == ["https://press.example/feed"]
    assert [link.href for link in reading.links] == ["https://press.example/x"]
    assert reading.text == "Hello world\nx"
    assert reading.robots_directives == ("noindex", "nofollow", "x-robots-tag:noarchive")


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        ("<p>Größe".encode(), (), "Größe"),
        ("<p>Größe".encode("latin-1"), (("content-type", "text/html; charset=ISO-8859-1"),), "Größe"),
        ("<meta charset=windows-1251><p>Фото".encode("cp1251"), (), "Фото"),
        (b"\xef\xbb\xbf" + "<p>写真".encode(), (("content-type", "text/html; charset=latin1"),), "写真"),
        ("<meta charset=shift_jis><p>写真".encode("shift_jis"), (), "写真"),
    ],
)
def test_encodings(body, headers, text):
    assert read_page(body, PAGE, headers).text == text


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("deep nesting", "<div>" * 200_000 + "<img src=a.jpg>"),
        ("attributes", "<div " + " ".join(f"a{n}=1" for n in range(200_000)) + "><img src=a.jpg>"),
        ("comments", "<!--" * 1_000_000),
        ("images", "<img src=a.jpg>" * 30_000),
        ("tags", "<p>" * 1_100_000),
        ("long", "x" * 20_000_001),
    ],
)
def test_hostile_documents_are_said_to_be_too_complex(name, html):
    reading = read_page(html.encode(), PAGE)
    assert reading.incomplete is not None
    assert reading.incomplete.startswith("too complex")


def test_script_built_page_asks_for_the_browser():
    reading = read_page(
        b'<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
        b"<script>" + b"x" * 30_000 + b"</script></body>",
        PAGE,
    )
    assert reading.browser_signals[0] == "empty mount node #root"
    assert len(reading.browser_signals) >= 3


def test_plain_page_asks_for_nothing():
    body = "".join(f'<p>{"Words and words. " * 20}</p><img src="/{n}.jpg">' for n in range(4))
    assert read_page(body.encode(), PAGE).browser_signals == ()


def test_linked_style_sheets_are_named_once() -> None:
    html = (
        b"<link rel=stylesheet href=a.css><link rel='stylesheet preload' href='/b.css'>"
        b"<link rel='alternate stylesheet' href=c.css><link rel=stylesheet href=a.css>"
    )
    assert [url.href for url in read_page(html, "https://site.example/x/").stylesheets] == [
        "https://site.example/x/a.css",
        "https://site.example/b.css",
    ]


@pytest.mark.parametrize("stand_in", ["/img/loading-soon.png", "/assets/bg.jpg"])
def test_a_shared_stand_in_does_not_merge_a_gallery(stand_in: str) -> None:
    html = "".join(f'<img src="{stand_in}" data-src="/p{n}.jpg">' for n in range(4))
    reading = read_page(html, "https://site.example/")
    assert len(reading.placements) == 4


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/grey-heron.jpg">',
        '<img src="/street-empty.jpg">',
        '<img src="/clear.jpg">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/lazy.jpg">',
    ],
)
def test_photographs_named_like_stand_ins_are_shown(markup: str) -> None:
    (placement,) = read_page(markup, "https://site.example/").placements
    assert placement.candidates[0].url.path.endswith(".jpg")


@pytest.mark.parametrize(
    "name", ["blank.gif", "placeholder.png", "img-loading-spin.gif", "placeholder-300x200.jpg"]
)
def test_a_stand_in_gives_way_to_the_picture(name: str) -> None:
    (placement,) = read_page(f'<img src="/{name}" data-src="/fog.jpg">', "https://site.example/").placements
    assert placement.candidates[0].url.path == "/fog.jpg"


def test_tracking_pixels_wait_for_no_script() -> None:
    picture = "".join(f'<p>{k}<img src="/{k}.jpg" width="600" height="400">' for k in "abc")
    pixel = '<img src="https://count.example/pixel.gif" width="1" height="1">'
    lazy = '<img src="/blank.gif" width="600" height="400">'
    script = "<script>let x = 1</script>"
    assert read_page(picture + pixel + script, "https://site.example/").browser_signals == ()
    (signal,) = read_page(picture + lazy + script, "https://site.example/").browser_signals
    assert signal == "1 placeholders without a source"


def test_a_srcset_of_nothing_but_commas_is_read_at_once():
    assert parse_srcset("," * 200_000) == []
    assert [size.address for size in parse_srcset("a.jpg 300w, b.jpg 2x,c.jpg, d.jpg 9w 8h,e.jpg 7w")] == [
        "a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg",
    ]  # fmt: skip


def test_inline_pictures_are_known_by_their_bytes_whatever_kind_is_said():
    for kind in ("data:image/png", "DATA:Image/PNG", "data:", "data:application/octet-stream"):
        (found,) = placements(f'<img src="{kind};base64,iVBO\nRw0KGgo=">')
        assert found.inline == b"\x89PNG\r\n\x1a\n"
    assert not placements('<img src="data:text/plain;base64,iVBORw0KGgo=">')
