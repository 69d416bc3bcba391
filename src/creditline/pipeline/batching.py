"""Answers many small questions by few large ones, asked in a thread.

A page asks for twenty pictures at once, and several pages are worked on: what each of them wants to know, or
to have remembered, is gathered while the last answer is on its way and asked as one. The event loop never
waits for a disk, and a transaction is paid for once, not twenty times.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: Most questions that are asked as one.
MOST_AT_ONCE = 200


class Batched(Generic[K, V]):
    """One kind of question.

    Args:
        answer: Answers questions in their order; called in a thread, never twice at the same time.
    """

    def __init__(self, answer: Callable[[Sequence[K]], Sequence[V]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: K) -> V:
        """Ask one of them; raises what answering raised."""
        future: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._task is None:
            self._task = asyncio.create_task(self._answer_all())
        return await future

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                # Whoever is about to ask in this turn of the loop may join.
                await asyncio.sleep(0)
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._answer_some(batch)
        finally:
            self._task = None

    async def _answer_some(self, batch: list[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await asyncio.to_thread(self._answer, [question for question, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), given in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(given)
