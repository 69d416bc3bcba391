"""One engine's tab: takes a person's steps in it, and gives what it then shows."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from creditline.engine_replies import walls
from creditline.fetch.base import Clock
from creditline.fetch.engine_browser.settings import EngineBrowserSettings
from creditline.fetch.pages import OpenPage
from creditline.records import (
    AnswerKind,
    EngineFlow,
    FetchProblem,
    FlowStep,
    MoreKind,
    Reply,
    SearchPicture,
    StepKind,
)
from creditline.urls import Url

if TYPE_CHECKING:
    from playwright.async_api import FilePayload, Locator, Page, Request, Response

#: Largest document or JSON that is taken, bytes.
REPLY_CAP = 20 * 2**20
#: How often a page that keeps growing is scrolled to its end.
SCROLLS = 12
SCROLL_S = 6.0
#: What may lie over an element that is clicked on has this long to go away, seconds.
CLICK_S = 8.0
#: Between two looks at a page that is waited for, seconds.
_LOOK_S = 0.05
#: The same while a person is at work on it.
_PERSON_LOOK_S = 0.3
_DATA = frozenset({"xhr", "fetch"})


class EngineTab:
    """A tab in which one engine is used."""

    def __init__(
        self,
        page: OpenPage,
        flow: EngineFlow,
        settings: EngineBrowserSettings,
        clock: Clock,
        pause: Callable[[], Awaitable[None]],
    ) -> None:
        self._opened = page
        self._flow = flow
        self._settings = settings
        self._clock = clock
        self._pause = pause
        #: The page's own requests whose replies nobody has read yet, ``None`` for those that failed, and
        #: those that are still to be answered.
        self._data: deque[Request | None] = deque()
        self._coming: set[Request] = set()
        self._lost = 0
        #: A page of one part grows by itself: what it asks for is no part to be read.
        self._parts_in_page = flow.answer is AnswerKind.DOCUMENT and flow.most_parts == 1
        self._asked_for = Url.parse(f"https://{flow.hosts[0]}/")
        page.page.on("request", self._begin)
        page.page.on("response", self._answered)
        page.page.on("requestfinished", self._end)
        page.page.on("requestfailed", self._fail)

    @property
    def page(self) -> Page:
        """The tab itself, for the person's hand and for tests that play the person."""
        return self._opened.page

    async def ask(self, picture: SearchPicture | None, picture_url: Url | None) -> Reply:
        """Take the flow's steps with a picture, and give what is shown then."""
        self._forget()
        steps = self._flow.by_file if picture_url is None else self._flow.by_address
        before = self._opened.document
        for number, step in enumerate(steps):
            before = self._opened.document
            waits = self._settings.answer_s if number and steps[number - 1].kind is StepKind.FILE else None
            if not await self._take(step, picture, picture_url, waits):
                return await self._document()
            if number + 1 < len(steps):
                await self._pause()
        return await self._answer(before)

    async def follow(self, link: str) -> Reply:
        """Click on a link of the page; where it cannot be clicked, go where it leads."""
        from playwright.async_api import Error

        before = self._opened.document
        self._forget()
        await self._pause()
        place = self.page.locator(f'a[href="{_quoted(link)}"]').first
        try:
            await place.click(timeout=CLICK_S * 1000)
        except Error:
            target = Url.try_parse(urljoin(self.page.url, link))
            if target is None:
                return await self._document()
            await self._opened.load(target, self._settings.answer_s)
        return await self._answer(before)

    async def more(self, cursor: str | None) -> Reply | None:
        """Get the next part, ``None`` where the page gives no more."""
        before = self._opened.document
        if self._data:
            return await self._next_data()
        await self._pause()
        if self._flow.more is MoreKind.CLICK:
            targets = tuple(each.replace("{next}", cursor or "") for each in self._flow.more_targets)
            place = await self._find(targets, 0.0)
            if place is None:
                return None
            await place.click(timeout=CLICK_S * 1000)
            return await self._answer(before)
        if self._flow.more is MoreKind.SCROLL:
            await self._opened.scroll(SCROLL_S)
            await self._opened.settle()
            await self._wait(lambda: bool(self._data) or not self._coming, self._settings.answer_s)
            if not self._data and self._coming:
                return self._failed(FetchProblem.TIMEOUT, "the page's own request was not answered in time")
            return await self._next_data() if self._data else None
        return None

    async def visit(self, address: Url) -> Reply:
        """Show an address of the engine, for a person to look at."""
        self._forget()
        self._asked_for = address
        before = self._opened.document
        await self._opened.load(address, self._settings.answer_s)
        return await self._answer(before)

    async def changed(self, seconds: float) -> Reply | None:
        """Wait until a person has changed what is shown; ``None`` when that did not happen in time."""
        ends = self._clock.monotonic() + seconds
        seen, before = await self._signature(), self._opened.document
        while self._clock.monotonic() < ends:
            await asyncio.sleep(_PERSON_LOOK_S)
            if self._data:
                return await self._next_data()
            if await self._signature() != seen:
                moved = self._opened.document is not before
                return await self._answer(before) if moved else await self._document()
        return None

    # Steps.

    async def _take(
        self, step: FlowStep, picture: SearchPicture | None, picture_url: Url | None, waits_s: float | None
    ) -> bool:
        """Take one step; whether what it needs was there."""
        if step.kind is StepKind.OPEN:
            address = step.targets[0].replace(
                "{url}", quote(picture_url.href, safe="") if picture_url else ""
            )
            self._asked_for = Url.parse(address)
            loaded = await self._opened.load(self._asked_for, self._settings.answer_s)
            return loaded and self._opened.broken is None
        place = await self._find(step.targets, waits_s or self._settings.step_s, step.kind)
        if place is None:
            return False
        if step.kind is StepKind.CLICK:
            await place.click(timeout=CLICK_S * 1000)
        elif picture is not None:
            await place.set_input_files(_payload(picture))
        return True

    async def _find(
        self, targets: tuple[str, ...], seconds: float, kind: StepKind = StepKind.CLICK
    ) -> Locator | None:
        """The first target that is there; a page that came meanwhile gets no more than a step's time."""
        document, ends = self._opened.document, self._clock.monotonic() + seconds
        while True:
            for target in targets:
                place = self.page.locator(target).first
                if await _there(place, kind):
                    return place
            now = self._clock.monotonic()
            if self._opened.document is not document:
                document, ends = self._opened.document, min(ends, now + self._settings.step_s)
            if now >= ends:
                return None
            await asyncio.sleep(_LOOK_S)

    # Answers.

    async def _answer(self, before: Response | None) -> Reply:
        """What came of the last step: the answer, or the page that came instead of it."""
        await self._wait(
            lambda: bool(self._data) or self._opened.document is not before, self._settings.answer_s
        )
        if not self._data and self._opened.document is before:
            return self._failed(FetchProblem.TIMEOUT, "nothing came of handing the picture in")
        ends = self._clock.monotonic() + self._settings.answer_s
        grace = self._clock.monotonic() + self._settings.step_s
        while not self._data and self._clock.monotonic() < ends:
            shown = self._opened.document
            await self._settle()
            if self._data:
                break
            if self._is_answer_page(shown) and shown is self._opened.document:
                return await self._document(whole=self._is_at(self._flow.more_at, self.page.url))
            is_over = self._is_refusal(shown) or self._clock.monotonic() > grace
            if self._opened.broken or (is_over and not self._coming):
                return await self._document()
            await asyncio.sleep(_LOOK_S)
        if self._data:
            return await self._next_data()
        return self._failed(FetchProblem.TIMEOUT, "the page's own request was not answered in time")

    def _is_answer_page(self, shown: Response | None) -> bool:
        is_wanted = shown is not None and self._flow.answer is AnswerKind.DOCUMENT
        return is_wanted and self._is_at(self._flow.answer_at, self.page.url)

    def _is_refusal(self, shown: Response | None) -> bool:
        """Whether status or address say that no answer follows by itself."""
        url = Url.try_parse(shown.url) if shown is not None else None
        if shown is None or url is None:
            return False
        head = Reply(url, url, self._clock.now(), shown.status)
        return shown.status >= 400 or walls.refusal_by_address(head) is not None

    async def _settle(self) -> None:
        from playwright.async_api import Error

        try:
            await self._opened.settle(self._settings.answer_s)
        except Error as error:
            if self.page.is_closed():
                raise
            # A page that moves on while it is looked at is looked at again.
            if "ERR_RESTLESS" in str(error):
                await asyncio.sleep(_LOOK_S)

    async def _document(self, *, whole: bool = False) -> Reply:
        """The page as it is shown; scrolled to its end where all of it is wanted."""
        document = self._opened.document
        if document is None:
            return self._failed(FetchProblem.PROTOCOL, "no page was shown")
        if self._opened.broken is not None:
            return self._failed(FetchProblem.TRUNCATED, "the page broke off")
        is_end = await self._to_the_end() if whole and self._flow.more is MoreKind.SCROLL else True
        body = (await self.page.content()).encode("utf-8", "replace")
        doubt = None
        if not is_end:
            doubt = f"the page still grew after {SCROLLS} times of scrolling"
        elif self._lost or (self._parts_in_page and self._coming):
            doubt = "the page asked for more, and it did not come"
        return await self._reply(self._opened.document or document, body, doubt)

    async def _to_the_end(self) -> bool:
        """Scroll until nothing more comes; whether that was reached."""
        links = -1
        for _ in range(SCROLLS):
            now = int(await self.page.evaluate("document.links.length"))
            if now == links:
                return True
            links = now
            await self._opened.scroll(SCROLL_S)
            await self._opened.settle()
        return False

    async def _next_data(self) -> Reply:
        """The oldest JSON that nobody has read."""
        from playwright.async_api import Error

        found = self._data.popleft()
        if found is None:
            return self._failed(FetchProblem.TRUNCATED, "the page's own request failed")
        try:
            async with asyncio.timeout(self._settings.answer_s):
                response = await found.response()
                body = await response.body() if response is not None else b""
        except (TimeoutError, Error):
            response = None
        if response is None:
            return self._failed(FetchProblem.TRUNCATED, "the reply to the page's own request cannot be had")
        return await self._reply(response, body, None)

    async def _reply(self, response: Response, body: bytes, doubt: str | None) -> Reply:
        headers = tuple((each["name"].lower(), each["value"]) for each in await response.headers_array())
        final = Url.try_parse(response.url) or self._asked_for
        if len(body) > REPLY_CAP:
            return self._failed(FetchProblem.TOO_LARGE, f"more than {REPLY_CAP // 2**20} MB")
        return Reply(
            url=self._asked_for,
            final_url=final,
            fetched_at=self._clock.now(),
            status=response.status,
            headers=headers,
            body=body,
            detail=doubt,
            bytes_moved=len(body),
        )

    def _failed(self, problem: FetchProblem, detail: str) -> Reply:
        shown = Url.try_parse(self.page.url) or self._asked_for
        return Reply(self._asked_for, shown, self._clock.now(), problem=problem, detail=detail)

    async def _signature(self) -> tuple[str, str]:
        """What is shown, in short."""
        from playwright.async_api import Error

        try:
            body = (await self.page.content()).encode("utf-8", "replace")
        except Error:
            if self.page.is_closed():
                raise
            body = b""
        return self.page.url, hashlib.sha256(body).hexdigest()

    async def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        ends = self._clock.monotonic() + seconds
        # Two signs of the browser and the clock are waited for, so looking is the simplest.
        while not condition() and self._clock.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)

    # What the page asks for by itself.

    def _forget(self) -> None:
        self._data.clear()
        self._coming.clear()
        self._lost = 0

    def _is_part(self, request: Request) -> bool:
        """Whether it asks for a part of the answer."""
        return request.resource_type in _DATA and any(
            self._is_at(pattern, request.url) for pattern in (self._flow.answer_at, self._flow.more_at)
        )

    def _is_at(self, pattern: str, address: str) -> bool:
        return re.match(pattern, address.partition("://")[2]) is not None

    def _begin(self, request: Request) -> None:
        if self._is_part(request):
            self._coming.add(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note_loss(response.request)

    def _end(self, request: Request) -> None:
        self._coming.discard(request)
        if self._is_part(request) and not self._parts_in_page:
            self._data.append(request)

    def _fail(self, request: Request) -> None:
        self._coming.discard(request)
        if self._is_part(request) and not self._parts_in_page:
            self._data.append(None)
        else:
            self._note_loss(request)

    def _note_loss(self, request: Request) -> None:
        host = (Url.try_parse(request.url) or self._asked_for).host
        self._lost += request.resource_type in _DATA and host in self._flow.hosts


async def _there(place: Locator, kind: StepKind) -> bool:
    """Whether an element can be used: clicked where it is seen, filled where it is at all."""
    from playwright.async_api import Error

    try:
        return await (place.count() if kind is StepKind.FILE else place.is_visible()) > 0
    except Error:
        if place.page.is_closed():
            raise
        return False


def _payload(picture: SearchPicture) -> FilePayload:
    """The picture as a file whose name says nothing."""
    ending = picture.media_type.partition("/")[2] or "jpg"
    return {"name": f"picture.{ending}", "mimeType": picture.media_type, "buffer": picture.body}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
