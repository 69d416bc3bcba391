"""What a discovery source is: it is asked one question and yields sightings, batch by batch.

A source claims, it never knows: whether a page really shows a work is found out by checking it.
Silence is not an answer either: the last batch carries the outcome of the whole search, every batch
before it one that says "partial" and where to go on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

from creditline.errors import ConfigError
from creditline.plugins import find_plugins
from creditline.records import Batch, EngineFlow, Question, SearchContext

__all__ = ["BATCH", "ENTRY_POINTS", "Batch", "Engine", "Question", "SearchContext", "Source", "all_sources"]

#: Entry point group by which other distributions offer sources.
ENTRY_POINTS = "creditline.sources"
#: Sightings in one batch, at most; a batch is one transaction.
BATCH = 500


@runtime_checkable
class Source(Protocol):
    """Where leads come from."""

    @property
    def name(self) -> str:
        """Lower-case letters, digits and underscores, unique; it stands in the store for ever."""

    @property
    def description(self) -> str:
        """One line for people: what it reads or asks."""

    @property
    def reads_file(self) -> bool:
        """Whether a question must name a file."""

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Answer one question; the last batch, and only that, has ``is_last``.

        Raises:
            InputFileError: The file is not one that the source can read; what, which, what next.
            SourceError: The source cannot even be asked.
        """


@runtime_checkable
class Engine(Source, Protocol):
    """A source that uses an engine in the person's own browser, after they agreed to it."""

    def flow(self, context: SearchContext | None = None) -> EngineFlow:
        """How the engine is used."""

    def consent(self, context: SearchContext) -> tuple[str, str]:
        """What the owner is asked before the engine is used: the subject and the words."""

    async def hand_over(self, context: SearchContext) -> str | None:
        """Let the person settle what stands in the engine's way; what still does."""


def all_sources() -> dict[str, Source]:
    """Every source by name: this package's and those of other distributions.

    Raises:
        ConfigError: One is broken, or two have one name.
    """
    return find_plugins("creditline.sources", "SOURCE", ENTRY_POINTS, _checked)


def _checked(plugin: object, place: str) -> Source:
    if not isinstance(plugin, Source):
        missing = [
            name for name in ("name", "description", "reads_file", "search") if not hasattr(plugin, name)
        ]
        raise ConfigError(f"{place} is not a source: it has no {', '.join(missing)}")
    name = plugin.name
    if not name or not all(
        char.isascii() and (char.islower() or char.isdigit() or char == "_") for char in name
    ):
        raise ConfigError(f"{place}: {name!r} is not a source's name; use lower-case letters, digits and _")
    return plugin
