"""What a picture is for on its page: content, or something nobody would credit."""

from __future__ import annotations

import re
from functools import cached_property

from creditline.page.addresses import is_picture_file, resolve
from creditline.page.document import Document, Element
from creditline.page.hints import NONE, hints_of, hints_of_names
from creditline.page.pictures import Picture
from creditline.records import Role
from creditline.urls import Url

#: Pictures declared at most this large (CSS pixels, both sides) are icons: the largest icon size that
#: interface guidelines name, and below the smallest thumbnails of blogs.
ICON_PX = 64
#: A page with at least this many linked pictures, each to another page of the site, lists articles.
LISTING_TEASERS = 4
#: Characters of an advert's text; the longest native ones of news sites stay below.
MAX_ADVERT_CHARS = 1_500
_AVATAR_HOSTS = ("gravatar.com", "wp.com/avatar", "/avatar/", "/avatars/")
_AD_HOSTS = (
    "doubleclick.net", "googlesyndication", "/adserver", "adnxs", "adform", "/banner/", "/banners/", "zanox",
    "awin1", "tradedoubler", "amazon-adsystem",
)  # fmt: skip
#: Pictures of products as the shop's partner programme serves them.
_PRODUCT_HOST, _PRODUCT_SIZE = "ssl-images-amazon.com/", "._sl"
_LOGO_FILE = re.compile(
    r"(?:^|[-_./])(?:logo|icon|sprite|favicon|badge|button|btn)s?(?:[-_.\d]|$)", re.IGNORECASE
)
#: Files of buttons and signs, by their whole names: "printButton.png", "arrow-left.gif".
_DRAWN = (".gif", ".png", ".svg")
_FURNITURE_FILE = re.compile(
    r"/(?:[a-z]{2,9}[-_]?)?(?:button|btn|icon|bullet|arrow|spacer|counter|pixel|blank)s?(?:[-_]?(?:left|right|up|down|\d{1,2}))?"
    r"\.(?:gif|png|svg)(?:$|[?#])",
    re.IGNORECASE,
)
_ATTACHMENT = re.compile(
    r"attachment|[?&]p=\d+|/wiki/[^/]*:|/(?:photo|image|picture|foto|bild|media|gallery|galerie)s?/",
    re.IGNORECASE,
)
_COMMENT_TYPES = ("/Comment", "/UserComments", "/Review")
#: Wrappers up to which a mark still speaks of the picture inside.
_NEAR = 3
_FAR = 7
_TELLING = frozenset(("comment", "avatar", "author", "logo", "advert", "navigation", "related"))
_PAGE_PARTS = frozenset(("body", "html", "main"))
_NOT_AUTHOR = frozenset(("caption", "credit", "content"))


#: An element whose marks may decide a role, what they say, and the next such element around it.
_Part = tuple[Element, frozenset[str], "_Part | None"]


