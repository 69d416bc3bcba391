"""Finds what a piece of text says about who made a picture: "Foto: Jane Doe / Agency".

A *phrase* begins with words of the vocabulary, goes over what joins them to a name, and ends where the
name ends. Nothing here knows whose picture it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.terms import Term, Token, terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import SIGNS, UNSPACED, Sense, vocabulary

#: Text of one line that is read, in characters; longer lines are articles without markup.
MAX_LINE_CHARS = 4_000
#: A credit names somebody within so many characters (the longest of 183 labelled text credits has 96).
MAX_NAME_CHARS = 160
#: Words and signs between a keyword and the name, at most; a line of nothing but keywords names nobody.
MAX_JOINT_TOKENS = 24
#: Signs that join a word to the name after it, strong enough to make a credit of any picture noun.
_JOINS = frozenset(":=|/©ⓒ~›»>•·・")
_WEAK_JOINS = frozenset("-,.;–")
#: Follows a sign that is to be shown as a picture.
_EMOJI = "\ufe0f"
_OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
#: What stands in brackets is read whole up to so many characters, stops of abbreviations and all.
_MAX_BRACKET_CHARS = 80
_SENTENCE_END = re.compile(r"[.!?。！？]['\")\]]*\s+(?=[^\W\d_a-z])|[。！？]")
#: A sign and a label of few words, which end the name before them: "Jane Doe | Flowers: Max Roe".
NEXT_LABEL = re.compile(r"\s*[|•·;,/–—]\s*(?:[^\W\d_][\w&'’-]*\s){0,2}([^\W\d_][\w&'’-]*)\s?:\s")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(/])(?:[^\W\d_]|st|dr|mr|mrs|ms|jr|sr|prof|inc|ltd|co|phot|fot|bzw|ca|no|nr|vs|dipl|ing|"
    r"mag|dok|doc|arch|arh|archiv|coll|kol|ill|gen|rev|capt|sgt|lt|col|sra|mme|mgr|bc|inż|ks|red)\.$",
    re.IGNORECASE,
)


#: Senses of terms that may begin a phrase.
_OPENING_SENSES = ~(Sense.BY | Sense.SUFFIX | Sense.AGENCY | Sense.AUTHOR)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One credit phrase of a text: keyword at ``start``, name at ``name_start`` to ``end``."""

    start: int
    name_start: int
    end: int
    sense: Sense
    #: The words and the joint leave no doubt ("Foto:", "photo by", "©"); others need a fitting place.
    strong: bool
    #: The keyword's own words, folded.
    keyword: str

    def name(self, text: str) -> str:
        """The credited name as written, signs around it cut off."""
        return tidy_name(text[self.name_start : self.end])


@lru_cache(maxsize=4096)
def find_phrases(text: str) -> tuple[Phrase, ...]:
    """All phrases of a text in order, not overlapping; roles that are not pictures' included."""
    text = text[:MAX_LINE_CHARS]
    tokens = tokens_of(text)
    terms = terms_of(tokens)
    terms.extend(unspaced_terms(text, tokens))
    terms.sort(key=lambda term: (term.first, -term.after))
    found: list[Phrase] = []
    done = 0
    for term in terms:
        if term.first < done:
            continue
        suffixed = _suffixed(text, tokens, term) if term.sense & Sense.SUFFIX else None
        if suffixed is not None:
            found.append(suffixed)
            done = term.after
            continue
        if not term.sense & _OPENING_SENSES:
            continue
        if term.sense & Sense.AGENCY and not _announces(tokens, term):
            continue
        phrase, after = _phrase(text, tokens, terms, term)
        if phrase is not None:
            if not phrase.strong and _ends_role_list(text, tokens, terms, term, phrase):
                phrase = replace(phrase, strong=True)
            found.append(phrase)
            done = after
    if len(text) <= _MAX_TOLD:
        told = list(_told_phrase(text, tokens, terms))
        found = [phrase for phrase in found if not told or not told[0].start <= phrase.start < told[0].end]
        found = sorted([*found, *told], key=lambda phrase: phrase.start)
    return tuple(_cut_at_next(text, found))


