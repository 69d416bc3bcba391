"""Pages in a real browser: what comes out, what is kept away, how pages fail."""

from __future__ import annotations

from browsing import HTML, browse, needs_browser
from servers import ScriptedServer, reply

from creditline.fetch import Fetch
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
    html = seen.html.decode()
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
