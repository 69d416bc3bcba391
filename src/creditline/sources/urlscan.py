"""urlscan.io: public scans that loaded a file of the owner's, by its bytes' hash, its name, or its host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlencode

from creditline.engine_replies import urlscan
from creditline.engine_replies.base import Claim
from creditline.records import Api, Question, SearchStatus, Work
from creditline.sources._asking import CANARY, Answer, AskingSource, Refusal
from creditline.sources._names import is_telling
from creditline.sources.base import SearchContext
from creditline.urls import Url

#: Results asked for at once (the most without a paid plan), and hashes and file names in one question.
MOST_RESULTS = 100
MOST_HASHES = 10
MOST_NAMES = 3


class UrlScan(AskingSource):
    """By hash and telling names for a work, by file name for words, by the owner's hosts for neither."""

    name = "urlscan"
    description = "urlscan.io: scanned pages that loaded a file of yours (better with a free key)."
    base_url = "https://urlscan.io"
    key_name = "CREDITLINE_URLSCAN_KEY"
    is_key_needed = False
    version = 2
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
            return "hashes of the work's files, and their names on your site where these tell something"
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
        names = _names(question.work, context)
        asked = [f"hash:{sha256}" for sha256 in list(hashes)[:MOST_HASHES]]
        asked += [f"filename:{_quoted(name)}" for name in names[:MOST_NAMES]]
        claim = Claim.BYTES_OR_NAME if names else Claim.SAME_BYTES
        return (f"({' OR '.join(asked)}){elsewhere}" if asked else None), claim
    if question.words:
        return f"filename:{_quoted(question.words)}{elsewhere}", Claim.TEXT
    hosts = " OR ".join(f"domain:{domain}" for domain in own)
    return (f"({hosts}){elsewhere}" if hosts else None), Claim.CONTACTED


def _names(work: Work, context: SearchContext) -> list[str]:
    """What the work's files are called on the owner's own sites, where that tells something."""
    urls = (Url.try_parse(each.url) for each in work.renditions)
    own = [url for url in urls if url is not None and url.registrable_domain in context.own_domains]
    return list(dict.fromkeys(name for url in own if is_telling(name := unquote(url.file_name))))


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


SOURCE = UrlScan()
