"""The words of `vocabulary.toml`, compiled for looking up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from functools import lru_cache
from importlib.resources import files
from typing import Any

from creditline.credit.folding import composed, fold

#: Vowel signs and accents that stand behind their letter; Python does not count them to words.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e"
#: A word, with inner apostrophes (``foto's``) and middle dots (``il·lustració``), or one other sign.
TOKEN = re.compile(rf"(?:[^\W_]|[{_MARKS}])+(?:['·\u200c](?:[^\W_]|[{_MARKS}])+)*|[^\w\s]|_")
#: The same in folded text of ASCII letters alone, in half the time.
_PLAIN_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[^\w\s]|_")
#: A word as `terms.has_trigger` cuts it.
FIRST_WORD = re.compile(r"[^\W_]+|[©ⓒ📷📸]")
#: Signs that credit by themselves.
SIGNS = "©ⓒ📷📸"
#: Letters with vowel signs behind them, at which `FIRST_WORD` breaks words.
_MARKED = re.compile(rf"[{_MARKS}]")
#: Scripts written without blanks between words, where terms are looked for inside runs of letters.
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class Sense(Flag):
    """What a term may mean; many terms mean several things."""

    PHOTO = auto()
    PLURAL = auto()
    LEAD = auto()
    BY = auto()
    MADE = auto()
    CREDIT = auto()
    COURTESY = auto()
    SOURCE = auto()
    VIA = auto()
    SUFFIX = auto()
    ROLE = auto()
    AGENCY = auto()
    AUTHOR = auto()


class Place(Enum):
    """Which of several pictures beside each other a word of place means."""

    FIRST = "first"
    MIDDLE = "middle"
    LAST = "last"


_SENSES = {
    "photo": Sense.PHOTO,
    "photos": Sense.PHOTO | Sense.PLURAL,
    "lead": Sense.PHOTO | Sense.LEAD,
    "by": Sense.BY,
    "made": Sense.MADE,
    "credit": Sense.CREDIT,
    "courtesy": Sense.COURTESY,
    "source": Sense.SOURCE,
    "via": Sense.VIA,
    "suffix": Sense.SUFFIX,
    "roles": Sense.ROLE,
    "authors": Sense.ROLE | Sense.AUTHOR,
}
#: Senses that make a line worth a closer look.
TRIGGERING = Sense.PHOTO | Sense.MADE | Sense.CREDIT | Sense.COURTESY | Sense.SOURCE | Sense.VIA


#: Senses of nouns, which Hebrew and Arabic write together with "and" and "the".
_PREFIXED = Sense.PHOTO | Sense.ROLE
#: Tables of the file that are no languages.
_TABLES = (
    "shared",
    "mis_credit",
    "sharing",
    "places",
    "thanks",
    "making",
    "every",
    "self",
    "dates",
    "names",
    "holdings",
    "books",
    "ordinals",
    "grammar",
)


@dataclass(frozen=True, slots=True)
class Making:
    """Words by which a sentence says that somebody made a picture; all folded, single words."""

    #: Verbs that make a picture where one is spoken of, and beginnings of those that say so alone.
    verbs: frozenset[str] = frozenset()
    shoots: tuple[str, ...] = ()
    #: Verbs that say so of a picture beside the sentence, which need not name it.
    takes: frozenset[str] = frozenset()
    #: Beginnings of words of the camera, and of words for pictures in whatever case.
    craft: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    #: Words between a picture and its maker ("is"), and before somebody who is shown ("of").
    links: frozenset[str] = frozenset()
    shows: frozenset[str] = frozenset()


@dataclass(slots=True)
class Vocabulary:
    """All terms of all languages."""

    #: First word to the terms that begin with it, longest first, with their senses.
    terms: dict[str, list[tuple[tuple[str, ...], Sense]]] = field(default_factory=dict)
    #: Words one of which any line with a credit holds, as written and folded; of terms without such a word
    #: ("(c)", "d.r.") the whole; of scripts with vowel signs an expression. The words once more in UTF-8.
    triggers: frozenset[str] = frozenset()
    trigger_bytes: frozenset[bytes] = frozenset()
    pieces: frozenset[str] = frozenset()
    inner: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))
    compounds: tuple[str, ...] = ()
    #: Of the compounds' ends those that hold no other of them: a text without these has no compound.
    compound_stems: tuple[str, ...] = ()
    #: Terms of unspaced scripts, and what each means.
    unspaced: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))
    unspaced_senses: dict[str, Sense] = field(default_factory=dict)
    #: Picture agencies, folded words joined by single blanks.
    agencies: frozenset[str] = frozenset()
    mis_credits: frozenset[str] = frozenset()
    #: Networks that pages are passed on to, and the words of their buttons.
    networks: frozenset[str] = frozenset()
    share_words: frozenset[str] = frozenset()
    #: Words of place, folded.
    places: dict[str, Place] = field(default_factory=dict)
    #: Words that thank somebody for a thing, folded; the thing is to be named as well.
    thanks: frozenset[str] = frozenset()
    #: Words that say that all pictures are meant, and those by which an author speaks of themselves.
    every: frozenset[str] = frozenset()
    oneself: frozenset[str] = frozenset()
    #: Months, days and seasons.
    dates: frozenset[str] = frozenset()
    #: Ordinal numbers, -1 for the last.
    ordinals: dict[str, int] = field(default_factory=dict)
    #: Words for books and who publishes them.
    books: frozenset[str] = frozenset()
    #: Beginnings of words for archives and collections.
    holdings: tuple[str, ...] = ()
    #: What sentences say of somebody and a picture.
    making: Making = field(default_factory=lambda: Making())
    languages: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    return compile_vocabulary(tables())


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads(files("creditline.credit").joinpath("vocabulary.toml").read_text("utf-8"))


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words and signs of a text."""
    folded = fold(composed(text))
    return tuple(token_pattern(folded).findall(folded))


