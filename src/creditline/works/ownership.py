"""Does a file's own metadata name somebody else as its author?

Only a name that is surely a person's or firm's and surely not the owner's counts: cameras, programs
and placeholders write themselves into the same fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from creditline.records import Owner, RightsMetadata

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


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))
