"""What is done with one open page: showing it, waiting for it, reading it. Knows no guard."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from creditline.fetch.blocking import Permission, answer, patterns
from creditline.fetch.unseen import frame_texts, open_shadow_roots, unseen_text
from creditline.fetch.worlds import World
from creditline.records import ElementBox
from creditline.urls import Url, same_site

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page, Request, Response

T = TypeVar("T")

#: The DOM counts as quiet after this long without new nodes, milliseconds, and is taken as it is
#: after the longest wait: some pages never rest.
QUIET_MS = 350
LONGEST_QUIET_MS = 5000

#: Seconds that running scripts and data requests are waited for, at the most, each time.
BUSY_S = 6.0

#: Seconds after which a request that has no end counts as slow: pages that ask again and again always wait.
SLOW_S = 2.5

#: What a window of the usual size shows, CSS pixels.
WINDOW = (1280, 900)

#: To look through a page its window is made nearly as high as the page, up to this many CSS pixels, and drawn
#: at this scale, which the page cannot see: what took twenty-five steps takes two, and hardly anything has to
#: be painted (480 ms of processor time for a long page became 80). A little is left to be scrolled, for pages
#: that wait for that.
HIGHEST_WINDOW = 10_000
LEFT_TO_SCROLL = 100
SMALL_SCALE = 0.1

#: Steps of scrolling (0.9 of a window each) in a window of the usual size and in the highest one, their
#: milliseconds (a high window shows more at once, and loaders take their time), and those of all. A window
#: that can still be made higher is scrolled a few times before the page is measured again: it may have grown.
SCROLL_STEPS, HIGH_STEPS, FEW_STEPS = 40, 12, 3
SCROLL_PAUSE_MS, HIGH_PAUSE_MS = 70, 120
LONGEST_SCROLL_MS = 6000

#: Page time that is let pass before a page is read for the last time, milliseconds: timers fire at
#: once, so that this costs next to no real time. What a reader sees after half a minute, we see.
PATIENCE_MS = 30_000
#: Real seconds for it, where requests of the page hold its clock.
LONGEST_PATIENCE_S = 4.0
#: Page time for drawing frames, milliseconds, after the page's clock was taken over.
_DRAWING_MS = 5_000

#: Elements whose places are read, characters of DOM that are taken.
MAX_ELEMENTS = 30_000
MAX_DOM_CHARS = 20 * 2**20

#: A page whose scripts let nothing else happen for so many seconds hangs, and keeps a processor busy for
#: nothing. Judgement: Chromium calls a page unresponsive after 15.
HUNG_S = 12.0
#: Seconds between two questions whether it still answers; most pages are done before the first.
_PULSE_S = 2.0

#: Resource types whose end is waited for: they build the page.
_BUILDING = frozenset({"script", "xhr", "fetch", "document", "stylesheet"})


class HungError(Exception):
    """A page's scripts let nothing else happen; the message says so."""


