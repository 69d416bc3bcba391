"""What every part of a scene knows: the document, the owner, and what was worked out already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self, TypeVar

from creditline.credit.identity import Identity
from creditline.credit.page_text import PageText
from creditline.credit.parts import PartReader
from creditline.page.addresses import base_of
from creditline.page.document import Document, Line
from creditline.page.pictures import Picture, find_pictures
from creditline.page.roles import RoleReader
from creditline.records import RightsMetadata
from creditline.urls import Url

T = TypeVar("T")

_HEADINGS = frozenset(("h1", "h2", "h3"))


@dataclass(frozen=True, slots=True)
class JudgeContext:
    """What the caller knows beyond the document."""

    #: The reply's headers, lower-case names: X-Robots-Tag and Link count.
    headers: tuple[tuple[str, str], ...] = ()
    #: Where opaque redirectors lead, by address as in the page or made absolute.
    resolved_redirects: Mapping[str, str] = field(default_factory=dict)
    #: Rights embedded in the copied files, by ordinal of the placement.
    rights: Mapping[int, RightsMetadata] = field(default_factory=dict)
    #: Other pages of the same site that may hold credits (imprint, Bildnachweis): address and HTML.
    credit_pages: tuple[tuple[str, bytes | str], ...] = ()
    #: Why the look was not complete (truncated, timeout, wall), ``None`` when it was.
    incomplete: str | None = None


class SceneBase:
    """One document, seen with one owner in mind."""

    def __init__(self, document: Document, page_url: str, identity: Identity, context: JudgeContext) -> None:
        self.document = document
        self.page = Url.try_parse(page_url)
        self.base = base_of(document, page_url)
        self.identity = identity
        self.context = context
        self.pictures = find_pictures(document)
        self._roles = RoleReader(document, self.base)
        self._parts = PartReader()
        #: Of links that were asked about, whether they lead to the owner, by the element's id.
        self._owned: dict[int, bool] = {}
        self._made: dict[Callable[[Any], Any], Any] = {}
        self._made_for: dict[tuple[Callable[[Any, Picture], Any], int], Any] = {}

    @property
    def site_name(self) -> str:
        """The first label of the page's registrable domain: ``harbour-post``."""
        return self.page.registrable_domain.split(".", 1)[0] if self.page is not None else ""

    @cached_property
    def text(self) -> PageText:
        """The texts of all lines, to look words up in."""
        return PageText([line.text for line in self.document.lines])

    def is_heading(self, line: Line) -> bool:
        """Whether a line is a heading of the first three levels."""
        return line.block.closest(*_HEADINGS) is not None

    def once(self, make: Callable[[Self], T]) -> T:
        """What a function makes of this scene, worked out at the first call."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def once_for(self, picture: Picture, make: Callable[[Self, Picture], T]) -> T:
        """What a function makes of one picture of this scene, worked out at the first call."""
        key = (make, id(picture))
        if key not in self._made_for:
            self._made_for[key] = make(self, picture)
        made: T = self._made_for[key]
        return made
