"""How sources that ask a service go about it: part by part, each paid once, every part accounted for.

What is about to be paid for is said in a batch *before* it is asked, so that whoever stores batches
knows of it when the program is killed in between. Such a part is not asked again when the search is
taken up: its answer is lost, its price is not paid twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar

from creditline.engine_replies import Card, Reading
from creditline.errors import SourceError
from creditline.records import (
    Api,
    Credential,
    FetchProblem,
    Question,
    Reply,
    SearchOutcome,
    SearchPlan,
    SearchStatus,
    Sighting,
)
from creditline.sources.base import BATCH, Batch, SearchContext
from creditline.urls import Url, canonical

#: Failures after which nothing can have reached the service.
_NEVER_SENT = frozenset(
    {
        FetchProblem.REFUSED_ADDRESS,
        FetchProblem.REFUSED_PORT,
        FetchProblem.REFUSED_URL,
        FetchProblem.DNS,
        FetchProblem.TLS,
        FetchProblem.PROXY,
        FetchProblem.HOST_PARKED,
    }
)
#: Outcomes that a service answers without charging for them.
_FREE = frozenset(
    {
        SearchStatus.AUTH_FAILED,
        SearchStatus.RATE_LIMITED,
        SearchStatus.QUOTA_EXHAUSTED,
        SearchStatus.BLOCKED,
        SearchStatus.REGION_BLOCKED,
        SearchStatus.NOT_ENABLED,
        SearchStatus.CAPTCHA,
    }
)
#: Decimal places of US dollars that costs are kept in, so that sums of many small prices stay exact.
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of an answer."""

    reply: Reply
    reading: Reading
    #: What asks for the part after it; ``None`` when this is the last one.
    next_part: str | None = None
    #: Nothing was asked that is paid for.
    is_free: bool = False


@dataclass(slots=True)
class Tally:
    """How a search stands; it travels in the cursor, so that one that was broken off goes on with it."""

    #: ``asked``: the part was about to be asked; ``next``: it is still to be asked; ``done``: none is left.
    state: str = "next"
    part: str | None = None
    parts: int = 0
    seen: int = 0
    parsed: int = 0
    kept: int = 0
    own: int = 0
    pageless: int = 0
    cost_usd: float = 0.0

    @property
    def cursor(self) -> str:
        """The tally as text."""
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, sort_keys=True)

    @classmethod
    def of(cls, cursor: str | None) -> Tally:
        """The tally of a cursor; a new one without.

        Raises:
            SourceError: The cursor is not one of ours.
        """
        try:
            values = json.loads(cursor) if cursor else {}
            return cls(**values)
        except (ValueError, TypeError) as error:
            raise SourceError("the place to go on from cannot be read; search anew") from error

    def pay(self, price_usd: float) -> None:
        """Count a price; a negative one takes it back."""
        self.cost_usd = round(self.cost_usd + price_usd, _PLACES)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not asked at all."""

    status: SearchStatus
    note: str


@dataclass(slots=True)
class _Run:
    """One search while it goes on."""

    question: Question
    context: SearchContext
    tally: Tally
    known: set[tuple[Url, Url | None]] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)
    declared: int | None = None
    tab: str | None = None
    #: Parts asked for since the search was begun or taken up.
    asked: int = 0


class AskingSource:
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

    def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Ask one question (see `base.Source.search`)."""
        return _search(self, question, context)

    def plan(self, question: Question, context: SearchContext) -> SearchPlan:
        """What `search` would do; nothing is asked, nothing is sent."""
        refusal = self.why_not(question, context)
        price = self.price_of(context)
        return SearchPlan(
            source=self.name,
            query=question.query,
            query_key=self.query_key(question, context),
            recipient=self.base(context).host,
            sends=self.sends(question),
            most_calls=self.most_parts,
            price_usd=price,
            most_usd=round(price * self.most_parts, _PLACES),
            price_note=self.price_note,
            problems=(refusal.note,) if refusal is not None else (),
            unproven=self.unproven,
        )

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

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """Ask for one part."""
        raise NotImplementedError

    # What all of them share.

    def why_not_key(self, context: SearchContext) -> Refusal | None:
        """Whether the key that it needs is there."""
        if self.key_name is None or not self.is_key_needed or self.key(context) is not None:
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
    return ["picture", question.picture.sha256 if question.picture is not None else None]


