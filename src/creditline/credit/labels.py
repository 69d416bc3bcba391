"""Texts that announce credits of pictures and name nobody: labels of cells, links to a page of credits."""

from __future__ import annotations

from creditline.credit.naming import is_name_like
from creditline.credit.phrases import find_phrases
from creditline.credit.speaks import speaks_of_work
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense

#: Words of a label: "Photography by", "Fotos dieser Seite".
_LABEL_WORDS = 3
_CREDITS = Sense.CREDIT | Sense.SOURCE


def labels_pictures(text: str) -> bool:
    """Whether a text is nothing but a label for who made pictures: "Photographer", "Fotos:"."""
    tokens = [token for token in tokens_of(text) if token.text[0].isalnum()]
    if not 0 < len(tokens) <= _LABEL_WORDS or speaks_of_work(text):
        return False
    terms = terms_of(tokens)
    covered = sum(term.after - term.first for term in terms)
    return covered == len(tokens) and any(term.sense & Sense.PHOTO for term in terms)


def announces_credits(text: str) -> bool:
    """Whether a text is nothing but a label for credits of pictures: "Picture credits", "Bildnachweis"."""
    terms = terms_of(tokens_of(text))
    sense = Sense(0)
    for term in terms:
        sense |= term.sense
    credits = bool(sense & Sense.PHOTO) and bool(sense & (Sense.CREDIT | Sense.SOURCE))
    return credits and len(text.split()) <= _LABEL_WORDS and not speaks_of_work(text)


def leads_to_credits(text: str) -> bool:
    """Whether a text speaks of credits and names nobody: "Bildnachweise finden Sie im Impressum"."""
    named = any(term.sense & Sense.PHOTO and term.sense & _CREDITS for term in terms_of(tokens_of(text)))
    return named and not any(
        phrase.strong or is_name_like(phrase.name(text)) for phrase in find_phrases(text)
    )
