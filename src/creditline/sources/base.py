"""What a discovery source is: it is asked one question and yields sightings, batch by batch.

A source claims, it never knows: whether a page really shows a work is found out by checking it.
Silence is not an answer either: the last batch carries the outcome of the whole search, every batch
before it one that says "partial" and where to go on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from creditline.errors import ConfigError
from creditline.plugins import find_plugins
from creditline.records import Owner, SearchOutcome, Sighting, Work

#: Entry point group by which other distributions offer sources.
ENTRY_POINTS = "creditline.sources"
#: Sightings in one batch, at most; a batch is one transaction.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What one search asks a source."""

    #: The file to read, for sources that read one.
    path: Path | None = None
    #: What people call that file, where its path is not it ("standard input").
    label: str | None = None
    #: The work to look for, for sources that search by picture.
    work: Work | None = None
    #: Where an interrupted search goes on, in the source's own words.
    cursor: str | None = None

    @property
    def query(self) -> str | None:
        """What is recorded as having been searched for."""
        if self.label is not None:
            return self.label
        if self.path is not None:
            return self.path.name
        return self.work.id if self.work is not None else None


@dataclass(frozen=True, slots=True)
class SearchContext:
    """What a source may know of the run."""

    owner: Owner
    #: Registrable domains of the owner's own sites: what is found there is no sighting.
    own_domains: frozenset[str] = frozenset()
    #: Addresses of the owner's files, to recognise what a log or an engine names.
    rendition_urls: frozenset[str] = frozenset()
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some sightings, and how the search stands with them."""

    sightings: tuple[Sighting, ...]
    #: The whole search's outcome so far; of the last batch, its final one.
    outcome: SearchOutcome
    is_last: bool = False


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
