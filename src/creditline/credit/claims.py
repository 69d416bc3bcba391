"""One observation of a rule: a piece of the page that credits somebody for a picture, or seems to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from creditline.credit.naming import is_name_like, names_agency, names_holding, tidy_name
from creditline.credit.phrase import Phrase
from creditline.credit.scene import Scene
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary, words_of
from creditline.page.document import Element, Line
from creditline.records import CreditEvidence, Where

#: Characters of the page's own words that evidence keeps.
QUOTE_CAP = 240
_NOFOLLOW = frozenset(("nofollow", "ugc", "sponsored"))


@dataclass(frozen=True, slots=True)
class Claim:
    """Evidence before it is weighed."""

    rule: str
    where: Where
    quote: str
    #: Who is credited, as written; "" where nobody can be read.
    name: str = ""
    #: The owner is named in it; one of its links leads to them.
    names_owner: bool = False
    owner_links: tuple[Element, ...] = ()
    links: tuple[Element, ...] = ()
    #: The words leave no doubt that this is a credit.
    strong: bool = True
    #: It speaks of the whole page or of several pictures without saying which.
    shared: bool = False
    #: The owner is one of several whom it names without saying who made which picture.
    unmapped: bool = False
    #: Why it does not count.
    rejected: str | None = None
    #: Speaks of the source of a text or thing rather than of who made the picture.
    source_only: bool = False
    #: For the reader of explanations: which words made it a credit.
    keyword: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def credits_owner(self) -> bool:
        """Whether it credits the owner, by name or link."""
        return self.names_owner or self.unmapped or bool(self.owner_links)

    @property
    def credits_other(self) -> bool:
        """Whether it credits somebody, and not the owner."""
        return (
            not self.credits_owner
            and is_party(self.name)
            and not (self.keyword and "©" not in self.quote and _EVENT.fullmatch(self.name))
            and (bool(self.links) or not is_sentence(self.name))
        )

    @property
    def party(self) -> str | None:
        """Who is credited, where it reads as a name, an agency or a host; ``None`` for whole sentences."""
        if self.is_mis_credit or _is_short_name(self.name):
            return self.name
        first = next((part for part in _NAME_PARTS.split(self.name) if tidy_name(part)), "")
        linked = (
            link.get("href").split("//", 1)[-1].split("/", 1)[0]
            for link in self.links
            if "//" in link.get("href")
        )
        return tidy_name(first) if _is_short_name(first) else next(filter(None, linked), None)

    @property
    def is_mis_credit(self) -> bool:
        """Whether it credits somebody who cannot be the author: "Source: Google"."""
        return " ".join(words_of(self.name)) in vocabulary().mis_credits

    def but_rejected(self, reason: str) -> Claim:
        """The same claim, not counted."""
        return replace(self, rejected=reason)

    def doubtful(self) -> Claim:
        """The same claim, whose words leave a doubt."""
        return replace(self, strong=False)

    def evidence(self) -> CreditEvidence:
        """The claim as the record that leaves the judge."""
        link = next(iter(self.owner_links or self.links), None)
        credits: bool | None = True if self.credits_owner else (False if self.name else None)
        return CreditEvidence(
            rule=self.rule,
            quote=self.quote[:QUOTE_CAP],
            where=self.where,
            href=link.get("href") or None if link is not None else None,
            rel=rel_tokens(link) if link is not None else (),
            credits_owner=credits,
            name=self.name or None,
            rejected=self.rejected,
        )


_NO_PARTY = re.compile(
    r"(?:cc(?:[\s-](?:by|nc|nd|sa|0|\d\.\d))+|cc0|creative commons(?: license)?|"
    r"all rights reserved|alle rechte vorbehalten|"
    r"tous droits réservés|public domain|gemeinfrei|royalty[\s-]free|[\d\W_]+|n/?a|tba|none|free(?: to use)?|"
    r"\d{1,4}\s?(?:/|of|von|sur|de|di|van|av|af|z|ze|из|з)\s?\d{1,4}|"
    r"(?:click|tap|hover)\b.*|.*\bprovision\b.*|"
    r"\d{1,2}[.\s/-]{1,2}[^\W\d_]{3,12}[.\s/-]{1,2}\d{4}|[^\W\d_]{3,12}\.?\s\d{1,2},?\s\d{4})",
    re.IGNORECASE,
)


def is_party(name: str) -> bool:
    """Whether a credited name is somebody: not a licence, a date or a notice alone."""
    return any(char.isalpha() for char in name) and _NO_PARTY.fullmatch(name) is None and not _is_date(name)


def _is_date(name: str) -> bool:
    """Whether a text says when, or where and when: "May 2021", "Berlin, Mai 2021"."""
    if len(name) > _MAX_DATE_CHARS:
        return False
    first, *rest = (
        [word for word in words_of(part) if word[0].isalnum()] for part in re.split(r"[,;|]", name)
    )
    place = len(first) == 1 and any(map(_tells_when, rest))
    return _tells_when(first) or (place and all(map(_tells_when, rest)))


def _tells_when(words: list[str]) -> bool:
    known = vocabulary().dates
    return any(word in known for word in words) and all(word in known or word[0].isdigit() for word in words)


#: Characters of a date with a place.
_MAX_DATE_CHARS = 60


#: One word and a year, which an event is called: "Bilder: Sommerfest 2021".
_EVENT = re.compile(r"[^\W\d_]+\s(?:19|20)\d\d")
#: Who somebody is, before the name: "the artist and Salt Gallery".
_DESCRIBED = re.compile(
    r"^(?:the|der|die|den|dem|l'|la|le|el|il|lo)\s?[^\W\d_]+\s?(?:,|/|and|und|et|y|e|&)\s", re.IGNORECASE
)
#: A text of so many words with at most one capital among the first four is a sentence, not a name.
_SENTENCE_WORDS = 4


def is_sentence(name: str) -> bool:
    """Whether what follows a keyword describes something: "Photos: the harbour through the years"."""
    words = _DESCRIBED.sub("", name).split()
    if (
        len(words) < _SENTENCE_WORDS
        or name.upper() == name.lower()
        or names_agency(name)
        or names_holding(name)
    ):
        return False
    return sum(not word[:1].islower() for word in words[:_SENTENCE_WORDS]) <= 1


#: Words of a name or of several joined ones, at most; of one that need not read as a name ("Archives du
#: Gouvernement tchèque"); and letters in scripts without blanks.
_PARTY_WORDS = 10
_PLAIN_WORDS = 6
_PARTY_CHARS = 40
_NAME_PARTS = re.compile(r"[,;|()\[\]:•·–—]|\.\s|\s-\s")


def _is_short_name(text: str) -> bool:
    bare = tidy_name(text)
    words = len(bare.split())
    if not 0 < words <= _PARTY_WORDS or is_sentence(bare):
        return False
    if UNSPACED.search(bare):
        return len(bare) <= _PARTY_CHARS
    return words <= _PLAIN_WORDS or is_name_like(bare) or names_agency(bare)


def rel_tokens(link: Element) -> tuple[str, ...]:
    """The rel tokens of a link, lower case; split at ASCII blanks as HTML says."""
    return tuple(link.get("rel").lower().split())


def is_nofollow(link: Element) -> bool:
    """Whether a link asks search engines not to count it."""
    return not _NOFOLLOW.isdisjoint(rel_tokens(link))


def is_paid(link: Element) -> bool:
    """Whether a link is marked as paid for."""
    return "sponsored" in rel_tokens(link)


def claim_of_phrase(scene: Scene, rule: str, where: Where, line: Line, phrase: Phrase) -> Claim:
    """Read a credit phrase of a line; a keyword alone in its line takes the next line as the name."""
    text, start, end = line.text, phrase.start, phrase.end
    name = phrase.name(text)
    claim = claim_of_part(scene, rule, where, line, start, end, name_start=phrase.name_start)
    lead_in = _lead_in(text, phrase)
    if lead_in is not None:
        before = claim_of_part(scene, rule, where, line, lead_in, start)
        claim = replace(
            claim,
            quote=text[lead_in:end].strip(),
            name=f"{before.name} / {claim.name}",
            names_owner=claim.names_owner or before.names_owner,
            owner_links=before.owner_links + claim.owner_links,
            links=before.links + claim.links,
        )
    if not name and end >= len(text.rstrip()):
        following = _next_line(scene, line)
        if following is not None:
            joined = claim_of_part(scene, rule, where, following, 0, len(following.text))
            claim = replace(joined, quote=f"{text[start:].strip()} {following.text.strip()}")
    source_only = bool(phrase.sense & Sense.SOURCE) and not phrase.sense & Sense.PHOTO
    return replace(claim, strong=phrase.strong, source_only=source_only, keyword=phrase.keyword)


def _lead_in(text: str, phrase: Phrase) -> int | None:
    """Where a name begins that a slash joins to the phrase: "Agency / © Jane"."""
    before = text[: phrase.start].rstrip()
    via = bool(phrase.sense & Sense.VIA) and not phrase.sense & (Sense.PHOTO | Sense.MADE)
    if not via and not before.endswith(("/", "|", "via")):
        return None
    begin = max(before.rfind(sign) for sign in ".;:|([–—") + 1 if before[:-1] else 0
    begin += len(before[begin:]) - len(before[begin:].lstrip())
    name = before[begin:].rstrip("/|via ")
    return begin if is_name_like(name) or names_agency(name) else None


def claim_of_part(
    scene: Scene, rule: str, where: Where, line: Line, start: int, end: int, *, name_start: int | None = None
) -> Claim:
    """Read a part of a line as a credit."""
    begin = start if name_start is None else name_start
    part = line.text[begin:end]
    # A link that holds the picture as well leads where the picture leads: `rules.wraps_image` judges it.
    spans = [
        span
        for span in scene.spans(line, start, max(end, start + 1))
        if not scene.holds_picture(span.element)
    ]
    owner_links = tuple(span.element for span in spans if scene.is_owner_link(span.element))
    hit = scene.identity.find(part)
    return Claim(
        rule=rule,
        where=where,
        quote=line.text[start:end].strip(),
        name=tidy_name(part)[:120],
        names_owner=hit is not None,
        owner_links=owner_links,
        links=tuple(span.element for span in spans),
    )


def _next_line(scene: Scene, line: Line) -> Line | None:
    """The line that goes on where a keyword stands alone: in one small container with it, or a plain name."""
    lines = scene.document.lines
    if line.index + 1 >= len(lines):
        return None
    following = lines[line.index + 1]
    if len(following.text) > QUOTE_CAP:
        return None
    if line.block.covers(following.start) or line.block.parent_covers(following.start):
        around = line.block if line.block.covers(following.start) else line.block.parent
        if around is not None and len(scene.document.lines_in(around)) <= _LABEL_LINES:
            return following
    words = following.text.split()
    plain = 2 <= len(words) <= _LABEL_NAME_WORDS and is_name_like(following.text.rstrip("."))
    return following if plain and not following.text.endswith(("!", "?")) else None


#: Lines of a container in which a label's name stands in the next line.
_LABEL_LINES = 4
#: Words of a name that follows a label in a paragraph of its own, at most.
_LABEL_NAME_WORDS = 5