#: Characters of a sentence that may say who made a picture.
_MAX_TOLD = 300
#: Words between the picture and the verb that made it, and between verb and "by".
_MAX_TOLD_WORDS = 10
_MAX_VERB_WORDS = 3
_PROPER_NAME = re.compile(
    r"(?:(?:the|our|my|die|der|le|la)\s)?[^\W\d_a-zß-ÿа-я][\w.'’-]*(?:\s[^\W\d_a-zß-ÿа-я][\w.'’-]*){0,3}"
)


def _told_phrase(text: str, tokens: list[Token], terms: list[Term]) -> Iterator[Phrase]:
    """The phrase of a sentence that says who made a picture: "The photos were taken last May by Jane Doe"."""
    verbs = vocabulary().making.verbs
    for term in terms:
        first = term.first
        if not term.sense & Sense.BY or not any(
            token.text in verbs for token in tokens[max(0, first - _MAX_VERB_WORDS) : term.after]
        ):
            continue
        nouns = [
            noun for noun in terms if noun.sense & Sense.PHOTO and 0 < first - noun.after <= _MAX_TOLD_WORDS
        ]
        if nouns and any(token.text in ".!?" for token in tokens[nouns[-1].after : first]):
            continue
        after = tokens[term.after].start if term.after < len(tokens) else len(text)
        name = _PROPER_NAME.match(text, after)
        if nouns and name is not None:
            sense = Sense.MADE | nouns[-1].sense
            start = tokens[nouns[-1].first].start
            yield Phrase(start, after, name.end(), sense, strong=True, keyword=tokens[nouns[-1].first].text)
            return


def begins_with_role(text: str) -> bool:
    """Whether a text begins as a byline or a credit for other work: "By Jane", "Recipe from Jane"."""
    terms = terms_of(tokens_of(text[:80]))
    return bool(terms) and terms[0].first == 0 and bool(terms[0].sense & (Sense.ROLE | Sense.BY))


def _phrase(text: str, tokens: list[Token], terms: list[Term], term: Term) -> tuple[Phrase | None, int]:
    """The phrase that begins with a term, and the token after its joint."""
    by_first = {entry.first: entry for entry in terms}
    sense, position = term.sense, term.after
    joins: set[str] = set()
    words: Sense = Sense(0)
    while position < min(len(tokens), term.after + MAX_JOINT_TOKENS):
        follower = by_first.get(position)
        sign = tokens[position].text
        if (
            follower is not None
            and follower.sense
            & (Sense.BY | Sense.CREDIT | Sense.SOURCE | Sense.COURTESY | Sense.MADE | Sense.VIA | Sense.PHOTO)
            and _joins_on(joins, words, follower)
        ):
            words |= follower.sense
            if follower.sense & Sense.PLURAL:
                sense |= Sense.PLURAL
            position = follower.after
        elif (
            words
            and sign in grammar().articles
            and (noun := by_first.get(position + 1))
            and noun.sense & Sense.PHOTO
        ):
            sense |= noun.sense & (Sense.PHOTO | Sense.PLURAL)
            position = noun.after
        elif joins and _is_montage_mark(tokens, position):
            position += 3
        elif sign.isdigit() and not joins and sense & Sense.PHOTO and _announces_number(tokens, position):
            position += 1
        elif sign in _JOINS or sign in _WEAK_JOINS or sign in _OPENING or sign in ")]" or sign == _EMOJI:
            if sign in ")]" and not joins and not words:
                break
            joins.add(sign)
            position += 1
        elif sign in grammar().and_ and position + 1 in by_first and not joins:
            sense |= by_first[position + 1].sense & ~Sense.BY
            position = by_first[position + 1].after
        else:
            break
    start = tokens[term.first].start
    if fold(text[:start].strip()) in vocabulary().every:
        start = 0
    name_start = tokens[position].start if position < len(tokens) else len(text)
    end = _name_end(text, start, name_start)
    strong = _is_strong(text, tokens, term, joins, words)
    if strong is None and sense & ~term.sense & Sense.PHOTO and not text[:start].strip():
        # "Words & pictures Jane Doe": both kinds of work are named, so nothing else can be meant.
        strong = True if is_name_like(text[name_start:end]) else None
    if strong is None:
        return None, term.after
    keyword = " ".join(token.text for token in tokens[term.first : term.after])
    return Phrase(start, name_start, end, sense | (words & ~Sense.BY), strong, keyword), max(
        position, term.after
    )


def _ends_role_list(text: str, tokens: list[Token], terms: list[Term], term: Term, phrase: Phrase) -> bool:
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


