"""What indexing a site or a folder came to, and how that is said to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from creditline.records import Work
from creditline.works import likely_own_name

#: How many of one kind of line a summary for people lists.
SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One page or file that could not be had."""

    address: str
    problem: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing one site or folder came to."""

    where: str
    #: Pages read, or folders entered.
    pages: int
    #: Different image files that were named, whether fetched or not.
    images: int
    #: Works that take part, and those that do not, by reason.
    works: int
    excluded: tuple[tuple[str, int], ...]
    problems: tuple[Unreadable, ...] = ()
    #: Pages that the browser showed.
    rendered: int = 0
    #: Pages that were not seen whole, and why.
    not_seen_whole: tuple[Unreadable, ...] = ()
    #: Bounds that were reached.
    limits: tuple[str, ...] = ()
    #: Other lines that a person should read.
    notes: tuple[str, ...] = ()
    page_bytes: int = 0
    picture_bytes: int = 0
    is_folder: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything asked for was seen (missing files are the site's own matter)."""
        return not self.not_seen_whole and not self.limits

    def lines(self) -> list[str]:
        """The report for people, the first line by itself a summary."""
        left_out = sum(count for _, count in self.excluded)
        lines = [
            f"{self.where}: {numbered(self.pages, 'folder' if self.is_folder else 'page')}, "
            f"{numbered(self.images, 'image file')}, {numbered(self.works, 'work')}"
            + (f"; {left_out} kept out ({_listed(self.excluded)})" if left_out else "")
            + (f"; {len(self.problems)} could not be read" if self.problems else "")
        ]
        lines.extend((*self.limits, *self.notes))
        lines.extend(_some("not seen whole", self.not_seen_whole))
        lines.extend(_some("could not be read", self.problems))
        return lines


def file_problems(works: Iterable[Work]) -> list[Unreadable]:
    """Files of works that could not be had, by address."""
    return [
        Unreadable(rendition.url, rendition.problem)
        for work in works
        for rendition in work.renditions
        if rendition.problem is not None
    ]


def excluded_counts(works: Sequence[Work]) -> tuple[tuple[str, int], ...]:
    """How many works take no part, by reason, most first."""
    reasons = Counter((work.excluded or "").split(":")[0] for work in works if work.excluded is not None)
    return tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


def name_hint(works: Sequence[Work]) -> list[str]:
    """A line about a creator whom so many files name that it may be the owner's missing name."""
    creators = [creator for work in works for creator in work.rights.creator[:1]]
    name = likely_own_name(creators)
    left_out = sum(1 for work in works if work.excluded and name and f"{name!r}" in work.excluded)
    if not left_out:
        return []
    return [f"{left_out} pictures name {name!r} as their creator; if that is you, add it to [owner] names"]


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts)


def _some(title: str, items: Sequence[Unreadable]) -> list[str]:
    lines = [f"{title}: {item.address} ({item.problem})" for item in items[:SHOWN_LINES]]
    if len(items) > SHOWN_LINES:
        lines.append(f"{title}: and {len(items) - SHOWN_LINES} more")
    return lines


def numbered(count: int, name: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{count:,} {name}" + ("" if count == 1 else "s")
