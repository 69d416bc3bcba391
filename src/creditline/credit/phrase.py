"""One credit phrase of a text: a keyword, what joins it to a name, and the name."""

from __future__ import annotations

from dataclasses import dataclass

from creditline.credit.naming import tidy_name
from creditline.credit.vocabulary import Sense


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
