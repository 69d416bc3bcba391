"""urlscan.io: public scans that loaded a file of the owner's, by its bytes' hash, its name, or its host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from creditline.engine_replies import urlscan
from creditline.engine_replies.base import Claim
from creditline.records import Api, Question, SearchStatus
from creditline.sources._asking import CANARY, Answer, AskingSource, Refusal
from creditline.sources.base import SearchContext

#: Results asked for at once (the most without a paid plan), and hashes in one question.
MOST_RESULTS = 100
MOST_HASHES = 10


class UrlScan(AskingSource):
    """By hash for a work, by file name for words, by the owner's hosts for neither."""

    name = "urlscan"
    description = "urlscan.io: scanned pages that loaded a file of yours (better with a free key)."
    base_url = "https://urlscan.io"
    key_name = "CREDITLINE_URLSCAN_KEY"
    is_key_needed = False
    unproven = urlscan.UNPROVEN
    price_note = "free; a daily quota (1,000 searches a day with a free key, as quoted)"
    by_picture = False
    canary = Question(label=CANARY, words="jquery.min.js")
    most_parts = 10

    def identity(self, question: Question, context: SearchContext) -> list[str | None]:
        """The query as it is sent."""
        return [query_of(question, context)[0]]

    def also_asked(self) -> Sequence[Question]:
        """Who loads anything from the owner's hosts."""
        return [Question(label="your hosts")]

    def sends(self, question: Question) -> str:
        """Hashes or names, never a picture."""
        if question.work is not None:
            return "hashes of the work's files"
        return f"the file name {question.words}" if question.words else "the names of your own hosts"

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """There must be something to ask about."""
        if query_of(question, context)[0] is None:
            return Refusal(
                SearchStatus.BAD_INPUT,
                "no hash of a file, no file name and no own domain to ask about",
                is_moot=True,
            )
        return self.why_not_key(context)

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One part of the list of scans."""
        query, claim = query_of(run, context)
        asked = {"q": query or "", "size": str(MOST_RESULTS)}
        if part is not None:
            asked["search_after"] = part
        reply = await api.get_json(
            self.address(context, "/api/v1/search/", urlencode(asked)),
            credential=self.credential(context, "API-Key"),
        )
        reading = urlscan.read(reply, claim=claim)
        return Answer(reply, reading, reading.cursor)


def query_of(question: Question, context: SearchContext) -> tuple[str | None, Claim]:
    """What is asked, in urlscan's language, and what a result then claims."""
    own = [_quoted(domain) for domain in sorted(context.own_domains)]
    elsewhere = "".join(f" AND NOT page.domain:{domain}" for domain in own)
    if question.work is not None:
        hashes = dict.fromkeys(each.sha256 for each in question.work.renditions if each.sha256)
        asked = " OR ".join(f"hash:{sha256}" for sha256 in list(hashes)[:MOST_HASHES])
        return (f"({asked}){elsewhere}" if asked else None), Claim.SAME_BYTES
    if question.words:
        return f"filename:{_quoted(question.words)}{elsewhere}", Claim.TEXT
    hosts = " OR ".join(f"domain:{domain}" for domain in own)
    return (f"({hosts}){elsewhere}" if hosts else None), Claim.CONTACTED


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


SOURCE = UrlScan()
