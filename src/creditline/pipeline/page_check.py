"""One page: look at it, raw and where needed in the browser, and say which works it shows and how.

Reads top to bottom. What the looks mean is decided in `checking`, `credit` and `fingerprint`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from creditline import checking, credit, fingerprint, page
from creditline.errors import GateError
from creditline.fingerprint import PortfolioIndex
from creditline.pipeline.context import Context
from creditline.pipeline.evidence import EvidenceKeeper
from creditline.pipeline.experience import Experience
from creditline.pipeline.last_look import LastLooks
from creditline.pipeline.looked import Found, LookResult
from creditline.pipeline.recogniser import MOST_BYTES_HELD, Copy, Recogniser
from creditline.pipeline.visits import Picture, Visit
from creditline.records import (
    CheckResult,
    CheckStatus,
    FetchProblem,
    LinkTarget,
    Look,
    MatchMethod,
    MatchStatus,
    PageReading,
    PageTask,
    Placement,
    PlacementKind,
    Use,
    UseFinding,
    Validators,
    Verdict,
    VerdictKind,
    Versions,
)
from creditline.urls import Url, canonical
from creditline.works import Hotlinks

#: How many of a placement's files are asked for before it counts as not to be had.
MAX_FILES_PER_PLACEMENT = 3

#: Sources by which a page is on the list without anybody having claimed that it shows a work.
PASSED_BY = ("watch_list", "link on ")

#: What is said of a document that begins and does not end: a server that died, a connection that closed.
NO_END = "truncated: the document has no end"

#: Images of one page that are fetched at the same time; politeness per host comes on top.
IMAGES_AT_ONCE = 6


@dataclass(slots=True)
class Checked:
    """The result of a check, and pages that it came across and that should be checked as well."""

    result: CheckResult
    further: tuple[Url, ...] = ()


class PageChecker:
    """Checks pages against one portfolio.

    Args:
        context: The run's surroundings.
        portfolio: The works to recognise.
        hotlinks: Knows the addresses of the owner's own files.
    """

    def __init__(self, context: Context, portfolio: PortfolioIndex, hotlinks: Hotlinks) -> None:
        self._context = context
        self._recogniser = Recogniser(portfolio, context.web)
        self._hotlinks = hotlinks
        self._evidence = EvidenceKeeper(context)
        self._last_looks = LastLooks(context, self._verdicts)
        self._experience = Experience(context)
        self._targets: dict[str, LinkTarget | None] = {}
        self._versions = Versions(
            fingerprint=fingerprint.ALGORITHM, judge=credit.JUDGE_VERSION, program=_program_version()
        )

    async def check(self, task: PageTask) -> Checked:
        """Visit a page and judge every placement that shows one of our works. Never raises for a page."""
        visit = await self._context.web.page(task.url)
        base = self._base(task, visit)
        ending = checking.reply_ending(visit.reply)
        if ending is not None:
            return Checked(replace(base, status=ending.status, reason=ending.reason))
        reading = await self._context.web.reading(visit)
        reason = self._not_the_page(task, visit, reading)
        if reason is not None:
            return Checked(replace(base, reason=reason))
        base = replace(base, title=reading.title, language=reading.language)
        folded = await self._folds_into(task.url, visit.final_url, reading)
        if folded is not None:
            note = f"another form of {folded}"
            return Checked(replace(base, status=CheckStatus.SHOWN, folds_into=folded, note=note), (folded,))
        return await self._judge(task, visit, reading, base)

    def _base(self, task: PageTask, visit: Visit) -> CheckResult:
        now = self._context.clock.now()
        return CheckResult(
            page_url=task.url,
            status=CheckStatus.COULD_NOT_CHECK,
            # A resumed run may take what it fetched hours ago: the look is as old as the page it saw.
            checked_at=min(now, visit.reply.fetched_at),
            load_id=_load_id(task.url, now),
            versions=self._versions,
            final_url=visit.final_url,
            validators=Validators(visit.reply.header("etag"), visit.reply.header("last-modified")),
            raw_sha256=visit.sha256,
            bytes_moved=visit.reply.bytes_moved,
        )

    def _not_the_page(self, task: PageTask, visit: Visit, reading: PageReading) -> str | None:
        """Why what came is not the page that was asked for, or not the whole of it."""
        away = checking.redirected_away(task.url, visit.final_url)
        state = page.page_state(visit.status, visit.reply.headers, reading)
        sent = checking.sends_away(visit.final_url, reading)
        return state or away or visit.problem or sent or reading.incomplete

    async def _folds_into(self, asked: Url, got: Url, reading: PageReading) -> Url | None:
        """The article this page is another form of, once that article proved to be there."""
        target = checking.fold_target(got, reading)
        proven = await self._proven_article(target) if target is not None else None
        if proven is not None and proven.key not in (asked.key, got.key):
            return canonical(proven)
        return canonical(got) if got.key != asked.key else None

    async def _proven_article(self, target: Url) -> Url | None:
        """Where an article that a page names as its proper form really is; ``None`` if it is not."""
        visit = await self._context.web.page(target)
        if not visit.ok or checking.redirected_away(target, visit.final_url):
            return None
        reading = await self._context.web.reading(visit)
        if page.page_state(visit.status, visit.reply.headers, reading) is not None:
            return None
        return visit.final_url if checking.fold_target(visit.final_url, reading) is None else None

    async def _judge(self, task: PageTask, visit: Visit, reading: PageReading, base: CheckResult) -> Checked:
        raw = await self._look(Look.RAW, visit.body, visit.reply.headers, reading, task)
        expected = _was_named(task)
        signal = checking.browser_need(
            reading, [item.verdict for item in raw.seen], expected=expected, unmatched_raw=not raw.found
        )
        need = signal
        if not raw.found:
            need = await self._experience.need(visit.final_url, signal, expected=expected)
        rendered: LookResult | None = None
        missing: str | None = None
        if need is not None:
            rendered, missing = await self._rendered_look(task, visit, reading)
        if rendered is not None:
            await self._experience.learn(visit.final_url, gained=_gained(raw, rendered))
        if need == checking.AUDIT and missing is not None:
            # Nothing spoke for a second look; that it failed says nothing of the first.
            rendered = missing = need = None
        return await self._conclude(task, visit, base, raw, rendered, missing, needed=need is not None)

    # --- looks ----------------------------------------------------------------------------------

    async def _rendered_look(
        self, task: PageTask, visit: Visit, raw: PageReading
    ) -> tuple[LookResult | None, str | None]:
        """The second look, and why there is none or it is not one at the same page."""
        browser = self._context.browser
        if not browser.available:
            return None, FetchProblem.NO_BROWSER.value
        rendering = await browser.render(visit.final_url)
        ending = checking.rendering_ending(rendering)
        if ending is not None:
            return None, ending.reason
        away = checking.redirected_away(task.url, rendering.final_url)
        if away is not None:
            return None, f"in the browser it {away}"
        reading = await self._context.web.read(rendering.html, rendering.final_url, rendering.headers)
        state = page.page_state(rendering.status, rendering.headers, reading)
        if state is not None or reading.incomplete is not None:
            return None, state or reading.incomplete
        look = await self._look(Look.RENDERED, rendering.html, rendering.headers, reading, task)
        seen = tuple(checking.unless_hidden(item, rendering.boxes) for item in look.seen)
        return replace(look, seen=seen), checking.different_page(raw, reading)

    async def _look(
        self,
        which: Look,
        html: bytes,
        headers: tuple[tuple[str, str], ...],
        reading: PageReading,
        task: PageTask,
    ) -> LookResult:
        limit = self._context.settings.check.max_images_per_page
        worth = [p for p in reading.placements if checking.worth_comparing(p) is None]
        copies = await self._copies(worth[:limit])
        missed = [copy for copy in copies if isinstance(copy, str)]
        to_see = [copy for copy in copies if isinstance(copy, Copy)]
        recognised = await self._recogniser.settled(to_see, expected=_was_named(task))
        found = recognised.found
        missed += [f"{_place_of(copy)}: {why}" for copy, why in recognised.in_doubt]
        if len(worth) > limit:
            missed.append(f"more than {limit} images")
        verdicts = await self._verdicts(html, headers, reading, found)
        return LookResult(
            which=which,
            html=html,
            reading=reading,
            seen=tuple(_seen(which, item, verdicts[item.placement.ordinal]) for item in found),
            found=found,
            compared=len(worth[:limit]) - len(missed),
            not_compared=tuple(missed),
        )

    async def _copies(self, placements: Sequence[Placement]) -> list[Copy | str | None]:
        """What each placement shows, see `_copy`."""
        turnstile = asyncio.Semaphore(IMAGES_AT_ONCE)
        held = 0

        async def fetch(placement: Placement) -> Copy | str | None:
            nonlocal held
            async with turnstile:
                copy = await self._copy(placement)
                if isinstance(copy, Copy):
                    held += len(copy.picture.body)
                    if held > MOST_BYTES_HELD:
                        copy = replace(copy, picture=await self._context.web.thorough(copy.picture))
                return copy

        return await asyncio.gather(*(fetch(placement) for placement in placements))

    async def _copy(self, placement: Placement) -> Copy | str | None:
        """What a placement shows; a text says why it could not be had, ``None`` that it is no picture."""
        if placement.kind is PlacementKind.INLINE_DATA:
            return await self._inline_copy(placement)
        problem: str | None = None
        candidates = checking.choose_candidate(placement, self._hotlinks.is_ours)
        for candidate in candidates[:MAX_FILES_PER_PLACEMENT]:
            picture = await self._picture(candidate.url)
            if picture.decoded is None:
                if not picture.is_missing and checking.may_be_a_picture(picture.gate_problem):
                    problem = f"{candidate.url.host}: {picture.problem}"
                continue
            is_ours = self._hotlinks.is_ours(candidate.url)
            return Copy(placement, candidate.url.href, is_ours, picture)
        return problem

    async def _picture(self, url: Url) -> Picture:
        """A file of the page; one of the owner's own is known, and their server may refuse strangers."""
        known = await self._context.web.known_picture(url) if self._hotlinks.is_ours(url) else None
        return known or await self._context.web.picture(url)

    async def _inline_copy(self, placement: Placement) -> Copy | str | None:
        if not placement.inline:
            return None
        picture = await self._context.web.inline_picture(placement.inline)
        if picture.decoded is None:
            may_be_ours = checking.may_be_a_picture(picture.gate_problem)
            return f"in the page itself: {picture.problem}" if may_be_ours else None
        return Copy(placement, f"data:sha256,{picture.decoded.sha256}", False, picture)

    async def _verdicts(
        self,
        html: bytes,
        headers: tuple[tuple[str, str], ...],
        reading: PageReading,
        found: tuple[Found, ...],
    ) -> Mapping[int, Verdict]:
        """The judge's word on each placement found, from the gate's child."""
        if not found:
            return {}
        rights = {item.placement.ordinal: item.decoded.rights for item in found if item.decoded}
        ordinals = [item.placement.ordinal for item in found]
        try:
            return await self._context.gate.run(
                credit.judge_placements,
                html,
                reading.url.href,
                ordinals,
                self._context.owner,
                credit.JudgeContext(headers=headers, rights=rights),
            )
        except GateError as error:
            unclear = Verdict(VerdictKind.UNCLEAR, reason=f"could not be judged: {error}")
            return dict.fromkeys(ordinals, unclear)

    # --- conclusion -----------------------------------------------------------------------------

    async def _conclude(
        self,
        task: PageTask,
        visit: Visit,
        base: CheckResult,
        raw: LookResult,
        rendered: LookResult | None,
        missing: str | None,
        *,
        needed: bool,
    ) -> Checked:
        looks = [raw] + ([rendered] if rendered else [])
        has_end = not raw.reading.unclosed
        whole = looks[: 1 if missing else None]
        complete = frozenset(look.which for look in whole if has_end or look is not raw)
        store = self._context.store
        known = await asyncio.to_thread(store.page_uses, self._context.owner_id, task.url)
        findings = checking.merge_findings(
            [item for look in looks for item in look.seen],
            complete=complete,
            known_keys=[(use.work_id, key) for use in known if (key := use.content_key)],
            missing_look=missing or (None if has_end else NO_END),
        )
        base = replace(base, complete_looks=complete, note=_note(looks, missing))
        reason = missing if needed and missing else _uncertain(looks)
        if not findings:
            status = CheckStatus.COULD_NOT_CHECK if reason else CheckStatus.NOT_SHOWN
            return Checked(replace(base, status=status, reason=reason))
        by_key = _by_key(known)
        settled = await self._last_looks.settle(task, visit, looks, findings, by_key)
        settled = [replace(each, finding=await self._with_link_target(each.finding)) for each in settled]
        uses = await self._evidence.keep(base, visit, raw, rendered, settled, by_key)
        result = replace(base, status=CheckStatus.SHOWN, reason=reason, uses=tuple(uses))
        return Checked(result, _linked_articles(looks, task.url))

    async def _with_link_target(self, finding: UseFinding) -> UseFinding:
        """Follow the credit's links to the owner's own sites, each once a run."""
        targets = []
        for url in checking.links_to_follow(finding.verdict, self._context.owner):
            if url.key not in self._targets:
                visit = await self._context.web.page(url)
                self._targets[url.key] = checking.link_target(url, visit.reply)
            targets.append(self._targets[url.key])
        verdict = replace(finding.verdict, link_target=checking.best_target(targets))
        return replace(finding, verdict=verdict)


