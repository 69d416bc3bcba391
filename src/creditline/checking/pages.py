"""Which page an address really is: folding and redirects."""

from __future__ import annotations

from collections.abc import Iterable

from creditline.records import PageReading, Placement, Role
from creditline.urls import Url, canonical, page_identity, same_site

_FILE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg", ".pdf", ".zip")

#: Paths that a whole site shares: a canonical link to one of them is a mistake of the site's theme,
#: not the address of this article.
_FRONT_PAGES = frozenset({"/", "/index.html", "/index.php", "/home", "/blog", "/blog/"})

#: Different runs of three words from which on a document has a text that can be compared. Judgement:
#: half of the shortest article seen (1,900 characters), more than any menu that scripts leave standing.
ENOUGH_WORDS = 60
#: Share of those that raw and rendered document of one page have in common at the least. Judgement:
#: scripts add and fold paragraphs, two pages of one site share their menus and footers.
SAME_PAGE_SHARE = 0.2


def fold_target(url: Url, reading: PageReading) -> Url | None:
    """The article that this page is another form of (AMP, print, tracking copy), if it names one.

    Only an address of the same site counts: a canonical link to another site is syndication, and the
    page in hand is still a page that shows the image.
    """
    target = reading.canonical
    if target is None or target.key == url.key:
        return None
    if not same_site(target, url) or (target.path in _FRONT_PAGES and not target.query):
        return None
    return target


def redirected_away(asked: Url, got: Url) -> str | None:
    """Why a redirect led to something that is not the page asked for; ``None`` when it may be it."""
    if page_identity(asked) == page_identity(got):
        return None
    if got.path in _FRONT_PAGES and asked.path not in _FRONT_PAGES:
        return "redirects to the site's front page"
    if not same_site(asked, got):
        return f"redirects to another site ({got.host})"
    return None


def sends_away(url: Url, reading: PageReading) -> str | None:
    """Why nobody stays on this page: a meta refresh leads elsewhere at once; ``None`` when they do."""
    if reading.refresh is None:
        return None
    target = Url.try_parse(reading.refresh, url)
    if target is not None and page_identity(target) == page_identity(url):
        return None
    return "sends visitors on at once (meta refresh)"


def different_page(raw: PageReading, rendered: PageReading) -> str | None:
    """Why the browser was shown another page than we were sent (cloaking); ``None`` when it was not.

    A page that scripts build has hardly any text of its own in its source; it is no other page.
    """
    words, shown = _shingles(raw.text), _shingles(rendered.text)
    if min(len(words), len(shown)) < ENOUGH_WORDS or (raw.title or "") == (rendered.title or ""):
        return None
    if raw.canonical is not None and raw.canonical == rendered.canonical:
        return None
    in_common = len(words & shown) / min(len(words), len(shown))
    return "the browser is shown another page" if in_common < SAME_PAGE_SHARE else None


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.lower().split()
    if len(words) < ENOUGH_WORDS // 2:  # languages that put no blanks between words
        words = list("".join(words))
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def teaser_targets(placements: Iterable[Placement], page_url: Url) -> tuple[Url, ...]:
    """Pages of the same site that thumbnails of our works lead to: the articles behind the teasers."""
    targets = {
        canonical(placement.link): None
        for placement in placements
        if placement.role is Role.THUMBNAIL
        and placement.link is not None
        and same_site(placement.link, page_url)
        and page_identity(placement.link) != page_identity(page_url)
        and not placement.link.path.lower().endswith(_FILE_SUFFIXES)
    }
    return tuple(targets)