class RoleReader:
    """Tells the roles of one document's pictures."""

    def __init__(self, document: Document, base: Url | None) -> None:
        self._document = document
        self._base = base
        self._targets: dict[str, Url | None] = {}
        #: The part of the page that each element is or stands in, by the element's id.
        self._parts: dict[int, _Part | None] = {}

    def role(self, picture: Picture) -> tuple[Role, str | None]:
        """The role and what said so; plain content has no note."""
        return (
            self._by_own_marks(picture)
            or self._by_surroundings(picture)
            or self._by_link(picture)
            or (Role.CONTENT, None)
        )

    def stands(self, picture: Picture) -> bool:
        """Whether a picture is large enough in the text to have a credit of its own."""
        if picture.element.hidden:
            return False
        return self._by_own_marks(picture) is None and not self._is_furniture(picture)

    def _is_furniture(self, picture: Picture) -> bool:
        """Whether a picture stands in the site's own frame, or in a box about the author."""
        found = self._by_surroundings(picture)
        return found is not None and found[0] in (Role.AVATAR, Role.LOGO)

    def _by_own_marks(self, picture: Picture) -> tuple[Role, str] | None:
        names = f"{picture.attribute('class')} {picture.attribute('id')}"
        own = hints_of_names(names)
        address = picture.first_address
        lowered = address[:500].lower()
        if "avatar" in own or _holds(lowered, _AVATAR_HOSTS):
            return Role.AVATAR, f"image marked {names.strip() or address[:60]!r}"
        if _holds(lowered, _AD_HOSTS) or _PRODUCT_SIZE in lowered.partition(_PRODUCT_HOST)[2]:
            return Role.ADVERT, "served by an advertising host"
        if lowered.endswith(_DRAWN) and _FURNITURE_FILE.search("/" + address[-60:].rpartition("/")[2]):
            return Role.LOGO, "by its name no more than furniture of the page"
        width, height = picture.declared
        if width is not None and height is not None and max(width, height) <= ICON_PX:
            return Role.LOGO, f"icon of {width}x{height} pixels"
        if "logo" in own and (_LOGO_FILE.search(address[-200:]) or (width or ICON_PX) <= 4 * ICON_PX):
            return Role.LOGO, f"image marked {names.strip()!r}"
        return None

    def _by_surroundings(self, picture: Picture) -> tuple[Role, str] | None:
        part = self._part_around(picture.element)
        while part is not None:
            element, hints, outer = part
            distance = picture.element.depth - element.depth - 1
            role = self._role_of_part(picture, element, hints, distance)
            if role is not None:
                return role, f"<{element.tag}> {element.get('class') or element.get('id')}".strip()[:80]
            part = outer
        return None

    def _part_around(self, element: Element) -> _Part | None:
        """The nearest element around one whose marks may decide a role.

        Pictures share most of what is around them, so each element is looked at once.
        """
        unknown: list[Element] = []
        around = element.parent
        while around is not None and around.tag not in _PAGE_PARTS and id(around) not in self._parts:
            unknown.append(around)
            around = around.parent
        part = None if around is None or around.tag in _PAGE_PARTS else self._parts[id(around)]
        for each in reversed(unknown):
            hints = _telling_hints(each)
            part = (each, hints, part) if hints else part
            self._parts[id(each)] = part
        return part

    def _role_of_part(
        self, picture: Picture, element: Element, hints: frozenset[str], distance: int
    ) -> Role | None:
        """What a marked part of the page makes of the pictures in it."""
        if "comment" in hints:
            return Role.COMMENT
        if "avatar" in hints and distance <= _NEAR:
            return Role.AVATAR
        if "author" in hints and distance <= _FAR and not hints & _NOT_AUTHOR and element.tag != "article":
            return Role.AVATAR
        if "content" in hints or "caption" in hints:
            return None
        if "logo" in hints and distance < _NEAR and _has_logo_file(picture):
            return Role.LOGO
        if "advert" in hints and distance <= _FAR and not self._is_text(element):
            return Role.ADVERT
        if "navigation" in hints and _is_site_part(element):
            return Role.LOGO if _has_logo_file(picture) else Role.THUMBNAIL
        return Role.THUMBNAIL if "related" in hints else None

    def _is_text(self, element: Element) -> bool:
        """Whether an element holds more than an advert says: it is named for an advert beside it."""
        lines = self._document.lines_in(element)
        return len(lines) > 2 and sum(len(line.text) for line in lines) > MAX_ADVERT_CHARS

    def _by_link(self, picture: Picture) -> tuple[Role, str] | None:
        """A picture that leads to another page of the same site, as a teaser does."""
        link = picture.link
        if link is None or self._base is None:
            return None
        href = link.get("href")
        if is_picture_file(href) or _ATTACHMENT.search(href):
            return None
        if not self._lists_articles:
            return None
        target = self._target(href)
        if target is None or target.registrable_domain != self._base.registrable_domain:
            return None
        if target.without_fragment().path == self._base.path:
            return None
        if self._is_card(picture, link, target):
            return Role.THUMBNAIL, f"teaser of {target.path[:60]}"
        return None

    def _is_card(self, picture: Picture, link: Element, target: Url) -> bool:
        """Whether a second link with text near the picture leads to the same place, or the link holds "
        "text."""
        if self._document.lines_in(link):
            return True
        card = link
        for _ in range(4):
            if card.parent is None or card.parent.tag in ("body", "main"):
                break
            card = card.parent
        return any(
            span.element is not link and self._target(span.href) == target
            for line in self._document.lines_in(card)
            for span in line.links
        )

    def _target(self, href: str) -> Url | None:
        """Where an address leads; cards name theirs several times."""
        if href not in self._targets:
            self._targets[href] = resolve(href, self._base)
        return self._targets[href]

    @cached_property
    def _lists_articles(self) -> bool:
        """Whether many pictures of the page lead to other pages."""
        linked = (img.closest("a") for img in self._document.imgs)
        return (
            sum(1 for link in linked if link is not None and not is_picture_file(link.get("href")))
            >= LISTING_TEASERS
        )


def _telling_hints(element: Element) -> frozenset[str]:
    """The hints of an element that may decide a role."""
    hints = hints_of(element)
    if element.get("itemtype").endswith(_COMMENT_TYPES):
        hints = hints | {"comment"}
    return NONE if hints.isdisjoint(_TELLING) else hints


def _has_logo_file(picture: Picture) -> bool:
    return any(_LOGO_FILE.search(source.address.rsplit("/", 1)[-1][:200]) for source in picture.sources)


def _holds(address: str, signs: tuple[str, ...]) -> bool:
    return any(sign in address for sign in signs)


def _is_site_part(element: Element) -> bool:
    """Whether a header or footer belongs to the site rather than to an article or figure."""
    return element.parent is not None and all(
        around.tag not in ("article", "figure", "section", "main", "li") for around in element.ancestors()
    )
