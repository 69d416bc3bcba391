"""What sources that read one long file have in common: batches while it is read, one outcome at its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from io import BufferedReader
from typing import ClassVar, Protocol

from creditline.records import SearchOutcome, SearchStatus, Sighting
from creditline.sources._files import file_of, open_file
from creditline.sources.base import Batch, Question, SearchContext


class Counts(Protocol):
    """How far a file was read, and what came of it."""

    @property
    def seen(self) -> int:
        """Lines or records so far."""

    @property
    def parsed(self) -> int:
        """Those of them that could be read."""

    @property
    def kept(self) -> int:
        """Sightings so far."""

    @property
    def damage(self) -> str | None:
        """What keeps the file from having been read whole, for people."""

    @property
    def cursor(self) -> str | None:
        """Where reading would be taken up; ``None`` where it would begin anew."""

    def note(self) -> str:
        """One line for people."""


class FileSource(ABC):
    """Base of these sources. A source says what it is, and reads an open file."""

    name: ClassVar[str]
    description: ClassVar[str]
    reads_file: ClassVar[bool] = True

    @abstractmethod
    def reading(
        self, file: BufferedReader, label: str, question: Question, context: SearchContext
    ) -> tuple[Counts, Iterator[Sequence[Sighting]]]:
        """Begin to read a file: what counts, and the sightings in batches.

        Raises:
            InputFileError: It is not a file that this source can read; said before anything is taken.
        """

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Read the file (see `base.Source.search`)."""
        path, label = file_of(question, self.name)
        with open_file(path, label) as file:
            counts, batches = self.reading(file, label, question, context)
            for sightings in batches:
                yield Batch(tuple(sightings), self._outcome(question, counts, SearchStatus.PARTIAL))
        status = SearchStatus.RESULTS if counts.kept else SearchStatus.NONE_CONFIRMED
        if counts.damage:
            status = SearchStatus.PARTIAL
        yield Batch((), self._outcome(question, counts, status), is_last=True)

    def _outcome(self, question: Question, counts: Counts, status: SearchStatus) -> SearchOutcome:
        return SearchOutcome(
            source=self.name,
            status=status,
            query=question.query,
            seen=counts.seen,
            parsed=counts.parsed,
            kept=counts.kept,
            note=counts.note(),
            cursor=counts.cursor if status is SearchStatus.PARTIAL else None,
        )
