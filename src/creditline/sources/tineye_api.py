"""TinEye's API: copies of one image, each with the pages that its crawler saw it on."""

from __future__ import annotations

from urllib.parse import urlencode

from creditline.engine_replies import tineye
from creditline.records import Api, Question, Reply, SearchStatus
from creditline.sources._asking import Answer, AskingSource, Refusal, why_not_picture
from creditline.sources._multipart import form_with_picture
from creditline.sources.base import SearchContext
from creditline.urls import Url

#: Matches asked for at once, and pages of each match: the service's own defaults, written out.
MOST_MATCHES = 100
MOST_PAGES = 100
#: Bytes of an upload that the service takes (its website's documented bound).
MOST_BYTES = 10 * 2**20


class TinEyeApi(AskingSource):
    """Asks for matches, hundred by hundred, best first."""

    name = "tineye_api"
    description = "TinEye API: copies of one image with their pages (needs a key)."
    base_url = "https://api.tineye.com"
    key_name = "CREDITLINE_TINEYE_KEY"
    #: The documented answers were read, with every field of the real ones.
    unproven = False
    price_usd = 0.04
    price_note = "about 200 USD per 5,000 searches (not verified); set price_usd to your bundle's price"
    most_parts = 5
    free_outcomes = frozenset({SearchStatus.BAD_INPUT})

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """A picture of a size that the service takes is needed, and a key."""
        return why_not_picture(question, "TinEye", MOST_BYTES) or self.why_not_key(context)

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One search from an offset."""
        offset = int(part) if part and part.isdigit() else 0
        reply = await self._send(run, context, api, offset)
        reading = tineye.read_api(reply, offset=offset, limit=MOST_MATCHES)
        return Answer(reply, reading, reading.cursor)

    async def searches_left(self, context: SearchContext) -> int | None:
        """Searches left in all bundles; asking costs nothing."""
        if context.api is None or self.key(context) is None:
            return None
        reply = await context.api.get_json(
            self._address(context, "remaining_searches", {}), credential=self.credential(context, "x-api-key")
        )
        return tineye.remaining_searches(reply) if reply.ok else None

    async def _send(self, run: Question, context: SearchContext, api: Api, offset: int) -> Reply:
        asked = {
            "offset": str(offset),
            "limit": str(MOST_MATCHES),
            "backlink_limit": str(MOST_PAGES),
            "sort": "score",
            "order": "desc",
        }
        credential = self.credential(context, "x-api-key")
        if run.picture_url is not None:
            address = self._address(context, "search", asked | {"image_url": run.picture_url.href})
            return await api.get_json(address, credential=credential)
        assert run.picture is not None  # why_not has seen to it
        body, media_type = form_with_picture("image_upload", run.picture)
        address = self._address(context, "search", asked)
        return await api.post_json(address, body, {"Content-Type": media_type}, credential)

    def _address(self, context: SearchContext, method: str, asked: dict[str, str]) -> Url:
        return self.address(context, f"/rest/{method}/", urlencode(asked))


SOURCE = TinEyeApi()
