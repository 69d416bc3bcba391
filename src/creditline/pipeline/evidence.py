"""Keeps what proves a use: the documents, the headers, the copy's thumbnail, a screenshot with frames.

Files are content-addressed, so the same document is kept once. A screenshot is taken when there is
none yet for what is said of a use now; an unchanged use costs no second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from creditline.errors import GateError
from creditline.pipeline.context import Context
from creditline.pipeline.looked import LookResult
from creditline.pipeline.visits import Visit
from creditline.records import CheckResult, Role, Use, UseFinding
from creditline.render.pictures import preview

#: Evidence kinds that only change with what is said of the use.
SCREENSHOT = "screenshot"
PREVIEW = "screenshot_preview"

#: Roles whose uses a person will want to see on their page; the others never lead to a letter.
_SHOWN_ROLES = (Role.CONTENT,)


class EvidenceKeeper:
    """Stores the evidence of the uses of one check."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def keep(
        self,
        base: CheckResult,
        visit: Visit,
        raw: LookResult,
        rendered: LookResult | None,
        findings: tuple[UseFinding, ...],
        known: Mapping[tuple[str, str], Use],
    ) -> list[UseFinding]:
        """Store everything and return the findings with their evidence."""
        now = base.checked_at
        shared = [
            ("raw_html", self._put(raw.html, "raw_html", "text/html", now)),
            ("headers", self._put(_headers(visit), "headers", "application/json", now)),
        ]
        if rendered is not None:
            shared.append(("rendered_html", self._put(rendered.html, "rendered_html", "text/html", now)))
        thumbnails = _thumbnails(raw, rendered)
        kept = []
        for finding in findings:
            own = list(shared)
            thumbnail = thumbnails.get(finding.content_sha256)
            if thumbnail:
                own.append(("copy_thumbnail", self._put(thumbnail, "copy_thumbnail", "image/jpeg", now)))
            shot = await self._screenshot(visit, finding, known.get((finding.work_id, finding.content_key)))
            own += shot
            kept.append(replace(finding, evidence=tuple(own)))
        return kept

    def _put(self, body: bytes, kind: str, media_type: str, now: datetime) -> str:
        return self._context.store.put(body, kind, media_type, now).sha256

    async def _screenshot(
        self, visit: Visit, finding: UseFinding, known: Use | None
    ) -> list[tuple[str, str]]:
        """A screenshot and its preview for what is said now: those that are there, or new ones."""
        if known is not None and _says_the_same(known, finding):
            kept = [(kind, sha256) for kind, sha256 in known.evidence if kind in (SCREENSHOT, PREVIEW)]
            if kept:
                return kept
        wanted = self._context.settings.check.screenshots and finding.role in _SHOWN_ROLES
        if not wanted or not self._context.browser.available or finding.image_url.startswith("data:"):
            return []
        boxes = [(finding.image_url, "your picture")]
        boxes += [(e.quote, "credit") for e in finding.verdict.evidence if e.quote and e.rejected is None][:1]
        rendering = await self._context.browser.screenshot(visit.final_url, boxes)
        if not rendering.screenshot:
            return []
        when = rendering.rendered_at
        kept = [(SCREENSHOT, self._put(rendering.screenshot, SCREENSHOT, "image/png", when))]
        try:
            small = await self._context.gate.run(preview, rendering.screenshot)
        except GateError:
            # A picture too heavy for the child: the report does without, the evidence is whole.
            return kept
        return [*kept, (PREVIEW, self._put(small, PREVIEW, "image/jpeg", when))]


def _says_the_same(known: Use, finding: UseFinding) -> bool:
    quotes = tuple(evidence.quote for evidence in finding.verdict.evidence)
    return (known.verdict.kind, known.role, known.image_url) == (
        finding.verdict.kind,
        finding.role,
        finding.image_url,
    ) and quotes == tuple(evidence.quote for evidence in known.verdict.evidence)


def _thumbnails(raw: LookResult, rendered: LookResult | None) -> dict[str, bytes]:
    looks = [raw] + ([rendered] if rendered else [])
    return {
        found.sha256: found.decoded.thumbnail
        for look in looks
        for found in look.found
        if found.decoded is not None
    }


def _headers(visit: Visit) -> bytes:
    lines = {
        "url": visit.url.href,
        "final_url": visit.final_url.href,
        "status": visit.status,
        "headers": [list(pair) for pair in visit.reply.headers],
    }
    return json.dumps(lines, ensure_ascii=False, indent=1).encode()
