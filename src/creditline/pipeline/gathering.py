"""Gathers what the owner's pages show: one page after the other, with style sheets and the browser.

Pages that only a browser sees whole are rendered and both readings are merged. A kind of sign that
brought nothing new several times in a row on this site is not followed again, so that a site whose
every page carries a script is not rendered as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from creditline.checking import fold_target
from creditline.credit import judge_placements
from creditline.errors import GateError
from creditline.page.css import backgrounds
from creditline.pipeline.context import Context
from creditline.pipeline.site_walk import PageGain, WalkedPage
from creditline.pipeline.visits import Picture, Visit, sha256_of
from creditline.records import (
    ElementBox,
    ImageCandidate,
    PageReading,
    Placement,
    PlacementKind,
    Rendering,
    RightsMetadata,
    SitemapImage,
)
from creditline.urls import Url, same_site
from creditline.works import (
    INLINE_PREFIX,
    FoundImage,
    Origin,
    credited_to_other,
    found_on_page,
    with_linked_file,
)
from creditline.works.names import family_key
from creditline.works.wordpress import api_root, media_address, media_images, read_media

#: Pages rendered in one run; a rendering takes a second or two.
MAX_RENDERED = 300
#: Renderings in a row that a kind of sign may cost without showing anything new.
FRUITLESS_RENDERINGS = 5
#: How long a rendering of an unchanged document is taken as it is: what scripts fetch may change beside it.
RENDERING_FRESH = timedelta(days=1)
#: Pages of 100 items read of a WordPress media library.
MAX_MEDIA_PAGES = 50
#: Style sheets read of one site.
MAX_STYLESHEETS = 50

_RENDERED_HEADERS = (("content-type", "text/html; charset=utf-8"),)
_NUMBER = re.compile(r"\d+")
_BOX_KINDS = {"background": PlacementKind.CSS_BACKGROUND, "poster": PlacementKind.POSTER}


@dataclass(slots=True)
class Gathered:
    """What was seen of a site's images so far."""

    found: list[FoundImage] = field(default_factory=list)
    #: Pictures that stand in pages themselves, by address (`INLINE_PREFIX` and hash), and where.
    inline: dict[str, tuple[Picture, list[FoundImage]]] = field(default_factory=dict)
    #: Pages as the browser showed them, and pages that would have needed it, with the reason.
    rendered: int = 0
    not_seen_whole: list[tuple[str, str]] = field(default_factory=list)
    #: Documents other than pages that could not be read, with the reason.
    problems: list[tuple[str, str]] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Gatherer:
    """Takes the pages of one walk through the owner's site."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._families: set[str] = set()
        self._sheets: dict[Url, tuple[Url, ...]] = {}
        self._fruitless: Counter[str] = Counter()
        self._skipped_renderings: list[str] = []
        self._api_root: Url | None = None
        self.gathered = Gathered()

    async def take(self, walked: WalkedPage) -> PageGain:
        """Keep what one page shows; say whether it was anything new and where to go on."""
        visit, reading = walked.visit, walked.reading
        self._api_root = self._api_root or api_root(visit.reply.headers, visit.final_url)
        address = (fold_target(visit.final_url, reading) or visit.final_url).without_fragment().href
        if walked.state is not None:
            self.gathered.not_seen_whole.append((address, walked.state))
        elif reading.incomplete is not None:
            self.gathered.not_seen_whole.append((address, reading.incomplete))
        is_new = await self._take_reading(address, visit.body, reading)
        links = reading.links
        if reading.browser_signals and walked.state is None:
            rendered = await self._rendered(address, visit, reading)
            if rendered is not None:
                rendering, seen = rendered
                is_newer = await self._take_reading(address, rendering.html, seen)
                is_newer = self._take_boxes(address, rendering.boxes) or is_newer
                self._learn(reading, is_newer)
                links += seen.links
                is_new = is_new or is_newer
        return PageGain(is_new, links)

    async def finish(self, images: list[SitemapImage]) -> Gathered:
        """Add what sitemaps and the media library name, and say what was left out."""
        for image in images:
            self._keep(_from_sitemap(image))
        if self._api_root is not None:
            await self._read_media_library(self._api_root)
        if self._skipped_renderings:
            self.gathered.notes.append(
                f"{len(self._skipped_renderings)} pages were read without the browser, since "
                f"{FRUITLESS_RENDERINGS} of their kind showed nothing more in it"
            )
        return self.gathered

    # --- one reading ------------------------------------------------------------------------------

    async def _take_reading(self, address: str, html: bytes, reading: PageReading) -> bool:
        rights = dict(reading.image_rights)
        credited = await self._credited(html, reading)
        is_new = False
        for placement in reading.placements:
            other = credited.get(placement.ordinal)
            if placement.kind is PlacementKind.INLINE_DATA:
                is_new = await self._take_inline(address, placement, other) or is_new
                continue
            found = with_linked_file(found_on_page(address, placement, other))
            is_new = self._keep(replace(found, rights=_rights_of(found, rights))) or is_new
        for sheet in reading.stylesheets:
            for url in await self._sheet(sheet, reading.url):
                is_new = self._keep(_from_sheet(address, url)) or is_new
        return is_new

    def _keep(self, found: FoundImage) -> bool:
        """Keep one found image; say whether any of its files was unknown."""
        keys = {family_key(candidate.url) for candidate in found.candidates}
        is_new = not keys <= self._families
        self._families |= keys
        self.gathered.found.append(found)
        return is_new

    async def _credited(self, html: bytes, reading: PageReading) -> dict[int, str | None]:
        """Who else is credited for the page's placements, by ordinal; nobody where it cannot be told."""
        ordinals = [placement.ordinal for placement in reading.placements]
        if not ordinals or not self._context.owner.names:
            return {}
        owner = self._context.owner
        try:
            verdicts = await self._context.gate.run(judge_placements, html, reading.url.href, ordinals, owner)
        except GateError as error:
            self.gathered.problems.append((reading.url.href, f"credits on it could not be read: {error}"))
            return {}
        return {ordinal: credited_to_other(verdict) for ordinal, verdict in verdicts.items()}

    async def _take_inline(self, address: str, placement: Placement, credited_to: str | None) -> bool:
        key = INLINE_PREFIX + sha256_of(placement.inline)
        is_new = key not in self.gathered.inline
        if is_new:
            picture = await self._context.own.inline_picture(placement.inline)
            self.gathered.inline[key] = (picture, [])
        self.gathered.inline[key][1].append(found_on_page(address, placement, credited_to))
        return is_new

    # --- style sheets -----------------------------------------------------------------------------

    async def _sheet(self, url: Url, page_url: Url) -> tuple[Url, ...]:
        """The pictures that a style sheet of the same site shows, each sheet read once."""
        if url in self._sheets or not same_site(url, page_url):
            return self._sheets.get(url, ())
        if len(self._sheets) >= MAX_STYLESHEETS:
            return ()
        self._sheets[url] = ()
        visit = await self._context.own.page(url)
        if visit.problem is not None:
            self.gathered.problems.append((url.href, visit.problem))
            return ()
        try:
            rules = await self._context.gate.run(backgrounds, visit.body.decode("utf-8", "replace"))
        except GateError as error:
            self.gathered.problems.append((url.href, str(error)))
            return ()
        parsed = (Url.try_parse(address, visit.final_url) for _, address in rules)
        self._sheets[url] = tuple(dict.fromkeys(url.without_fragment() for url in parsed if url is not None))
        return self._sheets[url]

    # --- the browser ------------------------------------------------------------------------------

    async def _rendered(
        self, address: str, visit: Visit, reading: PageReading
    ) -> tuple[Rendering, PageReading] | None:
        """The page as the browser shows it; ``None`` where it was not looked at, which is noted."""
        if all(self._fruitless[_kind(sign)] >= FRUITLESS_RENDERINGS for sign in reading.browser_signals):
            self._skipped_renderings.append(address)
            return None
        why = None
        if self.gathered.rendered >= MAX_RENDERED:
            why = f"needs the browser ({reading.browser_signals[0]}), after {MAX_RENDERED} pages in it"
        elif not self._context.own_browser.available:
            why = f"needs a browser ({reading.browser_signals[0]}), none was found"
        rendering = None if why else await self._render(visit)
        if rendering is not None and not rendering.ok:
            problem = rendering.problem.value if rendering.problem else f"http {rendering.status}"
            why = f"could not be shown in the browser: {problem}"
        if rendering is None or why is not None:
            self.gathered.not_seen_whole.append((address, why or "not shown"))
            return None
        self.gathered.rendered += 1
        own = self._context.own
        return rendering, await own.read(rendering.html, rendering.final_url, _RENDERED_HEADERS)

    async def _render(self, visit: Visit) -> Rendering:
        store, sha256 = self._context.store, visit.sha256 or ""
        known = store.known_rendering(visit.url, sha256)
        if known is not None and self._context.clock.now() - known.rendered_at < RENDERING_FRESH:
            return known
        rendering = await self._context.own_browser.render(visit.url)
        if rendering.ok:
            store.remember_rendering(replace(rendering, screenshot=b""), sha256)
        return rendering

    def _learn(self, reading: PageReading, brought_more: bool) -> None:
        for sign in map(_kind, reading.browser_signals):
            self._fruitless[sign] = 0 if brought_more else self._fruitless[sign] + 1

    def _take_boxes(self, address: str, boxes: tuple[ElementBox, ...]) -> bool:
        """Keep pictures that the browser drew and that stand nowhere in its DOM's markup."""
        is_new = False
        for box in boxes:
            url = Url.try_parse(box.url)
            if url is None or family_key(url) in self._families:
                continue
            found = FoundImage(
                page=address,
                candidates=(ImageCandidate(url.without_fragment(), None, box.kind),),
                kind=_BOX_KINDS.get(box.kind, PlacementKind.IMG),
                declared_width=round(box.width) or None,
                declared_height=round(box.height) or None,
            )
            is_new = self._keep(found) or is_new
        return is_new

    # --- the media library ------------------------------------------------------------------------

    async def _read_media_library(self, root: Url) -> None:
        for number in range(1, MAX_MEDIA_PAGES + 1):
            url = media_address(root, number)
            visit = await self._context.own.page(url)
            if visit.problem is not None:
                if number == 1:
                    self.gathered.problems.append((url.href, f"media library: {visit.problem}"))
                return
            try:
                items = await self._context.gate.run(read_media, visit.body)
            except GateError as error:
                self.gathered.problems.append((url.href, f"media library: {error}"))
                return
            for found in media_images(items, visit.final_url):
                self._keep(found)
            total = visit.reply.header("x-wp-totalpages") or ""
            if not total.isdigit() or number >= int(total):
                return
        self.gathered.limits.append(f"only {MAX_MEDIA_PAGES} pages of the media library were read")


def _kind(sign: str) -> str:
    """A browser signal without its numbers."""
    return _NUMBER.sub("#", sign)


def _rights_of(found: FoundImage, rights: dict[str, RightsMetadata]) -> RightsMetadata:
    """What structured data says of any file of an image."""
    for candidate in found.candidates:
        said = rights.get(candidate.url.href)
        if said is not None:
            return said
    return found.rights


def _from_sheet(address: str, url: Url) -> FoundImage:
    return FoundImage(
        page=address,
        candidates=(ImageCandidate(url, None, "style"),),
        kind=PlacementKind.CSS_BACKGROUND,
        origin=Origin.STYLESHEET,
    )


def _from_sitemap(image: SitemapImage) -> FoundImage:
    return FoundImage(
        page=image.page.href,
        candidates=(ImageCandidate(image.url.without_fragment(), None, "image sitemap"),),
        alt=image.caption,
        title=image.title,
        origin=Origin.SITEMAP,
        rights=RightsMetadata(license_url=image.license_url),
    )
