"""Indexing small sites of every kind, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from loopback import LoopbackSite, SteppingClock, flat, photo, scene
from PIL import Image

from creditline.config import SystemClock
from creditline.errors import IndexingError
from creditline.pipeline.context import Context
from creditline.pipeline.index import IndexReport, index_site
from creditline.records import Owner, Work
from creditline.urls import Url

TEXT = "<p>" + "Fog lay over the harbour that morning. " * 60 + "</p>"


class Indexed:
    """What one run of `index_site` left in the store."""

    def __init__(self, report: IndexReport, works: list[Work], site: LoopbackSite) -> None:
        self.report = report
        self.works = works
        self._root = site.url.href

    def work(self, path: str) -> Work:
        """The work that has a file at this (encoded) path."""
        address = self._root + path if "://" not in path else path
        return next(w for w in self.works if address in {r.url for r in w.renditions} | {w.url})

    @property
    def included(self) -> set[str]:
        """Best files of the works that take part, without the host."""
        return {w.url.removeprefix(self._root) for w in self.works if w.excluded is None}

    @property
    def excluded(self) -> dict[str, str | None]:
        """Files of the works that take no part, with the reason."""
        return {w.url.removeprefix(self._root): w.excluded for w in self.works if w.excluded is not None}


Index = Callable[..., Indexed]


@pytest.fixture
def index(site: LoopbackSite, open_context: Callable[..., object]) -> Index:
    """Runs `index_site` in a fresh process's surroundings."""

    def run(
        before: Callable[[Context], Awaitable[None]] | None = None, url: Url | None = None, **options: object
    ):
        async def all_of() -> Indexed:
            async with open_context(**options) as context:  # type: ignore[attr-defined]
                if before is not None:
                    await before(context)
                report = await index_site(url or site.url, context)
                return Indexed(report, context.store.works(context.owner_id), site)

        return asyncio.run(all_of())

    return run


def test_every_way_of_showing_a_picture_is_found(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""<head><meta property="og:image" content="/preview.jpg">
        <link rel=stylesheet href="/css/site.css"></head>{TEXT}
        <img src="plain.jpg"><img src="/s1.jpg" srcset="/s1.jpg 300w, /s2.jpg 600w">
        <picture><source srcset="p.webp" type="image/webp"><img src="p.jpg"></picture>
        <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/lazy.jpg"><p>And more:</p>
        <noscript><img src="/noscript.jpg"></noscript>
        <div style="background-image:url('/inline-bg.jpg')"></div>
        <video poster="/poster.jpg"></video>
        <a href="/full.jpg"><img src="/full-thumb.jpg"></a><a href="/linked-only.jpg">large</a>""",
    )
    site.put("/css/site.css", ".hero { background: url(../css-bg.jpg) } @font-face { src: url(f.woff2) }")
    names = [
        "preview", "plain", "s1", "lazy", "noscript", "inline-bg", "poster", "full", "linked-only", "css-bg",
    ]  # fmt: skip
    for seed, name in enumerate(names):
        site.put(f"/{name}.jpg", photo(seed, (600, 400)))
    site.put("/s2.jpg", photo(2, (900, 600)))
    site.put("/p.webp", photo(50, (600, 400), "WEBP"))
    site.put("/p.jpg", photo(50, (600, 400)))
    site.put("/full-thumb.jpg", photo(7, (210, 140)))
    indexed = index()
    assert indexed.excluded == {}
    assert indexed.included >= {f"{name}.jpg" for name in names if name != "s1"} | {"s2.jpg"}
    assert len(indexed.works) == 11
    assert indexed.work("p.jpg") == indexed.work("p.webp")
    assert indexed.report.is_whole


def test_sizes_are_one_work_and_only_the_best_is_fetched(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""{TEXT}<img src="a-300x200.jpg" alt="Fog"
        srcset="a-300x200.jpg 300w, a-600x400.jpg 600w, a.jpg 1200w">
        <img src="/b.jpg?w=300" title="Sea"><a href="/two">two</a>""",
    )
    site.put(
        "/two",
        f'{TEXT}<img src="/a-150x150.jpg"><img src="/b.jpg?w=900"><img src="/c@2x.jpg"><img src="/c.jpg">',
    )
    site.put("/a.jpg", photo(1, (1200, 800)))
    site.put("/b.jpg?w=900", photo(2, (900, 600)))
    site.put("/c.jpg", photo(3, (300, 200)))
    site.put("/c@2x.jpg", photo(3, (600, 400)))
    indexed = index()
    assert indexed.included == {"a.jpg", "b.jpg?w=900", "c@2x.jpg"}
    work = indexed.work("a.jpg")
    assert (work.width, work.height, work.alt) == (1200, 800, "Fog")
    assert [r.url.rsplit("/")[-1] for r in work.renditions] == [
        "a.jpg", "a-600x400.jpg", "a-300x200.jpg", "a-150x150.jpg"
    ]  # fmt: skip
    assert {page.removeprefix(site.url.href) for page in work.pages} == {"", "two"}
    assert site.count("/a-300x200.jpg") == 0
    assert indexed.work("b.jpg?w=300").title == "Sea"


