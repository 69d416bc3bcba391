"""What joins the keyword of a credit phrase to the name after it: signs, further words, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from creditline.credit.grammar import grammar
from creditline.credit.name_ends import OPENING
from creditline.credit.naming import is_name_like, names_agency
from creditline.credit.terms import Term, Token
from creditline.credit.vocabulary import Sense

#: Words and signs between a keyword and the name, at most; a line of nothing but keywords names nobody.
MAX_JOINT_TOKENS = 24
#: Signs that join a word to the name after it, strong enough to make a credit of any picture noun.
STRONG_SIGNS = frozenset(":=|/©ⓒ~›»>•·・՝፦፡")
_WEAK_SIGNS = frozenset("-,.;–")
#: Words between a noun for pictures and a colon that say which picture is meant: "Foto der Messe: Jane Doe".
_MAX_LABEL_WORDS = 4
#: Letters of a word that may begin a name and join one as well: "Von", "De", "Per", "Lê".
_MAX_PARTICLE = 3
#: Follows a sign that is to be shown as a picture.
_EMOJI = "\ufe0f"
_SIGNS = STRONG_SIGNS | _WEAK_SIGNS | frozenset(OPENING) | frozenset((")", "]", _EMOJI))
#: Words that go on with a joint.
_JOINING = Sense.BY | Sense.CREDIT | Sense.SOURCE | Sense.COURTESY | Sense.MADE | Sense.VIA | Sense.PHOTO


@dataclass(slots=True)
class Joint:
    """What stands between a keyword and a name."""

    #: What the keyword means together with what follows it.
    sense: Sense
    #: The token after it.
    after: int
    #: The signs in it, and what its words mean.
    signs: set[str]
    words: Sense


def read_joint(text: str, tokens: list[Token], terms: list[Term], keyword: Term) -> Joint:
    """Read on from a keyword as long as something joins it to a name."""
    by_first = {term.first: term for term in terms}
    joint = Joint(keyword.sense, keyword.after, set(), Sense(0))
    last = min(len(tokens), keyword.after + MAX_JOINT_TOKENS)
    while joint.after < last:
        goes_on = (
            _add_label(joint, text, tokens)
            or _add_top(joint, text, tokens, by_first)
            or _add_word(joint, None if _begins_name(text, tokens, joint) else by_first.get(joint.after))
            or _add_noun(joint, tokens, by_first)
            or _add_number(joint, tokens)
            or _add_sign(joint, tokens[joint.after].text)
            or _add_other_work(joint, tokens, by_first)
        )
        if not goes_on:
            break
    return joint


def _begins_name(text: str, tokens: list[Token], joint: Joint) -> bool:
    """Whether a short word with a capital behind a sign begins a name: "Ảnh: Lê Duy", "Foto: De Roe"."""
    token = tokens[joint.after]
    if not joint.signs or token.end - token.start > _MAX_PARTICLE or not text[token.start].isupper():
        return False
    return text[token.end : token.end + 2].lstrip()[:1].isupper()


def _add_word(joint: Joint, word: Term | None) -> bool:
    """Go over a word that goes on with the joint instead of beginning the name: "photo credit by"."""
    if word is None or not word.sense & _JOINING:
        return False
    sure = word.sense & (Sense.CREDIT | Sense.SOURCE | Sense.BY | Sense.MADE)
    if word.sense & Sense.PHOTO and not sure and (joint.signs or joint.words & Sense.BY):
        return False
    joint.words |= word.sense
    joint.sense |= word.sense & Sense.PLURAL
    joint.after = word.after
    return True


def _add_label(joint: Joint, text: str, tokens: list[Token]) -> bool:
    """Go over small words that say which picture, up to a colon and a name: "Fotografía de cubierta: …"."""
    if joint.signs or not joint.sense & Sense.PHOTO:
        return False
    capitals = 0
    for place in range(joint.after, min(joint.after + _MAX_LABEL_WORDS + 1, len(tokens))):
        token = tokens[place]
        capitals += text[token.start].isupper()
        if token.text == ":":
            named = place > joint.after and _is_named(text[token.end :])
            if named:
                joint.sense |= _lead_of(tokens[joint.after : place])
                joint.after = place
            return named
        if not token.text[0].isalnum() or capitals > (place > joint.after):
            return False
    return False


def _add_top(joint: Joint, text: str, tokens: list[Token], by_first: dict[int, Term]) -> bool:
    """Go over small words that mean the picture at the top, up to a "by": "Photo at top by Jane"."""
    if joint.signs or joint.words or not joint.sense & Sense.PHOTO or joint.sense & Sense.PLURAL:
        return False
    for place in range(joint.after, min(joint.after + _MAX_LABEL_WORDS + 1, len(tokens))):
        token = tokens[place]
        term = by_first.get(place)
        if place > joint.after and term is not None and term.sense & Sense.BY:
            lead = _lead_of(tokens[joint.after : place])
            if lead:
                joint.sense |= lead
                joint.after = place
            return bool(lead)
        if not token.text[0].isalnum() or text[token.start].isupper():
            return False
    return False


def _lead_of(tokens: list[Token]) -> Sense:
    """`Sense.LEAD` where one of the words means the picture at the top."""
    known = grammar()
    return (
        Sense.LEAD if any(each.text in known.lead or each.text in known.top for each in tokens) else Sense(0)
    )


def _is_named(text: str) -> bool:
    """Whether a name of two words or more, or an agency, begins a text."""
    name = re.split(r"[.;|()]", text.strip(), maxsplit=1)[0]
    return names_agency(name) or (len(name.split()) > 1 and is_name_like(name))


def _add_noun(joint: Joint, tokens: list[Token], by_first: dict[int, Term]) -> bool:
    """Go over an article and a noun for pictures: "Créditos de las imágenes"."""
    if not joint.words or tokens[joint.after].text not in grammar().articles:
        return False
    noun = by_first.get(joint.after + 1)
    if noun is None or not noun.sense & Sense.PHOTO:
        return False
    joint.sense |= noun.sense & (Sense.PHOTO | Sense.PLURAL)
    joint.after = noun.after
    return True


def _add_number(joint: Joint, tokens: list[Token]) -> bool:
    """Go over "[M]", which says that a picture was put together, or the number of one of several."""
    if joint.signs and _is_montage_mark(tokens, joint.after):
        joint.after += 3
        return True
    number = tokens[joint.after].text.isdigit() and not joint.signs and joint.sense & Sense.PHOTO
    if number and _announces_number(tokens, joint.after):
        joint.after += 1
        return True
    return False


def _add_sign(joint: Joint, sign: str) -> bool:
    """Go over a sign; a bracket that closes before anything joined belongs to what stands before."""
    if sign not in _SIGNS or (sign in ")]" and not joint.signs and not joint.words):
        return False
    joint.signs.add(sign)
    joint.after += 1
    return True


def _add_other_work(joint: Joint, tokens: list[Token], by_first: dict[int, Term]) -> bool:
    """Go over "and" with another kind of work: "Words & pictures Jane Doe"."""
    other = by_first.get(joint.after + 1)
    if other is None or joint.signs or tokens[joint.after].text not in grammar().and_:
        return False
    joint.sense |= other.sense & ~Sense.BY
    joint.after = other.after
    return True


def _is_montage_mark(tokens: list[Token], position: int) -> bool:
    """Whether a letter in brackets says that the picture was put together: "Foto: [M] Jane Doe"."""
    texts = [token.text for token in tokens[position : position + 3]]
    return len(texts) == 3 and texts[0] in "([" and len(texts[1]) == 1 and texts[2] in ")]"


def _announces_number(tokens: list[Token], position: int) -> bool:
    """Whether a number names one of several pictures: "Bild 2: Jane Doe"."""
    following = tokens[position + 1].text if position + 1 < len(tokens) else ""
    return len(tokens[position].text) <= 2 and following in (":", "=", "–", "-")
