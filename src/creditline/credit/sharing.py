"""Buttons and lines that pass a page on: they name networks and people's tools, and credit nobody."""

from __future__ import annotations

import re
from functools import lru_cache

from creditline.credit.folding import composed, fold
from creditline.credit.vocabulary import UNSPACED, vocabulary, words_of
from creditline.page.document import Element, Line

#: Where share buttons lead, by what the networks and button services document.
_ENDPOINT = re.compile(
    r"/(?:sharer?|share|intent|pin/create|submit(?:link)?|bookmarks?|bookmarklet|shareArticle|"
    r"dialog/(?:send|share|feed)|spi/shares|shares/new|R/msg|msg_url|lineit)\b|[?&]share=\w|"
    r"^(?:mailto|sms|whatsapp|tg|viber|fb-messenger|javascript):|"
    r"addtoany|addthis|//wa\.me/\?|(?:api|web)\.whatsapp\.com/send|getpocket\.com/(?:save|edit)|"
    r"instapaper\.com/(?:hello|edit)|b\.hatena\.ne\.jp/(?:add|entry)|connect\.ok\.ru/offer|"
    r"/(?:add|save)\?(?:[^#]*&)?(?:url|link|u)=",
    re.IGNORECASE,
)
#: One of these stands in every such address; asking for them is a tenth of the expression's work.
_SIGNS = (
    "share", "intent", "pin/create", "submit", "bookmark", "dialog/", "/r/msg", "msg_url", "lineit",
    "mailto:", "sms:", "whatsapp", "tg:", "viber:", "messenger:", "javascript:", "addtoany", "addthis",
    "wa.me/?", "getpocket", "instapaper", "hatena", "connect.ok.ru", "/add?", "/save?",
)  # fmt: skip
#: Characters of an address and of a line that are read.
_MAX_HREF = 500
_MAX_LINE = 240


def is_share_link(link: Element) -> bool:
    """Whether a link is a button that passes the page on."""
    href = link.get("href")[:_MAX_HREF]
    lowered = href.lower()
    return any(sign in lowered for sign in _SIGNS) and _ENDPOINT.search(href) is not None


def is_share_line(line: Line) -> bool:
    """Whether a line is a row of share buttons, in whatever language.

    All of it is links that pass the page on, beside words of sharing and names of networks; or nothing
    but such words, at least one of them a verb of sharing, or two networks.
    """
    text = line.text
    if len(text) > _MAX_LINE:
        return False
    buttons = [span for span in line.links if is_share_link(span.element)]
    for span in reversed(buttons):
        text = f"{text[: span.start]} {text[span.end :]}"
    kinds = _kinds(text)
    if kinds is None:
        return False
    networks, words = kinds
    return bool(buttons or words or networks >= 2)


@lru_cache(maxsize=4096)
def _kinds(text: str) -> tuple[int, int] | None:
    """How many networks and words of sharing a text names, ``None`` where it says anything else."""
    known = vocabulary()
    networks = words = 0
    rest = [word for word in words_of(text) if word[0].isalnum()]
    while rest:
        for size in range(min(3, len(rest)), 0, -1):
            term = " ".join(rest[:size])
            if term in known.networks:
                networks += 1
            elif term in known.share_words:
                words += 1
            elif not (UNSPACED.search(term) and _is_unspaced(term)):
                continue
            else:
                words += 1
            del rest[:size]
            break
        else:
            return None
    return networks, words


def _is_unspaced(term: str) -> bool:
    """Whether a run of letters without blanks is made of words of sharing and networks only."""
    return _unspaced_words().fullmatch(fold(composed(term))) is not None


@lru_cache(maxsize=1)
def _unspaced_words() -> re.Pattern[str]:
    known = sorted(vocabulary().share_words | vocabulary().networks, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, known))})+")