def test_a_missing_best_file_gives_way_to_the_next(site: LoopbackSite, index: Index) -> None:
    site.put("/", f'{TEXT}<a href="/a-full.jpg"><img src="/a-full-300x200.jpg"></a><img src="/gone.jpg">')
    site.put("/a-full-300x200.jpg", photo(1, (300, 200)))
    indexed = index()
    assert indexed.included == {"a-full-300x200.jpg"}
    assert indexed.excluded == {"gone.jpg": "missing: http 404"}
    assert {(p.address.removeprefix(site.url.href), p.problem) for p in indexed.report.problems} == {
        ("a-full.jpg", "http 404"),
        ("gone.jpg", "http 404"),
    }


def test_same_bytes_and_same_looks_are_one_work(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f'{TEXT}<img src="/x/one.jpg"><img src="/y/two.jpg"><img src="/z/small.jpg"><img src="/crop.jpg">',
    )
    site.put("/x/one.jpg", photo(1, (900, 600)))
    site.put("/y/two.jpg", photo(1, (900, 600)))
    site.put("/z/small.jpg", photo(1, (300, 200), quality=60))
    crop = io.BytesIO()
    scene(1, (900, 600)).crop((200, 0, 700, 600)).save(crop, "JPEG")
    site.put("/crop.jpg", crop.getvalue())
    indexed = index()
    assert len(indexed.works) == 2
    assert len(indexed.work("z/small.jpg").renditions) == 3
    assert len(indexed.work("crop.jpg").renditions) == 1


def test_art_direction_stays_apart(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f'{TEXT}<picture><source media="(max-width:600px)" srcset="tall.jpg"><img src="wide.jpg"></picture>',
    )
    site.put("/wide.jpg", photo(1, (900, 400)))
    site.put("/tall.jpg", photo(2, (400, 700)))
    assert index().included == {"wide.jpg", "tall.jpg"}


def test_a_shared_placeholder_does_not_join_pictures(site: LoopbackSite, index: Index) -> None:
    shown = "".join(f'<img src="/loading-soon.png" data-src="/p{n}.jpg">' for n in range(4))
    site.put("/", TEXT + shown)
    site.put("/loading-soon.png", flat((300, 200)))
    for n in range(4):
        site.put(f"/p{n}.jpg", photo(n))
    indexed = index()
    assert indexed.included == {f"p{n}.jpg" for n in range(4)}


def test_addresses_behave_as_in_a_browser(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/sub/index.html",
        f"""<base href="/deep/er/">{TEXT}<img src="a b (1).JPG"><img src='../../../up.jpg'>
        <img src=//{site.url.host_port}/proto.jpg>
        <img src="q.jpg?x=1&amp;y=2"><img src = "  blanks.jpg
        "><img src="ümlaut.jpg"><img src="back\\slash.jpg"><img src="un%20quoted.jpg""",
    )
    for seed, path in enumerate(
        ["/deep/er/a b (1).JPG", "/up.jpg", "/proto.jpg", "/deep/er/q.jpg?x=1&y=2", "/deep/er/blanks.jpg",
         "/deep/er/ümlaut.jpg", "/deep/er/back/slash.jpg"]
    ):  # fmt: skip
        site.put(path, photo(seed))
    site.put("/", f'{TEXT}<a href="sub/index.html">in</a>')
    indexed = index()
    assert len(indexed.included) == 7
    assert indexed.report.problems == ()