#: Characters of a byline with several roles, and words of a name in it.
_MAX_ROLE_LIST = 160
_MIN_NAME_WORDS = 1
_LIST_SIGNS = tuple(",;|/·•–—.&+")


def _is_montage_mark(tokens: list[Token], position: int) -> bool:
    """Whether a letter in brackets says that the picture was put together: "Foto: [M] Jane Doe"."""
    texts = [token.text for token in tokens[position : position + 3]]
    return len(texts) == 3 and texts[0] in "([" and len(texts[1]) == 1 and texts[2] in ")]"


def _announces_number(tokens: list[Token], position: int) -> bool:
    """Whether a number names one of several pictures: "Bild 2: Jane Doe"."""
    following = tokens[position + 1].text if position + 1 < len(tokens) else ""
    return len(tokens[position].text) <= 2 and following in (":", "=", "–", "-")


def _suffixed(text: str, tokens: list[Token], term: Term) -> Phrase | None:
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
        if head[cut] != "." or not _ABBREVIATION.search(head[max(0, cut - 8) : cut + 1]):
            return cut + 1
    return 0


#: Signs that begin a new part of a text.
_PART_SIGNS = ".;|([{（【。、•·:：\u3000"


def _announces(tokens: list[Token], term: Term) -> bool:
    """Whether a word that is an agency's name as well ("Archiv", "Forum") is followed by a colon."""
    return term.after < len(tokens) and tokens[term.after].text in ":="


def _joins_on(joins: set[str], words: Sense, follower: Term) -> bool:
    """Whether another term goes on with the joint instead of beginning the name."""
    if follower.sense & Sense.PHOTO and not follower.sense & (
        Sense.CREDIT | Sense.SOURCE | Sense.BY | Sense.MADE
    ):
        return not joins and not words & Sense.BY
    return True


def _is_strong(text: str, tokens: list[Token], term: Term, joins: set[str], words: Sense) -> bool | None:
    """True for a sure phrase, False for one that needs a fitting place, ``None`` for none at all."""
    sense = term.sense
    before = text[: tokens[term.first].start].rstrip()
    at_start = not before or fold(before) in vocabulary().every or before[-1] in '([{|/•·–—-:;,.!?…~*"“„»›>='
    abbreviated = tokens[term.after - 1].text == "." and is_name_like(text[tokens[term.after - 1].end :])
    at_start = at_start or (bool(sense & Sense.PLURAL) and fold(before.rpartition(" ")[2]) in grammar().with_)
    firm = (
        abbreviated
        or bool(joins & _JOINS)
        or bool(words & (Sense.CREDIT | Sense.COURTESY | Sense.MADE | Sense.VIA | Sense.SOURCE))
    )
    rest = text[tokens[term.after - 1].end :]
    if sense & Sense.MADE and not sense & Sense.PHOTO:
        return True
    if sense & (Sense.PHOTO | Sense.MADE):
        if _is_sign(tokens[term.first].text, tokens, term):
            return True if firm or words & Sense.BY or is_name_like(rest) or "@" in rest[:3] else None
        if firm or _plain_by(tokens, term):
            return True
        if words & Sense.BY or sense & Sense.MADE:
            return at_start if is_name_like(_first_words(rest, words)) else None
        announces = bool(sense & Sense.CREDIT) and not rest.strip(" :")
        if rest.lstrip()[:3].lower() == "of ":
            return None  # what a picture shows
        return False if at_start and (announces or is_name_like(rest)) else None
    if sense & (Sense.COURTESY | Sense.CREDIT) and _is_sign(tokens[term.first].text, tokens, term):
        return True
    if sense & (Sense.COURTESY | Sense.CREDIT):
        if firm or words & Sense.BY:
            return bool(at_start or ":" in joins)
        return False if at_start else None
    if sense & Sense.SOURCE:
        if firm and at_start:
            return True
        return False if (firm or at_start) else None
    if sense & Sense.VIA:
        return False
    if sense & Sense.ROLE:
        return True if ":" in joins or words & Sense.BY else (False if at_start and "|" in joins else None)
    return None


def _is_sign(word: str, tokens: list[Token], term: Term) -> bool:
    return word in SIGNS or "".join(token.text for token in tokens[term.first : term.after]) == "(c)"


