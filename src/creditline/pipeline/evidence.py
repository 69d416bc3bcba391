"""Keeps what proves a use: the documents, the headers, the copy's thumbnail, a screenshot with frames.

Files are content-addressed, so the same document is kept once. A screenshot is taken when there is
none yet for what is said of a use now; an unchanged use costs no second one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from creditline.errors import GateError
from creditline.pipeline.context import Context
from creditline.pipeline.last_look import PREVIEW, SCREENSHOT, Settled
from creditline.pipeline.looked import LookResult
from creditline.pipeline.visits import Visit
from creditline.records import CheckResult, Rendering, UseFinding
from creditline.render.pictures import preview


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
        settled: Sequence[Settled],
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
        for each in settled:
            own = list(shared)
            thumbnail = thumbnails.get(each.finding.content_sha256)
            if thumbnail:
                own.append(("copy_thumbnail", self._put(thumbnail, "copy_thumbnail", "image/jpeg", now)))
            if each.last is not None and each.last.html:
                own.append(("last_html", self._put(each.last.html, "last_html", "text/html", now)))
            own += each.kept or await self._screenshot(each.shot)
            kept.append(replace(each.finding, evidence=tuple(own)))
        return kept

    def _put(self, body: bytes, kind: str, media_type: str, now: datetime) -> str:
        return self._context.store.put(body, kind, media_type, now).sha256

    async def _screenshot(self, rendering: Rendering | None) -> list[tuple[str, str]]:
        """A new screenshot and its preview."""
        if rendering is None or not rendering.screenshot:
            return []
        when = rendering.rendered_at
        kept = [(SCREENSHOT, self._put(rendering.screenshot, SCREENSHOT, "image/png", when))]
        try:
            small = await self._context.gate.run(preview, rendering.screenshot)
        except GateError:
            # A picture too heavy for the child: the report does without, the evidence is whole.
            return kept
        return [*kept, (PREVIEW, self._put(small, PREVIEW, "image/jpeg", when))]


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