def test_decoration_is_kept_out_with_its_reason(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""<header><a href="/"><img src="/img/mark.png" class="site-logo" alt="Jane Doe logo"></a></header>
        {TEXT}
        <a href="https://www.instagram.com/jane"><img src="/img/instagram.png" alt="Instagram"></a>
        <img src="/img/icons/arrow.png"><img src="/sprite.png"><img src="/flat.png"><img src="/tiny.jpg">
        <img src="/line.png"><img src="/dot.gif" width=1 height=1>
        <img src="/drawing.svg"><img src="/broken.jpg">
        <img src="/text.jpg"><img src="/work.jpg"><img class="avatar" src="/me.jpg">
        <img src="/art/red-arrow.png">""",
    )
    site.put("/art/red-arrow.png", photo(10, (900, 600), "PNG"))
    site.put("/img/mark.png", photo(1, (300, 100), "PNG"))
    site.put("/img/instagram.png", photo(2, (512, 512), "PNG"))
    site.put("/img/icons/arrow.png", photo(3, (64, 64), "PNG"))
    site.put("/sprite.png", photo(4, (600, 600), "PNG"))
    site.put("/flat.png", flat())
    site.put("/tiny.jpg", photo(5, (120, 80)))
    site.put("/line.png", photo(6, (800, 8), "PNG"))
    site.put("/drawing.svg", "<svg/>")
    site.put("/broken.jpg", photo(7)[:3000])
    site.put("/text.jpg", "<html>no picture</html>")
    site.put("/work.jpg", photo(8))
    site.put("/me.jpg", photo(9))
    indexed = index()
    assert indexed.included == {"work.jpg", "art/red-arrow.png"}
    reasons = {path: (reason or "").split(":")[0] for path, reason in indexed.excluded.items()}
    assert reasons == {
        "img/mark.png": "logo",
        "img/instagram.png": "icon",
        "img/icons/arrow.png": "icon",
        "sprite.png": "sprite",
        "flat.png": "flat",
        "tiny.jpg": "too small",
        "line.png": "too small",
        "dot.gif": "tracking pixel",
        "drawing.svg": "unsupported format",
        "broken.jpg": "unreadable",
        "text.jpg": "unreadable",
        "me.jpg": "avatar",
    }
    assert site.count("/dot.gif") == 0


def test_large_pictures_in_the_header_are_works(site: LoopbackSite, index: Index) -> None:
    site.put("/", f'<body><header class="site-header"><img src="/hero.jpg"></header>{TEXT}')
    site.put("/hero.jpg", photo(1, (1600, 700)))
    assert index().included == {"hero.jpg"}


def test_strangers_pictures_are_not_even_fetched(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""{TEXT}<img src="https://images.unsplash.com/photo-1?w=900"><img src="https://unknown.example/a.jpg">
        <img src="https://secure.gravatar.com/avatar/1?s=300"><img src="/own.jpg">
        <figure><img src="/guest.jpg"><figcaption>Photo: Peter Smith</figcaption></figure>""",
    )
    site.put("/own.jpg", photo(1))
    site.put("/guest.jpg", photo(2))
    indexed = index()
    assert indexed.included == {"own.jpg"}
    notes = sorted(value or "" for value in indexed.excluded.values())
    assert [note.split(":")[0] for note in notes] == ["avatar", "not yours?", "not yours?", "not yours?"]
    assert any("Peter Smith" in note for note in notes)
    assert any("images.unsplash.com" in note for note in notes)


