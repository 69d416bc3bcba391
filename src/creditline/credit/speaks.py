"""What a text speaks of: pictures, other work, thanks, where something is from."""

from __future__ import annotations

from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import Sense, vocabulary

#: Words between a picture and the "from" that says where it is from, at most.
_MAX_ORIGIN_WORDS = 4
_ATTRIBUTING = Sense.BY | Sense.VIA | Sense.COURTESY | Sense.SOURCE | Sense.MADE | Sense.CREDIT


def begins_with_role(text: str) -> bool:
    """Whether a text begins as a byline or a credit for other work: "By Jane", "Recipe from Jane"."""
    terms = terms_of(tokens_of(text[:80]))
    return bool(terms) and terms[0].first == 0 and bool(terms[0].sense & (Sense.ROLE | Sense.BY))


def attributes_to(text: str, position: int) -> bool:
    """Whether a word for pictures and then one that attributes stand before a place in a text."""
    terms = terms_of(tokens_of(text[:position]))
    photo = next((term.first for term in terms if term.sense & Sense.PHOTO), None)
    return photo is not None and any(
        term.sense & _ATTRIBUTING and term.first >= photo and (term.first > photo or term.sense & Sense.MADE)
        for term in terms
    )


def states_origin(text: str, position: int) -> bool:
    """Whether a sentence says where a picture is from: "The image above is from", then a place in it.

    The word that attributes stands directly before the place, a verb between it and the picture; so "photo
    of" or "Porträt von" somebody, which say what is shown, do not count.
    """
    tokens = tokens_of(text[:position])
    terms = terms_of(tokens)
    if not terms or not terms[-1].sense & Sense.BY or terms[-1].after != len(tokens):
        return False
    return any(
        term.sense & Sense.PHOTO and 1 <= terms[-1].first - term.after <= _MAX_ORIGIN_WORDS for term in terms
    )


def thanks_for_picture(text: str, position: int) -> bool:
    """Whether a sentence thanks somebody, named at a place in it, for a picture."""
    known = vocabulary()
    before = [token.text for token in tokens_of(text[:position])]
    thanks = any(
        " ".join(before[n : n + size]) in known.thanks for n in range(len(before)) for size in (1, 2, 3)
    )
    terms = terms_of(tokens_of(text[position:]))
    return thanks and any(term.sense & Sense.PHOTO for term in terms) and not speaks_of_work(text)


def speaks_of_work(text: str) -> bool:
    """Whether a text names work that is not a picture: a recipe, a song, a translation."""
    roles = (
        term.sense & Sense.ROLE and not term.sense & (Sense.AUTHOR | Sense.PHOTO)
        for term in terms_of(tokens_of(text))
    )
    return any(roles)


def speaks_of_picture(text: str) -> bool:
    """Whether a text names a picture."""
    return any(term.sense & Sense.PHOTO for term in terms_of(tokens_of(text)))


def is_worded(text: str) -> bool:
    """Whether a text holds any word of the vocabulary."""
    return bool(terms_of(tokens_of(text)))


def ends_in_by(text: str) -> bool:
    """Whether words that join a picture to its maker stand at the end of a text."""
    tokens = tokens_of(text)
    terms = terms_of(tokens)
    return bool(terms) and terms[-1].after == len(tokens) and bool(terms[-1].sense & (Sense.BY | Sense.MADE))
