"""Which site is most worth asking, and in which order a letter names its uses.

A site comes before another by, in this order: what is lacking (no credit, then somebody else's, then a
link only), how many uses it has, how large its largest copy is shown, its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from creditline.outreach.facts import site_of
from creditline.outreach.missing_credit import ASKABLE
from creditline.records import MissingCredit, Request, Use


def by_worth(credits: Iterable[MissingCredit]) -> list[list[MissingCredit]]:
    """Group missing credits by site, most worth asking first.

    Within a site: by what is lacking, then by page and image address.
    """
    sites: dict[str, list[MissingCredit]] = {}
    for credit in credits:
        sites.setdefault(site_of(credit), []).append(credit)
    for group in sites.values():
        group.sort(key=lambda each: (_lack(each.use), each.use.page_url, each.use.image_url, each.use.id))
    worth = {site: _worth([credit.use for credit in group]) for site, group in sites.items()}
    return [sites[site] for site in sorted(sites, key=lambda site: (worth[site], site))]


def letters_by_worth(requests: Iterable[Request], uses: Mapping[str, Use]) -> list[Request]:
    """Sort letters, most worth sending first.

    Args:
        requests: In any order.
        uses: By id; letters whose uses are not among them come last.
    """

    def key(request: Request) -> tuple[tuple[int, int, int], str]:
        return _worth([uses[use_id] for use_id in request.use_ids if use_id in uses]), request.site

    return sorted(requests, key=key)


def _worth(uses: Sequence[Use]) -> tuple[int, int, int]:
    if not uses:
        return len(ASKABLE), 0, 0
    return min(map(_lack, uses)), -len(uses), -max(map(_area, uses))


def _lack(use: Use) -> int:
    return ASKABLE.index(use.verdict_kind) if use.verdict_kind in ASKABLE else len(ASKABLE)


def _area(use: Use) -> int:
    return (use.width or 0) * (use.height or 0)