def test_words_beside_a_gallery_are_no_credit(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""{TEXT}<h2>Photo Upload</h2><img src="/a.jpg"><img src="/b.jpg"><p>Photo Albums</p>
        <img src="/c.jpg"><div>Share: Pinterest · WhatsApp</div>""",
    )
    for seed, name in enumerate("abc"):
        site.put(f"/{name}.jpg", photo(seed))
    assert index().included == {"a.jpg", "b.jpg", "c.jpg"}


def test_a_foreign_creator_in_the_file_is_not_ours(site: LoopbackSite, index: Index) -> None:
    def signed(seed: int, artist: str) -> bytes:
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x013B] = artist
        scene(seed).save(file, "JPEG", exif=exif)
        return file.getvalue()

    artists = {"a": "Peter Smith", "b": "JANE DOE PHOTOGRAPHY", "c": "NIKON CORPORATION", "d": "Doe, Jane"}
    site.put("/", TEXT + "".join(f'<img src="/{name}.jpg">' for name in artists))
    for seed, (name, artist) in enumerate(artists.items()):
        site.put(f"/{name}.jpg", signed(seed, artist))
    indexed = index()
    assert indexed.included == {"b.jpg", "c.jpg", "d.jpg"}
    assert indexed.excluded == {"a.jpg": "not yours?: the file names 'Peter Smith' as its creator"}


def test_the_owners_word_outranks_every_rule_for_ever(site: LoopbackSite, index: Index) -> None:
    site.put("/", f'{TEXT}<img src="/flat.png"><img src="/own.jpg">')
    site.put("/flat.png", flat())
    site.put("/own.jpg", photo(1))
    first = index()

    async def say(context: Context) -> None:
        now = context.clock.now()
        context.store.set_work(context.owner_id, first.work("flat.png").id, True, now)
        context.store.set_work(context.owner_id, first.work("own.jpg").id, False, now)

    again = index(before=say)
    assert again.included == {"flat.png"}
    assert again.excluded == {"own.jpg": "excluded by you"}


def test_sitemaps_feeds_and_the_media_library_are_read(site: LoopbackSite, index: Index) -> None:
    root = site.url.href
    site.put("/robots.txt", f"User-agent: *\nDisallow: /private\nSitemap: {root}maps/index.xml\n")
    site.put(
        "/maps/index.xml", f"<sitemapindex><sitemap><loc>{root}maps/one.xml</loc></sitemap></sitemapindex>"
    )
    site.put(
        "/maps/one.xml",
        f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc>{root}hidden</loc><image:image><image:loc>{root}mapped.jpg</image:loc>
        <image:title>Mapped</image:title>
        <image:license>https://jane.example/licence</image:license></image:image></url>
        <url><loc>{root}private/x</loc></url></urlset>""",
    )
    site.put(
        "/",
        f'<head><link rel=alternate type="application/rss+xml" href="/feed.xml"></head>{TEXT}',
        link=f'<{root}wp-json/>; rel="https://api.w.org/"',
    )
    site.put("/feed.xml", f"<rss><channel><item><link>{root}fed</link></item></channel></rss>")
    site.put("/hidden", f'{TEXT}<img src="/h.jpg">')
    site.put("/fed", f'{TEXT}<img src="/f.jpg">')
    media = "/wp-json/wp/v2/media?per_page=100&media_type=image"
    sizes = {"medium": {"source_url": f"{root}up-300x200.jpg", "width": 300}}
    item = {
        "source_url": f"{root}up.jpg",
        "title": {"rendered": "Fog &amp; sea"},
        "alt_text": "a",
        "media_details": {"sizes": sizes},
    }
    site.put(
        f"{media}&_fields=source_url,title,alt_text,media_details&page=1",
        json.dumps([item, 7, {"source_url": None}]),
        "application/json",
        x_wp_totalpages="1",
    )
    for seed, name in enumerate(["h", "f", "up", "mapped"]):
        site.put(f"/{name}.jpg", photo(seed))
    indexed = index()
    assert indexed.included == {"h.jpg", "f.jpg", "up.jpg", "mapped.jpg"}
    assert indexed.work("up.jpg").title == "Fog & sea"
    assert len(indexed.work("up.jpg").renditions) == 2
    mapped = indexed.work("mapped.jpg")
    assert (mapped.title, mapped.rights.license_url) == ("Mapped", "https://jane.example/licence")
    assert mapped.pages == (f"{root}hidden",)
    assert site.count("/private/x") == 0
    assert [(p.address.removeprefix(root), p.problem) for p in indexed.report.problems] == [
        ("private/x", "robots")
    ]


def test_structured_data_completes_what_the_file_says(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f"""{TEXT}<img src="/a.jpg"><script type="application/ld+json">{{"@context":"https://schema.org/",
        "@type":"ImageObject","contentUrl":"{site.url.href}a.jpg","license":"https://jane.example/l",
        "creditText":"Jane Doe","creator":{{"@type":"Person","name":"Jane Doe"}}}}</script>""",
    )
    site.put("/a.jpg", photo(1))
    rights = index().work("a.jpg").rights
    assert (rights.creator, rights.credit_line, rights.license_url) == (
        ("Jane Doe",),
        "Jane Doe",
        "https://jane.example/l",
    )


