"""Where leads come from; fulfilled by `sources`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from creditline.records import (
    Batch,
    Question,
    SearchContext,
    SearchPlan,
)


class DiscoverySource(Protocol):
    """Where leads come from; see `sources.base.Source`."""

    @property
    def name(self) -> str:
        """Unique; it stands in the store for ever."""

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Answer one question in batches; the last one carries the final outcome.

        Raises:
            InputFileError: The question's file is not one that the source can read.
            SourceError: The source cannot be asked at all.
        """


class PlanningSource(DiscoverySource, Protocol):
    """A source that asks a service: it says beforehand what that costs and discloses.

    It may also have ``also_asked()`` (what a run asks besides one question per work), ``asks_works`` (false
    where it has no question per work), ``by_picture`` (false where it needs no picture), ``canary`` (a
    question that must be answered with results) and ``keeps_own_pace`` (true where it waits between
    questions, and after refusals, by itself: then no run leaves it alone for the failures of another).
    """

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; nothing is asked, nothing is sent."""
