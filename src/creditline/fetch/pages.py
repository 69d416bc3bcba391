"""What is done with one open page: showing it, waiting for it, reading it. Knows no guard."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditline.records import ElementBox
from creditline.urls import Url, same_site

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page, Request, Response

#: The DOM counts as quiet after this long without new nodes, milliseconds, and is taken as it is
#: after the longest wait: some pages never rest.
QUIET_MS = 350
LONGEST_QUIET_MS = 5000

#: Seconds that running scripts and data requests are waited for, at the most, each time.
BUSY_S = 6.0

#: Steps of scrolling (0.9 of a window each), milliseconds for each, and for all of them.
SCROLL_STEPS = 40
SCROLL_PAUSE_MS = 70
LONGEST_SCROLL_MS = 6000

#: Page time that is let pass before a page is read for the last time, milliseconds: timers fire at
#: once, so that this costs next to no real time. What a reader sees after half a minute, we see.
PATIENCE_MS = 30_000
#: Real seconds for it, where requests of the page hold its clock.
LONGEST_PATIENCE_S = 4.0
#: Page time for drawing frames, milliseconds, after the page's clock was taken over.
_DRAWING_MS = 5_000

#: Frames that are read, seconds for each, characters taken of each.
MAX_FRAMES = 20
FRAME_S = 1.0
FRAME_CHARS = 20_000

#: Closed shadow roots that are opened to us.
MAX_CLOSED_ROOTS = 200

#: Elements whose places are read, characters of DOM that are taken.
MAX_ELEMENTS = 30_000
MAX_DOM_CHARS = 20 * 2**20

#: What pages load that tells nothing about images or credits.
_UNWANTED = ("Font", "Media", "Ping", "CSPViolationReport")

#: Servers of advertising and measurement (their owners' published documentation). They are not
#: asked: a visit of ours is no visitor. Never a server that also delivers pictures of pages.
_ADVERTISING = (
    "doubleclick.net",
    "googlesyndication.com",
    "googletagservices.com",
    "googletagmanager.com",
    "google-analytics.com",
    "adservice.google.com",
    "amazon-adsystem.com",
    "criteo.com",
    "criteo.net",
    "taboola.com",
    "outbrain.com",
    "adnxs.com",
    "rubiconproject.com",
    "pubmatic.com",
    "scorecardresearch.com",
    "hotjar.com",
    "quantserve.com",
    "chartbeat.com",
    "facebook.net",
    "bat.bing.com",
    "mc.yandex.ru",
    "matomo.cloud",
)

#: Called on a shadow host with its closed root.
_REMEMBER_ROOT = "function (root) { (globalThis.creditlineRoots ??= new WeakMap()).set(this, root); }"

Permission = Callable[[Url], Awaitable[bool]]

#: Resource types whose end is waited for: they build the page.
_BUILDING = frozenset({"script", "xhr", "fetch", "document", "stylesheet"})


class OpenPage:
    """A page in the browser and its debugging session."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self._building: set[Request] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._main_frame = ""
        #: The main document's last reply, and why it broke off or the page died, where it did.
        self.document: Response | None = None
        self.broken: str | None = None
        self.crashed = False

    @classmethod
    async def open(cls, page: Page, *, alone: bool = True) -> OpenPage:
        """Take hold of a new page and deny what it may ask for: other pages too, when it is ``alone``."""
        opened = cls(page, await page.context.new_cdp_session(page))
        page.on("dialog", lambda dialog: opened._spawn(dialog.dismiss()))
        page.on("download", lambda download: opened._spawn(download.cancel()))
        if alone:
            page.context.on("page", lambda other: opened._spawn(other.close()) if other is not page else None)
        page.on("request", opened._begin)
        page.on("response", opened._answered)
        page.on("requestfinished", opened._end)
        page.on("requestfailed", opened._fail)
        page.on("crash", opened._crash)
        return opened

    async def load(self, url: Url, seconds: float) -> bool:
        """Go to an address and wait for its document.

        Returns:
            False when the document was still being read at the end of the time.

        Raises:
            playwright.async_api.Error: Nothing could be shown.
        """
        from playwright.async_api import TimeoutError as TooLate

        await self.page.goto(url.without_fragment().href, wait_until="commit", timeout=seconds * 1000)
        loaded = asyncio.ensure_future(
            self.page.wait_for_load_state("domcontentloaded", timeout=seconds * 1000)
        )
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({loaded, over}, return_when=asyncio.FIRST_COMPLETED)
            if loaded.done():
                loaded.result()
            return loaded.done()
        except TooLate:
            return False
        finally:
            over.cancel()
            loaded.cancel()
            await asyncio.gather(loaded, over, return_exceptions=True)

    async def block(self, images: Permission | None) -> None:
        """Keep away what is not needed.

        Args:
            images: ``None`` answers every image with a small stand-in, so that scripts that wait for
                images go on and no image byte is loaded; otherwise asked for each image.
        """

        def paused(event: dict[str, Any]) -> None:
            self._spawn(self._decide(event, images))

        self._session.on("Fetch.requestPaused", paused)
        frame_tree = await self._session.send("Page.getFrameTree")
        self._main_frame = str(frame_tree["frameTree"]["frame"]["id"])
        wanted = ("Image", "Document", *_UNWANTED) if images is None else ("Image", *_UNWANTED)
        kinds = ({"urlPattern": "*", "resourceType": kind} for kind in wanted)
        hosts = (
            {"urlPattern": f"{scheme}://{name}/*"}
            for host in _ADVERTISING
            for scheme in ("http", "https")
            for name in (host, f"*.{host}")
        )
        await self._session.send("Fetch.enable", {"patterns": [*kinds, *hosts]})

    async def settle(self, seconds: float = BUSY_S) -> None:
        """Wait until scripts have built the page, within a budget; never for the network alone."""
        now = asyncio.get_running_loop().time
        ends = now() + min(seconds, BUSY_S)
        while (left := ends - now()) > 0:
            await self.evaluate("settle.js", QUIET_MS, min(LONGEST_QUIET_MS, left * 1000))
            if not self._building:
                return

    async def scroll(self, seconds: float) -> bool:
        """Scroll to the end; False when the budget ended first."""
        longest_ms = min(LONGEST_SCROLL_MS, seconds * 1000)
        return bool(await self.evaluate("scroll.js", SCROLL_STEPS, SCROLL_PAUSE_MS, longest_ms))

    async def let_time_pass(self) -> None:
        """Do what a reader does, who moves the mouse and stays for a while: let the page's timers fire.

        The page's clock is ours afterwards: it runs for as long as drawing takes, then stands still.
        """
        x, y = 400.0, 300.0
        for kind in ("mouseMoved", "mouseWheel"):
            wheel = {"deltaX": 0, "deltaY": 1} if kind == "mouseWheel" else {}
            await self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **wheel)
        passed = asyncio.Event()
        self._session.once("Emulation.virtualTimeBudgetExpired", lambda _: passed.set())
        await self._run_clock("pauseIfNetworkFetchesPending", PATIENCE_MS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_PATIENCE_S):
                await passed.wait()
        await self._run_clock("advance", _DRAWING_MS)

    async def _run_clock(self, policy: str, milliseconds: int) -> None:
        """Let some page time pass as fast as the page's scripts run (CDP: Emulation.setVirtualTimePolicy)."""
        await self._session.send("Emulation.setVirtualTimePolicy", {"policy": policy, "budget": milliseconds})

    async def draw_frames(self, targets: list[list[str]], wait_ms: int) -> dict[str, Any]:
        """Draw labelled frames; see ``frames.js``."""
        framed: dict[str, Any] = await self.evaluate("frames.js", targets, wait_ms)
        return framed

    async def open_shadow_roots(self) -> None:
        """Let ``collect.js`` see closed shadow roots of the main document, which readers see too."""
        from playwright.async_api import Error

        tree = await self._session.send("DOM.getDocument", {"depth": -1, "pierce": True})
        world = await self._world()
        for host, root in list(_closed_roots(tree["root"]))[:MAX_CLOSED_ROOTS]:
            with contextlib.suppress(Error):  # a node that went meanwhile
                ids = [
                    (
                        await self._session.send(
                            "DOM.resolveNode", {"backendNodeId": node, "executionContextId": world}
                        )
                    )["object"]["objectId"]
                    for node in (host, root)
                ]
                await self._session.send(
                    "Runtime.callFunctionOn",
                    {
                        "functionDeclaration": _REMEMBER_ROOT,
                        "objectId": ids[0],
                        "arguments": [{"objectId": ids[1]}],
                    },
                )

    async def frame_texts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What frames say and link to, and the hosts of those that gave nothing to read in time."""
        from playwright.async_api import Error

        texts: list[str] = []
        unread: list[str] = []
        frames = [frame for frame in self.page.frames if frame != self.page.main_frame]
        for frame in frames[:MAX_FRAMES]:
            try:
                async with asyncio.timeout(FRAME_S):
                    text = await frame.evaluate(_script("frame_text.js"), FRAME_CHARS)
            except (TimeoutError, Error):
                if not frame.is_detached():
                    unread.append(_host(frame.url))
                continue
            if text.strip():
                texts.append(text)
        unread += [_host(frame.url) for frame in frames[MAX_FRAMES:]]
        return tuple(texts), tuple(dict.fromkeys(unread))

    async def collect(self) -> dict[str, Any]:
        """Read the DOM and where images lie."""
        found: dict[str, Any] = await self.evaluate("collect.js", MAX_ELEMENTS, MAX_DOM_CHARS)
        return found

    async def evaluate(self, script: str, *arguments: Any) -> Any:
        """Run one of our scripts in a world of its own, where the page can have changed nothing.

        A page that goes elsewhere meanwhile takes the world with it; then the script runs there.
        """
        from playwright.async_api import Error

        for attempt in range(4):
            try:
                return await self._evaluate(script, arguments)
            except Error as error:
                if not _moved_on(str(error)):
                    raise
                if attempt == 3:
                    raise Error("ERR_RESTLESS the page keeps going elsewhere") from error
                with contextlib.suppress(Error):
                    await self.page.wait_for_load_state("domcontentloaded", timeout=5000)
        raise AssertionError("unreachable")

    async def capture(self, clip: dict[str, float]) -> bytes:
        """PNG of a region, in CSS pixels of the whole page."""
        shot = await self._session.send(
            "Page.captureScreenshot",
            {"format": "png", "clip": {**clip, "scale": 1}, "captureBeyondViewport": True},
        )
        return base64.b64decode(shot["data"])

    async def let_go(self) -> None:
        """End what still runs for this page."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _evaluate(self, script: str, arguments: tuple[Any, ...]) -> Any:
        from playwright.async_api import Error

        world = await self._world()
        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": _script(script),
                "executionContextId": world,
                "arguments": [{"value": argument} for argument in arguments],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise Error(f"ERR_UNREADABLE {script}: {str(answer['exceptionDetails'])[:300]}")
        return answer["result"].get("value")

    async def _world(self) -> int:
        """The world of our own in the main frame; the same one each time for as long as the page stays."""
        tree = await self._session.send("Page.getFrameTree")
        world = await self._session.send(
            "Page.createIsolatedWorld",
            {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "creditline"},
        )
        return int(world["executionContextId"])

    async def _decide(self, event: dict[str, Any], images: Permission | None) -> None:
        """Answer one paused request: a stand-in, a refusal, or go on."""
        request_id, url = event["requestId"], Url.try_parse(event["request"]["url"])
        if event["resourceType"] == "Document" and self._is_read(event, url):
            await self._send("Fetch.continueRequest", requestId=request_id)
        elif event["resourceType"] != "Image" or url is None or _advertises(url):
            await self._send("Fetch.failRequest", requestId=request_id, errorReason="BlockedByClient")
        elif images is None:
            await self._send(
                "Fetch.fulfillRequest",
                requestId=request_id,
                responseCode=200,
                responseHeaders=[{"name": "Content-Type", "value": "image/png"}],
                body=_stand_in(),
            )
        elif await images(url):
            await self._send("Fetch.continueRequest", requestId=request_id)
        else:
            await self._send("Fetch.failRequest", requestId=request_id, errorReason="BlockedByClient")

    def _is_read(self, event: dict[str, Any], url: Url | None) -> bool:
        """Whether a document is the page's own, or stands in a frame that the page can look into.

        Of other sites' frames nothing is read: adverts, videos and boxes for comments.
        """
        if event["frameId"] == self._main_frame or url is None:
            return True
        page = Url.try_parse(self.page.url)
        return page is None or same_site(page, url)

    async def _send(self, method: str, **params: Any) -> None:
        from playwright.async_api import Error

        with contextlib.suppress(Error):  # the page may be gone by now
            await self._session.send(method, params)

    def _begin(self, request: Request) -> None:
        if request.resource_type in _BUILDING and len(self._building) < 1000:
            self._building.add(request)

    def _end(self, request: Request) -> None:
        self._building.discard(request)

    def _answered(self, response: Response) -> None:
        if self._is_document(response.request):
            self.document, self.broken = response, None

    def _fail(self, request: Request) -> None:
        self._building.discard(request)
        if self.document is not None and request == self.document.request:
            self.broken = request.failure or "the document broke off"
            self._over.set()

    def _crash(self, _page: Page) -> None:
        self.crashed = True
        self._over.set()

    def _is_document(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self.page.main_frame

    def _spawn(self, work: Awaitable[Any]) -> None:
        async def quietly() -> None:
            with contextlib.suppress(Exception):  # pages close under us; what matters is awaited elsewhere
                await work

        task = asyncio.ensure_future(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def element_boxes(found: dict[str, Any]) -> tuple[ElementBox, ...]:
    """The places that ``collect.js`` found."""
    return tuple(
        ElementBox(
            url=str(box["url"]),
            x=float(box["x"]),
            y=float(box["y"]),
            width=float(box["width"]),
            height=float(box["height"]),
            kind=str(box["kind"]),
            visible=bool(box["visible"]),
        )
        for box in found["boxes"]
    )


def _closed_roots(node: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Hosts and roots of closed shadow trees below a node of ``DOM.getDocument``, as backend node ids."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        waiting.extend(here.get("children", ()))
        for root in here.get("shadowRoots", ()):
            waiting.append(root)
            if root.get("shadowRootType") == "closed":
                yield here["backendNodeId"], root["backendNodeId"]


def _host(address: str) -> str:
    url = Url.try_parse(address)
    return url.host if url is not None and url.host else "a frame without an address"


def _moved_on(message: str) -> bool:
    return any(
        sign in message
        for sign in (
            "context was destroyed",
            "Cannot find context",
            "navigated or closed",
            "Inspected target",
        )
    )


def _advertises(url: Url) -> bool:
    return any(url.host == host or url.host.endswith("." + host) for host in _ADVERTISING)


@cache
def _script(name: str) -> str:
    """One of our scripts as an expression: without its leading comment and its last semicolon."""
    text = (Path(__file__).parent / "page_scripts" / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("//"))
    return "\n".join(lines).rstrip().removesuffix(";")


@cache
def _stand_in() -> str:
    """A grey PNG of 900 x 600 pixels in some hundred bytes, Base64.

    It has the size of a usual picture, so that layouts that go by the picture's own size look as
    they would.
    """
    width, height = 900, 600
    rows = b"".join(b"\0" + b"\0" * ((width + 7) // 8) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()
