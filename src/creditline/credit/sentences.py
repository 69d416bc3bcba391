"""Sentences anywhere on a page that speak of pictures and name the owner.

Some plainly say who made the page's pictures ("Thanks to Jane Doe for the photos", "All pictures on this
page: Jane Doe", "Jane Doe (photos)", a cell "Photographer" beside a cell "Jane Doe"); others only may, and
are a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from creditline.credit.asides import tells_other
from creditline.credit.fact_lists import fact_in_row
from creditline.credit.grammar import grammar
from creditline.credit.identity import NameHit
from creditline.credit.labels import labels_pictures
from creditline.credit.making import Told, told_of
from creditline.credit.naming import is_name_like, tidy_name
from creditline.credit.page_lines import page_lines, part_lines
from creditline.credit.passages import phrase_claims
from creditline.credit.phrases import find_phrases
from creditline.credit.scene import Scene
from creditline.credit.speaks import (
    attributes_to,
    begins_with_role,
    speaks_of_picture,
    speaks_of_work,
    thanks_for_picture,
)
from creditline.credit.terms import Term, Token, terms_of, tokens_of, unspaced_terms
from creditline.credit.vocabulary import Sense, vocabulary
from creditline.page.document import Line
from creditline.records import Where

SENTENCE = re.compile(r"[^.!?。！？]+(?:[.!?。！？]+(?!\s|$)[^.!?。！？]+)*[.!?。！？]*")
#: A case ending that an apostrophe sets off: "fotoğraflar Ömer Ak'a aittir".
_CASE = re.compile(r"['’](?!s\b)\w{1,4}\b")
#: Words before the noun for pictures that opens a sentence: "Las", "All of the", "Ein Dank für die".
MAX_WORDS_BEFORE = 3
#: Words after the owner's name that still leave it the sentence's end.
MAX_WORDS_AFTER = 1
#: Words of a sentence that is nothing but a name and a noun for pictures: "Kuva on Anna Rannan".
MAX_OTHER_WORDS = 1
#: How words for photographs begin in most languages of Europe, whatever their ending: "fotografico".
_STEMS = ("foto", "photo", "фото", "φωτο")
#: Characters of a line that credits several pictures.
MAX_CREDITS_CHARS = 400
#: Characters on either side of the owner's name that are read in longer lines.
_AROUND = 200
#: Longer lines are articles without markup.
MAX_LINE_CHARS = 2_400


@dataclass(frozen=True, slots=True)
class PictureSentence:
    """A sentence that names the owner and speaks of pictures."""

    line: Line
    start: int
    end: int
    #: It says that the owner made the page's pictures; else it may.
    plain: bool
    #: It speaks of several pictures.
    plural: bool = False
    #: It holds next to nothing else, as no description of what is shown does.
    bare: bool = True
    #: It begins with the noun for pictures or their maker: "Photographer Jane Doe on the quay".
    opens: bool = False
    #: What its words tell of the owner.
    told: Told = Told.PERHAPS
    #: It speaks of the owner's trade, or of something else that they do.
    aside: bool = False


def picture_sentences(scene: Scene) -> list[PictureSentence]:
    """The sentences of the page that name the owner and speak of pictures, in order.

    Lines with a credit phrase that names the owner are left to the rules for phrases.
    """
    if not scene.names_owner:
        return []
    entries = (entry for read in (page_lines, part_lines) for entry in scene.once(read))
    known = {
        entry.line.index
        for entry in entries
        if entry.entry is not None or entry.number is not None or entry.rest
    }
    lines = (
        line for line in scene.owner_lines if len(line.text) <= MAX_LINE_CHARS and line.index not in known
    )
    long = (line for line in scene.naming_lines if len(line.text) > MAX_LINE_CHARS)
    return [
        *(found for line in lines for found in _of_line(scene, line)),
        *(found for line in long for found in _of_long_line(scene, line)),
    ]


def _of_long_line(scene: Scene, line: Line) -> Iterator[PictureSentence]:
    """The words around the owner in an article without markup; never plain, since nobody reads all of it."""
    hit = scene.identity.find(line.text)
    if hit is not None:
        start, end = max(0, hit.start - _AROUND), hit.end + _AROUND
        around = line.text[start:end]
        if told_of(around, hit.start - start, hit.end - start) is not Told.NOTHING:
            yield PictureSentence(line, start, end, plain=False, plural=True)


def _of_line(scene: Scene, line: Line) -> Iterator[PictureSentence]:
    if _is_owner_alone(scene, line.text):
        label = scene.document.lines[line.index - 1] if line.index else None
        if label is not None and labels_pictures(label.text):
            yield PictureSentence(line, 0, len(line.text), plain=True)
        elif label is not None and _labels_maker(label):
            yield PictureSentence(line, 0, len(line.text), plain=False)
        return
    claims = [claim for claim in phrase_claims(scene, "prose", Where.ELSEWHERE, line) if claim.credits_owner]
    if any(claim.rejected is None for claim in claims):
        return
    if _stands_before_maker(scene, line.text):
        return
    fact = fact_in_row(line.text)
    if fact is not None and scene.identity.find(line.text[fact.start : fact.end]) is None:
        return  # the owner stands for another fact of the row
    for match in SENTENCE.finditer(line.text):
        text = match.group()
        hit = scene.identity.find(text)
        if hit is None or (not text[: hit.start].strip() and text[hit.end :].lstrip()[:1] in (":", "：")):
            continue  # somebody speaking: "Jane Doe: The picture …"
        text = _HOST.sub(lambda found: " " * len(found.group()), text) if "." in text else text
        tokens, terms = terms_beside(text, hit.start, hit.end)
        if terms and not any(term.sense & Sense.PHOTO for term in terms) and speaks_of_work(text):
            continue  # "Recipe adapted from Jane Doe"
        told = told_of(text, hit.start, hit.end)
        if told is Told.NOTHING and match.start():
            told = _told_before(line.text[: match.end()], match.start(), hit)
        if told is not Told.MADE and (
            claims or _does_other_work(text[: hit.start]) or _shows(text[: hit.start])
        ):
            continue
        if not terms and told is Told.NOTHING and _goes_on(line.text, match.start(), text[: hit.start]):
            told = Told.PERHAPS
        if not terms and told is not Told.NOTHING:
            yield PictureSentence(line, match.start(), match.end(), plain=told is Told.MADE, told=told)
        if terms and not _lists_people(text, tokens, terms):
            plain = says_plainly(text, hit, tokens, terms, told)
            several = _speaks_of_several(tokens, terms)
            covered = sum(term.after - term.first for term in terms)
            rest = sum(token.text[0].isalnum() for token in tokens) - covered
            plural = several
            before = sum(token.end <= hit.start for token in tokens)
            opens = terms[0].first == 0 and before <= MAX_WORDS_BEFORE
            bare = rest <= MAX_OTHER_WORDS or _is_owners_picture(text, hit, terms, tokens)
            aside = not plain and told is not Told.MADE and tells_other(tokens, terms)
            aside = aside and not _is_biography(text, hit)
            yield PictureSentence(line, match.start(), match.end(), plain, plural, bare, opens, told, aside)


def _stands_before_maker(scene: Scene, text: str) -> bool:
    """Whether the owner did other work, and another name follows for the pictures: "By Max | Photos by"."""
    if len(text) > MAX_CREDITS_CHARS or not begins_with_role(text):
        return False
    made = [each for each in find_phrases(text) if each.strong and each.sense & Sense.PHOTO]
    hit = scene.identity.find(text) if made else None
    if hit is None or not 0 < hit.end <= made[0].start or labels_pictures(text[: hit.start].strip(" :")):
        return False
    others = [each for each in made if scene.identity.find(text[each.start : each.end]) is not None]
    return not others and is_name_like(made[0].name(text)) and not speaks_of_picture(text[: made[0].start])


def says_plainly(text: str, hit: NameHit, tokens: list[Token], terms: list[Term], told: Told) -> bool:
    """Whether a sentence leaves no doubt that the one named in it made the page's pictures.

    Args:
        tokens, terms: The words beside the name and those for pictures (`terms_beside`).
        told: What the sentence says of the name (`making.told_of`).
    """
    if _is_plain(text, hit.start, hit.end, tokens, terms) or _is_role_line(text, hit):
        return True
    return told is Told.MADE and _speaks_of_several(tokens, terms)


def _is_biography(text: str, hit: NameHit) -> bool:
    """Whether a sentence says who its first words name, as those below articles do: "Jane Doe is a …"."""
    following = next((token.text for token in tokens_of(text[hit.end :])), "")
    return not text[: hit.start].strip() and following in vocabulary().making.links


def _speaks_of_several(tokens: list[Token], terms: list[Term]) -> bool:
    plural = any(term.sense & Sense.PLURAL for term in terms)
    return plural or any(token.text in vocabulary().every for token in tokens)


def _is_owners_picture(text: str, hit: NameHit, terms: list[Term], tokens: list[Token]) -> bool:
    """Whether words speak of the owner's picture: "Jane's photo of the quay", "Our photographer Jane"."""
    after = [token for token in tokens if token.start >= hit.end and token.text[0].isalnum()]
    if after[:1] and after[0].text == "s":
        del after[0]
    nouns = {tokens[term.first].start for term in terms if term.sense & Sense.PHOTO}
    if after and after[0].start in nouns:
        return True
    before = [token for token in tokens if token.end <= hit.start and token.text[0].isalnum()]
    if not before:
        return False
    ours = before[0].text in grammar().ours and before[-1].start in nouns
    ends = not after and before[0].start in nouns and before[-1].text not in vocabulary().making.shows
    return ours or ends


