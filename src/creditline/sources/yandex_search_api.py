"""Yandex Search API v2: images like one image, with the pages that they stand on."""

from __future__ import annotations

import base64
import json

from creditline.engine_replies import yandex_api
from creditline.records import Api, Question, SearchStatus
from creditline.sources._asking import Answer, AskingSource, Refusal, why_not_picture
from creditline.sources.base import SearchContext

#: Bounds of the published schema: bytes of a picture, characters of its address.
MOST_BYTES = 3_145_728
MOST_CHARS = 1024


class YandexSearchApi(AskingSource):
    """Sends the picture once; further pages are asked for by the id that it then has."""

    name = "yandex_search_api"
    description = "Yandex Search API: images like one image, with their pages (needs a key and a folder)."
    base_url = "https://searchapi.api.cloud.yandex.net"
    key_name = "CREDITLINE_YANDEX_SEARCH_KEY"
    unproven = yandex_api.UNPROVEN
    price_usd = 0.0075
    price_note = "7.50 USD per 1,000 requests, each page is one (list price of 2026 outside Russia)"
    most_parts = 5

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """A picture of a size that the service takes is needed, a key, and the folder that pays."""
        url = question.picture_url
        if url is not None and len(url.href) > MOST_CHARS:
            return Refusal(
                SearchStatus.BAD_INPUT, f"the picture's address is longer than {MOST_CHARS} characters"
            )
        refusal = why_not_picture(question, "Yandex", MOST_BYTES) or self.why_not_key(context)
        if refusal is None and self._folder(context) is None:
            return Refusal(SearchStatus.NOT_ENABLED, "no folder: set CREDITLINE_YANDEX_SEARCH_FOLDER")
        return refusal

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One page of images."""
        page, _, picture = (part or "0 ").partition(" ")
        asked: dict[str, object] = {"folderId": self._folder(context), "page": page}
        if picture:
            asked["id"] = picture
        elif run.picture_url is not None:
            asked["url"] = run.picture_url.href
        else:
            asked["data"] = base64.b64encode(run.picture.body if run.picture else b"").decode()
        reply = await api.post_json(
            self.address(context, "/v2/image/search_by_image"),
            json.dumps(asked).encode(),
            credential=self.credential(context, "Authorization", "Api-Key "),
        )
        reading = yandex_api.read(reply, page=int(page))
        picture = yandex_api.picture_id(reply) or picture
        is_more = reading.cursor is not None and picture
        return Answer(reply, reading, f"{reading.cursor} {picture}" if is_more else None)

    def _folder(self, context: SearchContext) -> str | None:
        said = context.secret("CREDITLINE_YANDEX_SEARCH_FOLDER") if context.secret else None
        return self.option(context, "folder_id") or said or None


SOURCE = YandexSearchApi()
