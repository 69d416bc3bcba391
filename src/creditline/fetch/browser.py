"""The way out for pages that need a browser: renders and screenshots, every failure a result."""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from creditline.errors import BrowserError
from creditline.fetch.base import Clock, FetchSettings, Traffic
from creditline.fetch.blocking import Permission
from creditline.fetch.chromium import Chromium
from creditline.fetch.guard import Guard, RefusedError
from creditline.fetch.locate import candidates
from creditline.fetch.pages import HungError, OpenPage, element_boxes
from creditline.fetch.politeness import Politeness
from creditline.fetch.proxy import GuardProxy, Pass
from creditline.fetch.robots import Robots
from creditline.records import FetchProblem, Rendering
from creditline.urls import Url

if TYPE_CHECKING:
    from playwright.async_api import Page

_log = logging.getLogger(__name__)

_Read = Callable[[OpenPage, Rendering], Awaitable[Rendering]]

#: Largest screenshot, CSS pixels, and the margin around what is framed.
SHOT_WIDTH = 1280
SHOT_HEIGHT = 1600
SHOT_MARGIN = 48

#: Most seconds for one visit with everything around it (a browser that has to be started, a second try) but
#: waiting for one's turn; closing what is left then takes some more.
VISIT_S = 50.0

#: Times a page is tried when the browser dies under it.
TRIES = 2

#: Shares of a page's time: for reaching its document, for its scripts after it, for scrolling, and
#: for scripts again. What is left is for reading it.
_LOAD_SHARE = 0.5
_SETTLE_SHARE = 0.15
_SCROLL_SHARE = 0.15
_SETTLE_AGAIN_SHARE = 0.1

#: How long an image that is to be framed is waited for, milliseconds.
_IMAGE_WAIT_MS = 6000

#: Chromium's error names (net/base/net_error_list.h; ERR_UNREADABLE and ERR_RESTLESS are ours) by
#: what they mean for us; the first part of the name that fits decides.
_NET_ERRORS = (
    ("ERR_CERT_", FetchProblem.TLS, "the certificate is not good"),
    ("ERR_SSL_", FetchProblem.TLS, "no secure connection"),
    ("ERR_TOO_MANY_REDIRECTS", FetchProblem.REDIRECTS, "redirects without end"),
    ("ERR_TIMED_OUT", FetchProblem.TIMEOUT, "no answer in time"),
    ("ERR_CONNECTION_TIMED_OUT", FetchProblem.UNREACHABLE, "no connection in time"),
    ("ERR_INVALID_", FetchProblem.PROTOCOL, "the reply cannot be understood"),
    ("ERR_RESPONSE_HEADERS_", FetchProblem.PROTOCOL, "the reply cannot be understood"),
    ("ERR_CONTENT_", FetchProblem.TRUNCATED, "the reply broke off"),
    ("ERR_INCOMPLETE_", FetchProblem.TRUNCATED, "the reply broke off"),
    ("ERR_UNSAFE_PORT", FetchProblem.REFUSED_PORT, "not a port of the web"),
    ("ERR_UNREADABLE", FetchProblem.PROTOCOL, "the page's document cannot be read"),
    ("ERR_RESTLESS", FetchProblem.PROTOCOL, "the page keeps going elsewhere"),
    ("ERR_ABORTED", FetchProblem.PROTOCOL, "a download or nothing, not a document"),
    ("Download is starting", FetchProblem.PROTOCOL, "a download or nothing, not a document"),
    ("ERR_CONNECTION_", FetchProblem.UNREACHABLE, "the connection failed"),
    ("ERR_EMPTY_RESPONSE", FetchProblem.UNREACHABLE, "no reply, or none that can be understood"),
    ("ERR_TUNNEL_", FetchProblem.UNREACHABLE, "the server could not be reached"),
)


