"""SearXNG, an instance of the owner's own: pages that name a title, a file or a credit line."""

from __future__ import annotations

from urllib.parse import urlencode

from creditline.engine_replies import searxng
from creditline.records import Api, Question, SearchStatus
from creditline.sources._asking import CANARY, Answer, AskingSource, Refusal
from creditline.sources.base import SearchContext
from creditline.urls import Url

#: Titles of fewer words are on too many pages that have nothing to do with the work.
LEAST_WORDS = 3


class SearXng(AskingSource):
    """Asks for quoted words; its engines that did not answer are named."""

    name = "searxng"
    description = "Your own SearXNG instance: pages that name a title or a file of yours."
    base_url = "http://localhost:8888"
    unproven = searxng.UNPROVEN
    by_picture = False
    canary = Question(label=CANARY, words="Mona Lisa")
    most_parts = 3

    def identity(self, question: Question, context: SearchContext) -> list[str | None]:
        """The words."""
        return [words_of(question)]

    def sends(self, question: Question) -> str:
        """The words; the instance passes them on to its engines."""
        return f"the words {words_of(question) or '-'}"

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """There must be an instance, and words."""
        if self.option(context, "base_url") is None:
            return Refusal(SearchStatus.NOT_ENABLED, "no instance: set base_url of searxng to your own one")
        if words_of(question) is None:
            return Refusal(
                SearchStatus.BAD_INPUT,
                "no words to look for: the work has no title and no file name on the web",
                is_moot=True,
            )
        return None

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One page of results."""
        page = int(part) if part and part.isdigit() else 1
        asked = {
            "q": words_of(run) or "",
            "format": "json",
            "categories": "general,images",
            "pageno": str(page),
        }
        reply = await api.get_json(self.address(context, "/search", urlencode(asked)))
        reading = searxng.read(reply)
        return Answer(reply, reading, str(page + 1) if reading.seen else None)


def words_of(question: Question) -> str | None:
    """The words, in quotes so that they are found as they stand."""
    words = question.words
    work = question.work
    if words is None and work is not None:
        is_telling = work.title is not None and len(work.title.split()) >= LEAST_WORDS
        url = Url.try_parse(work.url)
        words = work.title if is_telling else url.file_name if url is not None else None
    words = " ".join((words or "").replace('"', " ").split())
    return f'"{words}"' if words else None


SOURCE = SearXng()
