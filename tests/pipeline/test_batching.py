"""Many questions are answered by few calls, each with its own answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from creditline.pipeline.batching import MOST_AT_ONCE, Batched


def test_questions_of_one_moment_are_asked_together() -> None:
    calls: list[list[int]] = []

    def double(numbers: Sequence[int]) -> list[int]:
        assert threading.current_thread() is not threading.main_thread()
        calls.append(list(numbers))
        return [2 * number for number in numbers]

    async def scenario() -> list[int]:
        batched = Batched(double)
        first = await asyncio.gather(*(batched.ask(number) for number in range(MOST_AT_ONCE + 5)))
        return [*first, await batched.ask(1000)]

    assert asyncio.run(scenario()) == [*range(0, 2 * (MOST_AT_ONCE + 5), 2), 2000]
    assert [len(call) for call in calls] == [MOST_AT_ONCE, 5, 1]


def test_a_failure_reaches_everybody_who_asked_and_nobody_later() -> None:
    fails = [True, False]

    def answer(numbers: Sequence[int]) -> list[int]:
        if fails.pop(0):
            raise ValueError("no room left")
        return list(numbers)

    async def scenario() -> None:
        batched = Batched(answer)
        outcomes = await asyncio.gather(batched.ask(1), batched.ask(2), return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["no room left"] * 2
        assert await batched.ask(3) == 3

    asyncio.run(scenario())


def test_who_gives_up_waiting_takes_nobody_along() -> None:
    async def scenario() -> None:
        batched: Batched[int, int] = Batched(list)
        impatient = asyncio.ensure_future(batched.ask(1))
        patient = asyncio.ensure_future(batched.ask(2))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == 2
        with pytest.raises(asyncio.CancelledError):
            await impatient

    asyncio.run(scenario())
