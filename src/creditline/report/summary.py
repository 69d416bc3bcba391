"""The report's first screen: what was found, what was not searched, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from creditline.records import CheckStatus, Exclusion, SearchOutcome, Work
from creditline.report import words
from creditline.report.cards import Card, site_of
from creditline.report.estimate import unseen_pages
from creditline.report.groups import ASKED, Group
from creditline.report.model import ReportModel, is_outdated
from creditline.report.words import counted

#: Notes of one source that are printed; a source asked a thousand times often says one thing.
NOTES_PER_SOURCE = 3


@dataclass(frozen=True, slots=True)
class SearchLine:
    """How the searches of one source ended that ended alike."""

    source: str
    searched: bool
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person may do now, with the command that does it."""

    text: str
    command: str | None


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page in a list, with why."""

    url: str
    site: str
    text: str


def search_lines(searches: Iterable[SearchOutcome]) -> list[SearchLine]:
    """Fold searches into one line per source and outcome, those not searched first."""
    alike: dict[tuple[bool, str, str], list[SearchOutcome]] = {}
    for outcome in searches:
        key = (outcome.status.was_searched, outcome.source, words.SEARCH[outcome.status])
        alike.setdefault(key, []).append(outcome)
    return [_search_line(*key, alike[key]) for key in sorted(alike)]


def _search_line(searched: bool, source: str, phrase: str, outcomes: Sequence[SearchOutcome]) -> SearchLine:
    if not searched:
        asked = max((each.searched_at for each in outcomes if each.searched_at is not None), default=None)
        phrase += f" ({asked:%Y-%m-%d %H:%M} UTC)" if asked is not None else ""
    times = "" if len(outcomes) == 1 else f" ({counted(len(outcomes), 'search', 'searches')})"
    seen, parsed, kept = (
        sum(getattr(each, name) for each in outcomes) for name in ("seen", "parsed", "kept")
    )
    figures = f"; {seen:,} seen, {parsed:,} read, {kept:,} kept" if seen or parsed or kept else ""
    if any(each.unproven for each in outcomes):
        figures += "; unproven"
    notes = dict.fromkeys(each.note for each in outcomes if each.note)
    shown = [note for note in notes if note][:NOTES_PER_SOURCE]
    if len(notes) > len(shown):
        shown.append(f"and {counted(len(notes) - len(shown), 'more note')}")
    return SearchLine(source, searched, f"{phrase}{times}{figures}", tuple(shown))


def page_lines(model: ReportModel) -> dict[CheckStatus, list[PageLine]]:
    """The pages that lead to no card, by what became of them."""
    with_use = {use.page_url for use in model.uses}
    lines: dict[CheckStatus, list[PageLine]] = {status: [] for status in CheckStatus}
    for check in sorted(model.page_checks, key=lambda each: (site_of(each.page_url), each.page_url)):
        if check.page_url in with_use:
            continue
        told = [text for text in (check.reason, check.note) if text]
        text = "; ".join(told) or words.CHECK[check.status]
        lines[check.status].append(PageLine(check.page_url, site_of(check.page_url), text))
    return lines


def excluded_works(works: Iterable[Work]) -> list[Work]:
    """Works that take no part, those that may be somebody else's first."""
    out = [work for work in works if work.excluded]
    return sorted(out, key=lambda work: (not in_doubt(work), work.url))


def in_doubt(work: Work) -> bool:
    """Whether a work waits for the owner to say whose it is."""
    return work.exclusion is Exclusion.NOT_YOURS and work.owner_says is None


def headline(model: ReportModel, cards: Mapping[Group, Sequence[Card]]) -> str:
    """The one sentence that sums it all up; silence never reads as "nothing found"."""
    asked = sum(len(cards[group]) for group in ASKED)
    if model.uses:
        sites = len({card.site for group in ASKED for card in cards[group]})
        uses = counted(len(model.uses), "use")
        if not asked:
            return f"{uses} of your pictures found; none that lacks a credit for certain."
        lack = "lacks" if asked == 1 else "lack"
        return f"{uses} of your pictures found; {asked:,} on {counted(sites, 'site')} {lack} your credit."
    return _without_uses(model)


def _without_uses(model: ReportModel) -> str:
    """What may be said when no use is known: less, the less was looked at."""
    unknown = "so nothing can be said about uses of your pictures."
    if not model.page_checks:
        if not any(outcome.status.was_searched or outcome.kept for outcome in model.searches):
            return f"Nothing has been searched yet, {unknown}"
        if any(outcome.kept for outcome in model.searches):
            return f"Pages were named, but none has been looked at yet, {unknown}"
        return "The sources that were searched named no page."
    looked = sum(check.status is CheckStatus.NOT_SHOWN for check in model.page_checks)
    if not looked:
        return f"No page could be looked at, {unknown}"
    return f"{counted(looked, 'page')} looked at; none of them shows a picture of yours."


def coverage(model: ReportModel) -> list[str]:
    """What the figures rest on: how much was looked at, and what was not."""
    taking_part = sum(work.excluded is None for work in model.works)
    checks = Counter(check.status for check in model.page_checks)
    blind, gone = checks[CheckStatus.COULD_NOT_CHECK], checks[CheckStatus.GONE]
    lines = [
        f"{counted(taking_part, 'work')} of yours",
        f"{counted(checks.total() - blind - gone, 'page')} looked at",
    ]
    outdated = {work.id for work in model.works if is_outdated(work)} & model.own_files_only
    plain = len(model.own_files_only - outdated)
    if plain:
        lines.append(f"{counted(plain, 'work')} too plain to be recognised safely (only their own files are)")
    if outdated:
        lines.append(f"{counted(len(outdated), 'work')} indexed by an earlier version, to be indexed again")
    if gone:
        lines.append(f"{counted(gone, 'page')} gone")
    if blind:
        lines.append(f"{counted(blind, 'page')} could not be looked at")
    failed = {outcome.source for outcome in model.searches if not outcome.status.was_searched}
    if failed:
        lines.append(f"{counted(len(failed), 'source')} not searched, or not to the end")
    unseen = unseen_pages(model.page_checks, model.uses)
    if unseen is not None:
        lines.append(unseen.words)
    return lines


def next_steps(model: ReportModel, cards: Mapping[Group, Sequence[Card]], blind_pages: int) -> list[Step]:
    """What a person should do now, most useful first."""
    asked = sum(len(cards[group]) for group in ASKED)
    unclear = len({card.page_url for card in cards[Group.UNCLEAR]}) + blind_pages
    yours = len(cards[Group.YOUR_CALL])
    failed = sorted({outcome.source for outcome in model.searches if not outcome.status.was_searched})
    letters = len(model.requests)
    steps = (
        (letters, f"Read {counted(letters, 'letter')} drafted for you. Nothing is sent by itself.", None),
        (asked and not letters, "Have polite letters drafted. Nothing is sent.", "creditline outreach draft"),
        (
            yours,
            f"Decide about {counted(yours, 'use')} under “Your call”.",
            "creditline uses set USE --verdict V",
        ),
        (unclear, f"Open {counted(unclear, 'page')} yourself where the program could not tell.", None),
        (failed, f"Search what was not searched: {', '.join(failed)}. “Sources” says why.", None),
        (
            cards[Group.NAMED] and not model.ask_for_links,
            "To ask those who name you for a link as well, set ask_for_links in [outreach].",
            None,
        ),
        (
            any(in_doubt(work) for work in model.works),
            "Say which of the images in doubt are yours.",
            "creditline works set WORK --include",
        ),
    )
    return [Step(text, command) for wanted, text, command in steps if wanted]