class OpenPage:
    """A page in the browser and its debugging session."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self._world = World(page, session)
        #: What builds the page and has not come yet, with the time since which it is waited for.
        self._building: dict[Request, float] = {}
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
            images: ``None`` answers every image with a small stand-in; otherwise asked for each image.
        """

        async def decide(event: dict[str, Any]) -> None:
            method, params = await answer(event, images, is_read=self._is_read(event))
            await self._send(method, **params)

        self._session.on("Fetch.requestPaused", lambda event: self._spawn(decide(event)))
        frame_tree = await self._session.send("Page.getFrameTree")
        self._main_frame = str(frame_tree["frameTree"]["frame"]["id"])
        await self._session.send("Fetch.enable", {"patterns": patterns(images)})

    async def unless_hung(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something with the page, for as long as it answers at all.

        Raises:
            HungError: It answered nothing for `HUNG_S`.
        """
        doing, watching = asyncio.ensure_future(work), asyncio.ensure_future(self._hang())
        try:
            await asyncio.wait({doing, watching}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
            raise HungError(f"the page's scripts let nothing else happen for {HUNG_S:.0f} s")
        finally:
            doing.cancel()
            watching.cancel()
            await asyncio.gather(doing, watching, return_exceptions=True)

    async def _hang(self) -> None:
        """Return once the page answers nothing any more."""
        with contextlib.suppress(TimeoutError):
            while True:
                await asyncio.sleep(_PULSE_S)
                async with asyncio.timeout(HUNG_S):
                    # What fails was answered, too: the page went elsewhere.
                    await self._send("Runtime.evaluate", expression="0")

    async def settle(self, seconds: float = BUSY_S) -> None:
        """Wait until scripts have built the page, within a budget; never for the network alone."""
        now = asyncio.get_running_loop().time
        ends = now() + min(seconds, BUSY_S)
        while (left := ends - now()) > 0:
            await self.evaluate("settle.js", QUIET_MS, min(LONGEST_QUIET_MS, left * 1000))
            if not self._building:
                return

    async def scroll(self, seconds: float) -> bool:
        """Scroll to the end as a reader does, and back; False when the budget ended first."""
        await self.evaluate("reach.js")
        ended = await self._scroll(SCROLL_STEPS, SCROLL_PAUSE_MS, seconds)
        await self.evaluate("top.js")
        return ended

    async def look_through(self, scroll_s: float, settle_s: float, *, for_picture: bool = False) -> bool:
        """Bring all of the page into view, let it show what it kept for that, and go back to its top.

        Args:
            scroll_s: Most seconds for scrolling.
            settle_s: Most seconds for the page's scripts after it.
            for_picture: Whether the page is drawn in its full size afterwards. The page cannot tell.

        Returns:
            False when the time for scrolling ended before the page did.
        """
        width, usual = WINDOW
        height, ended = 0, False
        now = asyncio.get_running_loop().time
        ends = now() + scroll_s
        while height < HIGHEST_WINDOW and now() < ends:
            reach = int(await self.evaluate("reach.js")) - LEFT_TO_SCROLL
            wanted = max(usual, min(reach, HIGHEST_WINDOW))
            if wanted <= height:
                break  # it did not grow
            height = wanted
            await self._resize(width, height, SMALL_SCALE)
            steps = HIGH_STEPS if height == HIGHEST_WINDOW else FEW_STEPS
            ended = await self._scroll(steps, HIGH_PAUSE_MS, max(0.1, ends - now()))
        if settle_s > 0:
            await self.settle(settle_s)
        await self._resize(width, usual, 1.0 if for_picture else SMALL_SCALE)
        await self.evaluate("top.js")
        return ended

    async def _scroll(self, steps: int, pause_ms: int, seconds: float) -> bool:
        longest_ms = min(LONGEST_SCROLL_MS, seconds * 1000)
        return bool(await self.evaluate("scroll.js", steps, SCROLL_STEPS, pause_ms, longest_ms))

    async def _resize(self, width: int, height: int, scale: float) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False, "scale": scale}
        await self._session.send("Emulation.setDeviceMetricsOverride", metrics)

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
        """Let `collect` see closed shadow roots of the main document, which readers see too."""
        await open_shadow_roots(self._session, self._world)

    async def frame_texts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What frames say and link to, and the hosts of those that gave nothing to read in time."""
        return await frame_texts(self.page)

    async def unseen_text(self) -> tuple[str, str]:
        """What the document does not say as text, and the page's text as it is shown."""
        return await unseen_text(self._world)

    def waits_for(self) -> tuple[str, ...]:
        """Data and scripts of the page's own site that are slow to come and not there yet."""
        page, now = Url.try_parse(self.page.url), asyncio.get_running_loop().time()
        late = [r for r, since in self._building.items() if now - since >= SLOW_S and not _is_frame(r)]
        urls = [url for request in late if (url := Url.try_parse(request.url)) is not None]
        return tuple(url.href for url in urls if page is not None and same_site(page, url))

    async def collect(self) -> dict[str, Any]:
        """Read the DOM and where images lie."""
        found: dict[str, Any] = await self.evaluate("collect.js", MAX_ELEMENTS, MAX_DOM_CHARS)
        return found

    async def evaluate(self, script: str, *arguments: Any) -> Any:
        """Run one of our scripts in a world of its own, see `World.evaluate`."""
        return await self._world.evaluate(script, *arguments)

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

    def _is_read(self, event: dict[str, Any]) -> bool:
        """Whether a document is the page's own, or stands in a frame that the page can look into.

        Of other sites' frames nothing is read: adverts, videos and boxes for comments.
        """
        url = Url.try_parse(event["request"]["url"])
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
            self._building[request] = asyncio.get_running_loop().time()

    def _end(self, request: Request) -> None:
        self._building.pop(request, None)

    def _answered(self, response: Response) -> None:
        if self._is_document(response.request):
            self.document, self.broken = response, None

    def _fail(self, request: Request) -> None:
        self._building.pop(request, None)
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


def _is_frame(request: Request) -> bool:
    return request.resource_type == "document"


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
