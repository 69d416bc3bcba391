"""Joins what an index found with works that are known from elsewhere: a site's with a folder's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from creditline.records import Rendition, Work
from creditline.works.likeness import close_pairs


def join_known(found: Sequence[Work], known: Sequence[Work]) -> list[Work]:
    """Give every found work the files of the known work that looks the same, and the best file of both.

    The store then sees by the shared addresses that the two are one.
    """
    pictures = [work for work in (*found, *known) if work.fingerprint is not None]
    prints = [work.fingerprint for work in pictures if work.fingerprint is not None]
    partners: dict[int, Work] = {}
    for one, other in close_pairs(prints):
        mine, theirs = pictures[one], pictures[other]
        if not mine.id and theirs.id:
            partners.setdefault(id(mine), theirs)
    return [_joined(work, partners[id(work)]) if id(work) in partners else work for work in found]


def _joined(work: Work, known: Work) -> Work:
    renditions = {rendition.url: rendition for rendition in (*known.renditions, *work.renditions)}
    ordered = tuple(sorted(renditions.values(), key=lambda r: (-_pixels(r), r.url)))
    joined = replace(work, renditions=ordered)
    if (known.width or 0) * (known.height or 0) <= (work.width or 0) * (work.height or 0):
        return joined
    return replace(
        joined, url=known.url, width=known.width, height=known.height, fingerprint=known.fingerprint
    )


def _pixels(rendition: Rendition) -> int:
    return (rendition.width or 0) * (rendition.height or 1)