def _by_key(known: list[Use]) -> dict[tuple[str, str], Use]:
    return {(use.work_id, use.content_key): use for use in known if use.content_key}


def _gained(raw: LookResult, rendered: LookResult) -> bool:
    matches = [[item.match for item in look.found] for look in (raw, rendered)]
    return checking.shows_more(raw.reading, matches[0], rendered.reading, matches[1])


def _was_named(task: PageTask) -> bool:
    """Whether a source claims that a work is on this page, rather than a crawl having passed by it."""
    return any(not source.startswith(PASSED_BY) for source in task.sources)


def _seen(which: Look, item: Found, verdict: Verdict) -> checking.SeenPlacement:
    if item.match.status is not MatchStatus.CONFIRMED:
        verdict = replace(verdict, kind=VerdictKind.UNCLEAR, reason="look at both pictures: not surely yours")
    decoded = item.decoded
    by_bytes_only = item.match.method is MatchMethod.BYTES and decoded is None
    return checking.SeenPlacement(
        look=which,
        placement=item.placement,
        image_url=item.image_url,
        hotlinked=item.hotlinked,
        match=item.match,
        verdict=verdict,
        sha256=item.sha256,
        phash="" if by_bytes_only or decoded is None else decoded.fingerprint.phash.hex(),
        width=decoded.width if decoded else 0,
        height=decoded.height if decoded else 0,
    )


