"""What sources that ask a service have in common: a key, a price, a plan, and answers in parts."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from creditline.engine_replies import Reading
from creditline.errors import SourceError
from creditline.records import (
    Api,
    Credential,
    Question,
    Reply,
    SearchPlan,
    SearchStatus,
)
from creditline.sources._parts import PLACES, lost_part, search_parts
from creditline.sources.base import Batch, SearchContext
from creditline.urls import Url

#: Seconds that one request takes, roughly; services that search while one waits take longer.
SECONDS_PER_PART = 3.0
#: What a canary is called among the questions.
CANARY = "canary"
#: A picture in the public domain that stands on thousands of pages.
CANARY_URL = (
    "https://upload.wikimedia.org/wikipedia/commons/e/ec/"
    "Mona_Lisa%2C_by_Leonardo_da_Vinci%2C_from_C2RMF_retouched.jpg"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of an answer."""

    reply: Reply
    reading: Reading
    #: What asks for the part after it; ``None`` when this is the last one.
    next_part: str | None = None
    #: Nothing was asked that is paid for.
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not asked at all."""

    status: SearchStatus
    note: str
    #: Whether nothing is missed: what is asked about cannot be there.
    is_moot: bool = False


class AskingSource(ABC):
    """Base of the sources that ask a service. A source sets the constants and says how one part is asked."""

    name: ClassVar[str]
    description: ClassVar[str]
    reads_file: ClassVar[bool] = False
    #: Changes whenever the same question is asked otherwise.
    version: ClassVar[int] = 1
    base_url: ClassVar[str]
    #: Environment variable, or keyring entry, of its key; ``None`` for services without one.
    key_name: ClassVar[str | None] = None
    is_key_needed: ClassVar[bool] = True
    unproven: ClassVar[bool]
    #: Price of one part, US dollars, and where that is from.
    price_usd: ClassVar[float] = 0.0
    price_note: ClassVar[str] = "free"
    #: Parts that are asked for at most before the search stops, to be taken up where that is wanted.
    most_parts: ClassVar[int] = 1
    #: Further outcomes that are not charged.
    free_outcomes: ClassVar[frozenset[SearchStatus]] = frozenset()
    #: Whether a picture, or its address, is what it is asked about.
    by_picture: ClassVar[bool] = True
    #: A question that must be answered with results, else an answer of "nothing" is not believed.
    canary: ClassVar[Question | None] = Question(label=CANARY, picture_url=Url(CANARY_URL))

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Ask one question (see `base.Source.search`)."""
        return search_parts(self, question, context)

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; nothing is asked, nothing is sent."""
        refusal = self.why_not(question, context)
        price = self.price_of(context)
        problems = [refusal.note] if refusal is not None else []
        if price > 0 and (lost := lost_part(question.cursor)) is not None:
            problems.append(lost)
        return SearchPlan(
            source=self.name,
            query=question.query,
            query_key=self.query_key(question, context),
            recipient=self.base(context).host,
            sends=self.sends(question),
            most_calls=self.most_parts,
            price_usd=price,
            most_usd=round(price * self.most_parts, PLACES),
            price_note=self.price_note,
            problems=tuple(problems),
            is_moot=refusal is not None and refusal.is_moot,
            unproven=self.is_unproven(context),
            seconds=SECONDS_PER_PART * (self.most_parts if price > 0 else 1),
        )

    def also_asked(self) -> Sequence[Question]:
        """What a run asks besides one question per work."""
        return ()

    def is_unproven(self, context: SearchContext) -> bool:
        """Whether neither a real answer was ever read with its reader nor its canary found."""
        return self.unproven and self.name not in context.proven

    def query_key(self, question: Question, context: SearchContext) -> str:
        """64 hex digits: the same for the same question, whenever and wherever it is asked."""
        asked = [self.name, self.version, *self.identity(question, context)]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    async def searches_left(self, context: SearchContext) -> int | None:
        """What is left of the owner's quota; ``None`` where the service does not say it for free."""
        return None

    # What a source says for itself.

    def identity(self, question: Question, context: SearchContext) -> list[str | None]:
        """What makes two questions the same one."""
        return picture_identity(question)

    def sends(self, question: Question) -> str:
        """What leaves the house, for people."""
        return picture_words(question)

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """Why the question is not asked; ``None`` when it may be. A source's own reasons come first."""
        return self.why_not_key(context)

    @abstractmethod
    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """Ask for one part."""

    # What all of them share.

    def why_not_key(self, context: SearchContext) -> Refusal | None:
        """Whether the key that it needs is there, and one that can be sent."""
        key = self.key(context)
        if key is not None and not (key.isascii() and key.isprintable()):
            why = f"the key in {self.key_name} holds a line break or a letter that no key has; copy it again"
            return Refusal(SearchStatus.NOT_ENABLED, why)
        if self.key_name is None or not self.is_key_needed or key is not None:
            return None
        return Refusal(
            SearchStatus.NOT_ENABLED, f"no key: set {self.key_name} in the environment or the keyring"
        )

    def key(self, context: SearchContext) -> str | None:
        """The owner's key, without the blanks that copying leaves around it."""
        if self.key_name is None or context.secret is None:
            return None
        return (context.secret(self.key_name) or "").strip() or None

    def credential(
        self, context: SearchContext, name: str, prefix: str = "", *, in_query: bool = False
    ) -> Credential | None:
        """The key as the service wants it."""
        key = self.key(context)
        return Credential(name, key, in_query, prefix) if key is not None else None

    def option(self, context: SearchContext, name: str) -> str | None:
        """A setting of this source."""
        return context.options.get(self.name, {}).get(name) or None

    def base(self, context: SearchContext) -> Url:
        """Where the service is.

        Raises:
            UrlError: The setting ``base_url`` is no address.
        """
        return Url.parse(self.option(context, "base_url") or self.base_url)

    def address(self, context: SearchContext, path: str, query: str = "") -> Url:
        """An address of the service, below the path that ``base_url`` may have."""
        base = self.base(context)
        below = base.path.strip("/")
        return base.with_path(f"/{below}{path}" if below else path).with_query(query)

    def price_of(self, context: SearchContext) -> float:
        """Price of one part, as the owner's contract has it where that is set.

        Raises:
            SourceError: The setting ``price_usd`` is no price.
        """
        said = self.option(context, "price_usd")
        if said is None:
            return self.price_usd
        try:
            price = float(said)
        except ValueError:
            price = -1.0
        if not 0 <= price < 1000:
            raise SourceError(
                f"price_usd of {self.name} is {said!r}; give US dollars for one search, like 0.0035"
            )
        return price


