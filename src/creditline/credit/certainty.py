"""How sure the words of a credit phrase are, before anybody looks where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from creditline.credit.asides import names_subject
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.joints import STRONG_SIGNS, Joint
from creditline.credit.name_ends import OPENING
from creditline.credit.naming import is_name_like, names_agency, names_holding
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import SIGNS, UNSPACED, Sense, vocabulary

#: Words of a joint that leave no doubt.
_FIRM = Sense.CREDIT | Sense.COURTESY | Sense.MADE | Sense.VIA | Sense.SOURCE
#: Signs that join a word of scripts without blanks to a name.
_LABEL_SIGNS = frozenset("/=|")
#: Initials alone: "Fot. jd".
_INITIALS = re.compile(r"\s*[^\W\d_]{2,4}[\s.)]*")
#: Signs that end a name.
_SIGN = re.compile(r"[;|()\[\]:]|\.\s")
#: Signs behind which a new part of a text begins.
_BEFORE_PARTS = frozenset('([{<（［【〔〈《＜|/•·–—-:;,.!?…。、~*"“„”»›>=▲△▼▽■□●○◆◇※★▶►→▸')


def certainty(text: str, tokens: list[Token], keyword: Term, joint: Joint) -> bool | None:
    """True for a sure phrase, False for one that needs a fitting place, ``None`` for none at all."""
    words = _Words(text, tokens, keyword, joint)
    sense = keyword.sense
    if sense & Sense.MADE and not sense & Sense.PHOTO:
        return True
    if sense & (Sense.PHOTO | Sense.MADE):
        return words.of_picture()
    if sense & (Sense.COURTESY | Sense.CREDIT):
        return words.of_credit()
    if sense & Sense.SOURCE:
        return words.of_source()
    if sense & Sense.VIA:
        return False
    return words.of_role() if sense & Sense.ROLE else None


@dataclass(slots=True)
class _Words:
    """The words of one phrase."""

    text: str
    tokens: list[Token]
    keyword: Term
    joint: Joint

    def of_picture(self) -> bool | None:
        """A noun for pictures, a camera sign, "photographed by"."""
        joined = self.joint.words
        if self._is_sign:
            sure = self._is_firm or joined & Sense.BY or is_name_like(self._rest) or "@" in self._rest[:3]
            return True if sure else None
        if self._is_firm or self._says_by or self._fills_brackets or self._names_holding:
            return True
        if self._opens and self._at_agency:
            return True
        if joined & Sense.BY or self.keyword.sense & Sense.MADE:
            return self._opens if is_name_like(_first_words(self._rest, joined)) else None
        announces = bool(self.keyword.sense & Sense.CREDIT) and not self._rest.strip(" :")
        if self._rest.lstrip()[:3].lower() == "of ":
            return None  # what a picture shows
        return False if self._opens and (announces or is_name_like(self._rest)) else None

    def of_credit(self) -> bool | None:
        """ "Credit", "courtesy of", a sign of copyright."""
        if self._is_sign:
            return True
        if self._is_firm or self.joint.words & Sense.BY:
            return self._opens or ":" in self.joint.signs
        return False if self._opens else None

    def of_source(self) -> bool | None:
        """ "Source", which names the source of a text as well."""
        if self._is_firm and self._opens:
            return True
        return False if self._is_firm or self._opens else None

    def of_role(self) -> bool | None:
        """Work that is not the page's pictures."""
        if ":" in self.joint.signs or self.joint.words & Sense.BY:
            return True
        if UNSPACED.search(self.tokens[self.keyword.first].text) and self.joint.signs & _LABEL_SIGNS:
            return True  # "文／三宅"
        return False if self._opens and "|" in self.joint.signs else None

    @property
    def _rest(self) -> str:
        """What follows the keyword."""
        return self.text[self.tokens[self.keyword.after - 1].end :]

    @property
    def _opens(self) -> bool:
        """Whether the keyword begins the text or a part of it."""
        before = self.text[: self.tokens[self.keyword.first].start].rstrip()
        if not before or before[-1] in _BEFORE_PARTS or fold(before) in vocabulary().every:
            return True
        if UNSPACED.search(before[-1]) and self.text[len(before) : len(before) + 1].isspace():
            return True  # "文/王 图/林": a blank divides where none stands between words
        plural = bool(self.keyword.sense & Sense.PLURAL)
        return plural and fold(before.rpartition(" ")[2]) in grammar().with_

    @property
    def _is_firm(self) -> bool:
        """Whether what joins it to the name leaves no doubt."""
        return (
            self._is_abbreviated
            or not STRONG_SIGNS.isdisjoint(self.joint.signs)
            or bool(self.joint.words & _FIRM)
        )

    @property
    def _fills_brackets(self) -> bool:
        """Whether the keyword and a name are all that stands in brackets: "(foto Jane Doe)"."""
        before = self.text[: self.tokens[self.keyword.first].start].rstrip()
        closing = self._rest.find(OPENING.get(before[-1:], "\n"))
        name = self._rest[: max(closing, 0)].strip()
        if len(name.split()) < 2 or not is_name_like(name):
            return False
        return not self.joint.words or bool(self.joint.words & Sense.BY)

    @property
    def _at_agency(self) -> bool:
        """Whether a name and where its pictures are had from follow: "Foto de Jane Doe na Pexels"."""
        rest = self.text[self.tokens[self.joint.after].start :] if self.joint.after < len(self.tokens) else ""
        name = _SIGN.split(rest, maxsplit=1)[0].strip(" .")
        return len(name.split()) > 2 and names_agency(name)

    @property
    def _names_holding(self) -> bool:
        """Whether the picture is from a collection: "Foto aus dem Archiv der Stadt"."""
        return bool(self.joint.words & Sense.BY) and self._opens and names_holding(self._rest)

    @property
    def _is_abbreviated(self) -> bool:
        """Whether the keyword is cut short and a name follows: "Fot. Jane Doe"."""
        if self.tokens[self.keyword.after - 1].text != ".":
            return False
        return is_name_like(self._rest) or _INITIALS.fullmatch(self._rest) is not None

    @property
    def _is_sign(self) -> bool:
        """Whether the keyword is a sign: "©", "(c)", a camera."""
        words = [token.text for token in self.tokens[self.keyword.first : self.keyword.after]]
        return words[0] in SIGNS or "".join(words) == "(c)"

    @property
    def _says_by(self) -> bool:
        """Whether a word near the keyword means "made by" and nothing else."""
        near = self.tokens[self.keyword.first + 1 : self.keyword.after + 3]
        if near and names_subject(near[0].text):
            return False  # "image processing by"
        return any(token.text in grammar().made_by for token in near)


def _first_words(rest: str, words: Sense) -> str:
    """What may be the name: all that follows a word at a text's start, else up to the next comma."""
    part = re.split(r"[,;:]", rest.strip(" :,-–—"), maxsplit=1)[0]
    return part.split(" ", 1)[1] if words & Sense.BY and " " in part else part
