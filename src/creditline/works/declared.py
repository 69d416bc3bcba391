"""Which files are sizes of one picture by what pages and file names declare, before any is fetched.

One ``<img>`` with its srcset shows one picture (HTML standard, "images"); so do addresses that differ
only in a size. The sources of a ``<picture>`` may be different crops (art direction), and a link may
lead from a cropped thumbnail to the whole: those are only joined where their names agree, and else
compared by their pixels once they are fetched (`grouping`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from creditline.records import ImageCandidate, PlacementKind
from creditline.urls import Url
from creditline.works.finds import FoundImage
from creditline.works.names import family_key, is_picture_address, stem_key, width_hint

_LINK = "href"


@dataclass(frozen=True, slots=True)
class Family:
    """The files that are declared to be one picture, the one most likely largest first."""

    #: Stable name: the smallest of its files' keys.
    key: str
    urls: tuple[Url, ...]
    found: tuple[FoundImage, ...]
    #: Widths in pixels that markup or names state.
    widths: tuple[tuple[Url, int], ...] = ()
    #: Keys of the families to which this one's images link as their full size.
    links_to: frozenset[str] = frozenset()


class Sets:
    """Disjoint sets of texts (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        """The set's representative: its smallest member."""
        parent = self._parent.setdefault(item, item)
        while parent != self._parent[parent]:
            parent = self._parent[parent] = self._parent[self._parent[parent]]
        self._parent[item] = parent
        return parent

    def join(self, one: str, other: str) -> None:
        """Make two sets one."""
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def declared_families(found: Sequence[FoundImage]) -> list[Family]:
    """Put all named files into families, ordered by key."""
    stand_ins = _stand_ins(found)
    sets = Sets()
    for image in found:
        for one, other in _declared_pairs(image):
            if one not in stand_ins and other not in stand_ins:
                sets.join(one, other)
    # Addresses stay in the order of the pages, which name a lazy image's stand-in last.
    members: dict[str, dict[Url, list[ImageCandidate]]] = defaultdict(lambda: defaultdict(list))
    images: dict[str, list[FoundImage]] = defaultdict(list)
    links: dict[str, set[str]] = defaultdict(set)
    for image in found:
        shown = dict.fromkeys(sets.find(family_key(c.url)) for c in image.candidates if c.attribute != _LINK)
        for candidate in image.candidates:
            root = sets.find(family_key(candidate.url))
            members[root][candidate.url].append(candidate)
            if not images[root] or images[root][-1] is not image:
                images[root].append(image)
            if candidate.attribute == _LINK:
                for thumbnail in shown:
                    links[thumbnail].add(root)
    return [
        Family(
            key=root,
            urls=_best_first(members[root]),
            found=tuple(images[root]),
            widths=tuple(sorted(_widths(members[root]).items())),
            links_to=frozenset(links[root] - {root}),
        )
        for root in sorted(members)
    ]


def with_linked_file(image: FoundImage) -> FoundImage:
    """The image with the picture file it links to among its candidates, where it links to one."""
    if image.link is None or not is_picture_address(image.link):
        return image
    if any(candidate.url == image.link for candidate in image.candidates):
        return image
    linked = ImageCandidate(image.link.without_fragment(), None, _LINK)
    return replace(image, candidates=(*image.candidates, linked))


def _declared_pairs(image: FoundImage) -> Iterator[tuple[str, str]]:
    """Pairs of keys that this image alone declares to be one picture."""
    shown = [candidate for candidate in image.candidates if candidate.attribute != _LINK]
    if image.kind is not PlacementKind.PICTURE:
        yield from ((family_key(shown[0].url), family_key(candidate.url)) for candidate in shown[1:])
    first_of_stem: dict[str, ImageCandidate] = {}
    for candidate in image.candidates:
        if stem := stem_key(candidate.url):
            first = first_of_stem.setdefault(stem, candidate)
            yield family_key(first.url), family_key(candidate.url)


def _stand_ins(found: Sequence[FoundImage]) -> set[str]:
    """Keys declared together with different pictures at different places: a lazy loader's blank image."""
    partners: dict[str, frozenset[str]] = {}
    stand_ins = set()
    for image in found:
        keys = frozenset(family_key(c.url) for c in image.candidates if c.attribute != _LINK)
        for key in keys if len(keys) > 1 else ():
            others = keys - {key}
            known = partners.setdefault(key, others)
            if not known & others:
                stand_ins.add(key)
    return stand_ins


def _best_first(members: dict[Url, list[ImageCandidate]]) -> tuple[Url, ...]:
    """Likely the most pixels first: linked full size, unsized original, by stated width, as named."""
    widths = _widths(members)
    sized_keys = {family_key(url) for url in members if width_hint(url) is not None}

    def order(url: Url) -> tuple[int, int]:
        if any(candidate.attribute == _LINK for candidate in members[url]):
            return (0, 0)
        if width_hint(url) is None and family_key(url) in sized_keys:
            return (1, 0)
        return (2, -widths.get(url, 0))

    return tuple(sorted(members, key=order))


def _widths(members: dict[Url, list[ImageCandidate]]) -> dict[Url, int]:
    stated = {
        url: max((c.width or 0 for c in candidates), default=0) or width_hint(url) or 0
        for url, candidates in members.items()
    }
    return {url: width for url, width in stated.items() if width}
