"""Google Cloud Vision, WEB_DETECTION: pages with matching images, by an official API."""

from __future__ import annotations

import base64
import json

from creditline.engine_replies import google_vision
from creditline.records import Api, Question
from creditline.sources._asking import Answer, AskingSource, Refusal, why_not_picture
from creditline.sources.base import SearchContext

#: Entries of each list that are asked for. Without it the service stops at 10.
MOST_RESULTS = 100
#: Bytes of a picture whose request stays below the documented 10 MB once it is written as base64.
MOST_BYTES = 7_400_000


class GoogleVision(AskingSource):
    """Asks about one picture with one request."""

    name = "google_vision"
    description = "Google Cloud Vision web detection: pages with matching images (needs a key)."
    base_url = "https://vision.googleapis.com"
    key_name = "CREDITLINE_GOOGLE_VISION_KEY"
    unproven = google_vision.UNPROVEN
    price_usd = 0.0035
    price_note = "3.50 USD per 1,000, the first 1,000 of a month free (list price; not deducted here)"

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """A picture of a size that the service takes is needed, and a key."""
        return why_not_picture(question, "Google Vision", MOST_BYTES) or self.why_not_key(context)

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One image, one feature: one unit of the price."""
        request = {
            "image": _image(run),
            "features": [{"type": "WEB_DETECTION", "maxResults": MOST_RESULTS}],
        }
        reply = await api.post_json(
            self.address(context, "/v1/images:annotate"),
            json.dumps({"requests": [request]}).encode(),
            credential=self.credential(context, "x-goog-api-key"),
        )
        return Answer(reply, google_vision.read(reply, most=MOST_RESULTS))


def _image(question: Question) -> dict[str, object]:
    if question.picture_url is not None:
        return {"source": {"imageUri": question.picture_url.href}}
    body = question.picture.body if question.picture is not None else b""
    return {"content": base64.b64encode(body).decode()}


SOURCE = GoogleVision()