class BrowserPool:
    """Keeps one browser running while it is needed; the pages of all `PageBrowser` share it."""

    def __init__(self, launch_proxy: GuardProxy, pages_at_once: int = 2) -> None:
        self._launch_proxy = launch_proxy
        self._current: Chromium | None = None
        self._retiring: set[Chromium] = set()
        self._lock = asyncio.Lock()
        self.places = asyncio.Semaphore(pages_at_once)

    async def take(self) -> Chromium:
        """A running browser, a new one where the last is used up or dead.

        Raises:
            BrowserError: None can be started.
        """
        async with self._lock:
            if self._current is not None and self._current.used_up:
                self._retiring.add(self._current)
                self._current = None
            for old in [old for old in self._retiring if old.pages_open == 0]:
                self._retiring.discard(old)
                await old.end()
            if self._current is None:
                await self._launch_proxy.start()
                self._current = await Chromium.start(self._launch_proxy)
            return self._current

    async def close(self) -> None:
        """End every browser."""
        for chromium in [*self._retiring, *([self._current] if self._current else [])]:
            await chromium.end()
        self._retiring.clear()
        self._current = None


class PageBrowser:
    """Shows pages for one egress policy; fulfils `pipeline.ports.Browser`."""

    def __init__(
        self,
        pool: BrowserPool,
        proxy: GuardProxy,
        guard: Guard,
        robots: Robots,
        politeness: Politeness,
        settings: FetchSettings,
        clock: Clock,
        traffic: Traffic,
    ) -> None:
        self._pool = pool
        self._proxy = proxy
        self._guard = guard
        self._robots = robots
        self._politeness = politeness
        self._settings = settings
        self._clock = clock
        self._traffic = traffic
        self._why_not: str | None = None

    @property
    def available(self) -> bool:
        """Whether a browser was found at all."""
        return self._why_not is None and next(candidates(), None) is not None

    async def render(self, url: Url) -> Rendering:
        """Show a page, scroll through it within a budget, return its DOM and where images lie."""
        return await self._visit(url, None, self._read)

    async def screenshot(
        self, url: Url, boxes: Sequence[tuple[str, str]], *, pictures: bool = True
    ) -> Rendering:
        """Show a page with images and return a PNG with labelled frames (see `ports.Browser`)."""

        async def frame(page: OpenPage, seen: Rendering) -> Rendering:
            return await self._frame(page, seen, boxes)

        return await self._visit(url, self._image_allowed if pictures else None, frame)

    async def _visit(self, url: Url, images: Permission | None, read: _Read) -> Rendering:
        seen = Rendering(url=url, final_url=url, rendered_at=self._clock.now())
        if self._why_not is not None:
            return replace(seen, problem=FetchProblem.NO_BROWSER, detail=self._why_not)
        if refusal := await self._refusal(url):
            return replace(seen, problem=refusal[0], detail=refusal[1])
        rules = await self._robots.rules(url)
        async with self._pool.places, self._politeness.turn(url, "page", rules.crawl_delay_s):
            try:
                async with asyncio.timeout(VISIT_S):
                    return await self._try_twice(seen, images, read)
            except TimeoutError:
                return _timed_out(seen, VISIT_S)

    async def _try_twice(self, seen: Rendering, images: Permission | None, read: _Read) -> Rendering:
        """Show a page, and once more where the browser died under it."""
        for _ in range(TRIES - 1):
            result = await self._try(seen, images, read)
            if result.problem is not FetchProblem.BROWSER_CRASHED:
                return result
        return await self._try(seen, images, read)

    async def _refusal(self, url: Url) -> tuple[FetchProblem, str] | None:
        """Why a page is not visited: the guard, the host's own word, or its robots.txt."""
        try:
            await self._guard.admit(url.host, url.port)
        except RefusedError as error:
            return error.problem, error.detail
        if why := self._politeness.why_parked(url):
            return FetchProblem.HOST_PARKED, why
        rules = await self._robots.rules(url)
        if rules.failure is not None:
            return rules.problem, f"robots.txt: {rules.failure}"
        if not rules.allows(url):
            return FetchProblem.ROBOTS, f"robots.txt of {url.host} does not allow it"
        return None

    async def _image_allowed(self, url: Url) -> bool:
        return (await self._robots.rules(url)).allows(url)

    async def _try(self, seen: Rendering, images: Permission | None, read: _Read) -> Rendering:
        from playwright.async_api import Error

        try:
            await self._proxy.start()
            chromium = await self._pool.take()
        except BrowserError as error:
            self._why_not = str(error)
            return replace(seen, problem=FetchProblem.NO_BROWSER, detail=self._why_not)
        page_pass: Pass | None = None
        began = self._clock.monotonic()
        try:
            async with chromium.context(self._proxy, self._settings.user_agent) as (context, page_pass):
                async with asyncio.timeout(self._settings.render_s):
                    result = await self._show(await context.new_page(), seen, images, read)
        except TimeoutError:
            result = _timed_out(seen, self._settings.render_s)
        except HungError as error:
            result = replace(seen, problem=FetchProblem.TIMEOUT, detail=str(error))
        except Error as error:
            result = _failed(seen, error, page_pass, alive=chromium.alive)
        moved = page_pass.bytes_moved if page_pass else 0
        self._traffic.add("browser", requests=1)
        _log.info(
            "browser visit",
            extra={
                "url": seen.url.href,
                "status": result.status,
                "problem": result.problem,
                "bytes": moved,
                "ms": round((self._clock.monotonic() - began) * 1000),
            },
        )
        return replace(result, bytes_moved=moved)

    async def _show(self, page: Page, seen: Rendering, images: Permission | None, read: _Read) -> Rendering:
        from playwright.async_api import Error

        opened = await OpenPage.open(page)
        try:
            return await opened.unless_hung(self._look(opened, seen, images, read))
        except Error as error:
            if opened.crashed or _died_before_commit(opened, error):
                return _crashed(seen)
            if opened.broken is not None and "ERR_ABORTED" not in opened.broken:
                return replace(seen, problem=FetchProblem.TRUNCATED, detail="the document broke off")
            raise error
        finally:
            await opened.let_go()

    async def _look(
        self, opened: OpenPage, seen: Rendering, images: Permission | None, read: _Read
    ) -> Rendering:
        """Load a page and read it, where it comes at all."""
        await opened.block(images)
        loaded = await opened.load(seen.url, self._settings.render_s * _LOAD_SHARE)
        if opened.crashed:
            return _crashed(seen)
        await opened.settle(self._settings.render_s * _SETTLE_SHARE)
        result = await self._with_document(await read(opened, seen), opened)
        if result.problem is None and opened.broken is not None:
            return replace(result, problem=FetchProblem.TRUNCATED, detail="the document broke off")
        if result.problem is None and not loaded:
            return replace(result, problem=FetchProblem.TIMEOUT, detail="the document never came to its end")
        return result

    async def _with_document(self, result: Rendering, page: OpenPage) -> Rendering:
        """Add status and headers of the document that is shown now, and see whether it may be."""
        last = page.document
        if last is None:
            return replace(result, problem=FetchProblem.PROTOCOL, detail="no document was loaded")
        headers = tuple((h["name"].lower(), h["value"]) for h in await last.headers_array())
        final = Url.try_parse(last.url) or result.url
        result = replace(result, status=last.status, headers=headers, final_url=final.without_fragment())
        if final.origin != result.url.origin and (refusal := await self._refusal(final)):
            return replace(result, html=b"", boxes=(), screenshot=b"", problem=refusal[0], detail=refusal[1])
        return result

    async def _read(self, page: OpenPage, seen: Rendering) -> Rendering:
        seconds = self._settings.render_s
        await page.look_through(seconds * _SCROLL_SHARE, seconds * _SETTLE_AGAIN_SHARE)
        if await page.evaluate("may_hide.js"):
            await page.open_shadow_roots()
        return _collected(seen, await page.collect())

    async def _frame(self, page: OpenPage, seen: Rendering, boxes: Sequence[tuple[str, str]]) -> Rendering:
        """Take the picture, and read the page once more after it: credits that come late count."""
        targets = [list(pair) for pair in boxes]
        await page.look_through(self._settings.render_s * _SCROLL_SHARE, 0, for_picture=True)
        framed = await page.draw_frames(targets, _IMAGE_WAIT_MS)
        if all(framed["boxes"]):
            shot = await _capture(page, framed)
            await page.let_time_pass()
        else:
            # Something to be framed is not there yet: a picture of the page as it is later may show it.
            await page.evaluate("undraw.js")
            await page.let_time_pass()
            shot = await _capture(page, await page.draw_frames(targets, 0))
        await page.open_shadow_roots()
        texts, unread = await page.frame_texts()
        unseen, shown = await page.unseen_text()
        result = replace(_collected(seen, await page.collect()), screenshot=shot, waits_for=page.waits_for())
        return replace(result, frame_texts=texts, unread_frames=unread, unseen_text=unseen, shown_text=shown)