def _plain_by(tokens: list[Token], term: Term) -> bool:
    return any(token.text in grammar().made_by for token in tokens[term.first + 1 : term.after + 3])


def _first_words(rest: str, words: Sense) -> str:
    """What may be the name: all that follows a word at a text's start, else up to the next comma."""
    part = re.split(r"[,;:]", rest.strip(" :,-–—"), maxsplit=1)[0]
    return part.split(" ", 1)[1] if words & Sense.BY and " " in part else part


def _name_end(text: str, keyword_start: int, name_start: int) -> int:
    """Where the name that begins at ``name_start`` ends."""
    limit = min(len(text), name_start + MAX_NAME_CHARS)
    opener = text[keyword_start - 1] if keyword_start and text[keyword_start - 1] in _OPENING else None
    if opener is None and text[name_start - 1 : name_start] in _OPENING and name_start:
        opener = text[name_start - 1]
    if opener is not None:
        closing = text.find(_OPENING[opener], name_start, limit)
        if closing >= 0:
            limit = closing
            if closing - name_start <= _MAX_BRACKET_CHARS:
                return limit
    label = NEXT_LABEL.search(text, name_start, limit)
    if label is not None and label.group(1).lower() not in vocabulary().networks:
        limit = label.start()
    for match in _SENTENCE_END.finditer(text, name_start, limit):
        if not _ABBREVIATION.search(text[max(0, match.start() - 8) : match.start() + 1]):
            return match.start()
    return limit


def _cut_at_next(text: str, found: list[Phrase]) -> list[Phrase]:
    """End each phrase where the next one begins; a bare "via" or "©" inside a credit goes on with it."""
    cut: list[Phrase] = []
    for phrase in found:
        if cut and phrase.start < cut[-1].end:
            last = cut[-1]
            if _is_subject(text, last, phrase):
                cut[-1] = replace(phrase, start=last.start, sense=last.sense | phrase.sense, strong=True)
                continue
            goes_on = (
                phrase.sense & (Sense.VIA | Sense.COURTESY | Sense.CREDIT) and not phrase.sense & Sense.PHOTO
            )
            if goes_on and last.sense & ~Sense.ROLE and phrase.start > last.name_start:
                strong = last.strong or phrase.strong
                cut[-1] = replace(last, end=max(last.end, phrase.end), strong=strong)
                continue
            if last.sense & Sense.PHOTO and not text[last.name_start : phrase.start].strip(_SIGNS_BETWEEN):
                # "Header – painting by Jane": the first noun says which picture, the second whose.
                kept = last.sense if not phrase.sense & Sense.LEAD else last.sense & ~Sense.PLURAL
                kept = kept & ~Sense.PLURAL if kept & Sense.LEAD else kept
                cut[-1] = replace(phrase, start=last.start, sense=kept | phrase.sense)
                continue
            cut[-1] = replace(last, end=max(_label_start(text, last, phrase), last.name_start))
        cut.append(phrase)
    return cut


#: What may stand between two nouns for one picture.
_SIGNS_BETWEEN = " \t.,:;|/–—-([*"


def _is_subject(text: str, last: Phrase, following: Phrase) -> bool:
    """Whether a noun for pictures is what a verb speaks of: "Photos were shot by Jane"."""
    between = text[last.name_start : following.start].strip()
    noun = last.sense & Sense.PHOTO and following.sense & Sense.MADE and not following.sense & Sense.PHOTO
    return bool(noun) and between == between.lower() and 0 < len(between.split()) <= _MAX_LABEL_WORDS


def _label_start(text: str, last: Phrase, following: Phrase) -> int:
    """Where the label before a phrase begins: in "photo by A; pier photo by B" at the semicolon."""
    between = text[last.name_start : following.start]
    sign = max(between.rfind(sign) for sign in ";|·•–—,")
    label = between[sign + 1 :].split()
    if sign < 0 or not 0 < len(label) <= _MAX_LABEL_WORDS:
        return following.start
    return last.name_start + sign


#: Words that name a picture before its credit ("old pier photo by B"), at most.
_MAX_LABEL_WORDS = 3


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


#: Words between a picture and the "from" that says where it is from, at most.
_MAX_ORIGIN_WORDS = 4
_ATTRIBUTING = Sense.BY | Sense.VIA | Sense.COURTESY | Sense.SOURCE | Sense.MADE | Sense.CREDIT


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
