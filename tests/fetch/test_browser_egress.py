"""What a page can make the browser do: nothing that reaches this machine or its network."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from browsing import HTML, browse, needs_browser
from servers import ScriptedServer, reply

from creditline.fetch import Fetch, chromium
from creditline.records import FetchProblem, Rendering

pytestmark = needs_browser

#: Every way we know for a page to cause a connection; T is the target, W the same for WebSockets.
VECTORS = """
<img src="T/img"><img srcset="T/srcset 1x"><picture><source srcset="T/source"><img></picture>
<script src="T/script"></script><link rel=stylesheet href="T/style"><link rel=icon href="T/icon">
<link rel=preload as=image href="T/preload"><link rel=prefetch href="T/prefetch">
<link rel=preconnect href="T"><link rel=dns-prefetch href="T"><link rel=modulepreload href="T/module">
<link rel=manifest href="T/manifest"><link rel=prerender href="T/prerender">
<iframe src="T/iframe"></iframe><embed src="T/embed"><object data="T/object"></object>
<video src="T/video" poster="T/poster"></video><audio src="T/audio" autoplay></audio>
<video><source src="T/vsource"><track default src="T/track"></video>
<svg><image href="T/svg"/><use href="T/use#x"/></svg><input type=image src="T/input">
<table background="T/table"><tr><td>x</td></tr></table>
<style>@import "T/import"; @font-face { font-family: f; src: url("T/font") } body { font-family: f;
background: url("T/background"); cursor: url("T/cursor"), auto; list-style: url("T/list") }</style>
<iframe srcdoc="<img src='T/srcdoc'>"></iframe><iframe src="data:text/html,<img src='T/data'>"></iframe>
<form id=form action="T/form" target=frame></form><iframe name=frame></iframe>
<script>
const quietly = f => { try { const r = f(); r && r.catch && r.catch(() => {}) } catch {} };
quietly(() => fetch('T/fetch', {mode: 'no-cors'}));
quietly(() => { const x = new XMLHttpRequest(); x.open('GET', 'T/xhr'); x.send() });
quietly(() => new WebSocket('W/socket'));
quietly(() => new EventSource('T/events'));
quietly(() => navigator.sendBeacon('T/beacon', 'x'));
quietly(() => new Image().src = 'T/new-image');
quietly(() => import('T/import.js'));
quietly(() => new Worker(URL.createObjectURL(new Blob([
  "fetch('T/worker', {mode: 'no-cors'}); new WebSocket('W/worker'); importScripts('T/import-scripts')"]))));
quietly(() => new SharedWorker(URL.createObjectURL(new Blob(["fetch('T/shared', {mode: 'no-cors'})"]))));
quietly(() => navigator.serviceWorker.register('/worker.js'));
quietly(() => new WebTransport('https://127.0.0.1:PORT/transport'));
quietly(() => document.getElementById('form').submit());
quietly(() => open('T/open'));
quietly(() => { const c = new RTCPeerConnection({iceServers: [{urls: ['stun:127.0.0.1:PORT',
  'turn:127.0.0.1:PORT'], username: 'u', credential: 'c'}]});
  c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)) });
quietly(() => fetch('/away', {mode: 'no-cors'}));
const away = new Image(); away.src = '/away';
</script><img src="/away"><iframe src="/away"></iframe><p>the end</p>
"""


def aim(target: str, port: int) -> bytes:
    page = VECTORS.replace("PORT", str(port)).replace("W/", target.replace("http", "ws") + "/")
    return ("<!doctype html>" + page.replace("T/", target + "/").replace('"T"', f'"{target}"')).encode()


class Canary:
    """Listens with TCP and UDP on one loopback port and counts whoever comes."""

    def __init__(self, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.tcp = socket.create_server((host, 0), family=family)
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.bind((host, self.port))
        self.tcp.setblocking(False)
        self.udp.setblocking(False)

    def reached(self) -> bool:
        for attempt in (self.tcp.accept, lambda: self.udp.recv(1)):
            try:
                attempt()
            except BlockingIOError:
                continue
            return True
        return False

    def close(self) -> None:
        self.tcp.close()
        self.udp.close()


@pytest.fixture
def canary() -> Any:
    canary = Canary("127.0.0.1")
    yield canary
    canary.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_no_vector_reaches_this_machine(host: str, canary: Canary) -> None:
    target = f"http://{host}:{canary.port}"

    async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
        server.scripts["/away"] = reply(302, headers=(("Location", target + "/redirect"),))
        return await fetch.own_browser.render(server.url("/"))

    seen = browse({"/": reply(200, aim(target, canary.port), HTML), "*": reply(404)}, steps)
    assert seen.problem is None, (seen.problem, seen.detail)
    assert b"the end" in seen.html
    assert not canary.reached()


def test_the_vectors_do_reach_it_without_the_guard(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above can fail."""

    async def no_proof(*_arguments: object) -> None:
        return

    monkeypatch.setattr(chromium, "BYPASS", "127.0.0.1")
    monkeypatch.setattr(chromium.Chromium, "_prove_closed", no_proof)
    target = f"http://127.0.0.1:{canary.port}"

    async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
        return await fetch.own_browser.render(server.url("/"))

    browse({"/": reply(200, aim(target, canary.port), HTML), "*": reply(404)}, steps, 5)
    assert canary.reached()


