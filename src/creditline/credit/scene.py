"""What the rules look at: one document with its pictures, lines and the owner they are asked about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from creditline.credit.bylines import is_photo_byline
from creditline.credit.identity import Identity
from creditline.credit.page_text import PageText
from creditline.credit.parts import AUTHOR_BOX, PAGE_TAGS, PartReader
from creditline.credit.terms import has_trigger, lines_with_triggers
from creditline.page.addresses import base_of, file_stem, is_picture_file, resolve
from creditline.page.document import Document, Element, Line, LinkSpan
from creditline.page.hints import hints_of
from creditline.page.pictures import Picture, find_pictures
from creditline.page.reading import robots_directives
from creditline.page.roles import RoleReader
from creditline.page.structured import image_rights
from creditline.records import RightsMetadata, Role
from creditline.urls import Url

T = TypeVar("T")

#: A credit stands within so many lines and characters after its picture, unless another picture or a
#: heading comes first (research: measured on the open part of the labelled pages).
FOLLOWING_LINES = 7
FOLLOWING_CHARS = 330
#: A container with no more text than this beside its picture is a figure without the tag. The longest
#: of the labelled captions have some 350 characters.
SMALL_CELL_LINES = 3
SMALL_CELL_CHARS = 400
#: A longer line speaks for the page's pictures only with a colon or a sign of copyright in it.
LONG_LINE_CHARS = 300
#: A shorter line holds no word with a name ("图/张三" has four).
SHORT_LINE_CHARS = 4
#: Text before a picture that may still be its credit.
BEFORE_LINES = 2
_SHOWN_FOR_THEMSELVES = frozenset((Role.CONTENT, Role.ADVERT))
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


@dataclass(frozen=True, slots=True)
class Zone:
    """The lines around one picture that are nobody else's."""

    #: The largest element around it with no other picture inside.
    cell: Element
    #: The figure that holds this picture alone, or a container with hardly more than its caption.
    frame: Element | None
    #: The figure that holds several pictures, this one among them.
    shared_figure: Element | None
    before: tuple[Line, ...]
    after: tuple[Line, ...]


