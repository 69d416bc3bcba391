"""What an engine's reply is read into: an outcome first, then what it claims.

A reader never answers "nothing" because it understood nothing. Whatever it saw and could not read is
counted, and any difference between the two ends in an outcome that is not `results`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from creditline.records import SearchStatus
from creditline.urls import Url

#: Share of the items seen that must be readable; below it the layout is called unknown. Research on
#: drifting result pages (engines, 6.4): real pages read to the last card, changed ones to few or none.
LEAST_READABLE = 0.9


class Claim(StrEnum):
    """What the engine itself says a result is, in our word for its word; never a proof."""

    EXACT = "exact"
    FULL = "full"
    PARTIAL = "partial"
    PAGES_INCLUDING = "pages including"
    VISUAL = "visual"
    SAME_BYTES = "same bytes"
    BYTES_OR_NAME = "same bytes or file name"
    CONTACTED = "contacted host"
    FILE_USED = "file used"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Card:
    """One result as an engine shows it."""

    claim: Claim
    #: ``None`` where the engine names an image and no page.
    page_url: Url | None = None
    image_url: Url | None = None
    title: str | None = None
    site_name: str | None = None
    snippet: str | None = None
    #: The engine's own small copy: never a proof of anything.
    thumbnail_url: Url | None = None
    width: int | None = None
    height: int | None = None
    #: In the engine's own scale; ``None`` when it gives none.
    score: float | None = None
    #: As the engine writes it, often relative.
    date: str | None = None
    #: Words of the engine about the site: ``stock``, ``collection``, ``product``.
    flags: tuple[str, ...] = ()
    #: Whether every field that results of this kind always have could be read.
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """One reply, classified and read."""

    status: SearchStatus
    cards: tuple[Card, ...] = ()
    #: Results the reply holds by its own structure, and those that could be read whole.
    seen: int = 0
    parsed: int = 0
    #: How many results the engine says there are in all.
    declared: int | None = None
    #: The tab that is shown, in our words (``exact``, ``all``, ``visual``, ``sites``).
    selected_tab: str | None = None
    #: Links of the other tabs, by the same words: they are bound to the session that made them.
    tabs: Mapping[str, str] = field(default_factory=dict)
    #: How the next part of the same answer is asked for, in the engine's own words.
    cursor: str | None = None
    retry_after_s: float | None = None
    #: One line for people.
    note: str | None = None


def settle(
    cards: Sequence[Card],
    seen: int,
    *,
    empty: str | None = None,
    doubt: str | None = None,
    declared: int | None = None,
    selected_tab: str | None = None,
    tabs: Mapping[str, str] | None = None,
    cursor: str | None = None,
) -> Reading:
    """Decide what a reply of known layout ended as.

    Args:
        cards: What could be read.
        seen: Results that the reply holds, counted by another rule than the one that read them.
        empty: The positive sign by which the engine says that it has nothing; ``None`` without one.
        doubt: Why the reply may be less than the whole answer.
        declared: See `Reading`; so the others.
    """
    seen, whole = max(seen, len(cards)), sum(card.is_whole for card in cards)
    status, note = SearchStatus.RESULTS, doubt
    if seen == 0:
        status = SearchStatus.NONE_CONFIRMED if empty and not doubt else SearchStatus.UNKNOWN_LAYOUT
        note = doubt or empty or "no results and no sign that there are none"
    elif whole < LEAST_READABLE * seen:
        status, note = SearchStatus.UNKNOWN_LAYOUT, _joined(f"only {whole} of {seen} readable", doubt)
    elif whole < seen:
        status, note = SearchStatus.PARTIAL, _joined(f"{seen - whole} of {seen} not readable", doubt)
    elif doubt is not None or cursor is not None:
        status = SearchStatus.PARTIAL
    return Reading(
        status,
        tuple(cards),
        seen,
        whole,
        declared,
        selected_tab,
        dict(tabs or {}),
        cursor,
        note=note,
    )


def refused(status: SearchStatus, note: str, *, retry_after_s: float | None = None) -> Reading:
    """A reply that is no answer to the question."""
    return Reading(status, retry_after_s=retry_after_s, note=note)


def distinct(cards: Iterable[Card]) -> list[Card]:
    """Each page and image once, in order; the first card that names them stays."""
    return list({(card.page_url, card.image_url): card for card in reversed(list(cards))}.values())[::-1]


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
