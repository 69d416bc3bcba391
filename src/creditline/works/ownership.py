"""Does a file's own metadata name somebody else as its author?

Only a name that is surely a person's or firm's and surely not the owner's counts: cameras, programs
and placeholders write themselves into the same fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from creditline.records import Owner, RightsMetadata, Verdict, VerdictKind, Where

#: What cameras, phones and programs write into Artist, By-line and creator by themselves.
_NOT_A_PERSON = re.compile(
    r"^(?:unknown|unbekannt|n/?a|none|null|author|artist|creator|photographer|owner|user|admin(?:istrator)?|default|test|"
    r"image|photo|picture|scanner|camera|windows user|my name|your name|name|copyright|"
    r"all rights reserved|-+|\?+)$|"
    r"\b(?:picasa|adobe|photoshop|lightroom|gimp|canva|figma|microsoft|google|openai|dall|midjourney|"
    r"firefly|matplotlib|inkscape|"
    r"canon|nikon|sony|olympus|fujifilm|panasonic|leica|pentax|samsung|apple|iphone|huawei|xiaomi|dji|gopro|hp|epson)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_AGENCY_TEXT = """
reuters afp dpa epa ap getty gettyimages istock istockphoto shutterstock unsplash pexels pixabay
alamy adobestock freepik magnum imago keystone tass xinhua efe ansa belga anp ritzau ntb apa pa nasa
wikimedia dreamstime depositphotos flickr
"""
#: Agencies and libraries that sign with one word.
_AGENCIES = frozenset(_AGENCY_TEXT.split())
_NETWORK_TEXT = """
facebook instagram twitter youtube vimeo pinterest linkedin tiktok behance tumblr whatsapp telegram snapchat
"""
#: Networks, whose names stand beside pictures as buttons.
_NETWORKS = frozenset(_NETWORK_TEXT.split())
#: Creators named by at least this many files, and in this share of those that name any, are worth a hint:
#: they may be a name of the owner's that the settings lack.
HINT_LEAST = 5
HINT_SHARE = 0.5


def foreign_creator(rights: RightsMetadata, owner: Owner) -> str | None:
    """The first author whom a file names and who is not the owner; ``None`` when there is none.

    A file that names the owner anywhere (as creator, in the credit line or the copyright notice) is
    the owner's. Without any name of the owner's nothing can be said.
    """
    if not owner.names:
        return None
    said = (*rights.creator, rights.credit_line or "", rights.copyright_notice or "")
    if any(names_owner(text, owner) for text in said):
        return None
    return next((name for name in rights.creator if _is_person(name)), None)


def credited_to_other(verdict: Verdict) -> str | None:
    """Whom a page of the owner's credits for a picture instead of the owner; ``None`` when it is unsure.

    The judge reads pages of strangers, where a name too many does no harm. Here it would keep the
    owner's pictures out, so that a heading such as "Photo upload" above a gallery must not count: a name
    that merely stands near has to look like one, unless it is a link, or stands in the caption.
    """
    name = verdict.credited_name
    if verdict.kind is not VerdictKind.CREDITED_TO_OTHER or name is None:
        return None
    said = [e for e in verdict.evidence if e.name == name and e.rejected is None]
    if any(e.href is not None or e.where in (Where.CAPTION, Where.METADATA) for e in said):
        return name
    return name if _looks_like_a_name(name) else None


def names_owner(text: str, owner: Owner) -> bool:
    """Whether a text holds one of the owner's names (all its words, any order) or domains."""
    words = set(_words(text))
    joined = "".join(_words(text))
    for name in owner.names:
        wanted = _words(name)
        if wanted and (set(wanted) <= words or (len("".join(wanted)) >= 6 and "".join(wanted) in joined)):
            return True
    lowered = text.casefold()
    return any(domain.casefold().removeprefix("www.") in lowered for domain in owner.domains if domain)


def likely_own_name(creators: Iterable[str]) -> str | None:
    """A creator whom so many files name that it may be the owner's missing name; ``None`` if none is."""
    counts = Counter(creators)
    if not counts:
        return None
    name, count = counts.most_common(1)[0]
    return name if count >= max(HINT_LEAST, HINT_SHARE * counts.total()) else None


def _is_person(name: str) -> bool:
    return len("".join(_words(name))) >= 3 and not name.isdigit() and not _NOT_A_PERSON.search(name.strip())


def _looks_like_a_name(name: str) -> bool:
    """Two words with capitals, a known agency, or any word of a script without capitals."""
    words = _LETTERS.findall(name)
    if any(word.casefold() in _AGENCIES for word in words):
        return True
    if not _is_person(name) or any(word.casefold() in _NETWORKS for word in words):
        return False
    cased = [word for word in words if word.lower() != word.upper()]
    return len([word for word in cased if word[0].isupper()]) >= 2 or (bool(words) and not cased)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))