def token_pattern(folded: str) -> re.Pattern[str]:
    """The expression for the words and signs of a folded text."""
    return _PLAIN_TOKEN if folded.isascii() else TOKEN


def compile_vocabulary(tables: dict[str, Any]) -> Vocabulary:
    """Compile tables as those of the data file."""
    senses: dict[tuple[str, ...], Sense] = {}
    unspaced: dict[str, Sense] = {}
    languages = [name for name in tables if name not in _TABLES]
    for language in ("shared", *languages):
        for name, sense in _SENSES.items():
            for term in tables[language].get(name, ()):
                for form in _prefixed(term) if sense & _PREFIXED else (term,):
                    _add(form, sense, senses, unspaced)
    _inherit(senses)
    agencies = {
        words_of(name) for language in ("shared", *languages) for name in tables[language].get("agencies", ())
    }
    for words in agencies:
        senses[words] = senses.get(words, Sense(0)) | Sense.AGENCY
    terms: dict[str, list[tuple[tuple[str, ...], Sense]]] = {}
    for words, sense in senses.items():
        terms.setdefault(words[0], []).append((words, sense))
    for entries in terms.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    signs = _signs(tables, languages)
    compounds = tuple(fold(word) for word in tables["shared"]["compounds"])
    return Vocabulary(
        terms=terms,
        triggers=signs.words,
        trigger_bytes=frozenset(word.encode() for word in signs.words),
        pieces=signs.pieces,
        inner=signs.inner,
        compounds=compounds,
        compound_stems=tuple(
            word for word in compounds if not any(other in word for other in compounds if other != word)
        ),
        unspaced=_alternation(unspaced),
        unspaced_senses=unspaced,
        agencies=frozenset(" ".join(words) for words in agencies),
        mis_credits=frozenset(" ".join(words_of(word)) for word in tables["mis_credit"]["words"]),
        networks=_plain(tables["sharing"]["networks"]),
        share_words=_plain(tables["sharing"]["words"]),
        places={fold(word): place for place in Place for word in tables["places"][place.value]},
        thanks=_plain(tables["thanks"]["words"]),
        every=_plain(tables["every"]["words"]),
        oneself=_plain(tables["self"]["words"]),
        dates=_plain(tables["dates"]["words"]),
        ordinals={
            fold(composed(word)): number
            for number, name in ((1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (-1, "last"))
            for word in tables["ordinals"][name]
        },
        books=_plain(tables["books"]["words"]),
        holdings=tuple(dict.fromkeys(fold(composed(word)) for word in tables["holdings"]["words"])),
        making=_making(tables["making"]),
        languages=tuple(languages),
    )


def _making(table: dict[str, list[str]]) -> Making:
    folded = {name: tuple(dict.fromkeys(map(_one_word, table[name]))) for name in table if name != "why"}
    return Making(
        verbs=frozenset(folded["verbs"]),
        takes=frozenset(folded["takes"]),
        shoots=folded["shoots"],
        craft=folded["craft"],
        nouns=folded["nouns"],
        links=frozenset(folded["links"]),
        shows=frozenset(folded["shows"]),
    )


def _one_word(term: str) -> str:
    return fold(composed(term)).split(" ")[-1]


def _plain(terms: Iterable[str]) -> frozenset[str]:
    """Terms as folded words without signs, joined by single blanks."""
    return frozenset(" ".join(word for word in words_of(term) if word[0].isalnum()) for term in terms)


def _inherit(senses: dict[tuple[str, ...], Sense]) -> None:
    """Let "photos by" and "photo credit" speak of pictures as their first word does."""
    for words in senses:
        if len(words) > 1 and not senses[words] & Sense.ROLE:
            senses[words] |= senses.get(words[:1], Sense(0)) & (Sense.PHOTO | Sense.PLURAL)


def _prefixed(term: str) -> list[str]:
    """A Hebrew or Arabic term as it is written together with "and" and "the"."""
    first = term[:1]
    if "\u05d0" <= first <= "\u05ea":
        return [term, "ו" + term, "ה" + term, "וה" + term, "ב" + term]
    if "\u0621" <= first <= "\u064a":
        return [term, "و" + term] if term.startswith("ال") else [term, "و" + term, "ال" + term, "وال" + term]
    return [term]


def _add(term: str, sense: Sense, senses: dict[tuple[str, ...], Sense], unspaced: dict[str, Sense]) -> None:
    words = words_of(term)
    if UNSPACED.search(term):
        folded = fold(composed(term))
        unspaced[folded] = unspaced.get(folded, Sense(0)) | sense
    if words:
        senses[words] = senses.get(words, Sense(0)) | sense


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a first look searches a line for, which folds nothing: words, and pieces of other scripts."""

    words: frozenset[str]
    pieces: frozenset[str]
    inner: re.Pattern[str]


def _signs(tables: dict[str, Any], languages: list[str]) -> _Signs:
    """Of each triggering term, as written and folded, the word that the fewest lines hold: its longest."""
    words: set[str] = set()
    pieces: set[str] = set()
    inner: set[str] = set()
    for language in ("shared", *languages):
        for name, sense in _SENSES.items():
            for term in tables[language].get(name, ()) if sense & TRIGGERING else ():
                written = _prefixed(term) if sense & _PREFIXED else [term]
                for form in {way(composed(each)) for each in written for way in (str.lower, fold)}:
                    longest = max(FIRST_WORD.findall(form), key=len, default="")
                    if _MARKED.search(form):
                        inner.add(form)
                    elif len(longest) > 1 or longest in SIGNS:
                        words.add(longest)
                    elif not UNSPACED.search(form):
                        pieces.add(form.strip())
    return _Signs(frozenset(words), frozenset(pieces), _alternation(inner))


def _alternation(terms: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(re.escape(term) for term in ordered) or "(?!)")