def _is_role_line(text: str, hit: NameHit) -> bool:
    """Whether a text is words for pictures and other work, and the owner: "Text a fotografie Jane Doe"."""
    if text[hit.end :].strip(" ."):
        return False
    before = text[: hit.start]
    tokens = [token for token in tokens_of(before) if token.text[0].isalnum()]
    terms = [*unspaced_terms(before, tokens), *terms_of(tokens)]
    covered = {place for term in terms for place in range(term.first, term.after)}
    rest = [token for place, token in enumerate(tokens) if place not in covered]
    sense = Sense(0)
    for term in terms:
        sense |= term.sense
    return bool(sense & Sense.PHOTO and sense & Sense.ROLE) and all(len(token.text) <= 1 for token in rest)


def _goes_on(text: str, start: int, before: str) -> bool:
    """Whether a label and a name go on with a line that credits pictures: "Top photo: A. Others: Jane"."""
    label = before.strip()
    if not 0 < start <= MAX_CREDITS_CHARS or not label.endswith(":") or len(label.split()) > MAX_WORDS_BEFORE:
        return False
    return any(phrase.strong and phrase.sense & Sense.PHOTO for phrase in find_phrases(text[:start]))


_LABELS = re.compile(r"(?:^|[|•·;,/–—])\s*((?:[\w&'’-]+\s){0,2}[\w&'’-]+)\s?:\s")
_LABELLED = re.compile(r":\s*$")
#: Labels in a list of facts up to one: "Venue: … | Photography: … | Flowers:".
MIN_LABELS = 3


