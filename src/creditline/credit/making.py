"""What a sentence says of somebody and a picture: that they made it, that they may have, or neither.

The name is known, so the sentence is read outwards from it: "taken by", "who shot", "hat … gemacht",
"through the lens of". Grammar differs between languages, distances hardly do: verb, preposition and name
stand together.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from creditline.credit.grammar import grammar
from creditline.credit.speaks import ends_in_by
from creditline.credit.terms import Token, terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import Sense, vocabulary

#: Words between a verb and the preposition before its maker: "taken last April by".
MAX_PASSIVE_WORDS = 6
#: Words between a name and the verb of what they did: "hat Jane gemacht", "Jane, who took".
MAX_ACTIVE_WORDS = 3
#: Words between the camera and the one who holds it: "the lens of our friend Jane".
MAX_CRAFT_WORDS = 4
#: Words of a sentence that says no more than who held the camera.
MAX_SHORT_WORDS = 9
#: Words of a relative clause up to its verb: "Jane, who came up on Wednesday and took".
MAX_RELATIVE_WORDS = 12
#: Words between a verb and the picture made: "took all of the pictures".
MAX_OBJECT_WORDS = 5
#: Words before the noun for pictures that opens a sentence: "All of the".
MAX_WORDS_BEFORE = 4


class Told(IntEnum):
    """What a sentence tells of somebody it names."""

    NOTHING = 0
    #: It speaks of pictures, of making them or of the camera.
    PERHAPS = 1
    #: They made the picture or pictures it speaks of.
    MADE = 2


@lru_cache(maxsize=1024)
def told_of(text: str, start: int, end: int, *, beside: bool = False) -> Told:
    """What a sentence tells of the one it names from ``start`` to ``end``.

    Args:
        beside: The sentence stands right beside a picture, so that it need not name what was taken.
    """
    before, after = tokens_of(text[:start]), tokens_of(text[end:])
    unspaced = [*unspaced_terms(text[:start], before), *unspaced_terms(text[end:], after)]
    told = _Sentence(_words(before), _words(after), before, after, text[:start], beside=beside)
    if told.is_made:
        return Told.MADE
    speaks = bool(unspaced) and any(
        term.sense & (Sense.PHOTO | Sense.MADE | Sense.SUFFIX) for term in unspaced
    )
    return Told.PERHAPS if speaks or told.speaks else Told.NOTHING


def makes(word: str) -> bool:
    """Whether a folded word is a verb that makes pictures or a word of the camera."""
    known = vocabulary().making
    return word.startswith(known.shoots) or word.startswith(known.craft)


def _words(tokens: list[Token]) -> list[str]:
    """The words of tokens; of a French "l'objectif" the noun."""
    return [_ELIDED.sub("", token.text) for token in tokens if token.text[0].isalnum()]


_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|dell|all|nell|dall)'")


class _Sentence:
    """The words of a sentence before and after the name in it."""

    def __init__(
        self,
        before: list[str],
        after: list[str],
        left: list[Token],
        right: list[Token],
        text: str,
        *,
        beside: bool,
    ) -> None:
        self.known = vocabulary().making
        self.grammar = grammar()
        self.before, self.after = before, after
        self.last_sign = next((token.text for token in reversed(left) if token.text not in "\"'*_"), "")
        self.by = ends_in_by(text)
        terms = [*terms_of(left), *terms_of(right)]
        self.photo = any(term.sense & Sense.PHOTO for term in terms) or any(
            map(self._is_noun, before + after)
        )
        #: The picture is not named and stands beside the sentence.
        nouns = (word for word in before + after if self._is_noun(word) and not self._shoots(word))
        self.implied = beside and not any(term.sense & Sense.PHOTO for term in terms) and not any(nouns)
        self.photo = self.photo or self.implied

    @property
    def speaks(self) -> bool:
        """Whether it speaks of pictures, or beside the name of making them or of the camera."""
        near = self.before[-MAX_CRAFT_WORDS:] + self.after[:MAX_CRAFT_WORDS]
        return (self.photo and not self.implied) or any(map(makes, near))

    @property
    def is_made(self) -> bool:
        """Whether it says that the named one made a picture."""
        if self._holds_camera or self._thanks:
            return True
        given = (
            self.before[-1:] == ["to"] and self.before[-2] in self.known.links if self.before[1:] else False
        )
        if not self.photo or (
            self.before[-1:] and self.before[-1] in self.known.shows and not self.by and not given
        ):
            return False
        return self._is_passive or self._is_active or self._is_linked

    @property
    def _is_passive(self) -> bool:
        """Whether it reads "taken by Jane" or "von Jane aufgenommen"."""
        if not self.by or not self.before:
            return False
        if any(map(self._is_verb, self.before[-MAX_PASSIVE_WORDS - 1 : -1])):
            return True
        last = self.before[-1] in self.grammar.by_verb_last and not any(
            word in self.grammar.by_verb_last for word in self.after[1:4]
        )
        return last and any(map(self._is_verb, self.after[:MAX_ACTIVE_WORDS]))

    @property
    def _is_active(self) -> bool:
        """Whether it reads "Jane took", "la tomó Jane" or "hat Jane gemacht", and names nobody else."""
        if self.by:
            return False
        spoken_of = self.implied or any(map(self._is_noun, self.before))
        if spoken_of and self._ends_in_verb:
            return True
        if any(word in self.grammar.by_verb_last for word in self.after[:5]):
            return False
        if spoken_of and any(map(self._is_verb, self.before[-2:])):
            return True
        relative = self.after[:1] and self.after[0] in self.grammar.relative
        for place, word in enumerate(self.after[: MAX_RELATIVE_WORDS if relative else MAX_ACTIVE_WORDS]):
            if self._is_verb(word):
                return spoken_of or any(map(self._is_noun, self.after[place + 1 : place + MAX_OBJECT_WORDS]))
        return False

    @property
    def _ends_in_verb(self) -> bool:
        """Whether it reads "hat Jane an einem Nachmittag gemacht"."""
        auxiliary = not self.grammar.has.isdisjoint(self.before[-2:] + self.after[:1])
        return auxiliary and any(map(self._is_verb, self.after[-1:]))

    @property
    def _holds_camera(self) -> bool:
        """Whether it is no more than "through the lens of Jane" or "Behind the camera: Jane"."""
        if len(self.before) > MAX_SHORT_WORDS or self.after:
            return False
        joined = self.by or self.last_sign == ":" or self.before[-1:] in (["of"], ["from"], ["de"])
        return joined and any(word.startswith(self.known.craft) for word in self.before[-MAX_CRAFT_WORDS:])

    @property
    def _thanks(self) -> bool:
        """Whether it thanks Jane "for capturing the day" or "for the photos"."""
        thanks = vocabulary().thanks
        said = any(
            " ".join(self.before[first : first + size]) in thanks
            for first in range(len(self.before))
            for size in (1, 2)
        )
        return said and (any(map(makes, self.after)) or any(map(self._is_noun, self.after)))

    @property
    def _is_linked(self) -> bool:
        """Whether it is a picture, a link and the name: "Autorem zdjęcia jest Jane"."""
        if self.after[1:] or not self.before or self.before[0] in self.grammar.inside:
            return False
        opens = not self.implied and any(map(self._is_noun, self.before[:MAX_WORDS_BEFORE]))
        near = self.before[-3:] if self.by or self.last_sign == ":" else self.before[-2:]
        return opens and any(word in self.known.links for word in near)

    def _is_verb(self, word: str) -> bool:
        known = self.known.takes if self.implied else self.known.verbs
        return word in known or self._shoots(word)

    def _shoots(self, word: str) -> bool:
        return word.startswith(self.known.shoots) and not _names_picture(word)

    def _is_noun(self, word: str) -> bool:
        return word.startswith(self.known.nouns) or _names_picture(word)


@lru_cache(maxsize=2048)
def _names_picture(word: str) -> bool:
    """Whether a word is a noun of the vocabulary for pictures or who makes them, not a verb's form."""
    terms = terms_of([Token(word, 0, len(word))])
    return any(term.sense & Sense.PHOTO for term in terms)