class Scene:
    """One document, seen with one owner in mind. Everything derived is worked out once."""

    def __init__(self, document: Document, page_url: str, identity: Identity, context: JudgeContext) -> None:
        self.document = document
        self.page = Url.try_parse(page_url)
        self.base = base_of(document, page_url)
        self.identity = identity
        self.context = context
        self.pictures = find_pictures(document)
        self._roles = RoleReader(document, self.base)
        self._zones: dict[int, Zone] = {}
        self._parts = PartReader()
        self._owned: dict[int, bool] = {}
        self._made: dict[Callable[[Scene], Any], Any] = {}
        self._made_for: dict[tuple[Callable[[Scene, Picture], Any], int], Any] = {}

    @property
    def site_name(self) -> str:
        """The first label of the page's registrable domain: ``harbour-post``."""
        return self.page.registrable_domain.split(".", 1)[0] if self.page is not None else ""

    # --- pictures -------------------------------------------------------------------------------

    @cached_property
    def standing(self) -> list[Picture]:
        """The pictures large enough to be credited: what limits each other's zones."""
        return [picture for picture in self.pictures if self._roles.stands(picture)]

    @cached_property
    def _standing_starts(self) -> list[int]:
        return [picture.start for picture in self.standing]

    def neighbours(self, picture: Picture) -> tuple[Picture | None, Picture | None]:
        """The standing pictures before and after one."""
        index = bisect_left(self._standing_starts, picture.start)
        before = self.standing[index - 1] if index > 0 else None
        if index < len(self.standing) and self.standing[index] is picture:
            index += 1
        return before, self.standing[index] if index < len(self.standing) else None

    def standing_around(self, line: Line) -> tuple[Picture | None, Picture | None]:
        """The standing pictures before and after a line."""
        index = bisect_left(self._standing_starts, line.start)
        before = self.standing[index - 1] if index > 0 else None
        return before, self.standing[index] if index < len(self.standing) else None

    def pictures_in(self, element: Element) -> list[Picture]:
        """The standing pictures that an element holds."""
        low = bisect_left(self._standing_starts, element.start)
        high = bisect_left(self._standing_starts, element.end)
        return self.standing[low:high]

    def holds_picture(self, element: Element) -> bool:
        """Whether an element holds a standing picture."""
        index = bisect_left(self._standing_starts, element.start)
        return index < len(self._standing_starts) and self._standing_starts[index] < element.end

    # --- zones ----------------------------------------------------------------------------------

    def zone(self, picture: Picture) -> Zone:
        """The lines around a picture."""
        known = self._zones.get(id(picture))
        if known is None:
            known = self._zones[id(picture)] = self._make_zone(picture)
        return known

    def _make_zone(self, picture: Picture) -> Zone:
        cell = picture.element
        parent = cell.parent
        while parent is not None and parent.tag not in PAGE_TAGS and not self._others_in(parent, picture):
            cell, parent = parent, parent.parent
        figure = picture.element.closest("figure")
        shared = figure is not None and figure.start < cell.start
        before, after = self.neighbours(picture)
        below = self._cell_below(picture)
        return Zone(
            cell=cell,
            frame=figure if figure is not None and not shared else self._small_cell(picture, cell),
            shared_figure=figure if shared else None,
            before=() if below is not None else self._lines_before(picture, before),
            after=tuple(self.document.lines_in(below)) if below else self._lines_after(picture, after),
        )

    def _small_cell(self, picture: Picture, cell: Element) -> Element | None:
        """The largest container of a picture that looks like a figure: hardly any other text in it."""
        found: Element | None = None
        element = picture.element
        while element is not cell and element.parent is not None:
            element = element.parent
            lines = self.document.lines_in(element)
            if len(lines) > SMALL_CELL_LINES or sum(len(line.text) for line in lines) > SMALL_CELL_CHARS:
                break
            if any(self.is_heading(line) for line in lines):
                break
            found = element if lines else found
        return found

    def _cell_below(self, picture: Picture) -> Element | None:
        """Of pictures side by side in a table's row, the cell below one in a row of captions."""
        cell = picture.element.closest("td", "th")
        row = cell.parent if cell is not None else None
        if cell is None or row is None or row.parent is None or len(self.pictures_in(row)) < 2:
            return None
        rows = self.document.elements_between(row.end, row.parent.end)
        below = next(
            (element for element in rows if element.tag == "tr" and element.parent is row.parent), None
        )
        if below is None or self.holds_picture(below):
            return None
        cells, captions = self._cells(row), self._cells(below)
        return captions[cells.index(cell)] if len(cells) == len(captions) and cell in cells else None

    def _cells(self, row: Element) -> list[Element]:
        return [element for element in self.document.elements_in(row) if element.parent is row]

    def _others_in(self, element: Element, picture: Picture) -> bool:
        inside = self.pictures_in(element)
        return len(inside) > 1 or (len(inside) == 1 and inside[0] is not picture)

    def _lines_after(self, picture: Picture, following: Picture | None) -> tuple[Line, ...]:
        limit = following.start if following is not None else self._end
        found: list[Line] = []
        chars = 0
        for line in self.document.lines_between(picture.end, limit):
            if found and self.is_heading(line) and not has_trigger(line.text):
                break
            found.append(line)
            chars += len(line.text)
            if len(found) >= FOLLOWING_LINES or chars > FOLLOWING_CHARS:
                break
        return tuple(found)

    def _lines_before(self, picture: Picture, preceding: Picture | None) -> tuple[Line, ...]:
        low = preceding.end if preceding is not None else 0
        lines = self.document.lines_between(low, picture.start)
        return tuple(lines[-BEFORE_LINES:])

    @property
    def _end(self) -> int:
        return self.document.lines[-1].end + 1 if self.document.lines else 0

    # --- lines ----------------------------------------------------------------------------------

    def is_heading(self, line: Line) -> bool:
        """Whether a line is a heading of the first three levels."""
        return line.block.closest(*_HEADINGS) is not None

    def excluded(self, line: Line, picture: Picture | None = None) -> str | None:
        """Why a line cannot credit a picture, by the part of the page it stands in.

        A part that holds the picture as well excludes nothing.
        """
        part = self._parts.of(line.block)
        if part is None:
            return None
        if picture is not None:
            frame = self.zone(picture).frame
            in_frame = frame is not None and frame.covers(part.element.start)
            if part.holds(line.block, picture.element) or (in_frame and part.reason == AUTHOR_BOX):
                return None
            if part.reason == AUTHOR_BOX and is_photo_byline(line.text):
                return None
        return part.reason

    def in_one_part(self, one: Line, other: Line) -> bool:
        """Whether two lines stand in the same part of the page, or both in its own text."""
        return self._parts.of(one.block) is self._parts.of(other.block)

    def pictures_beside(self, line: Line) -> list[Picture]:
        """The standing pictures in the part of the page that a line stands in; none in its own text."""
        part = self._parts.of(line.block)
        if part is None:
            return []
        inside = self.pictures_in(part.element)
        return [picture for picture in inside if part.holds(line.block, picture.element)]

    @cached_property
    def _speaking(self) -> list[Line]:
        """The lines that may hold a credit phrase, wherever they stand."""
        lines = self.document.lines
        return [
            lines[index] for index in sorted(lines_with_triggers(self.text)) if _may_speak(lines[index].text)
        ]

    @cached_property
    def text(self) -> PageText:
        """The texts of all lines, to look words up in."""
        return PageText([line.text for line in self.document.lines])

    @cached_property
    def credit_lines(self) -> list[Line]:
        """The lines of the page that may hold a credit phrase, outside of excluded parts."""
        return [line for line in self._speaking if self._parts.of(line.block) is None]

    @cached_property
    def part_lines(self) -> list[Line]:
        """The lines that may hold a credit phrase in parts of the page that speak for themselves only."""
        return [line for line in self._speaking if self._parts.of(line.block) is not None]

    def marked_authors(self, frame: Element) -> list[Element]:
        """Elements marked as about an author inside a picture's frame: the picture's author.

        The author of a comment only shows the picture.
        """
        elements = self.document.elements_in(frame)
        return [each for each in elements if "author" in hints_of(each) and "comment" not in hints_of(each)]

    @cached_property
    def image_rights(self) -> list[tuple[str, RightsMetadata]]:
        """What structured data says of pictures."""
        return image_rights(self.document)

    @cached_property
    def robots(self) -> tuple[str, ...]:
        """Directives for robots, of the document and its headers."""
        return robots_directives(self.document, self.context.headers)

    def once(self, make: Callable[[Scene], T]) -> T:
        """What a function makes of this scene, worked out at the first call."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def once_for(self, picture: Picture, make: Callable[[Scene, Picture], T]) -> T:
        """What a function makes of one picture of this scene, worked out at the first call."""
        key = (make, id(picture))
        if key not in self._made_for:
            self._made_for[key] = make(self, picture)
        made: T = self._made_for[key]
        return made

    def is_lead(self, picture: Picture) -> bool:
        """Whether a picture may be called the article's top picture.

        That is its first one, and the second where the first is only what the page names for previews:
        themes show that one once more above the article.
        """
        inside = self.article_pictures(picture)
        if not inside or picture is inside[0]:
            return picture in self.standing[:1] or bool(inside)
        return picture in inside[1:2] and bool(inside[0].stems & self._preview_stems)

    def may_be_lead(self, picture: Picture) -> bool:
        """Whether somebody might call a picture the top one: the second, hardly any text below the first."""
        inside = self.article_pictures(picture)
        if picture not in inside[1:2]:
            return False
        between = self.document.lines_between(inside[0].end, picture.start)
        return sum(len(line.text) for line in between) <= FOLLOWING_CHARS

    @cached_property
    def _preview_stems(self) -> set[str]:
        return {
            stem
            for meta in self.document.metas
            if (meta.get("property") or meta.get("name")) in ("og:image", "twitter:image")
            and (stem := file_stem(meta.get("content")))
        }

    def claimed_nearby(self, line: Line) -> bool:
        """Whether a line stands in the zone of some picture, so that it speaks of that one."""
        before, after = self.standing_around(line)
        if before is not None and any(line.index == near.index for near in self.zone(before).after):
            return True
        frames = [self.zone(other).frame for other in (before, after) if other is not None]
        return any(frame is not None and frame.covers(line.start) for frame in frames)

    def group_before(self, line: Line, picture: Picture) -> list[Picture]:
        """The pictures that share a line as caption: those of its figure, or those right before it."""
        figure = line.block.closest("figure")
        if figure is not None and figure.covers(picture.start):
            return self.pictures_in(figure)
        last = bisect_left(self._standing_starts, line.start)
        first = last
        while first > 0:
            following = self.standing[first].start if first < last else line.start
            if self.document.lines_between(self.standing[first - 1].end, following):
                break
            first -= 1
        group = self.standing[first:last]
        return group if any(other is picture for other in group) else []

    def next_line(self, picture: Picture) -> Line | None:
        """The first line after a picture, whatever stands between."""
        lines = self.document.lines
        index = bisect_left(lines, picture.end, key=lambda line: line.start)
        return lines[index] if index < len(lines) else None

    def place_of(self, picture: Picture) -> int | None:
        """A picture's place among the standing ones, from 0; ``None`` for one that does not stand."""
        index = bisect_left(self._standing_starts, picture.start)
        return index if index < len(self.standing) and self.standing[index] is picture else None

    def article_pictures(self, picture: Picture) -> list[Picture]:
        """The standing pictures of the article that a picture is in, or of the page, without backgrounds."""
        article = picture.element.closest("article", "main")
        while article is not None and article.parent is not None and self._is_wrapper(article):
            article = article.parent.closest("article", "main")
        inside = self.pictures_in(article) if article is not None else self._content_standing
        shown = [other for other in inside if other.img_indexes or other is picture]
        return shown or inside

    def _is_wrapper(self, article: Element) -> bool:
        """Whether an ``<article>`` holds a picture and hardly a text, as media fields of Drupal do."""
        return article.tag == "article" and len(self.document.lines_in(article)) < SMALL_CELL_LINES

    @cached_property
    def _content_standing(self) -> list[Picture]:
        """The standing pictures that are neither teasers nor furniture."""
        return [picture for picture in self.standing if self._roles.role(picture)[0] in _SHOWN_FOR_THEMSELVES]

    def place_in_article(self, picture: Picture) -> int | None:
        """A picture's place among the standing ones of its article, from 0."""
        inside = self.article_pictures(picture)
        return next((place for place, other in enumerate(inside) if other is picture), None)

    def distance(self, picture: Picture, element: Element) -> int:
        """Lines between a picture and an element."""
        if element.start >= picture.end:
            return len(self.document.lines_between(picture.end, element.start))
        return len(self.document.lines_between(element.end, picture.start))

    # --- links ----------------------------------------------------------------------------------

    def target(self, link: Element) -> Url | None:
        """Where a link leads, by the caller's resolver where it knows better."""
        href = link.get("href")
        known = self.context.resolved_redirects
        if href in known:
            return Url.try_parse(known[href])
        found = resolve(href, self.base)
        if found is not None and found.href in known:
            return Url.try_parse(known[found.href])
        return found

    def is_owner_link(self, link: Element) -> bool:
        """Whether a link leads to the owner."""
        key = id(link)
        known = self._owned.get(key)
        if known is None and not self._may_be_owners(link.get("href")):
            known = self._owned[key] = False
        if known is None:
            target = self.target(link)
            known = target is not None and not self._is_own_page(target) and self.identity.owns(target)
            known = known and not is_picture_file(link.get("href"))
            self._owned[key] = known
        return known

    @cached_property
    def names_owner(self) -> bool:
        """Whether the document may name or link the owner anywhere, data about it included."""
        if self.owner_links or self.naming_lines:
            return True
        texts = [
            text for element, text in self.document.json_scripts if "ld+json" in element.get("type").lower()
        ]
        texts.extend(meta.get("content") for meta in self.document.metas)
        return self.identity.find("\n".join(texts)) is not None

    @cached_property
    def naming_lines(self) -> list[Line]:
        """The lines whose text names the owner."""
        lines = self.document.lines
        return [lines[index] for index in self.identity.lines_naming(self.text)]

    @cached_property
    def owner_lines(self) -> list[Line]:
        """The lines that name the owner or link to them, in order."""
        linked = {id(link) for link in self.owner_links}
        found = {line.index: line for line in self.naming_lines}
        if linked:
            found |= {
                line.index: line
                for line in self.document.lines
                if line.links and any(id(span.element) in linked for span in line.links)
            }
        return [found[index] for index in sorted(found)]

    def may_name_owner(self, line: Line) -> bool:
        """Whether a line names the owner or links to them anywhere."""
        return self.identity.find(line.text) is not None or self.links_owner(line)

    def links_owner(self, line: Line) -> bool:
        """Whether a link of a line leads to the owner."""
        return any(self.is_owner_link(span.element) for span in line.links)

    def is_opaque(self, link: Element) -> bool:
        """Whether nobody can tell from a link's address where it leads."""
        target = self.target(link)
        return target is not None and self.identity.is_opaque(target)

    def _may_be_owners(self, href: str) -> bool:
        """Whether an address as written can lead to the owner at all; cheap, since pages hold hundreds."""
        if self.context.resolved_redirects or (self._at_home and not href.startswith(("http", "//"))):
            return True
        return self.identity.hints_at_owner(href)

    @cached_property
    def _at_home(self) -> bool:
        """Whether the page itself is on a site of the owner or of one of their profiles."""
        return self.page is None or self.identity.is_home(self.page)

    def is_external(self, link: Element) -> bool:
        """Whether a link leads to another site than the page's."""
        target = self.target(link)
        if target is None or self.page is None:
            return target is not None
        return target.registrable_domain != self.page.registrable_domain

    def _is_own_page(self, target: Url) -> bool:
        """Whether a link leads to a place in the page itself."""
        return self.page is not None and target.without_fragment() == self.page.without_fragment()

    @cached_property
    def owner_links(self) -> list[Element]:
        """All links of the page that lead to the owner."""
        links = self.document.links
        if not self.context.resolved_redirects and not self._at_home:
            links = [links[number] for number in self.identity.hints_in([link.get("href") for link in links])]
        return [link for link in links if self.is_owner_link(link)]

    def spans(self, line: Line, start: int, end: int) -> list[LinkSpan]:
        """The links of a line that stand in a part of it."""
        return [span for span in line.links if span.start < end and span.end > start]


def _may_speak(text: str) -> bool:
    size = len(text)
    return size >= SHORT_LINE_CHARS and (size <= LONG_LINE_CHARS or ":" in text or "©" in text)
