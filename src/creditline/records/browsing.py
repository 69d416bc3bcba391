"""Search engines in the person's own browser: how one is used, and what the browser gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from creditline.records.fetching import Reply
from creditline.records.finding import SearchStatus
from creditline.records.searching import SearchPicture
from creditline.urls import Url


class StepKind(StrEnum):
    """What a person does on an engine's page."""

    #: Go to an address; ``{url}`` in it stands for the picture's address, percent-encoded.
    OPEN = "open"
    #: Click on the first of some elements that is there.
    CLICK = "click"
    #: Hand the picture to the first of some file inputs that is there.
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step: an address to open, or selectors of the same element, the best one first."""

    kind: StepKind
    targets: tuple[str, ...]


class AnswerKind(StrEnum):
    """Where an engine's answer stands."""

    #: In the page that it shows.
    DOCUMENT = "document"
    #: In the JSON that its page asks for.
    JSON = "json"


class MoreKind(StrEnum):
    """How a person gets the next part of an answer."""

    NONE = "none"
    SCROLL = "scroll"
    CLICK = "click"


@dataclass(frozen=True, slots=True)
class EngineFlow:
    """How one engine is used, as one version of its data file says it."""

    engine: str
    #: Date and number, ``2026112001``: of two files the higher one counts.
    version: int
    #: What people call the engine.
    title: str
    #: What it says about automation, for people, and where that stands.
    position: str
    terms_url: str
    #: Hosts on which its pages may be; the first one stands for the engine.
    hosts: tuple[str, ...]
    #: Largest picture that its form takes, bytes, and the kinds that it takes.
    most_bytes: int
    media_types: tuple[str, ...]
    by_file: tuple[FlowStep, ...]
    by_address: tuple[FlowStep, ...]
    answer: AnswerKind
    #: Regular expressions for the address (without scheme) of the answer, and of its next parts.
    answer_at: str
    more_at: str
    more: MoreKind
    #: Selectors of what is clicked for the next part; ``{next}`` stands for the part that is announced.
    more_targets: tuple[str, ...]
    #: Parts that are read at the most.
    most_parts: int
    #: The tab that holds the pages with the same picture, in the reader's word for it.
    tab: str
    #: A picture in the public domain of which many copies are known, and how many pages are to be found.
    canary_url: str
    canary_least: int
    #: Words by which its page says that it has nothing, folded to lower case; where they are known.
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Why an engine is not asked now."""

    status: SearchStatus
    note: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class CanaryState:
    """When the canary was last found by an engine, and with which version of its flow it ever was."""

    passed_at: datetime | None = None
    failed_at: datetime | None = None
    #: Versions of flows with which the real engine has found it.
    proven_versions: frozenset[int] = frozenset()


class EngineBrowser(Protocol):
    """The person's own browser. Never raises for what an engine or the network does.

    One query at a time: `ask` begins it, the others go on with the page that it left.
    """

    def flow(self, engine: str) -> EngineFlow:
        """The newest flow there is for an engine."""

    def why_not(self, engine: str) -> NotAsked | None:
        """Why an engine is not asked now: no screen, cooling down, the day's share is used up."""

    async def ask(
        self, engine: str, picture: SearchPicture | None, picture_url: Url | None, *, again: bool = False
    ) -> Reply:
        """Wait for this engine's turn, hand the picture in, and give what the engine then shows.

        ``again`` is for the same query after a person settled a wall: it neither waits nor counts.
        """

    async def follow(self, engine: str, link: str) -> Reply:
        """Use a link of the page that is shown."""

    async def more(self, engine: str, cursor: str | None) -> Reply | None:
        """Get the next part of the answer, ``None`` where the page gives no more."""

    async def hand_over(self, engine: str, why: str) -> Reply | None:
        """Bring the window to the front and wait for the person to change what is shown.

        Returns:
            What is shown then; ``None`` when nobody is there, or nothing was changed in time.
        """

    def attend(self, seconds: float) -> None:
        """A person is here, and waits for walls so long."""

    def why_no_window(self) -> str | None:
        """Why no window can be shown here; ``None`` when one can."""

    async def revisit(self, engine: str) -> Reply:
        """Show the wall that was met last, or the engine's own page; no query."""

    def settle(self, engine: str) -> None:
        """A person has seen to it that nothing stands in the way any more."""

    def remember(self, engine: str, status: SearchStatus, retry_after_s: float | None = None) -> None:
        """How a query ended: after a block the engine is left alone for a day, then two, then four."""

    def canary(self, engine: str) -> CanaryState:
        """What is known of the canary."""

    def remember_canary(self, engine: str, *, found: bool) -> None:
        """Whether the engine found the canary just now."""