def _tells_pictures_apart(label: str) -> bool:
    words = [token.text for token in tokens_of(label)]
    return any(word in vocabulary().places or word.isdigit() for word in words)


def _does_other_work(before: str) -> bool:
    """Whether what stands right before a name says that other work is theirs: "文=", "Text: "."""
    labels = _LABELS.findall(before)
    if (
        len(labels) >= MIN_LABELS
        and _LABELLED.search(before)
        and not any(map(_tells_pictures_apart, labels[1:]))
    ):
        return not speaks_of_picture(labels[-1])
    tokens = tokens_of(before)
    terms = sorted((*unspaced_terms(before, tokens), *terms_of(tokens)), key=lambda term: term.after)
    if not terms or terms[-1].sense & (Sense.PHOTO | Sense.AUTHOR) or not terms[-1].sense & Sense.ROLE:
        return False
    return len(tokens) - terms[-1].after == 1 and tokens[-1].text in ":=/"


def _shows(before: str) -> bool:
    """Whether a name follows a picture "of" somebody."""
    words = [token.text for token in tokens_of(before)]
    return words[-1:] == ["of"] and any(
        term.sense & Sense.PHOTO for term in terms_of(tokens_of(before)[-2:-1])
    )


def _told_before(text: str, start: int, hit: NameHit) -> Told:
    """What a sentence says together with the one before it: "… the photograph. It was taken by Jane."."""
    previous = [match.start() for match in SENTENCE.finditer(text[:start])]
    begin = previous[-1] if previous else start
    told = told_of(text[begin:], start - begin + hit.start, start - begin + hit.end)
    return told if told is Told.MADE else Told.NOTHING


