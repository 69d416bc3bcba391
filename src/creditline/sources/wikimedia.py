"""Wikimedia Commons: pages of all its wikis that show a file of the owner's. Free, complete, official."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote, urlencode

from creditline.engine_replies import wikimedia
from creditline.records import Api, Question, SearchStatus
from creditline.sources._asking import CANARY, Answer, AskingSource, Refusal
from creditline.sources.base import SearchContext
from creditline.urls import Url

#: Uses given at once, the most that the interface allows.
MOST_USES = 500

_FILE_PAGE = re.compile(r"^/wiki/(?:File|Special:(?:FilePath|Redirect/file)):?/?(.+)$")
_FILE = re.compile(r"^/wikipedia/commons/(?:thumb/)?[0-9a-f]/[0-9a-f]{2}/([^/]+)")


class Wikimedia(AskingSource):
    """Asks where one file of Commons is used."""

    name = "wikimedia"
    description = "Wikimedia Commons: pages of its wikis that show a file of yours."
    base_url = "https://commons.wikimedia.org"
    unproven = wikimedia.UNPROVEN
    by_picture = False
    canary = Question(label=CANARY, words="File:Mona Lisa, by Leonardo da Vinci, from C2RMF retouched.jpg")
    most_parts = 40

    def identity(self, question: Question, context: SearchContext) -> list[str | None]:
        """The file's title."""
        return [title_of(question)]

    def sends(self, question: Question) -> str:
        """Only the title."""
        return f"the title {title_of(question) or '-'}"

    def why_not(self, question: Question, context: SearchContext) -> Refusal | None:
        """The work must be known to stand on Commons."""
        if title_of(question) is None:
            return Refusal(
                SearchStatus.BAD_INPUT,
                "no address of this work is on Wikimedia Commons, so there is nothing to ask",
                is_moot=True,
            )
        return None

    async def ask(self, run: Question, context: SearchContext, api: Api, part: str | None) -> Answer:
        """One part of the list of uses."""
        asked = {
            "action": "query",
            "format": "json",
            "formatversion": "2",
            "prop": "globalusage",
            "titles": title_of(run) or "",
            "guprop": "url|pageid|namespace",
            "gulimit": str(MOST_USES),
            "maxlag": "5",
        }
        asked |= {str(key): str(value) for key, value in (json.loads(part) if part else {}).items()}
        reply = await api.get_json(self.address(context, "/w/api.php", urlencode(asked)))
        reading = wikimedia.read(reply)
        return Answer(reply, reading, reading.cursor)


def title_of(question: Question) -> str | None:
    """The file's title on Commons, from the words of the question or the addresses of the work."""
    if question.words and question.words.startswith("File:"):
        return question.words
    work = question.work
    addresses = [work.url, *(each.url for each in work.renditions), *work.pages] if work is not None else []
    names = (_name_in(url) for address in addresses if (url := Url.try_parse(address)) is not None)
    return next((f"File:{name}" for name in names if name), None)


def _name_in(url: Url) -> str | None:
    if url.host == "upload.wikimedia.org":
        found = _FILE.match(url.path)
    elif url.host in ("commons.wikimedia.org", "commons.m.wikimedia.org"):
        found = _FILE_PAGE.match(url.path)
    else:
        return None
    return unquote(found.group(1)).replace("_", " ") if found else None


SOURCE = Wikimedia()
