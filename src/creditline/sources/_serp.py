"""Companies that search an engine for others: one way of asking, told by data what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from creditline.engine_replies import serp
from creditline.engine_replies.base import Reading
from creditline.engine_replies.json_reply import int_of, load_object, text_of
from creditline.engine_replies.serp import FieldMap
from creditline.engine_replies.walls import refusal_by_network, refusal_by_status
from creditline.records import Api, Credential, Question, Reply, SearchStatus
from creditline.sources._asking import Answer, AskingSource, Refusal, why_not_picture
from creditline.sources._multipart import form_with_picture
from creditline.sources.base import SearchContext
from creditline.urls import Url, query_parameters

#: Types of pictures that can be uploaded.
_MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Upload:
    """How a picture without a public address gets there first; that costs nothing."""

    path: str
    form_field: str
    #: Where the answer says what the picture is now called, and the parameter that takes it.
    id_field: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Vendor:
    """One company and one of its engines."""

    name: str
    description: str
    base_url: str
    key_name: str
    key_parameter: str
    search_path: str
    parameters: Mapping[str, str]
    #: The parameter that takes the picture's address.
    url_parameter: str
    fields: FieldMap
    price_usd: float
    price_note: str
    most_parts: int = 1
    upload: Upload | None = None
    account: tuple[str, str] | None = None
    unproven: bool = False
    free_outcomes: frozenset[SearchStatus] = field(
        default=frozenset({SearchStatus.BAD_INPUT, SearchStatus.NETWORK_ERROR, SearchStatus.RATE_LIMITED})
    )


class SerpSource(AskingSource):
    """Asks one engine through one company."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.fields = vendor.fields
        for name in (
            "name", "description", "base_url", "key_name", "price_usd", "price_note", "most_parts",
            "unproven", "free_outcomes",
        ):  # fmt: skip
            setattr(self, name, getattr(vendor, name))

    def identity(self, question: Question, context: SearchContext) -> list[str | None]:
        """The picture and everything else that is asked."""
        return [*super().identity(question, context), urlencode(sorted(self.vendor.parameters.items()))]

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """A picture that the company takes is needed, and a key."""
        upload = self.vendor.upload
        if question.picture_url is None and upload is None:
            return Refusal(
                SearchStatus.BAD_INPUT, f"{self.name} takes the address of a picture, no picture itself"
            )
        refusal = why_not_picture(question, self.name, upload.most_bytes if upload else 0)
        picture = question.picture if question.picture_url is None else None
        if refusal is None and picture is not None and picture.media_type not in _MEDIA_TYPES:
            return Refusal(SearchStatus.BAD_INPUT, f"{self.name} takes no {picture.media_type}; send a JPEG")
        return refusal or self.why_not_key(context)

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One search; a picture is uploaded before the first one."""
        asked = dict(self.vendor.parameters)
        if part is not None:
            asked |= dict(query_parameters(self.base(context).with_query(part)))
        elif run.picture_url is not None:
            asked[self.vendor.url_parameter] = run.picture_url.href
        else:
            reply, name = await self._upload(run, context, api)
            if name is None:
                return Answer(reply, self._refused_upload(reply), is_free=True)
            assert self.vendor.upload is not None  # why_not has seen to it
            asked[self.vendor.upload.id_field] = name
        reply = await api.get_json(
            self._address(context, self.vendor.search_path, asked), credential=self._credential(context)
        )
        reading = serp.read(reply, self.vendor.fields)
        return Answer(reply, reading, _query_of(reading.cursor))

    async def searches_left(self, context: SearchContext) -> int | None:
        """Searches left this month; asking costs nothing."""
        if self.vendor.account is None or context.api is None or self.key(context) is None:
            return None
        path, name = self.vendor.account
        reply = await context.api.get_json(
            self._address(context, path, {}), credential=self._credential(context)
        )
        return int_of(load_object(reply.body)[0], name) if reply.ok else None

    async def _upload(self, run: Question, context: SearchContext, api: Api) -> tuple[Reply, str | None]:
        upload = self.vendor.upload
        assert upload is not None  # why_not has seen to both
        assert run.picture is not None
        body, media_type = form_with_picture(upload.form_field, run.picture)
        reply = await api.post_json(
            self._address(context, upload.path, {}),
            body,
            {"Content-Type": media_type},
            self._credential(context),
        )
        return reply, text_of(load_object(reply.body)[0], upload.id_field) if reply.ok else None

    def _refused_upload(self, reply: Reply) -> Reading:
        """Why there was no search: the picture did not get there."""
        reading = serp.read(reply, self.vendor.fields)
        refusal = refusal_by_network(reply) or refusal_by_status(reply, api=True)
        if reading.cards or (refusal is None and reading.status is SearchStatus.NONE_CONFIRMED):
            return Reading(SearchStatus.UNKNOWN_LAYOUT, note="the picture could not be uploaded")
        return Reading(
            reading.status,
            retry_after_s=reading.retry_after_s,
            note=f"the picture could not be uploaded: {reading.note}",
        )

    def _credential(self, context: SearchContext) -> Credential | None:
        return self.credential(context, self.vendor.key_parameter, in_query=True)

    def _address(self, context: SearchContext, path: str, asked: Mapping[str, str]) -> Url:
        return self.address(context, path, urlencode(asked))


def _query_of(cursor: str | None) -> str | None:
    """The query of a link to the next part: only that is followed, on the host that we know."""
    url = Url.try_parse(cursor) if cursor else None
    return url.query or None if url is not None else None
