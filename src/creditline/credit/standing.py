"""The pictures of a page that are large enough to be credited, and which article each belongs to."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from creditline.credit.scene_base import SceneBase
from creditline.credit.vocabulary import UNSPACED
from creditline.page.addresses import file_stem
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture
from creditline.records import Role

#: An ``<article>`` with fewer lines holds no more than a picture and its caption.
ARTICLE_LINES = 3
#: Characters between the first picture and one that might be called the top one as well.
LEAD_CHARS = 250
_SHOWN_FOR_THEMSELVES = frozenset((Role.CONTENT, Role.ADVERT))


class StandingPictures(SceneBase):
    """The part of a scene that knows its pictures."""

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
        return article.tag == "article" and len(self.document.lines_in(article)) < ARTICLE_LINES

    @cached_property
    def _content_standing(self) -> list[Picture]:
        """The standing pictures that are neither teasers nor furniture."""
        return [picture for picture in self.standing if self._roles.role(picture)[0] in _SHOWN_FOR_THEMSELVES]

    def place_in_article(self, picture: Picture) -> int | None:
        """A picture's place among the standing ones of its article, from 0."""
        inside = self.article_pictures(picture)
        return next((place for place, other in enumerate(inside) if other is picture), None)

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
        texts = [line.text for line in between if not self.is_heading(line)]
        # A text in a script without blanks says as much in a third of the letters.
        size = [len(text) * (3 if UNSPACED.search(text) else 1) for text in texts]
        return sum(size) <= LEAD_CHARS

    @cached_property
    def _preview_stems(self) -> set[str]:
        return {
            stem
            for meta in self.document.metas
            if (meta.get("property") or meta.get("name")) in ("og:image", "twitter:image")
            and (stem := file_stem(meta.get("content")))
        }

    def distance(self, picture: Picture, element: Element) -> int:
        """Lines between a picture and an element."""
        if element.start >= picture.end:
            return len(self.document.lines_between(picture.end, element.start))
        return len(self.document.lines_between(element.end, picture.start))
