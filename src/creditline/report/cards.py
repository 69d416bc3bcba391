"""One use as the report shows it: every sentence ready, nothing left to decide for the template."""

from __future__ import annotations

import re
from dataclasses import dataclass

from creditline.records import CreditEvidence, Region, Request, Use, VerdictKind, Work
from creditline.report import words
from creditline.report.groups import ASKED, Group, place
from creditline.report.model import ReportModel
from creditline.urls import Url

#: Quotations that stand on a card; more do not make it more believable.
SHOWN_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Quote:
    """One piece of evidence in words."""

    text: str
    where: str
    href: str | None
    rel: str
    rule: str
    #: Why it was not counted, ``None`` when it was.
    rejected: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail to show, and what it shows for people who do not see it."""

    sha256: str | None
    label: str
    #: Drawn as a frame where only a part is meant; ``None`` for the whole.
    frame: Region | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One use in words."""

    #: Name of its place in the file.
    anchor: str
    group: Group
    work_id: str
    site: str
    title: str
    page_url: str
    image_url: str
    sentence: str
    asides: tuple[str, ...]
    looks: str
    match: str
    ours: Picture
    theirs: Picture
    #: The part of the page with the picture, as a browser showed it.
    seen: Picture
    work_title: str
    work_url: str
    #: The evidence that says it best, and the rest, counted or not.
    shown: tuple[Quote, ...]
    further: tuple[Quote, ...]
    #: What stands where no evidence was counted; ``None`` when some was.
    silence: str | None
    facts: tuple[tuple[str, str], ...]
    #: The file of the letter that asks about it, ``None`` without one.
    letter: str | None


def make_cards(model: ReportModel) -> dict[Group, list[Card]]:
    """Turn every use into a card; sections in their order, within one by site, page and image."""
    works = {work.id: work for work in model.works}
    letters = _letters(model)
    cards: dict[Group, list[Card]] = {group: [] for group in Group}
    for use in sorted(model.uses, key=lambda each: (site_of(each.page_url), each.page_url, each.image_url)):
        card = make_card(use, works.get(use.work_id), model, letters.get(use.id))
        cards[card.group].append(card)
    return cards


def make_card(use: Use, work: Work | None, model: ReportModel, letter: Request | None = None) -> Card:
    """Put one use into words."""
    placed = place(use, work)
    evidence = dict(use.evidence)
    shown, further = _quotes(use)
    work_title = _title(work, use)
    shots = (evidence.get("work_thumbnail"), model.work_thumbnails.get(use.work_id))
    our_shot = next((shot for shot in shots if shot in model.thumbnails), None)
    return Card(
        anchor="use-" + re.sub(r"[^A-Za-z0-9]", "-", use.id),
        group=placed.group,
        work_id=use.work_id,
        site=site_of(use.page_url),
        title=use.page_title or site_of(use.page_url),
        page_url=use.page_url,
        image_url=use.image_url,
        sentence=words.verdict_sentence(use),
        asides=_asides(use, placed.note, placed.group),
        looks=words.looks_sentence(use),
        match=words.match_sentence(use),
        ours=Picture(our_shot, f"Your picture: {work_title}", _frame(use.match.our_region)),
        theirs=Picture(
            evidence.get("copy_thumbnail"),
            f"The picture on {site_of(use.page_url)}",
            _frame(use.match.region),
        ),
        seen=Picture(evidence.get("screenshot_preview"), _seen_label(use)),
        work_title=work_title,
        work_url=work.url if work else use.work_url,
        shown=shown,
        further=further,
        silence=None if shown else _silence(len(further), placed.group),
        facts=_facts(use),
        letter=model.letter_files.get(letter.id) if letter else None,
    )


def _seen_label(use: Use) -> str:
    return f"How {site_of(use.page_url)} shows it, with frames around the picture and what credits it"


def site_of(page_url: str) -> str:
    """The registrable domain of a page's address; the text itself where it is no address."""
    url = Url.try_parse(page_url)
    return url.registrable_domain if url else page_url


def _letters(model: ReportModel) -> dict[str, Request]:
    return {use_id: request for request in model.requests for use_id in request.use_ids}


def _title(work: Work | None, use: Use) -> str:
    if work and (work.title or work.alt):
        return work.title or work.alt or ""
    url = Url.try_parse(use.work_url)
    return (url.file_name if url else "") or use.work_url


def _quotes(use: Use) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
    """The evidence to show at once, without repetitions, and all other evidence."""
    fitting = {
        VerdictKind.LINKED: lambda item: item.credits_owner is True and item.href is not None,
        VerdictKind.TEXT_ONLY: lambda item: item.credits_owner is True,
        VerdictKind.CREDITED_TO_OTHER: lambda item: item.credits_owner is False,
    }.get(use.verdict_kind, lambda item: True)
    best: dict[tuple[str, str | None], CreditEvidence] = {}
    counted = [item for item in use.verdict.evidence if item.rejected is None]
    for item in sorted(counted, key=fitting, reverse=True):
        if len(best) < SHOWN_QUOTES:
            best.setdefault((item.quote, item.href), item)
    shown = list(best.values())
    further = [item for item in use.verdict.evidence if not any(item is each for each in shown)]
    return tuple(map(_quote, shown)), tuple(map(_quote, further))


def _quote(item: CreditEvidence) -> Quote:
    return Quote(item.quote, words.WHERE[item.where], item.href, " ".join(item.rel), item.rule, item.rejected)


def _asides(use: Use, note: str | None, group: Group) -> tuple[str, ...]:
    said = words.qualifiers(use.verdict)
    if use.verdict_by_owner is not None:
        said.append(f"That is your own verdict; the judge had found “{use.verdict.kind.value}”.")
    if group is Group.UNCLEAR and use.verdict_kind is VerdictKind.UNCLEAR and use.verdict.reason:
        said.append(f"The reason: {use.verdict.reason}.")
    elif note and group not in (Group.LINKED, Group.NAMED):
        said.append(f"{note[0].upper()}{note[1:]}.")
    return tuple(said)


def _silence(rejected: int, group: Group) -> str | None:
    if group not in (*ASKED, Group.YOUR_CALL, Group.PASSING):
        return None
    nothing = "Nothing on the page was found that reads like a credit for it."
    if not rejected:
        return nothing
    texts = words.counted(rejected, "text was", "texts were")
    return f"{nothing} {texts} read and not counted; see below."


def _frame(region: Region) -> Region | None:
    return region if words.share(region) < words.WHOLE_SHARE else None


def _facts(use: Use) -> tuple[tuple[str, str], ...]:
    size = f"{use.width} × {use.height} pixels" if use.width and use.height else None
    told = (
        ("Why this verdict", use.verdict.reason or None),
        ("How it stands there", words.ROLE[use.role] + (f", {size}" if size else "")),
        ("First seen", words.moment(use.first_seen)),
        ("Found by", ", ".join(use.sources) or None),
        ("What the match says", use.match.why or None),
        ("Evidence kept", ", ".join(f"{kind} {digest[:12]}" for kind, digest in use.evidence) or None),
        ("To settle it", f"creditline uses set {use.id} --disposition authorised"),
    )
    return tuple((label, text) for label, text in told if text)