def test_an_unchanged_site_costs_no_picture_bytes(
    site: LoopbackSite, index: Index, clock: SteppingClock
) -> None:
    site.put("/", f'{TEXT}<img src="/a.jpg"><img src="/b.jpg"><img src="/broken.jpg"><a href="/two">2</a>')
    site.put("/two", f'{TEXT}<img src="/c.jpg">')
    site.put("/a.jpg", photo(1))
    site.put("/b.jpg", photo(2), etag=False)
    site.put("/c.jpg", photo(3))
    site.put("/broken.jpg", photo(7)[:3000])
    first = index()
    clock.step(timedelta(days=1))
    asked, sent = len(site.asked), site.bytes_sent
    second = index()
    assert second.report.picture_bytes == 0
    assert site.bytes_sent - sent < 0.01 * sent
    assert "/b.jpg" not in site.asked[asked:]
    assert second.works == first.works
    clock.step(timedelta(days=7))
    asked = len(site.asked)
    index()
    assert "/b.jpg" in site.asked[asked:]


def test_a_changed_picture_is_a_changed_work(site: LoopbackSite, index: Index, clock: SteppingClock) -> None:
    site.put("/", f'{TEXT}<img src="/a.jpg">')
    site.put("/a.jpg", photo(1, (600, 400)))
    first = index().work("a.jpg")
    site.put("/a.jpg", photo(1, (900, 600)))
    clock.step(timedelta(days=1))
    second = index().work("a.jpg")
    assert second.id == first.id
    assert (first.width, second.width) == (600, 900)


@pytest.mark.parametrize("kill_after", [1, 2, 3, 5, 8, 11])
def test_a_killed_run_goes_on_where_it_was(
    site: LoopbackSite, index: Index, clock: SteppingClock, kill_after: int
) -> None:
    for n in range(4):
        site.put(
            f"/{n or ''}",
            f'{TEXT}<a href="/{n + 1}">next</a><img src="/{n}a.jpg"><img src="/{n}b.jpg">',
            etag=False,
        )
        site.put(f"/{n}a.jpg", photo(2 * n), etag=False)
        site.put(f"/{n}b.jpg", photo(2 * n + 1), etag=False)
    answered = 0

    async def die_soon(context: Context) -> None:
        fetch = context.own._fetcher
        for name in ("fetch_page", "fetch_image"):
            real = getattr(fetch, name)

            async def counted(*args: object, real: Callable[..., Awaitable[object]] = real) -> object:
                nonlocal answered
                if answered >= kill_after:
                    raise KeyboardInterrupt
                answered += 1
                return await real(*args)

            setattr(fetch, name, counted)

    with pytest.raises(KeyboardInterrupt):
        index(before=die_soon)
    indexed = index()
    assert indexed.included == {f"{n}{c}.jpg" for n in range(4) for c in "ab"}
    fetched = [
        path for path in site.asked if path != "/robots.txt" and not path.endswith(("sitemap.xml", "/4"))
    ]
    assert len(fetched) - len(set(fetched)) <= 4, "only requests that were under way may be repeated"


def test_bounds_are_said_when_they_are_reached(site: LoopbackSite, index: Index) -> None:
    links = "".join(f'<a href="/p{n}">{n}</a>' for n in range(30))
    site.put("/", f'{TEXT}{links}<img src="/a.jpg">')
    site.put("/a.jpg", photo(1))
    for n in range(30):
        site.put(f"/p{n}", TEXT)
    report = index(max_pages=10).report
    assert report.pages == 10
    assert not report.is_whole
    assert report.limits == ("stopped after 10 pages; 21 known ones were not read",)


def test_calendars_and_loops_end(site: LoopbackSite, index: Index) -> None:
    site.put("/", f'{TEXT}<a href="/cal/2026/1">cal</a><a href="a/b/">deep</a><img src="/a.jpg">')
    site.put("/a.jpg", photo(1))
    for n in range(1, 200):
        site.put(f"/cal/2026/{n}", f'{TEXT}<a href="/cal/2026/{n + 1}">next</a>')
    path = "/"
    for _ in range(12):
        path += "a/b/"
        site.put(path, f'{TEXT}<a href="a/b/">deeper</a>')
    report = index().report
    assert report.pages < 40
    assert any("likely without end: /cal/#/#" in limit for limit in report.limits)
    assert any("repeat a folder" in limit for limit in report.limits)