def terms_beside(text: str, start: int, end: int) -> tuple[list[Token], list[Term]]:
    """The words of a sentence without the name from ``start`` to ``end``, and its terms for pictures."""
    parts = [tokens_of(text[:start]), tokens_of(text[end:])]
    found: list[Term] = []
    tokens: list[Token] = []
    for part, offset, piece in zip(parts, (0, end), (text[:start], text[end:]), strict=True):
        inner = [*unspaced_terms(piece, part), *terms_of(part)]
        inner += [
            Term(place, place + 1, Sense.PHOTO)
            for place, token in enumerate(part)
            if token.text.startswith(_STEMS) and not any(term.first <= place < term.after for term in inner)
        ]
        found += [Term(term.first + len(tokens), term.after + len(tokens), term.sense) for term in inner]
        tokens += [Token(token.text, token.start + offset, token.end + offset) for token in part]
    found.sort(key=lambda term: term.first)
    return tokens, [term for term in found if term.sense & (Sense.PHOTO | Sense.MADE)]


#: An address, whose words say nothing: "hagenfoto.example".
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}\b(?:/\S*)?")


def _lists_people(text: str, tokens: list[Token], terms: list[Term]) -> bool:
    """Whether the only noun is a job in a list of people: "printer Max Roe, photographer Jane Doe and …"."""
    return len(terms) == 1 and text[: tokens[terms[0].first].start].rstrip()[-1:] == ","


def _is_owner_alone(scene: Scene, text: str) -> bool:
    hit = scene.identity.find(text)
    return hit is not None and not tidy_name(text[: hit.start] + text[hit.end :])


def _labels_maker(line: Line) -> bool:
    """Whether a line is a cell of facts that says "Author" or the like, of what nobody knows."""
    terms = terms_of(tokens_of(line.text))
    return line.block.tag in ("td", "th", "dt") and len(terms) == 1 and bool(terms[0].sense & Sense.AUTHOR)


def _is_plain(text: str, start: int, end: int, tokens: list[Token], terms: list[Term]) -> bool:
    """Whether a sentence says that the owner, named from ``start`` to ``end``, made pictures."""
    if re.match(r"\s*\(", text[end:]) and labels_pictures(text[end:].split(")", 1)[0]):
        return True
    if not any(term.sense & Sense.PLURAL for term in terms):
        return False
    if thanks_for_picture(text, end):
        return True
    first = terms[0]
    before = sum(token.text[0].isalnum() for token in tokens[: first.first])
    case = _CASE.match(text, end)
    after = len(
        [token for token in tokens_of(text[case.end() if case else end :]) if token.text[0].isalnum()]
    )
    opens = before <= MAX_WORDS_BEFORE and tokens[first.first].start < start
    if not opens or after > MAX_WORDS_AFTER:
        return False
    return case is not None or text[:start].rstrip()[-1:] == ":" or attributes_to(text, start)
