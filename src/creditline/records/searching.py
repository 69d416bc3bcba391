"""What a discovery source is asked, what it may know, and what it yields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from creditline.records.finding import SearchOutcome, Sighting
from creditline.records.works import Owner, Work


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
