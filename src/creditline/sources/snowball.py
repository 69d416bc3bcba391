"""Sites that have used one work are looked through for the others: who took one often took more."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence

from creditline.records import PageUrlKind, Question, SearchOutcome, SearchPlan, SearchStatus, Sighting
from creditline.sources.base import BATCH, Batch, SearchContext


class Snowball:
    """Names the sites on which uses were found; their pages are then looked for politely."""

    name = "snowball"
    description = "Sites on which a work of yours was found, looked through for the others."
    reads_file = False
    #: Its question is not about a work.
    asks_works = False
    by_picture = False

    def also_asked(self) -> Sequence[Question]:
        """One question for all sites."""
        return [Question(label="sites that used your works")]

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; the sites themselves are visited afterwards, as any reader would."""
        sites = len(context.used_sites)
        return SearchPlan(
            source=self.name,
            query=question.query,
            query_key=self._key(context),
            recipient=f"{sites:,} sites",
            sends="nothing but ordinary visits",
            most_calls=0,
            price_usd=0.0,
            most_usd=0.0,
            price_note="free; at most 40 pages of each site, one a second",
            problems=() if sites else ("no site is known that used a work of yours: check some pages first",),
            seconds=40.0 * sites,
        )

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Name the sites (see `base.Source.search`)."""
        found = [
            Sighting(
                self.name,
                site,
                PageUrlKind.ORIGIN,
                provenance="a work of yours was found on this site",
                seen_at=context.now,
            )
            for site in context.used_sites
        ]
        for at in range(0, len(found), BATCH):
            partial = self._outcome(question, context, SearchStatus.PARTIAL)
            yield Batch(tuple(found[at : at + BATCH]), partial)
        status = SearchStatus.RESULTS if found else SearchStatus.BAD_INPUT
        yield Batch((), self._outcome(question, context, status), is_last=True)

    def _outcome(self, question: Question, context: SearchContext, status: SearchStatus) -> SearchOutcome:
        sites = len(context.used_sites)
        return SearchOutcome(
            source=self.name,
            status=status,
            query=question.query,
            seen=sites,
            parsed=sites,
            kept=sites,
            note=f"{sites:,} sites on which works of yours were found",
            query_key=self._key(context),
        )

    def _key(self, context: SearchContext) -> str:
        """The same while no further site is known."""
        return hashlib.sha256(
            "\n".join([self.name, *(url.href for url in context.used_sites)]).encode()
        ).hexdigest()


SOURCE = Snowball()