def picture_words(question: Question) -> str:
    """What of the picture leaves the house, for people."""
    if question.picture_url is not None:
        return f"the picture's address {question.picture_url.display}"
    if question.picture is None:
        return "nothing"
    picture = question.picture
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


async def _search(source: AskingSource, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
    run = _Run(question, context, Tally.of(question.cursor))
    refusal = source.why_not(question, context)
    if refusal is not None:
        yield _last(source, run, refusal.status, refusal.note)
        return
    if context.api is None:
        raise SourceError(f"{source.name} asks a service, and there is no way out for that here")
    price = source.price_of(context)
    if run.tally.state == "asked" and price > 0:
        yield _last(source, run, SearchStatus.PARTIAL, _lost(run.tally))
        return
    while True:
        if (why := _too_dear(run, price)) is not None:
            yield _last(
                source, run, SearchStatus.PARTIAL if run.tally.parts else SearchStatus.NOT_ENABLED, why
            )
            return
        run.tally.state = "asked"
        run.tally.pay(price)
        if price > 0:
            yield Batch((), _outcome(source, run, SearchStatus.PARTIAL, "asked, not answered yet"))
        answer = await source.ask(question, context, context.api, run.tally.part)
        batches, is_done = _take(source, run, answer, price)
        for batch in batches:
            yield batch
        if is_done:
            return


def _lost(tally: Tally) -> str:
    return (
        f"part {tally.parts + 1} was asked and may have been charged, but its answer was lost; "
        "not asked again, so as not to pay twice"
    )


def _too_dear(run: _Run, price: float) -> str | None:
    budget = run.context.budget_usd
    if price <= 0 or budget is None or round(run.tally.cost_usd + price, _PLACES) <= budget:
        return None
    return f"one more request of {price:.4f} USD would exceed the budget of {budget:.2f} USD"


def _take(source: AskingSource, run: _Run, answer: Answer, price: float) -> tuple[list[Batch], bool]:
    """Turn one part into batches; say whether the search is over."""
    tally, reading = run.tally, answer.reading
    if _is_free(source, answer):
        tally.pay(-price)
    # Until all of this part is stored, it counts as asked and not answered.
    before = tally.cursor
    tally.seen += reading.seen
    tally.parsed += reading.parsed
    run.declared = reading.declared if run.declared is None else run.declared
    run.tab = reading.selected_tab or run.tab
    sightings = _sightings(source, run, reading)
    tally.kept += len(sightings)
    first, is_answer = tally.parts == 0, _is_answer(reading)
    tally.parts += is_answer
    run.asked += 1
    if reading.note is not None and reading.status is not SearchStatus.NONE_CONFIRMED:
        run.doubts.append(reading.note)
    goes_on = is_answer and answer.next_part is not None
    repeats = not first and goes_on and not sightings and reading.seen > 0
    _move(source, tally, answer)
    if goes_on and not repeats and run.asked < source.most_parts:
        return _batched(source, run, sightings, answer, before), False
    ended = _ended(run, reading, first=first, goes_on=goes_on)
    return _batched(source, run, sightings, answer, before, ended), True


def _move(source: AskingSource, tally: Tally, answer: Answer) -> None:
    """Where the search would be taken up after this part."""
    if _is_answer(answer.reading):
        tally.state = "next" if answer.next_part is not None else "done"
        tally.part = answer.next_part
    elif _is_free(source, answer):
        tally.state = "next"


def _ended(run: _Run, reading: Reading, *, first: bool, goes_on: bool) -> tuple[SearchStatus, str]:
    """What the whole search ended as."""
    tally = run.tally
    if not _is_answer(reading):
        status = reading.status if first else SearchStatus.PARTIAL
        words = reading.status.value.replace("_", " ")
        return status, "" if first else f"part {tally.parts + 1}: {words}"
    if goes_on:
        return SearchStatus.PARTIAL, f"{tally.parts} parts read, there are more"
    if run.doubts:
        return SearchStatus.PARTIAL, ""
    if tally.seen:
        return SearchStatus.RESULTS, ""
    return SearchStatus.NONE_CONFIRMED, reading.note or ""


def _is_answer(reading: Reading) -> bool:
    return reading.status in (SearchStatus.RESULTS, SearchStatus.PARTIAL, SearchStatus.NONE_CONFIRMED)


def _is_free(source: AskingSource, answer: Answer) -> bool:
    """Whether the service does not charge for this; a reply that was lost counts as charged."""
    if answer.is_free:
        return True
    if answer.reply.problem is not None:
        return answer.reply.problem in _NEVER_SENT or answer.reply.status == 429
    return answer.reading.status in _FREE | source.free_outcomes


def _sightings(source: AskingSource, run: _Run, reading: Reading) -> list[Sighting]:
    kept = []
    for card in reading.cards:
        page = canonical(card.page_url) if card.page_url is not None else None
        if page is None:
            run.tally.pageless += 1
        elif page.registrable_domain in run.context.own_domains:
            run.tally.own += 1
        elif (page, card.image_url) not in run.known:
            run.known.add((page, card.image_url))
            kept.append(_sighting(source, run, card, page))
    return kept


def _sighting(source: AskingSource, run: _Run, card: Card, page: Url) -> Sighting:
    told = [source.name.replace("_", " "), card.claim.value, card.title or "", card.date or ""]
    work = run.question.work
    return Sighting(
        source=source.name,
        page_url=page,
        image_url=card.image_url,
        work_id=work.id if work is not None else None,
        provenance=", ".join(text for text in told if text)[:300],
        seen_at=run.context.now,
    )


def _batched(
    source: AskingSource,
    run: _Run,
    sightings: list[Sighting],
    answer: Answer,
    before: str,
    ended: tuple[SearchStatus, str] | None = None,
) -> list[Batch]:
    """The sightings in batches; the last one carries the outcome, and the first one the reply."""
    groups = [sightings[at : at + BATCH] for at in range(0, len(sightings), BATCH)] or [[]]
    running = _outcome(source, run, SearchStatus.PARTIAL, "still being read")
    final = running
    if ended is not None:
        final = _outcome(source, run, *ended, wait=answer.reading.retry_after_s)
    batches = [Batch(tuple(group), replace(running, cursor=before)) for group in groups]
    batches[-1] = replace(batches[-1], outcome=final, is_last=ended is not None)
    batches[0] = replace(batches[0], replies=(answer.reply,))
    return batches


def _last(source: AskingSource, run: _Run, status: SearchStatus, note: str) -> Batch:
    return Batch((), _outcome(source, run, status, note), is_last=True)


def _outcome(
    source: AskingSource, run: _Run, status: SearchStatus, note: str, *, wait: float | None = None
) -> SearchOutcome:
    tally = run.tally
    return SearchOutcome(
        source=source.name,
        status=status,
        query=run.question.query,
        seen=tally.seen,
        parsed=tally.parsed,
        kept=tally.kept,
        note=_note(source, run, note),
        cost_usd=tally.cost_usd,
        cursor=tally.cursor if status is SearchStatus.PARTIAL and tally.state != "done" else None,
        selected_tab=run.tab,
        declared=run.declared,
        retry_after_s=wait,
        query_key=source.query_key(run.question, run.context),
        unproven=source.unproven,
    )


def _note(source: AskingSource, run: _Run, note: str) -> str:
    tally = run.tally
    said = [note, *dict.fromkeys(run.doubts)]
    if tally.seen:
        said.append(f"{tally.kept:,} pages of {tally.seen:,} results")
    if tally.own:
        said.append(f"{tally.own:,} on your own sites left out")
    if tally.pageless:
        said.append(f"{tally.pageless:,} images without a page left out")
    if tally.cost_usd:
        said.append(f"{tally.cost_usd:.4f} USD")
    if source.unproven:
        said.append("unproven: no real answer of this service has been read yet")
    return "; ".join(text for text in said if text)
