"""How many pages show the owner's works that no source has named: an estimate by capture and recapture.

Sources are taken as occasions on which pages are caught. A. Chao, "Estimating the population size for
capture-recapture data with unequal catchability", Biometrics 43 (1987): the pages that only one source named
and those that two named give a lower bound for those that none named, whatever the sources' habits; here in
the bias-corrected form (Chao2). It is an estimate and is always called one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from creditline.records import PageCheck, Use

#: Fewer pages, or fewer that two sources named, say nothing. Judgement: with f2 = 3 the bound's standard
#: error is about as large as the bound itself.
LEAST_PAGES = 10
LEAST_RECAUGHT = 3
#: What people or earlier finds named is no catch of its own.
NOT_CATCHING = frozenset({"page_list", "watch_list", "snowball"})


@dataclass(frozen=True, slots=True)
class Unseen:
    """The estimate, and what it rests on."""

    #: Pages that show works and that no source named, at the least.
    pages: int
    known: int
    sources: int
    once: int
    twice: int

    @property
    def words(self) -> str:
        """One line for people."""
        return (
            f"estimate, not a count: at least about {self.pages:,} more pages show works of yours that no "
            f"source named ({self.known:,} pages known from {self.sources} sources, {self.once:,} of them "
            "from one source only; lower bound by Chao)"
        )


def unseen_pages(checks: Iterable[PageCheck], uses: Iterable[Use]) -> Unseen | None:
    """Estimate the pages that no source named; ``None`` where too little is known for it."""
    showing = {use.page_url for use in uses}
    caught = [
        named
        for check in checks
        if check.page_url in showing and (named := frozenset(check.sources) - NOT_CATCHING)
    ]
    sources = frozenset().union(*caught)
    times = Counter(len(named) for named in caught)
    once, twice = times[1], times[2]
    if len(sources) < 2 or len(caught) < LEAST_PAGES or twice < LEAST_RECAUGHT:
        return None
    occasions = len(sources)
    unseen = (occasions - 1) / occasions * once * (once - 1) / (2 * (twice + 1))
    return Unseen(round(unseen), len(caught), occasions, once, twice)
