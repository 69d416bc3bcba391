"""Which site is most worth asking, and in which order a letter names its uses."""

from __future__ import annotations

from collections.abc import Iterable

from creditline.outreach.facts import site_of
from creditline.outreach.missing_credit import ASKABLE
from creditline.records import MissingCredit


def by_worth(credits: Iterable[MissingCredit]) -> list[list[MissingCredit]]:
    """Group missing credits by site, most worth asking first.

    A site comes before another by, in this order: what is lacking (no credit, then somebody else's,
    then a link only), how many uses it has, how large its largest copy is shown, its name. Within a
    site: what is lacking, then page and image address.
    """
    sites: dict[str, list[MissingCredit]] = {}
    for credit in credits:
        sites.setdefault(site_of(credit), []).append(credit)
    for group in sites.values():
        group.sort(key=lambda each: (_lack(each), each.use.page_url, each.use.image_url, each.use.id))
    return [sites[site] for site in sorted(sites, key=lambda site: (*_worth(sites[site]), site))]


def _worth(group: list[MissingCredit]) -> tuple[int, int, int]:
    return min(map(_lack, group)), -len(group), -max(map(_area, group))


def _lack(credit: MissingCredit) -> int:
    return ASKABLE.index(credit.kind)


def _area(credit: MissingCredit) -> int:
    return (credit.use.width or 0) * (credit.use.height or 0)
