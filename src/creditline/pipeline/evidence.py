"""Keeps what proves a use: documents, headers, WARC record, thumbnail, overlay, screenshot, and a seal.

Files are content-addressed, so the same document is kept once. A screenshot is taken when there is
none yet for what is said of a use now; an unchanged use costs no second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from creditline import fingerprint
from creditline.errors import GateError, StoreError
from creditline.pipeline.context import Context
from creditline.pipeline.last_look import PREVIEW, SCREENSHOT, Settled
from creditline.pipeline.looked import LookResult
from creditline.pipeline.seal import SEAL, write_seal
from creditline.pipeline.visits import Visit
from creditline.pipeline.warc import MEDIA_TYPE, KeptResponse, kept_response, write_load
from creditline.records import CheckResult, Rendering, Use, UseFinding, Work
from creditline.render.pictures import match_overlay, preview

RAW, RENDERED, LAST, HEADERS = "raw_html", "rendered_html", "last_html", "headers"
THUMBNAIL, OVERLAY = "copy_thumbnail", "match_overlay"
#: The load as a WARC file; where that one only points to an earlier file, also the earlier one.
WARC, WARC_RESPONSE = "warc", "warc_response"

Known = Mapping[tuple[str, str], Use]


class EvidenceKeeper:
    """Stores the evidence of the uses of one check."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._works: dict[str, Work] | None = None

    async def keep(
        self,
        base: CheckResult,
        visit: Visit,
        raw: LookResult,
        rendered: LookResult | None,
        settled: Sequence[Settled],
        known: Known,
    ) -> list[UseFinding]:
        """Store everything and return the findings with their evidence."""
        shared = self._shared(base, visit, raw, rendered, known)
        thumbnails = _thumbnails(raw, rendered)
        return [
            await self._keep_one(
                base,
                visit,
                each,
                shared,
                thumbnails.get(each.finding.content_sha256, b""),
                known.get((each.finding.work_id, each.finding.content_key)),
            )
            for each in settled
        ]

    def _shared(
        self, base: CheckResult, visit: Visit, raw: LookResult, rendered: LookResult | None, known: Known
    ) -> dict[str, str]:
        """What all uses of the page have in common."""
        now = base.checked_at
        items = {
            RAW: self._put(raw.html, RAW, "text/html", now),
            HEADERS: self._put(_headers(visit), HEADERS, "application/json", now),
        }
        if rendered is not None:
            items[RENDERED] = self._put(rendered.html, RENDERED, "text/html", now)
        earlier = self._earlier_response(known)
        program = f"creditline {base.versions.program}"
        written = write_load(
            visit.reply,
            visit.body,
            load_id=base.load_id,
            program=program,
            earlier=earlier[1] if earlier else None,
        )
        items[WARC] = self._put(written, WARC, MEDIA_TYPE, now)
        if earlier is not None and kept_response(written) is None:
            items[WARC_RESPONSE] = earlier[0]
        return items

    async def _keep_one(
        self,
        base: CheckResult,
        visit: Visit,
        each: Settled,
        shared: Mapping[str, str],
        thumbnail: bytes,
        known: Use | None,
    ) -> UseFinding:
        now, fresh = base.checked_at, dict(shared)
        if each.last is not None and each.last.html:
            fresh[LAST] = self._put(each.last.html, LAST, "text/html", now)
        kept = dict(each.kept)
        if thumbnail:
            fresh[THUMBNAIL] = self._put(thumbnail, THUMBNAIL, "image/jpeg", now)
            overlay = _known_overlay(known, each.finding, fresh[THUMBNAIL])
            if overlay is not None:
                kept[OVERLAY] = overlay
            else:
                fresh |= await self._overlay(each.finding, thumbnail, now)
        if not kept.get(SCREENSHOT):
            fresh |= await self._screenshot(each.shot)
        seal = self._put(write_seal(base, visit, each, fresh, kept), SEAL, "application/json", now)
        return replace(each.finding, evidence=(*fresh.items(), *kept.items(), (SEAL, seal)))

    def _put(self, body: bytes, kind: str, media_type: str, now: datetime) -> str:
        return self._context.store.put(body, kind, media_type, now).sha256

    def _earlier_response(self, known: Known) -> tuple[str, KeptResponse] | None:
        """A kept WARC file of this page that holds a whole response, and that response."""
        items = [dict(use.evidence) for use in known.values()]
        for sha256 in (each[kind] for each in items for kind in (WARC, WARC_RESPONSE) if kind in each):
            try:
                response = kept_response(self._context.store.get(sha256))
            except StoreError:
                continue  # pruned or damaged: the page is written whole again
            if response is not None:
                return sha256, response
        return None

    async def _screenshot(self, rendering: Rendering | None) -> dict[str, str]:
        """A new screenshot and its preview."""
        if rendering is None or not rendering.screenshot:
            return {}
        when = rendering.rendered_at
        items = {SCREENSHOT: self._put(rendering.screenshot, SCREENSHOT, "image/png", when)}
        try:
            small = await self._context.gate.run(preview, rendering.screenshot)
        except GateError:
            # A picture too heavy for the child: the report does without, the evidence is whole.
            return items
        return {**items, PREVIEW: self._put(small, PREVIEW, "image/jpeg", when)}

    async def _overlay(self, finding: UseFinding, theirs: bytes, now: datetime) -> dict[str, str]:
        """Work and copy side by side, the part that both show framed."""
        ours = self._work_thumbnail(finding.work_id)
        if ours is None:
            return {}
        match = finding.match
        try:
            sheet = await self._context.gate.run(match_overlay, ours, theirs, match.our_region, match.region)
        except GateError:
            return {}
        return {OVERLAY: self._put(sheet, OVERLAY, "image/jpeg", now)}

    def _work_thumbnail(self, work_id: str) -> bytes | None:
        if self._works is None:
            self._works = {work.id: work for work in self._context.store.works(self._context.owner_id)}
        work = self._works.get(work_id)
        if work is None or work.fingerprint is None:
            return None
        decoded = self._context.store.known_decoded(work.fingerprint.sha256, fingerprint.ALGORITHM)
        return decoded.thumbnail or None if decoded else None


def _known_overlay(known: Use | None, finding: UseFinding, thumbnail_sha256: str) -> str | None:
    """The overlay of an earlier check, where it shows the same two pictures in the same way."""
    if known is None or known.match != finding.match:
        return None
    items = dict(known.evidence)
    return items.get(OVERLAY) if items.get(THUMBNAIL) == thumbnail_sha256 else None


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
