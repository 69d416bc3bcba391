"""What readers of a page see and its document does not say: shadow roots, frames, text of sheets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from creditline.fetch.worlds import World, page_script
from creditline.urls import Url

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

#: Frames that are read, seconds for each, characters taken of each.
MAX_FRAMES = 20
FRAME_S = 1.0
FRAME_CHARS = 20_000

#: Elements that are looked at for what is written beside them, characters taken of it and of the page's text.
MAX_ELEMENTS = 30_000
TEXT_CHARS = 500_000

#: Closed shadow roots that are opened to us.
MAX_CLOSED_ROOTS = 200

#: Called on a shadow host with its closed root.
_REMEMBER_ROOT = "function (root) { (globalThis.creditlineRoots ??= new WeakMap()).set(this, root); }"


async def open_shadow_roots(session: CDPSession, world: World) -> None:
    """Let ``collect.js`` see closed shadow roots of the main document, which readers see too."""
    from playwright.async_api import Error

    tree = await session.send("DOM.getDocument", {"depth": -1, "pierce": True})
    context = await world.context()
    for pair in list(_closed_roots(tree["root"]))[:MAX_CLOSED_ROOTS]:
        with contextlib.suppress(Error):  # a node that went meanwhile
            host, root = [await _object(session, node, context) for node in pair]
            call = {
                "functionDeclaration": _REMEMBER_ROOT,
                "objectId": host,
                "arguments": [{"objectId": root}],
            }
            await session.send("Runtime.callFunctionOn", call)


async def _object(session: CDPSession, node: int, context: int) -> str:
    """A node as our world knows it."""
    found = await session.send("DOM.resolveNode", {"backendNodeId": node, "executionContextId": context})
    return str(found["object"]["objectId"])


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


async def frame_texts(page: Page) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What frames say and link to, and the hosts of those that gave nothing to read in time."""
    from playwright.async_api import Error

    texts: list[str] = []
    unread: list[str] = []
    frames = [frame for frame in page.frames if frame != page.main_frame]
    for frame in frames[:MAX_FRAMES]:
        try:
            async with asyncio.timeout(FRAME_S):
                text = await frame.evaluate(page_script("frame_text.js"), FRAME_CHARS)
        except (TimeoutError, Error):
            if not frame.is_detached():
                unread.append(_host(frame.url))
            continue
        if text.strip():
            texts.append(text)
    unread += [_host(frame.url) for frame in frames[MAX_FRAMES:]]
    return tuple(texts), tuple(dict.fromkeys(unread))


async def unseen_text(world: World) -> tuple[str, str]:
    """What the document does not say as text, and the page's text as it is shown (see ``unseen.js``)."""
    unseen, shown = await world.evaluate("unseen.js", MAX_ELEMENTS, TEXT_CHARS)
    return str(unseen), str(shown)


def _host(address: str) -> str:
    url = Url.try_parse(address)
    return url.host if url is not None and url.host else "a frame without an address"