def picture_identity(question: Question) -> list[str | None]:
    """The picture that is asked about, whatever the work is called."""
    if question.picture_url is not None:
        return ["url", question.picture_url.href]
    return ["picture", question.picture.key if question.picture is not None else None]


def picture_words(question: Question) -> str:
    """What of the picture leaves the house, for people."""
    if question.picture_url is not None:
        return f"the picture's address {question.picture_url.display}"
    if question.picture is None:
        return "nothing"
    picture = question.picture
    if not picture.body:
        return "a reduced copy of the picture"
    size = f", {picture.width} x {picture.height}" if picture.width and picture.height else ""
    return f"a copy of the picture ({picture.media_type}, {len(picture.body) / 1024:.0f} KB{size})"


def why_not_picture(question: Question, name: str, most_bytes: int) -> Refusal | None:
    """Whether there is a picture, and one that the service takes."""
    if question.picture_url is not None:
        return None
    if question.picture is None:
        return Refusal(SearchStatus.BAD_INPUT, f"{name} searches by picture; give one or its address")
    if len(question.picture.body) > most_bytes:
        return Refusal(
            SearchStatus.BAD_INPUT,
            f"the picture has {len(question.picture.body):,} bytes, {name} takes {most_bytes:,}; "
            "send a smaller copy",
        )
    return None
