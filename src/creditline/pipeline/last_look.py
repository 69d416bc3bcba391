"""Looks at a page once more at the moment of its screenshot, before anything is said to be missing.

One visit with the browser gives both: the picture of the page with frames, and its document after the
page's timers have run out. A page whose uses are all credited, and known, costs no visit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from creditline import checking, page
from creditline.pipeline.context import Context
from creditline.pipeline.looked import Found, LookResult
from creditline.pipeline.visits import Visit
from creditline.records import PageReading, PageTask, Rendering, Role, Use, UseFinding, Verdict

#: Roles whose uses a person will want to see on their page; the others never lead to a letter.
_SHOWN_ROLES = (Role.CONTENT,)

#: Evidence that only changes with what is said of the use.
SCREENSHOT = "screenshot"
PREVIEW = "screenshot_preview"

Judging = Callable[
    [bytes, tuple[tuple[str, str], ...], PageReading, tuple[Found, ...]], Awaitable[Mapping[int, Verdict]]
]


@dataclass(frozen=True, slots=True)
class Settled:
    """One use after the last look."""

    finding: UseFinding
    #: The visit with the screenshot of this use; ``None`` when there was none.
    shot: Rendering | None = None
    #: Screenshot and preview of an earlier check that still show what is said now.
    kept: tuple[tuple[str, str], ...] = ()
    #: The visit whose document the verdict stands on beside the two looks; ``None`` when none was needed.
    last: Rendering | None = None


@dataclass(slots=True)
class _PageLook:
    """What is known of one page while its uses are settled."""

    task: PageTask
    visit: Visit
    found: tuple[Found, ...]
    #: The visit that counts for every use of the page.
    rendering: Rendering | None = None
    reading: PageReading | None = None
    missing: str | None = None
    #: Of placements in its document, by the copy's hash and by the work's id.
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)


class LastLooks:
    """Settles what is said of the uses of one check.

    Args:
        context: The run's surroundings.
        judging: Judges placements of a document.
    """

    def __init__(self, context: Context, judging: Judging) -> None:
        self._context = context
        self._judging = judging

    async def settle(
        self,
        task: PageTask,
        visit: Visit,
        looks: Sequence[LookResult],
        findings: Sequence[UseFinding],
        known: Mapping[tuple[str, str], Use],
    ) -> list[Settled]:
        """Take screenshots where they are due, and take back accusations that do not last."""
        about = _PageLook(task, visit, tuple(item for look in looks for item in look.found))
        settled = [
            await self._settle_one(about, finding, known.get((finding.work_id, finding.content_key)))
            for finding in sorted(findings, key=lambda finding: finding.role not in _SHOWN_ROLES)
        ]
        final = checking.one_voice([each.finding for each in settled])
        return [replace(each, finding=finding) for each, finding in zip(settled, final, strict=True)]

    async def _settle_one(self, about: _PageLook, finding: UseFinding, known: Use | None) -> Settled:
        kept = _kept_shots(known, finding)
        shot = await self._shot(about, finding) if self._wants_shot(finding) and not kept else None
        if not checking.accuses(finding.verdict):
            return Settled(finding, shot, kept)
        if about.rendering is None:
            # Where no screenshot is due, the document alone is looked at: no picture moves for it.
            again = shot or await self._shot(about, finding, pictures=False)
            await self._look_again(about, again)
        verdict = checking.after_last_look(finding.verdict, self._last_look(about, finding))
        if verdict == finding.verdict:
            return Settled(finding, shot, kept, about.rendering)
        # What is to be seen has changed: a picture of what is said now.
        finding = replace(finding, verdict=verdict)
        kept = _kept_shots(known, finding)
        shot = await self._shot(about, finding) if self._wants_shot(finding) and not kept else None
        return Settled(finding, shot, kept, about.rendering)

    def _wants_shot(self, finding: UseFinding) -> bool:
        return (
            self._context.settings.check.screenshots
            and self._context.browser.available
            and finding.role in _SHOWN_ROLES
            and not finding.image_url.startswith("data:")
        )

    async def _shot(self, about: _PageLook, finding: UseFinding, *, pictures: bool = True) -> Rendering:
        browser = self._context.browser
        return await browser.screenshot(about.visit.final_url, boxes_of(finding), pictures=pictures)

    async def _look_again(self, about: _PageLook, rendering: Rendering) -> None:
        """Read and judge the document of the last look, for every picture of the page that is ours."""
        about.rendering = rendering
        about.missing = await self._read(about, rendering)
        if about.missing is not None or about.reading is None:
            return
        there = tuple(
            replace(item, placement=placement)
            for item in about.found
            for placement in checking.placements_of(about.reading, item.image_url, item.sha256)
        )
        verdicts = await self._judging(rendering.html, rendering.headers, about.reading, there)
        for item in there:
            for key in (item.sha256, item.match.work):
                about.verdicts.setdefault(key, []).append(verdicts[item.placement.ordinal])

    async def _read(self, about: _PageLook, rendering: Rendering) -> str | None:
        """Read the document; return why it is no look at the page."""
        ending = checking.rendering_ending(rendering)
        if ending is not None:
            return ending.reason
        away = checking.redirected_away(about.task.url, rendering.final_url)
        if away is not None:
            return away
        reading = await self._context.web.read(rendering.html, rendering.final_url, rendering.headers)
        about.reading = reading
        return page.page_state(rendering.status, rendering.headers, reading) or reading.incomplete

    def _last_look(self, about: _PageLook, finding: UseFinding) -> checking.LastLook:
        doubt = (
            checking.unjudged_doubt(about.rendering, about.reading, self._context.owner)
            if about.rendering is not None
            else None
        )
        verdicts = about.verdicts.get(finding.content_sha256) or about.verdicts.get(finding.work_id) or ()
        return checking.LastLook(tuple(verdicts), about.missing, doubt)


def boxes_of(finding: UseFinding) -> list[tuple[str, str]]:
    """What a screenshot frames: the picture, and its credit or the part of the page where one was sought."""
    credits = [e for e in finding.verdict.evidence if e.quote and e.rejected is None]
    boxes = [(finding.image_url, "your picture")]
    if credits:
        return [*boxes, (credits[0].quote, "credit")]
    return [*boxes, (f"near:{finding.image_url}", "no credit found here")]


def _kept_shots(known: Use | None, finding: UseFinding) -> tuple[tuple[str, str], ...]:
    if known is None or not _says_the_same(known, finding):
        return ()
    return tuple((kind, sha256) for kind, sha256 in known.evidence if kind in (SCREENSHOT, PREVIEW))


def _says_the_same(known: Use, finding: UseFinding) -> bool:
    quotes = tuple(evidence.quote for evidence in finding.verdict.evidence)
    return (known.verdict.kind, known.role, known.image_url) == (
        finding.verdict.kind,
        finding.role,
        finding.image_url,
    ) and quotes == tuple(evidence.quote for evidence in known.verdict.evidence)
