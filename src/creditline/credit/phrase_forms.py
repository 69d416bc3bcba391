"""Phrases in other forms than a keyword and a name: a word behind the name, a sentence, a list of roles."""

from __future__ import annotations

import re

from creditline.credit.grammar import grammar
from creditline.credit.name_ends import is_abbreviated
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.phrase import Phrase
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary

#: Characters of a sentence that may say who made a picture.
MAX_TOLD = 300
#: Words between the picture and the verb that made it, and between verb and "by".
_MAX_TOLD_WORDS = 10
_MAX_VERB_WORDS = 3
_PROPER_NAME = re.compile(
    r"(?:(?:the|our|my|die|der|le|la)\s)?[^\W\d_a-zß-ÿа-я][\w.'’-]*"
    r"(?:\s(?:(?:v[ao]n|der|den|de|di|da|del|della|du|dos|la|le|af|av|zu|ter|y|&)\s){0,3}[^\W\d_a-zß-ÿа-я][\w.'’-]*){0,3}"
)
#: Words between "for" and the pictures that somebody is thanked for, and tokens of a name there.
_MAX_FOR_WORDS = 7
_MAX_NAME_TOKENS = 8
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
    if name.endswith(("/", "|")) and rest[:1] in ("=", ":", "/"):
        return None  # the name follows: "길 / 사진=서가람"
    joined = name.endswith(("/", "|", "／"))
    name = name.rstrip("/|／ ")
    words = name.split()
    sure = UNSPACED.search(tokens[term.first].text) is not None
    if sure:
        fits = (
            0 < len(tidy_name(name)) <= 30
            and "=" not in name
            and "/" not in name
            and not rest.startswith(":")
        )
    else:
        fits = 2 <= len(words) <= 5 and is_name_like(name) and sum(word[0].isupper() for word in words) >= 2
    if not fits:
        return None
    begin = cut + len(head[cut:]) - len(head[cut:].lstrip())
    end = begin + len(name) if joined else start
    return Phrase(begin, begin, end, Sense.PHOTO, sure or bool(cut), tokens[term.first].text)


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


def thanked(text: str, tokens: list[Token], terms: list[Term]) -> Phrase | None:
    """The phrase of a sentence that thanks somebody for pictures: "Thanks to Jane Doe for the photos"."""
    known, words = vocabulary(), [token.text for token in tokens]
    if known.thanks.isdisjoint(words):
        return None
    for noun in terms:
        given = _place_of_for(words, noun) if noun.sense & Sense.PHOTO else None
        if given is None or not _is_small(text, tokens[given : noun.first]):
            continue
        before = not known.thanks.isdisjoint(words[:given])
        name = _name_before(text, tokens, given) if before else None
        name = name or _name_after(text, tokens, noun.after, thanked=before)
        if name is not None:
            keyword = tokens[noun.first].text
            return Phrase(name[0], name[0], name[1], noun.sense | Sense.PHOTO, strong=True, keyword=keyword)
    return None


def _place_of_for(words: list[str], noun: Term) -> int | None:
    """Where the "for" before a noun for pictures stands."""
    places = range(noun.first - 1, max(-1, noun.first - _MAX_FOR_WORDS), -1)
    return next((place for place in places if words[place] in grammar().for_), None)


def _is_small(text: str, tokens: list[Token]) -> bool:
    """Whether tokens are words without capitals; the first may begin a sentence."""
    return all(token.text[0].isalnum() and not text[token.start].isupper() for token in tokens[1:])


def _name_before(text: str, tokens: list[Token], place: int) -> tuple[int, int] | None:
    """The name that ends right before a token."""
    first = place
    while first > 0 and _may_be_named(text, tokens[first - 1]):
        first -= 1
    while first < place and (not text[tokens[first].start].isupper() or tokens[first].text in _thanks()):
        first += 1
    if first == place or place - first > _MAX_NAME_TOKENS:
        return None
    return tokens[first].start, tokens[place - 1].end


def _name_after(text: str, tokens: list[Token], place: int, *, thanked: bool) -> tuple[int, int] | None:
    """The name that follows within a few small words; thanks stand in them, or stood before."""
    for token in tokens[place : place + _MAX_FOR_WORDS]:
        if token.text in ".!?;:":
            return None
        thanked = thanked or token.text in _thanks()
        if text[token.start].isupper() and token.text not in _thanks():
            name = _PROPER_NAME.match(text, token.start)
            return (token.start, name.end()) if thanked and name is not None else None
    return None


def _thanks() -> frozenset[str]:
    return vocabulary().thanks


def _may_be_named(text: str, token: Token) -> bool:
    return text[token.start].isupper() or token.text in "&'’.-" or token.text in grammar().in_name


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
    before = text[: phrase.start].rstrip()
    divided = before[-1:] in _LIST_SIGNS or UNSPACED.search(before[-1:]) is not None
    return bool(begins) and divided and is_name_like(named)
