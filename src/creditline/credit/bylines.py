"""Texts around a name that only credit: bylines that name who made the pictures, names with their licence."""

from __future__ import annotations

import re
from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like
from creditline.credit.phrase import Phrase
from creditline.credit.phrases import find_phrases
from creditline.credit.speaks import begins_with_role
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense, vocabulary

#: Characters of a byline with several roles.
MAX_BYLINE = 160


@lru_cache(maxsize=1024)
def is_photo_byline(text: str) -> bool:
    """Whether a byline says who made the pictures: "Words & images by", "Text A, Fotos B", "B (Fotos)"."""
    if len(text) > MAX_BYLINE:
        return False
    makers = [
        phrase
        for phrase in find_phrases(text)
        if phrase.strong and phrase.sense & (Sense.PHOTO | Sense.MADE) and _opens_byline(text, phrase)
    ]
    if any(phrase.sense & (Sense.PLURAL | Sense.MADE | Sense.ROLE) for phrase in makers):
        return True
    if makers and any(term.sense & Sense.ROLE for term in terms_of(tokens_of(text[: makers[-1].start]))):
        return True
    return any(_is_maker_label(found.group(1)) for found in _IN_BRACKETS.finditer(text))


def _opens_byline(text: str, phrase: Phrase) -> bool:
    """Whether nothing but a name or another role stands before a phrase, as no biography does."""
    head = text[: phrase.start].strip(" ,;|/·•–—-.&+")
    return not head or begins_with_role(text) or is_name_like(head)


_IN_BRACKETS = re.compile(r"\(([^()]{3,40})\)")


def _is_maker_label(text: str) -> bool:
    """Whether a text is nothing but words for pictures and other work: "Fotos", "text and photos"."""
    tokens = [token for token in tokens_of(text) if token.text[0].isalnum()]
    terms = terms_of(tokens)
    rest = len(tokens) - sum(term.after - term.first for term in terms)
    return rest <= 1 and any(term.sense & Sense.PHOTO for term in terms)


def is_only_credit(before: str, after: str, site_name: str = "") -> bool:
    """Whether what stands around a name only credits: "IG: @", "© … 2021", "CC BY … via Flickr", "… / AFP".

    Args:
        before, after: The text without the name.
        site_name: What the page's own site is called in its address; the name of who published.
    """
    if ":" in after or any(sign in "?!" for sign in before + after) or len(before + after) > _MAX_AROUND:
        return False
    after = _HOST_AROUND.sub("", after)
    joint = re.match(rf"\s*(?:{_for_publisher()}\s|[/|•·])", after, re.IGNORECASE)
    if joint is not None and _names_publisher(after[joint.end() :]):
        after = ""
    ahead = before.rstrip()
    if ahead[-1:] in ("/", "|") and _names_publisher(ahead[:-1]):
        before = ""
    for text in (before, after):
        tokens = [token for token in tokens_of(text) if token.text[0].isalnum()]
        covered = {
            place
            for term in terms_of(tokens)
            if term.sense & _CREDITING
            for place in range(term.first, term.after)
        }
        rest = [token.text for place, token in enumerate(tokens) if place not in covered]
        licensed = any(word.startswith(("cc", "creative")) for word in rest)
        if any(not _is_credit_word(word, licensed) and word != site_name for word in rest):
            return False
    return True


def _is_credit_word(word: str, licensed: bool) -> bool:
    if word == "by":
        return licensed
    return (
        word in vocabulary().networks or word in grammar().licence or (word.isdigit() and len(word) in (1, 4))
    )


@lru_cache(maxsize=1)
def _for_publisher() -> str:
    """An expression for what joins a name to who published: "Jane Doe for The Post"."""
    return f"(?:{'|'.join(sorted(grammar().for_publisher))})"


#: Words of the name of one who published, and characters of all that follows or precedes a name.
_MAX_PUBLISHER_WORDS = 6
_MAX_AROUND = 80
_HOST_AROUND = re.compile(r"^(?:\.[a-z]{2,12})+(?:/\S*)?")


def _names_publisher(text: str) -> bool:
    """Whether pieces of a text are names: "The Post", "AFP / The Post"."""
    known = grammar()
    for piece in re.split(rf"[/|•·]|\s{_for_publisher()}\s", text, flags=re.IGNORECASE):
        words = piece.strip(" .)]([").split()
        if len(words) > _MAX_PUBLISHER_WORDS:
            return False
        if not all(
            word[0].isupper() or word.lower() in known.in_publisher or word in known.staff for word in words
        ):
            return False
    return True


_CREDITING = (
    Sense.PHOTO
    | Sense.CREDIT
    | Sense.COURTESY
    | Sense.VIA
    | Sense.SOURCE
    | Sense.MADE
    | Sense.SUFFIX
    | Sense.AGENCY
)