@pytest.mark.parametrize("kind", ["redirect", "meta", "script", "refresh header", "nowhere"])
def test_a_page_that_leads_to_this_machine_is_not_shown(kind: str, canary: Canary) -> None:
    target = f"http://127.0.0.1:{canary.port}/secret"
    script = {
        "redirect": reply(302, headers=(("Location", target),)),
        "meta": reply(200, f"<meta http-equiv=refresh content='0;url={target}'>".encode(), HTML),
        "script": reply(200, f"<script>location = '{target}'</script>".encode(), HTML),
        "nowhere": reply(200, b"<p>x<script>location = 'about:blank'</script>", HTML),
        "refresh header": reply(200, b"<p>x", (*HTML, ("Refresh", f"0;url={target}"))),
    }[kind]

    async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
        return await fetch.own_browser.render(server.url("/"))

    seen = browse({"/": script}, steps)
    assert not canary.reached()
    # The browser's own page about an error is no look at the page.
    assert not seen.ok


def test_files_of_this_machine_are_not_shown(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish")
    page = f"""<iframe src="{secret.as_uri()}"></iframe><object data="{secret.as_uri()}"></object>
    <script>fetch("{secret.as_uri()}").then(r => r.text()).then(t => document.body.append(t));
    location = "{secret.as_uri()}"</script><p>the end</p>"""

    async def steps(fetch: Fetch, server: ScriptedServer) -> Rendering:
        return await fetch.own_browser.render(server.url("/"))

    assert b"swordfish" not in browse({"/": reply(200, page.encode(), HTML)}, steps).html


def test_a_browser_that_goes_past_the_guard_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "BYPASS", "127.0.0.1")

    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, bool, list[str]]:
        seen = await fetch.own_browser.render(server.url("/"))
        return seen, fetch.own_browser.available, server.targets()

    seen, available, asked = browse({"/": reply(200, b"x", HTML)}, steps)
    assert seen.problem is FetchProblem.NO_BROWSER
    assert "goes past the guard" in (seen.detail or "")
    assert not available
    assert asked == []


def test_nothing_is_kept_from_one_page_to_the_next() -> None:
    marker = (
        b"<script>const had = localStorage.x || document.cookie || '';"
        b"localStorage.x = 'kept'; document.cookie = 'kept=1'; document.write('had:' + had)</script>"
    )

    async def steps(fetch: Fetch, server: ScriptedServer) -> list[Rendering]:
        return [await fetch.own_browser.render(server.url("/")) for _ in range(2)]

    for seen in browse({"/": reply(200, marker, HTML)}, steps):
        assert b"had:</" in seen.html


def test_who_we_are_is_said_by_the_browser_too() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> str:
        await fetch.own_browser.render(server.url("/"))
        return server.log[-1].headers["user-agent"]

    assert " creditline/" in browse({"/": reply(200, b"x", HTML)}, steps)


def test_the_environment_does_not_reach_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITLINE_SECRET", "swordfish")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    def environment_of(group: int | None) -> bytes:
        return Path(f"/proc/{group}/environ").read_bytes()

    async def steps(fetch: Fetch, server: ScriptedServer) -> bytes:
        await fetch.own_browser.render(server.url("/"))
        running = fetch.own_browser._pool._current
        assert running is not None
        return environment_of(running._group)

    environment = browse({"/": reply(200, b"x", HTML)}, steps)
    assert environment
    assert b"swordfish" not in environment
    assert b"HTTP_PROXY" not in environment


def test_robots_and_politeness_hold_for_the_browser() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> tuple[Rendering, list[str]]:
        return await fetch.own_browser.render(server.url("/private")), server.targets()

    pages = {"/robots.txt": reply(200, b"User-agent: *\nDisallow: /private"), "*": reply(200, b"x", HTML)}
    seen, asked = browse(pages, steps)
    assert seen.problem is FetchProblem.ROBOTS
    assert asked == []


def test_screenshots_leave_out_images_that_robots_txt_forbids() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> list[str]:
        await fetch.own_browser.screenshot(server.url("/"), [(server.url("/a.jpg").href, "image")])
        return server.targets()

    pages = {
        "/robots.txt": reply(200, b"User-agent: *\nDisallow: /no"),
        "/": reply(200, b"<img src=/a.jpg><img src=/no/b.jpg>", HTML),
        "*": reply(404),
    }
    asked = browse(pages, steps)
    assert "/a.jpg" in asked
    assert "/no/b.jpg" not in asked