def _place_of(copy: Copy) -> str:
    return "in the page itself" if copy.image_url.startswith("data:") else Url(copy.image_url).host


def _note(looks: list[LookResult], missing: str | None) -> str:
    last = looks[-1]
    parts = [f"{last.compared} of {len(last.reading.placements)} images compared"]
    if last.not_compared:
        parts.append(f"{len(last.not_compared)} not to be had ({last.not_compared[0]})")
    parts.append("raw and rendered" if len(looks) == 2 else "raw only")
    if missing:
        parts.append(f"no second look: {missing}")
    return "; ".join(parts)


def _uncertain(looks: list[LookResult]) -> str | None:
    """Why "not shown" cannot be said: half a page, or an image that may be ours was not compared."""
    missed, reading = looks[-1].not_compared, looks[-1].reading
    if looks[0].reading.unclosed:
        return NO_END
    if missed:
        return f"{len(missed)} images could not be compared: {missed[0]}"
    return "an empty page" if not reading.placements and not reading.text.strip() else None


def _linked_articles(looks: list[LookResult], page_url: Url) -> tuple[Url, ...]:
    """Articles that a teaser's thumbnail leads to: the picture's real place is there."""
    return checking.teaser_targets([item.placement for look in looks for item in look.found], page_url)


def _load_id(url: Url, now: datetime) -> str:
    return hashlib.sha256(f"{url} {now.isoformat()}".encode()).hexdigest()[:16]


def _program_version() -> str:
    from creditline import __version__

    return __version__