async def _capture(page: OpenPage, framed: dict[str, Any]) -> bytes:
    """The picture of what is framed; the frames are taken away."""
    shot = await page.capture(shot_region(framed))
    await page.evaluate("undraw.js")
    return shot


def _collected(seen: Rendering, found: dict[str, Any]) -> Rendering:
    """A rendering with what ``collect.js`` found."""
    html = found["html"].encode("utf-8", errors="replace")
    if html:  # the mark outranks the charset that the reply's header or the document itself names
        html = codecs.BOM_UTF8 + html
    result = replace(seen, html=html, boxes=element_boxes(found))
    if Url.try_parse(found["url"]) is None:
        # The browser's own page about an error, or nothing at all, in place of what was there.
        where = "a page of the web that can be shown"
        return replace(
            result, problem=FetchProblem.UNREACHABLE, detail=f"the page went on to what is not {where}"
        )
    if not html or not found["complete"]:
        what = f"DOM of {found['chars']} characters" if not html else "too many elements"
        return replace(result, problem=FetchProblem.TOO_LARGE, detail=f"the page is too large: {what}")
    return result


def shot_region(framed: dict[str, Any]) -> dict[str, float]:
    """The region to capture: around the first place found, with as many others as fit.

    Args:
        framed: What ``frames.js`` gave: ``boxes`` (``None`` where a target was not found), and the
            ``width`` and ``height`` of the whole page, CSS pixels.
    """
    found = [box for box in framed["boxes"] if box and box["width"] > 0 and box["height"] > 0]
    if not found:
        return {"x": 0, "y": 0, "width": SHOT_WIDTH, "height": float(min(900, max(framed["height"], 1)))}
    left, top, right, bottom = _edges(found[0])
    for box in found[1:]:
        other = _edges(box)
        union = (min(left, other[0]), min(top, other[1]), max(right, other[2]), max(bottom, other[3]))
        if union[2] - union[0] <= SHOT_WIDTH and union[3] - union[1] <= SHOT_HEIGHT:
            left, top, right, bottom = union
    return {
        "x": left,
        "y": top,
        "width": min(right - left, SHOT_WIDTH),
        "height": min(bottom - top, SHOT_HEIGHT),
    }


