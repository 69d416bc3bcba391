"""Finds what a piece of text says about who made a picture: "Foto: Jane Doe / Agency".

A *phrase* begins with words of the vocabulary, goes over what joins them to a name, and ends where the
name ends. Nothing here knows whose picture it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from creditline.credit.certainty import certainty
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.joints import read_joint
from creditline.credit.name_ends import cut_at_next, name_end
from creditline.credit.naming import is_name_like
from creditline.credit.phrase import Phrase
from creditline.credit.phrase_forms import MAX_TOLD, ends_role_list, suffixed, thanked, told
from creditline.credit.stock_lines import of_stock
from creditline.credit.terms import Term, Token, terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import Sense, vocabulary

#: Text of one line that is read, in characters; longer lines are articles without markup.
MAX_LINE_CHARS = 4_000
#: Senses of terms that may begin a phrase.
_OPENING_SENSES = ~(Sense.BY | Sense.SUFFIX | Sense.AGENCY | Sense.AUTHOR)


@lru_cache(maxsize=4096)
def find_phrases(text: str) -> tuple[Phrase, ...]:
    """All phrases of a text in order, not overlapping; roles that are not pictures' included."""
    text = text[:MAX_LINE_CHARS]
    tokens = tokens_of(text)
    terms = terms_of(tokens)
    terms.extend(unspaced_terms(text, tokens))
    terms.sort(key=lambda term: (term.first, -term.after))
    found = _found(text, tokens, terms)
    sentence = told(text, tokens, terms) or thanked(text, tokens, terms) if len(text) <= MAX_TOLD else None
    if sentence is not None:
        found = [phrase for phrase in found if not sentence.start <= phrase.start < sentence.end]
        found = sorted([*found, sentence], key=lambda phrase: phrase.start)
    if not any(phrase.strong for phrase in found):
        stock = of_stock(text, tokens, terms)
        found = [stock] if stock is not None else found
    return tuple(cut_at_next(text, found))


def _found(text: str, tokens: list[Token], terms: list[Term]) -> list[Phrase]:
    """The phrases that begin with a keyword or end with one."""
    found: list[Phrase] = []
    done = 0
    for term in terms:
        if term.first < done:
            continue
        phrase = suffixed(text, tokens, term) if term.sense & Sense.SUFFIX else None
        after = term.after
        if phrase is None and not found and _opens_with_verb(tokens, term):
            term.sense |= Sense.MADE
            phrase, after = _phrase(text, tokens, terms, term)
        if phrase is None and _may_begin(tokens, term):
            phrase, after = _phrase(text, tokens, terms, term)
        if phrase is not None:
            found.append(phrase)
            done = after
    return found


def _is_of_other_work(terms: list[Term], term: Term) -> bool:
    """Whether a verb says who made other work, named right before it: "Recipe adapted from Jane"."""
    if not term.sense & Sense.MADE or term.sense & Sense.PHOTO:
        return False
    return any(
        other.after == term.first and other.sense & Sense.ROLE and not other.sense & (Sense.PHOTO | Sense.BY)
        for other in terms
    )


def _is_topped(text: str, tokens: list[Token], term: Term) -> bool:
    """Whether the word before a noun for one picture means the top one: "Main picture: Jane"."""
    single = term.sense & Sense.PHOTO and not term.sense & (Sense.PLURAL | Sense.LEAD)
    if not single or not term.first or tokens[term.first - 1].text not in grammar().top:
        return False
    before = text[: tokens[term.first - 1].start].rstrip()
    return not before or before[-1] in ".|;•·([–—:!?"


def _opens_with_verb(tokens: list[Token], term: Term) -> bool:
    """Whether a text begins with a verb that makes pictures and its "by": "Taken by Jane Doe in May"."""
    verb = term.sense & Sense.BY and term.first == 0 and term.after > 1
    return bool(verb) and tokens[0].text in vocabulary().making.verbs


def _may_begin(tokens: list[Token], term: Term) -> bool:
    """Whether a phrase may begin with a term; an agency's name that is a word as well needs a colon."""
    if not term.sense & _OPENING_SENSES:
        return False
    announces = term.after < len(tokens) and tokens[term.after].text in ":="
    return announces or not term.sense & Sense.AGENCY


def _phrase(text: str, tokens: list[Token], terms: list[Term], term: Term) -> tuple[Phrase | None, int]:
    """The phrase that begins with a term, and the token after its joint."""
    if _is_of_other_work(terms, term):
        term = replace(term, sense=Sense.ROLE)
    joint = read_joint(text, tokens, terms, term)
    start = tokens[term.first].start
    if fold(text[:start].strip()) in vocabulary().every:
        start = 0
    name_start = tokens[joint.after].start if joint.after < len(tokens) else len(text)
    end = name_end(text, start, name_start)
    strong = certainty(text, tokens, term, joint)
    if strong is None and joint.sense & ~term.sense & Sense.PHOTO and not text[:start].strip():
        # "Words & pictures Jane Doe": both kinds of work are named, so nothing else can be meant.
        strong = True if is_name_like(text[name_start:end]) else None
    if strong is None:
        return None, term.after
    keyword = " ".join(token.text for token in tokens[term.first : term.after])
    if _is_topped(text, tokens, term):
        start, joint.sense = tokens[term.first - 1].start, joint.sense | Sense.LEAD
    phrase = Phrase(start, name_start, end, joint.sense | (joint.words & ~Sense.BY), strong, keyword)
    if not strong and ends_role_list(text, terms, term, phrase):
        phrase = replace(phrase, strong=True)
    return phrase, max(joint.after, term.after)
