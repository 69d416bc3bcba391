"""What earlier visits taught of pages that are built alike: kept in the store, asked before each page.

What it means is decided in `checking.templates`.
"""

from __future__ import annotations

import asyncio

from creditline import checking
from creditline.pipeline.context import Context
from creditline.urls import Url


class Experience:
    """Of one run, and of the runs before it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._memory = checking.TemplateMemory()

    async def need(self, url: Url, signal: str | None, *, expected: bool) -> str | None:
        """Why a page must be looked at in the browser, see `TemplateMemory.need`."""
        if not self._memory.knows(url):
            name = checking.template_of(url)
            looks = await asyncio.to_thread(self._context.store.template_looks, name)
            self._memory.recall(url, looks, self._context.clock.now())
        return self._memory.need(url, signal, expected=expected)

    async def learn(self, url: Url, *, gained: bool) -> None:
        """Note whether the browser showed more of a page than its source."""
        self._memory.learn(url, gained=gained)
        now = self._context.clock.now()
        await asyncio.to_thread(
            self._context.store.learn_template,
            checking.template_of(url),
            gained=gained,
            now=now,
            trusted_since=now - checking.TRUSTED_FOR,
        )