def _edges(box: dict[str, float]) -> tuple[float, float, float, float]:
    return (
        max(0.0, box["x"] - SHOT_MARGIN),
        max(0.0, box["y"] - SHOT_MARGIN),
        box["x"] + box["width"] + SHOT_MARGIN,
        box["y"] + box["height"] + SHOT_MARGIN,
    )


def _timed_out(seen: Rendering, seconds: float) -> Rendering:
    return replace(seen, problem=FetchProblem.TIMEOUT, detail=f"not shown after {seconds:.0f} s")


def _died_before_commit(page: OpenPage, error: Exception) -> bool:
    """Whether a document vanished while it began to arrive: its renderer died.

    A download ends with another message, an empty reply with a status of its own.
    """
    empty = page.document is not None and page.document.status in (204, 205)
    return "ERR_ABORTED" in str(error) and not empty


def _crashed(seen: Rendering) -> Rendering:
    return replace(seen, problem=FetchProblem.BROWSER_CRASHED, detail="the browser died on this page")


def net_problem(text: str) -> tuple[FetchProblem, str] | None:
    """What an error message of the browser's network means."""
    return next(((problem, detail) for sign, problem, detail in _NET_ERRORS if sign in text), None)


def _failed(seen: Rendering, error: Exception, page_pass: Pass | None, *, alive: bool) -> Rendering:
    """Turn an error of the browser's driver into our words."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    refused = page_pass.refusals.get(seen.url.host_port) if page_pass else None
    if refused is None and page_pass and page_pass.refusals and "ERR_" in text:
        refused = next(reversed(page_pass.refusals.values()))
    if refused is not None:
        return replace(seen, problem=refused.problem, detail=refused.detail)
    if not alive or "crashed" in text or type(error).__name__ == "TargetClosedError":
        return _crashed(seen)
    if type(error).__name__ == "TimeoutError":
        return replace(seen, problem=FetchProblem.TIMEOUT, detail="the document did not come in time")
    if known := net_problem(text):
        return replace(seen, problem=known[0], detail=known[1])
    return replace(seen, problem=FetchProblem.UNREACHABLE, detail=text.split(" at http", 1)[0][:200])
