"""Pages in a real browser: what comes out, what is kept away, how pages fail."""

from __future__ import annotations

import io

from browsing import HTML, browse, needs_browser
from PIL import Image
from servers import ScriptedServer, reply

from creditline.fetch import Fetch
from creditline.page import read_page
from creditline.records import FetchProblem, Rendering

pytestmark = needs_browser

PAGE = """<!doctype html><title>T</title><h1>Hello</h1>
<img src=/a.jpg width=300 height=200>
<img srcset="/b-300.jpg 300w, /b-900.jpg 900w" sizes=100vw>
<div style="background:url(/bg.png);width:100px;height:100px"></div>
<video poster=/poster.jpg src=/film.mp4></video>
<div style="height:5000px"></div><img id=lazy data-src=/lazy.jpg>
<p>Photo by <a href=https://ana.example>Ana   Lopez</a></p>
<div id=host></div><iframe srcdoc="<p>inside a frame</p>"></iframe>
<script>
const show = one => { if (one.isIntersecting) one.target.src = one.target.dataset.src };
new IntersectionObserver(all => all.forEach(show)).observe(document.getElementById('lazy'));
const shadow = document.getElementById('host').attachShadow({mode: 'open'});
shadow.innerHTML = '<img src=/shadow.jpg><p>in shadow</p>';
fetch('/x.json').then(r => r.json()).then(() => {
  const image = new Image(); image.src = '/fetched.jpg'; document.body.append(image) });
alert('hi'); window.open('/pop-up');
</script>"""


def test_a_page_is_shown_whole_without_its_image_bytes() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, list[str]]:
        return await fetch.own_browser.render(server.url("/")), server.targets()

    pages = {"/": reply(200, PAGE.encode(), (*HTML, ("X-Own", "1"))), "*": reply(200, b"{}")}
    seen, asked = browse(pages, steps)
    assert (seen.status, seen.problem) == (200, None)
    assert ("x-own", "1") in seen.headers
    html = seen.html.decode("utf-8-sig")
    assert html.startswith("<!DOCTYPE html>")
    for sign in ('src="/lazy.jpg"', "in shadow", "inside a frame", 'src="/fetched.jpg"'):
        assert sign in html
    shown = {(box.url.rsplit("/", 1)[1], box.kind) for box in seen.boxes if box.visible}
    assert shown == {
        ("a.jpg", "img"),
        ("b-900.jpg", "img"),
        ("bg.png", "background"),
        ("poster.jpg", "poster"),
        ("lazy.jpg", "img"),
        ("shadow.jpg", "img"),
        ("fetched.jpg", "img"),
    }
    assert [(box.width, box.height) for box in seen.boxes if "/a.jpg" in box.url] == [(300, 200)]
    assert not [target for target in asked if target.endswith((".jpg", ".png", ".mp4"))]
    assert seen.bytes_moved >= len(PAGE)


def test_a_screenshot_frames_image_and_credit() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
        image = server.url("/a.jpg").href
        return await fetch.own_browser.screenshot(
            server.url("/"), [(image, "the image"), ("photo by ana lopez", "the credit")]
        )

    seen = browse({"/": reply(200, PAGE.encode(), HTML), "*": reply(200, b"{}")}, steps)
    assert seen.problem is None
    assert seen.screenshot.startswith(b"\x89PNG")


def test_strangers_pages_may_not_reach_the_private_host() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, list[str]]:
        return await fetch.browser.render(server.url("/")), server.targets()

    seen, asked = browse({"/": reply(200, PAGE.encode(), HTML)}, steps)
    assert seen.problem is FetchProblem.REFUSED_PORT
    assert asked == []


def test_a_good_page_right_after_a_stuck_one() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, Rendering]:
        stuck = await fetch.own_browser.render(server.url("/stuck"))
        return stuck, await fetch.own_browser.render(server.url("/good"))

    pages = {
        "/stuck": reply(200, b"<script>while (true);</script>", HTML),
        "/good": reply(200, b"<p>fine</p>", HTML),
    }
    stuck, good = browse(pages, steps, render_s=4)
    assert stuck.problem is FetchProblem.TIMEOUT
    assert good.ok
    assert b"fine" in good.html


LATE = """<!doctype html><title>T</title><figure id=f><img src=/a.png width=300 height=200></figure>
<div id=host></div><iframe src=/frame></iframe>
<script>
const image = document.querySelector('img');
const add = text => { const p = document.createElement('figcaption'); p.textContent = text; f.append(p) };
setTimeout(() => add('said by a timer'), 20000);
image.onload = () => { if (image.naturalWidth !== 900) add('said beside the picture') };
addEventListener('mousemove', () => add('said to a reader who moves'), {once: true});
host.attachShadow({mode: 'closed'}).innerHTML = '<p>said in a closed tree</p>';
</script>"""

FRAME = b"<p>said in a frame</p><a href='https://ana.example/'>Ana</a>"


def test_what_a_page_says_late_is_read_with_the_screenshot() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, Rendering]:
        boxes = [(server.url("/a.png").href, "the image"), (f"near:{server.url('/a.png')}", "sought here")]
        return (
            await fetch.own_browser.render(server.url("/")),
            await fetch.own_browser.screenshot(server.url("/"), boxes),
        )

    pages = {
        "/": reply(200, LATE.encode(), HTML),
        "/frame": reply(200, FRAME, HTML),
        "/a.png": reply(200, picture(), (("Content-Type", "image/png"),)),
    }
    first, last = browse(pages, steps)
    # How far the page's timers are in the first look, and whether the browser itself tells it of a mouse, is
    # the machine's business; what waits for a picture never shows in it.
    assert b"<figcaption>said beside the picture" not in first.html
    for said in ("said by a timer", "said beside the picture", "said to a reader who moves"):
        assert f"<figcaption>{said}</figcaption>".encode() in last.html
    assert b'<div data-unfolded="shadow"><p>said in a closed tree</p></div>' in last.html
    assert b'data-creditline="drawn"' not in last.html
    assert last.unread_frames == ()
    assert any("said in a frame" in text and "https://ana.example/" in text for text in last.frame_texts)
    assert last.screenshot.startswith(b"\x89PNG")


def test_a_page_in_an_old_charset_is_read_right() -> None:
    words = "Фото: Анна Берёза"
    for said, declared in (("; charset=windows-1251", ""), ("", "<meta charset=windows-1251>")):
        body = f"<title>x</title>{declared}<p>x<script>document.body.append('{words}')</script>".encode(
            "cp1251"
        )
        pages = {"/": reply(200, body, (("Content-Type", f"text/html{said}"),))}

        async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
            return await fetch.own_browser.render(server.url("/"))

        seen = browse(pages, steps)
        assert words in read_page(seen.html, seen.final_url.href, seen.headers).text


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), (10, 120, 60)).save(file, "PNG")
    return file.getvalue()
