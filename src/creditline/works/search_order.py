"""Which works are worth searching for first: by what logs, earlier finds and time say of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditline.records import Use, Work

#: Weights of what makes a find likely, in points. Judgement, to be replaced by measured yields: a work
#: that was found elsewhere before is found again most often; requests from elsewhere show interest; a
#: search grows stale slowly.
FOUND_POINTS = 2.0
HITS_POINTS = 1.0
NEVER_SEARCHED_POINTS = 3.0
STALE_POINTS = 3.0
LARGE_POINTS = 1.0
#: A search this old is as stale as it gets.
STALE_AFTER = timedelta(days=180)
#: Longer side from which on a work is large enough to be taken for print or a headline, pixels.
LARGE_PX = 1600


@dataclass(frozen=True, slots=True)
class Prospect:
    """A work and how much a search for it promises."""

    work: Work
    points: float
    #: What the points come from, for people.
    why: str


def prospects(
    works: Sequence[Work],
    hits: Mapping[str, int],
    uses: Sequence[Use],
    searched: Mapping[str, datetime],
    now: datetime,
) -> list[Prospect]:
    """Order works by the expected yield of a search, best first; excluded ones are left out.

    Args:
        works: All works.
        hits: Requests from elsewhere by the address of a file (`DiscoveryStore.lead_hits`).
        uses: Uses known so far.
        searched: When each work was last searched for by any service, by its id.
        now: Time.
    """
    found: dict[str, int] = {}
    for use in uses:
        found[use.work_id] = found.get(use.work_id, 0) + 1
    judged = [
        _prospect(work, _hits_of(work, hits), found.get(work.id, 0), searched.get(work.id), now)
        for work in works
        if work.excluded is None and work.merged_into is None
    ]
    return sorted(judged, key=lambda each: (-each.points, each.work.url))


def _hits_of(work: Work, hits: Mapping[str, int]) -> int:
    return sum(hits.get(address, 0) for address in {work.url, *(each.url for each in work.renditions)})


def _prospect(work: Work, hits: int, found: int, searched: datetime | None, now: datetime) -> Prospect:
    points = HITS_POINTS * math.log2(1 + hits) + FOUND_POINTS * math.log2(1 + found)
    said = []
    if hits:
        said.append(f"{hits:,} requests from elsewhere")
    if found:
        said.append(f"{found:,} uses known")
    if searched is None:
        points += NEVER_SEARCHED_POINTS
        said.append("never searched for")
    else:
        points += STALE_POINTS * min(1.0, max(0.0, (now - searched) / STALE_AFTER))
        said.append(f"last searched for on {searched:%Y-%m-%d}")
    if max(work.width or 0, work.height or 0) >= LARGE_PX:
        points += LARGE_POINTS
    return Prospect(work, round(points, 3), ", ".join(said))
