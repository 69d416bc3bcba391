"""Phrases in other forms than a keyword and a name: a word behind the name, a sentence, a list of roles."""

from __future__ import annotations

import re

from creditline.credit.name_ends import is_abbreviated
from creditline.credit.naming import is_name_like
from creditline.credit.phrase import Phrase
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary

#: Characters of a sentence that may say who made a picture.
MAX_TOLD = 300
#: Words between the picture and the verb that made it, and between verb and "by".
_MAX_TOLD_WORDS = 10
_MAX_VERB_WORDS = 3
_PROPER_NAME = re.compile(
    r"(?:(?:the|our|my|die|der|le|la)\s)?[^\W\d_a-zß-ÿа-я][\w.'’-]*(?:\s[^\W\d_a-zß-ÿа-я][\w.'’-]*){0,3}"
)
#: Characters of a byline with several roles, and words of a name in it.
_MAX_ROLE_LIST = 160
_MIN_NAME_WORDS = 1
_LIST_SIGNS = tuple(",;|/·•–—.&+")
#: Signs that begin a new part of a text.
_PART_SIGNS = ".;|([{（【。、•·:：\u3000"


def suffixed(text: str, tokens: list[Token], term: Term) -> Phrase | None:
    """The phrase of a word that follows the name and ends the part: "张三 摄", "Jane Doe photo"."""
    start, after = tokens[term.first].start, tokens[term.after - 1].end
    rest = text[after:].lstrip()
    if rest and rest[0] not in ")]}|,;。.、/）】=":
        return None
    head = text[:start]
    cut = _part_start(head)
    if " / " in head[cut:] and not is_name_like(head[cut:]):
        cut = head.rindex(" / ") + 3
    name = head[cut:].strip()
    if name.endswith(("/", "|")):
        return None  # the name follows: "길 / 사진=서가람"
    words = name.split()
    sure = UNSPACED.search(tokens[term.first].text) is not None
    if sure:
        fits = 0 < len(name) <= 30 and not rest.startswith(":")
    else:
        fits = 2 <= len(words) <= 5 and is_name_like(name) and sum(word[0].isupper() for word in words) >= 2
    if not fits:
        return None
    begin = cut + len(head[cut:]) - len(head[cut:].lstrip())
    return Phrase(begin, begin, start, Sense.PHOTO, sure or bool(cut), tokens[term.first].text)


def _part_start(head: str) -> int:
    """Where the last part of a text begins; the stop of an initial ("N. Quill") ends no part."""
    cut = len(head)
    while cut:
        cut = max(head.rfind(sign, 0, cut) for sign in _PART_SIGNS)
        if cut < 0:
            return 0
        if head[cut] != "." or not is_abbreviated(head, cut):
            return cut + 1
    return 0


def told(text: str, tokens: list[Token], terms: list[Term]) -> Phrase | None:
    """The phrase of a sentence that says who made a picture: "The photos were taken last May by Jane Doe"."""
    for term in terms:
        if not term.sense & Sense.BY or not _follows_verb(tokens, term):
            continue
        nouns = [
            noun
            for noun in terms
            if noun.sense & Sense.PHOTO and 0 < term.first - noun.after <= _MAX_TOLD_WORDS
        ]
        if not nouns or any(token.text in ".!?" for token in tokens[nouns[-1].after : term.first]):
            continue
        after = tokens[term.after].start if term.after < len(tokens) else len(text)
        name = _PROPER_NAME.match(text, after)
        if name is not None:
            noun = tokens[nouns[-1].first]
            sense = Sense.MADE | nouns[-1].sense
            return Phrase(noun.start, after, name.end(), sense, strong=True, keyword=noun.text)
    return None


def _follows_verb(tokens: list[Token], term: Term) -> bool:
    """Whether a verb that makes pictures stands right before a word or in it."""
    verbs = vocabulary().making.verbs
    near = tokens[max(0, term.first - _MAX_VERB_WORDS) : term.after]
    return any(token.text in verbs for token in near)


def ends_role_list(text: str, terms: list[Term], term: Term, phrase: Phrase) -> bool:
    """Whether a picture noun and a name follow a role and a name: "Text Max Roe, Fotos Jane Doe"."""
    if len(text) > _MAX_ROLE_LIST or not phrase.sense & Sense.PHOTO:
        return False
    first = terms[0]
    begins = (
        first.first <= 1
        and first.sense & (Sense.ROLE | Sense.BY)
        and term.first - first.after >= _MIN_NAME_WORDS
    )
    named = text[phrase.name_start : phrase.end]
    return bool(begins) and text[: phrase.start].rstrip()[-1:] in _LIST_SIGNS and is_name_like(named)