def test_redirects_and_doubles_count_once(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        f'{TEXT}<a href="/old">o</a><a href="/new">n</a><a href="/new?utm_source=x#y">n</a>'
        '<img src="/a.jpg">',
    )
    site.put("/old", "", status=301, location="/new")
    site.put("/new", f'<link rel=canonical href="/new">{TEXT}<img src="/a.jpg">')
    site.put("/a.jpg", photo(1))
    indexed = index()
    assert indexed.report.pages == 2
    assert {p.removeprefix(site.url.href) for p in indexed.work("a.jpg").pages} == {"", "new"}


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (lambda site: site.put("/", TEXT), r"shows no images \(1 page read\).*give the page"),
        (lambda site: None, "cannot be read: the server answers 404; check the address"),
        (
            lambda site: site.put("/robots.txt", "User-agent: *\nDisallow: /\n"),
            "robots.txt does not allow it; add the lines 'User-agent: creditline'",
        ),
    ],
)
def test_a_site_that_cannot_be_indexed_gives_one_clear_line(
    site: LoopbackSite, index: Index, fill: Callable[[LoopbackSite], object], message: str
) -> None:
    fill(site)
    with pytest.raises(IndexingError, match=message) as raised:
        index()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://nowhere.invalid/", "nowhere.invalid"),
        ("http://127.0.0.1:9/", "private_hosts"),
    ],
)
def test_hosts_that_cannot_be_reached_are_named(index: Index, address: str, message: str) -> None:
    with pytest.raises(IndexingError, match=message):
        index(url=Url.parse(address))


def test_pages_that_need_a_browser_are_named_without_one(site: LoopbackSite, index: Index) -> None:
    site.put("/", '<div id="root"></div><script src="/app.js"></script><a href="/two">two</a>')
    site.put("/two", f'{TEXT}<img src="/a.jpg"><img src="/b.jpg"><img src="/c.jpg">')
    for n, name in enumerate("abc"):
        site.put(f"/{name}.jpg", photo(n))
    report = index().report
    assert [(each.address, "none was found" in each.problem) for each in report.not_seen_whole] == [
        (site.url.href, True)
    ]
    assert not report.is_whole


def test_pictures_in_the_page_itself_are_works(site: LoopbackSite, index: Index) -> None:
    body = base64.b64encode(photo(1)).decode()
    site.put("/", f'{TEXT}<img src="data:image/jpeg;base64,{body}" alt="Inline">')
    indexed = index()
    assert len(indexed.included) == 1
    assert indexed.works[0].alt == "Inline"
    assert indexed.works[0].width == 600


def test_owners_without_names_still_get_an_index(site: LoopbackSite, index: Index) -> None:
    site.put("/", f'{TEXT}<figure><img src="/a.jpg"><figcaption>Photo: Peter Smith</figcaption></figure>')
    site.put("/a.jpg", photo(1))
    assert index(owner=Owner()).included == {"a.jpg"}


def test_script_built_pages_are_seen_with_the_browser(site: LoopbackSite, index: Index) -> None:
    site.put(
        "/",
        """<!doctype html><title>Jane</title><div id="root"></div><script>
        const root = document.getElementById("root");
        root.innerHTML = '<p>' + 'Words about pictures. '.repeat(100) + '</p><a href="/more">more</a>'
          + ["a", "b", "c"].map(name => '<img src="/' + name + '.jpg" alt="' + name + '">').join("")
          + '<div style="width:300px;height:200px;background:url(/bg.jpg)"></div>';
        </script>""",
    )
    site.put("/more", f'{TEXT}<img src="/d.jpg"><img src="/e.jpg"><img src="/f.jpg">')
    for seed, name in enumerate([*"abcdef", "bg"]):
        site.put(f"/{name}.jpg", photo(seed))
    first = index(real_clock=SystemClock())
    assert first.included == {f"{name}.jpg" for name in "abcdef"} | {"bg.jpg"}
    assert first.report.rendered == 1
    assert first.report.is_whole
    asked = len(site.asked)
    again = index(real_clock=SystemClock())
    assert again.works == first.works
    assert sorted(site.asked[asked:]) == sorted(
        ["/robots.txt", "/", "/more", "/sitemap.xml", *(f"/{name}.jpg" for name in [*"abcdef", "bg"])]
    ), "nothing but conditional requests: the browser is not needed again"
    assert again.report.picture_bytes == 0
