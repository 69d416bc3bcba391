"""Runs our own scripts in an open page, in a world of their own, where the page can have changed nothing."""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

_FOLDER = Path(__file__).parent / "page_scripts"

#: How often a script is tried while the page goes elsewhere, and how long each time its document is waited
#: for, milliseconds.
_TRIES = 4
_MOVING_MS = 5000


class World:
    """The world of our own in a page's main frame."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._context: int | None = None

    async def evaluate(self, script: str, *arguments: Any) -> Any:
        """Run one of our scripts.

        A page that goes elsewhere meanwhile takes the world with it; then the script runs there.

        Raises:
            playwright.async_api.Error: The page is gone, or keeps going elsewhere.
        """
        from playwright.async_api import Error

        for attempt in range(_TRIES):
            known = self._context is not None
            try:
                return await self._evaluate(script, arguments)
            except Error as error:
                if not _moved_on(str(error)):
                    raise
                self._context = None
                if attempt == _TRIES - 1:
                    raise Error("ERR_RESTLESS the page keeps going elsewhere") from error
                if not known:
                    with contextlib.suppress(Error):
                        await self._page.wait_for_load_state("domcontentloaded", timeout=_MOVING_MS)
        raise AssertionError("unreachable")

    async def context(self) -> int:
        """The world's number (CDP: ExecutionContextId); the same for as long as the document stays."""
        if self._context is None:
            tree = await self._session.send("Page.getFrameTree")
            frame = tree["frameTree"]["frame"]["id"]
            world = await self._session.send(
                "Page.createIsolatedWorld", {"frameId": frame, "worldName": "creditline"}
            )
            self._context = int(world["executionContextId"])
        return self._context

    async def _evaluate(self, script: str, arguments: tuple[Any, ...]) -> Any:
        from playwright.async_api import Error

        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": page_script(script),
                "executionContextId": await self.context(),
                "arguments": [{"value": argument} for argument in arguments],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise Error(f"ERR_UNREADABLE {script}: {str(answer['exceptionDetails'])[:300]}")
        return answer["result"].get("value")


@cache
def page_script(name: str) -> str:
    """One of our scripts as an expression: without its leading comment and its last semicolon."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("//"))
    return "\n".join(lines).rstrip().removesuffix(";")


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
