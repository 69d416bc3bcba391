"""What reads as a name: a person, an agency, a handle."""

from __future__ import annotations

import re

from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.terms import terms_of, tokens_of
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary, words_of


def tidy_name(text: str) -> str:
    """A name without the brackets, dashes and stops around it."""
    return text.strip(" \t\xa0.,;:|/-–—•·~©()[]{}<>（）【】［］\"“”„«»'’‘=*").strip()


#: Words and stops of an agency's address with a subdomain: "stock.adobe.com".
_HOST_WORDS = 5
#: Words of a text that may be "Name/Agency", at most.
_MAX_AGENCY_WORDS = 14


def names_agency(text: str) -> bool:
    """Whether a short text ends with, or begins with, a picture agency, as "Name/Agency" does."""
    known = vocabulary()
    words = [word for word in words_of(text) if word not in "()[]"]
    if len(words) > 2 and words[-2] == "." and words[-1] in _DOMAIN_ENDS:
        if " ".join(words[-_HOST_WORDS:]) in known.agencies:
            return len(words) == _HOST_WORDS or not words[-_HOST_WORDS - 1][0].isalnum()
        words = words[:-2]
    if not words or len(words) > _MAX_AGENCY_WORDS:
        return False
    for size in range(min(4, len(words)), 0, -1):
        if " ".join(words[-size:]) in known.agencies:
            return (
                size == len(words)
                or not words[-size - 1][0].isalnum()
                or (
                    words[-size - 1] in grammar().before_agency
                    and _follows_name(
                        text, words[-size - 1], network=" ".join(words[-size:]) in known.networks
                    )
                )
            )
        if " ".join(words[:size]) in known.agencies and size < len(words):
            return not words[size][0].isalnum()
    return False


#: Letters of a small word that is no name: "us", "it", "nos".
_MAX_PRONOUN = 3


def _follows_name(text: str, joining: str, *, network: bool) -> bool:
    """Whether a name stands right before a joining word: "Jane Doe on Flickr", not "Follow us on".

    Args:
        network: What follows is a network, which invitations name as well: two words of a name, or a handle.
    """
    words = text.split()
    places = [place for place, word in enumerate(words) if fold(word) == joining]
    if not places or not places[-1]:
        return True
    before = words[: places[-1]]
    named = before[-1].lstrip("(\"'“„")
    if network and not any(sign in named for sign in "_.@0123456789"):
        speaks = any(term.sense & Sense.PHOTO for term in terms_of(tokens_of(" ".join(before))))
        return len(before) > 1 and not speaks and is_name_like(" ".join(before))
    return not named[:1].islower() or len(named) > _MAX_PRONOUN


#: Ends of an agency's address that stands for its name: "500px.com".
_DOMAIN_ENDS = frozenset(("com", "org", "net"))


#: Words of a name in which what it is a collection of stands: "the town archive of Salt".
_HOLDING_WORDS = 4


def names_holding(text: str) -> bool:
    """Whether a text begins with an archive, a collection, a family: who holds the picture."""
    words = [word for word in words_of(text[:120])[: _HOLDING_WORDS + 2] if word[0].isalnum()]
    return any(word.startswith(vocabulary().holdings) for word in words[:_HOLDING_WORDS])


#: Characters of a name in scripts without blanks; and what no name begins with: particles after a noun.
_MAX_UNSPACED_NAME = 24
_PARTICLES = "はがをにでのもと的是为為中里裡与與和在"
#: Words of a name beside which no keyword is needed to be sure, at most.
_MAX_NAME_WORDS = 7


def _has_case(char: str) -> bool:
    """Whether a letter is of a script with capitals; Georgian has them in headings only."""
    return (char.isupper() or char.islower()) and not "\u10d0" <= char <= "\u10ff"


#: An address that stands for its owner's name: "janedoe.com".
_HOST = re.compile(r"(?:[\w-]{2,63}\.){1,3}[a-z]{2,12}", re.IGNORECASE)


def is_name_like(text: str) -> bool:
    """Whether a text reads as a name: few words, capitals, no sentence."""
    part = re.split(r"[.!?](?:\s|$)|[|()\[\]]", text.strip(" :,-–—/"), maxsplit=1)[0]
    words = part.split()
    if not words or len(words) > _MAX_NAME_WORDS:
        return False
    if len(words) == 1 and _HOST.fullmatch(words[0]):
        return True
    if UNSPACED.search(part):
        return len(part) <= _MAX_UNSPACED_NAME and part[0] not in _PARTICLES
    known = grammar().in_name
    capitals = [word for word in words if word[:1].isupper() or word[:1] in "@#\"“„'" or word[:1].isdigit()]
    small = [word for word in words if word not in capitals]
    if not text.isascii() and not any(map(_has_case, part)):
        return True  # scripts without capitals
    return bool(capitals) and all(word.lower().strip(",") in known or not word[0].isalnum() for word in small)
