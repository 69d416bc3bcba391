"""A person's pace: pauses, a share a day, and leaving an engine alone after a block.

What was asked when is noted in a file beside the profile, since it is the profile, and the line it is
used on, that an engine shuts out; the note is written before a picture is handed in, so that a run that
is killed does not get more.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from creditline.errors import FetchError
from creditline.fetch.base import Clock
from creditline.records import CanaryState, NotAsked, SearchStatus

FILE_NAME = "engines.json"
DAY = timedelta(days=1)

#: Outcomes after which an engine is left alone. A consent page is no block, but until a person has
#: answered it every further query would meet it again.
_WALLS = frozenset(
    {
        SearchStatus.CAPTCHA,
        SearchStatus.BLOCKED,
        SearchStatus.RATE_LIMITED,
        SearchStatus.REGION_BLOCKED,
        SearchStatus.CONSENT,
    }
)
_ANSWERS = frozenset({SearchStatus.RESULTS, SearchStatus.NONE_CONFIRMED, SearchStatus.PARTIAL})
#: Further ones give more days than a date can hold.
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class PaceSettings:
    """How often an engine is asked; the figures are those of careful projects (research: engines, 4)."""

    least_pause_s: float = 45.0
    most_pause_s: float = 90.0
    #: Pauses between two steps on a page.
    least_step_s: float = 0.8
    most_step_s: float = 2.5
    #: Queries to one engine in 24 hours, canaries included.
    a_day: int = 30
    #: How long an engine is left alone after its first block; doubles with each further one.
    cool_down: timedelta = DAY
    longest_cool_down: timedelta = 16 * DAY

    @classmethod
    def for_replicas(cls) -> PaceSettings:
        """No pauses: what is asked is on this machine."""
        return cls(0.0, 0.0, 0.0, 0.0, a_day=1_000_000)


class Pace:
    """When each engine may be asked."""

    def __init__(
        self,
        folder: Path,
        settings: PaceSettings,
        clock: Clock,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """Keep notes in ``folder``; ``jitter`` picks a pause between two bounds."""
        self._path = folder / FILE_NAME
        self._settings = settings
        self._clock = clock
        self._jitter = jitter

    def why_not(self, engine: str) -> NotAsked | None:
        """Why an engine is not asked now."""
        note, now = self._note(engine), self._clock.now()
        until = _time(note.get("until"))
        if until is not None and now < until:
            why, since = note.get("why"), _time(note.get("since")) or now
            status = SearchStatus(why) if why in set(SearchStatus) else SearchStatus.BLOCKED
            return NotAsked(
                status,
                f"{status.value.replace('_', ' ')} at {since:%Y-%m-%d %H:%M} UTC, left alone until "
                f"{until:%Y-%m-%d %H:%M} UTC; or settle it: creditline handoff {engine}",
                (until - now).total_seconds(),
            )
        today = self._today(note, now)
        if len(today) >= self._settings.a_day:
            free = (today[-self._settings.a_day] + DAY - now).total_seconds()
            return NotAsked(
                SearchStatus.RATE_LIMITED,
                f"today's {self._settings.a_day} searches are used up (our own limit, for the engine's sake)",
                free,
            )
        return None

    async def turn(self, engine: str) -> None:
        """Wait for the engine's next turn and note that it is taken."""
        asked = self._today(self._note(engine), self._clock.now())
        if asked:
            pause = self._jitter(self._settings.least_pause_s, self._settings.most_pause_s)
            # A clock that was put back must not make us wait for what it said before.
            left = min(pause, pause - (self._clock.now() - asked[-1]).total_seconds())
            if left > 0:
                await self._clock.sleep(left)
        now = self._clock.now()
        times = [*self._today(self._note(engine), now), now]
        self._change(engine, asked=[each.isoformat() for each in times])

    async def step(self) -> None:
        """Pause as a person does between two steps on a page."""
        await self._clock.sleep(self._jitter(self._settings.least_step_s, self._settings.most_step_s))

    def remember(
        self, engine: str, status: SearchStatus, retry_after_s: float | None, at: str | None
    ) -> None:
        """How a query ended.

        Args:
            engine: Which engine.
            status: The outcome.
            retry_after_s: How long the engine asked to be left alone.
            at: Address of the wall that was met.
        """
        if status in _ANSWERS:
            self.settle(engine)
        if status not in _WALLS:
            return
        now, blocks = self._clock.now(), _count(self._note(engine).get("blocks"))
        alone = min(
            self._settings.cool_down * 2 ** min(blocks, _MOST_DOUBLINGS), self._settings.longest_cool_down
        )
        if retry_after_s is not None:
            alone = max(alone, timedelta(seconds=retry_after_s))
        self._change(
            engine,
            blocks=blocks + (status is not SearchStatus.CONSENT),
            why=status.value,
            since=now.isoformat(),
            until=(now + alone).isoformat(),
            wall=at,
        )

    def settle(self, engine: str) -> None:
        """Nothing stands in the way any more."""
        self._change(engine, blocks=None, why=None, since=None, until=None, wall=None)

    def wall(self, engine: str) -> str | None:
        """Address of the wall that was met last."""
        value = self._note(engine).get("wall")
        return value if isinstance(value, str) else None

    def canary(self, engine: str) -> CanaryState:
        """What is known of the canary."""
        note = self._note(engine)
        versions = note.get("proven")
        return CanaryState(
            _time(note.get("canary_passed")),
            _time(note.get("canary_failed")),
            frozenset(v for v in versions if isinstance(v, int))
            if isinstance(versions, list)
            else frozenset(),
        )

    def remember_canary(self, engine: str, version: int, *, found: bool, proves: bool) -> None:
        """Note whether the canary was found, and that this proves a version of the flow."""
        at = self._clock.now().isoformat()
        self._change(engine, **({"canary_passed": at} if found else {"canary_failed": at}))
        if found and proves:
            self._change(engine, proven=sorted({*self.canary(engine).proven_versions, version}))

    def _today(self, note: dict[str, Any], now: datetime) -> list[datetime]:
        """Queries of the last day; those more than a day ahead are of a clock that was wrong."""
        noted = note.get("asked")
        times = [_time(each) for each in noted] if isinstance(noted, list) else []
        return sorted(each for each in times if each is not None and abs(now - each) < DAY)

    def _note(self, engine: str) -> dict[str, Any]:
        note = self._notes().get(engine)
        return note if isinstance(note, dict) else {}

    def _notes(self) -> dict[str, Any]:
        try:
            notes = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise FetchError(f"{self._path}: cannot be read ({error}); remove it") from error
        if not isinstance(notes, dict):
            raise FetchError(f"{self._path}: holds no notes about engines; remove it")
        return notes

    def _change(self, engine: str, **values: Any) -> None:
        """Change an engine's note, in one piece; ``None`` takes a value out."""
        notes = self._notes()
        merged = {**self._note(engine), **values}
        notes[engine] = {name: value for name, value in merged.items() if value is not None}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(notes, indent=1, sort_keys=True), encoding="utf-8")
        fresh.replace(self._path)


def _count(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0


def _time(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
