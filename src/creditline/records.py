"""The vocabulary: frozen records and enums that every part of creditline passes around.

One word per thing; docs/glossary.md explains them for people. Times are aware UTC. ``None`` means
"not known"; an empty tuple means "known to be none". Regions are ``(x0, y0, x1, y1)`` as fractions
0..1 of the picture they lie in, origin top left.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from creditline.urls import Url

Region = tuple[float, float, float, float]


# --- whose, and what ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose images these are.

    Plain texts, as the user gives them, since it is part of the public interface; `credit.identity`
    turns them into what pages are compared with.
    """

    names: tuple[str, ...] | list[str] = ()
    #: Host names of the owner's own sites, old ones too.
    domains: tuple[str, ...] | list[str] = ()
    #: Addresses of profile and asset pages on platforms.
    profiles: tuple[str, ...] | list[str] = ()
    #: The credit line as the owner wants it, ``None`` where any form will do.
    credit_line: str | None = None


@dataclass(frozen=True, slots=True)
class ImageRef:
    """Which image of a document is meant: by position or by address; exactly one is given."""

    #: Position among all ``<img>`` in document order, from 0, ``noscript`` and ``template`` included.
    index: int | None = None
    #: Any address under which the document shows the image, absolute or as written.
    src: str | None = None


@dataclass(frozen=True, slots=True)
class RightsMetadata:
    """What a file or its page says of its rights (IPTC, XMP, Exif, schema.org ImageObject)."""

    creator: tuple[str, ...] = ()
    credit_line: str | None = None
    copyright_notice: str | None = None
    #: Address of the licence or rights statement (XMP WebStatement, schema.org license).
    license_url: str | None = None
    usage_terms: str | None = None
    source: str | None = None
    title: str | None = None
    description: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is said."""
        return self == RightsMetadata()


class Exclusion(StrEnum):
    """Why an image on the owner's site is not one of the works."""

    LOGO = "logo"
    ICON = "icon"
    SPRITE = "sprite"
    AVATAR = "avatar"
    TRACKING_PIXEL = "tracking pixel"
    FLAT = "flat"
    TOO_SMALL = "too small"
    NOT_YOURS = "not yours?"
    UNSUPPORTED = "unsupported format"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    BY_OWNER = "excluded by you"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a work: a srcset size, a thumbnail, the original."""

    #: Web address, or a ``file:`` address for a folder of originals.
    url: str
    width: int | None = None
    height: int | None = None
    #: Lower-case Pillow name (``jpeg``, ``png``, ``webp`` ...), ``None`` before it was fetched.
    format: str | None = None
    bytes_len: int | None = None
    sha256: str | None = None
    #: Why it could not be had (``http 404``, ``damaged``); ``None`` when it could or was not tried.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One image as a creation."""

    id: str
    owner_id: str
    #: Its best rendition's address.
    url: str
    title: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    renditions: tuple[Rendition, ...] = ()
    #: Addresses of the owner's pages that show it.
    pages: tuple[str, ...] = ()
    rights: RightsMetadata = RightsMetadata()
    fingerprint: Fingerprint | None = None
    #: ``None`` or why it is kept out; ``exclusion_note`` says what was seen.
    exclusion: Exclusion | None = None
    exclusion_note: str | None = None
    #: The owner's own word, which outranks every rule for ever: True include, False exclude.
    owner_says: bool | None = None
    merged_into: str | None = None

    @property
    def excluded(self) -> str | None:
        """Why the work takes no part, for people; ``None`` when it does."""
        if self.owner_says is True:
            return None
        if self.owner_says is False:
            return Exclusion.BY_OWNER.value
        if self.exclusion is None:
            return None
        return (
            f"{self.exclusion.value}: {self.exclusion_note}" if self.exclusion_note else self.exclusion.value
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What recognises a picture. Made by `fingerprint.make`; compared by `fingerprint.match`."""

    #: Algorithm and version, for example ``phash16/1``; different ones are never compared.
    algorithm: str
    sha256: str
    width: int
    height: int
    #: Perceptual hash, straight and of the mirrored picture: 32 bytes each (256 bits).
    phash: bytes
    phash_mirrored: bytes
    #: 0 (flat) .. 100; below `fingerprint.MIN_QUALITY` only identical bytes may match.
    quality: int
    #: Compact local features (own binary form, versioned by ``algorithm``), ``b""`` where not made.
    features: bytes = b""


# --- finding ------------------------------------------------------------------------------------


class SearchStatus(StrEnum):
    """What one search of one source ended as. Silence is never "no matches"."""

    RESULTS = "results"
    NONE_CONFIRMED = "none_confirmed"
    PARTIAL = "partial"
    CAPTCHA = "captcha"
    CONSENT = "consent"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    AUTH_FAILED = "auth_failed"
    BAD_INPUT = "bad_input"
    REGION_BLOCKED = "region_blocked"
    UNKNOWN_LAYOUT = "unknown_layout"
    NETWORK_ERROR = "network_error"
    NOT_ENABLED = "not_enabled"

    @property
    def was_searched(self) -> bool:
        """Whether the question asked was fully answered."""
        return self in (SearchStatus.RESULTS, SearchStatus.NONE_CONFIRMED)


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """How one search of one source ended."""

    source: str
    status: SearchStatus
    #: What was searched for: a work id, a file's name, ``None`` where the source takes no question.
    query: str | None = None
    #: Items the reply held, items we could read, items that became sightings.
    seen: int = 0
    parsed: int = 0
    kept: int = 0
    #: One line for people: what was filtered, what went wrong, what next.
    note: str | None = None
    #: Cost in US dollars, 0 for free sources.
    cost_usd: float = 0.0
    #: Where to go on after an interruption, in the source's own words.
    cursor: str | None = None
    selected_tab: str | None = None


class PageUrlKind(StrEnum):
    """What a sighting's address names."""

    PAGE = "page"
    #: Only scheme and host are known (a log's referrer under the default policy of browsers).
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source's claim that a page shows a work; never a fact."""

    source: str
    page_url: Url
    page_url_kind: PageUrlKind = PageUrlKind.PAGE
    #: The image's address on that page, and the work it is said to show, where the source knows.
    image_url: Url | None = None
    work_id: str | None = None
    #: Where in the source it stood ("access.log line 12"), for people.
    provenance: str | None = None
    seen_at: datetime | None = None
    hits: int = 1


# --- fetching -----------------------------------------------------------------------------------


class FetchProblem(StrEnum):
    """Every way in which an address did not give a usable reply."""

    REFUSED_ADDRESS = "refused address"
    REFUSED_PORT = "refused port"
    REFUSED_URL = "refused url"
    ROBOTS = "robots"
    DNS = "name not found"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_SLOW = "too slow"
    TOO_LARGE = "too large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad encoding"
    PROTOCOL = "protocol error"
    REDIRECTS = "too many redirects"
    RATE_LIMITED = "rate limited"
    HOST_PARKED = "host parked"
    PROXY = "proxy"
    NO_BROWSER = "no browser"
    BROWSER_CRASHED = "browser crashed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request for one address ended as; failures are replies with a ``problem``."""

    url: Url
    #: After redirects; equals ``url`` when there were none.
    final_url: Url
    fetched_at: datetime
    #: HTTP status of the last hop; ``None`` when none was read.
    status: int | None = None
    #: Lower-case names, in order, repeated ones kept.
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    problem: FetchProblem | None = None
    #: One line for people about ``problem``.
    detail: str | None = None
    #: The server said 304: ``body`` is empty, what was kept of the last reply still holds.
    not_modified: bool = False
    #: Bytes that came over the wire, headers not counted.
    bytes_moved: int = 0

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def ok(self) -> bool:
        """A whole reply of status 200..299, or a 304 to our condition."""
        return (
            self.problem is None
            and self.status is not None
            and (self.not_modified or 200 <= self.status < 300)
        )


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request for an address conditional (RFC 9110 section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class ElementBox:
    """Where the browser drew an image, in CSS pixels of the whole page."""

    url: str
    x: float
    y: float
    width: float
    height: float
    #: How the element shows it: ``img``, ``background``, ``poster``.
    kind: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one visit with the browser saw."""

    url: Url
    final_url: Url
    rendered_at: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    #: The DOM, serialised, after scripts and lazy images had their time.
    html: bytes = b""
    boxes: tuple[ElementBox, ...] = ()
    #: PNG of the region asked for, ``b""`` where none was.
    screenshot: bytes = b""
    problem: FetchProblem | None = None
    detail: str | None = None
    bytes_moved: int = 0

    @property
    def ok(self) -> bool:
        """Whether the page was shown whole."""
        return self.problem is None and self.status is not None and 200 <= self.status < 300


class GateProblem(StrEnum):
    """Every way in which bytes are not a picture that we take."""

    NOT_AN_IMAGE = "not an image"
    UNSUPPORTED = "unsupported format"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_LARGE = "too large"
    DAMAGED = "damaged"
    DECODER_DIED = "decoder died"
    DECODER_TIMEOUT = "decoder timeout"
    OUT_OF_MEMORY = "out of memory"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture after the gate: what is left once its bytes were read in a disposable child."""

    sha256: str
    #: Lower-case Pillow name.
    format: str
    #: Upright size in pixels, after Exif orientation.
    width: int
    height: int
    bytes_len: int
    fingerprint: Fingerprint
    rights: RightsMetadata = RightsMetadata()
    #: Freshly encoded JPEG, at most `fetch.gate.THUMBNAIL_PX` on its longer side.
    thumbnail: bytes = b""
    #: Flat: hardly more than one colour.
    flat: bool = False


# --- pages --------------------------------------------------------------------------------------


class PlacementKind(StrEnum):
    """By which means a page shows an image."""

    IMG = "img"
    PICTURE = "picture"
    CSS_BACKGROUND = "css_background"
    POSTER = "poster"
    META_IMAGE = "meta_image"
    INLINE_DATA = "inline_data"
    FULL_SIZE_LINK = "full_size_link"
    SVG_IMAGE = "svg_image"


class Role(StrEnum):
    """What an image is for on its page. Only content placements lead to requests."""

    CONTENT = "content"
    THUMBNAIL = "thumbnail"
    AVATAR = "avatar"
    ADVERT = "advert"
    COMMENT = "comment"
    LOGO = "logo"
    #: Only named for link previews (og:image), not shown on the page itself.
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class ImageCandidate:
    """One file that a placement may show."""

    url: Url
    #: Width in pixels by a ``w`` descriptor, attribute or file name; ``None`` where unknown.
    width: int | None = None
    #: Which attribute named it: ``src``, ``srcset``, ``data-src``, ``href``, ``style`` ...
    attribute: str = "src"


@dataclass(frozen=True, slots=True)
class Placement:
    """One image on a page, with every copy of it in the markup merged into one."""

    #: Position among the page's placements, from 0, in reading order.
    ordinal: int
    kind: PlacementKind
    role: Role
    #: At least one, best (largest) first; empty only for `INLINE_DATA`.
    candidates: tuple[ImageCandidate, ...]
    #: Positions among all ``<img>`` that it merges, in document order; empty for non-``<img>``.
    img_indexes: tuple[int, ...] = ()
    alt: str | None = None
    title: str | None = None
    #: Where a link around the image goes, ``None`` without one.
    link: Url | None = None
    #: Width and height attributes, in CSS pixels.
    declared_width: int | None = None
    declared_height: int | None = None
    #: Bounded bytes of an inline data: image.
    inline: bytes = b""
    #: Why the role: the class, element or container that said so.
    role_note: str | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What `page.read_page` found in one document."""

    url: Url
    placements: tuple[Placement, ...] = ()
    title: str | None = None
    #: rel=canonical, og:url, and rel=amphtml, where the page names them.
    canonical: Url | None = None
    amphtml: Url | None = None
    language: str | None = None
    #: Not ``None`` when the document was not read to its end: why ("too complex: depth 513").
    incomplete: str | None = None
    #: Outgoing links in document order, duplicates kept.
    links: tuple[Url, ...] = ()
    feeds: tuple[Url, ...] = ()
    #: Linked style sheets (``<link rel=stylesheet>``, ``@import`` of inline styles), each once.
    stylesheets: tuple[Url, ...] = ()
    #: Visible text, blanks folded, for page-state checks; cut at `page.TEXT_CAP` characters.
    text: str = ""
    robots_directives: tuple[str, ...] = ()
    #: Signals that only a browser sees this page whole, most telling first; empty when none.
    browser_signals: tuple[str, ...] = ()
    #: Rights that structured data states, by the image address it names.
    image_rights: tuple[tuple[str, RightsMetadata], ...] = ()


@dataclass(frozen=True, slots=True)
class SitemapImage:
    """One picture that a sitemap names, with the page it is said to be on."""

    url: Url
    page: Url
    title: str | None = None
    caption: str | None = None
    license_url: str | None = None


@dataclass(frozen=True, slots=True)
class SitemapReading:
    """What a sitemap, sitemap index or feed names."""

    pages: tuple[Url, ...] = ()
    #: Further sitemaps to read.
    sitemaps: tuple[Url, ...] = ()
    images: tuple[SitemapImage, ...] = ()
    #: What was wrong with it; what was read until there is kept. ``None`` when it was read whole.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """What one visit saw of one page: the raw reply and, where the browser was used, its rendering."""

    load_id: str
    url: Url
    raw: Reply
    rendering: Rendering | None = None


# --- matching -----------------------------------------------------------------------------------


class MatchMethod(StrEnum):
    """What proved a match."""

    BYTES = "bytes"
    HASH = "hash"
    GEOMETRY = "geometry"


class MatchStatus(StrEnum):
    """Confirmed may lead to a request; review never does by itself."""

    CONFIRMED = "confirmed"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Match:
    """The proof that a picture shows a work."""

    #: The path given to `Portfolio.from_images`, or the work's id.
    work: str
    status: MatchStatus
    method: MatchMethod
    #: 0..1, for ranking and for people.
    score: float
    #: Hamming distance of the hashes in bits (0..256), ``None`` where hashes played no part.
    distance: int | None = None
    #: Consistent local features, ``None`` where geometry played no part.
    inliers: int | None = None
    #: Where in their picture our work lies, and which part of our work is seen there.
    region: Region = (0.0, 0.0, 1.0, 1.0)
    our_region: Region = (0.0, 0.0, 1.0, 1.0)
    mirrored: bool = False
    #: Their size over ours, and rotation in degrees, where geometry tells.
    scale: float | None = None
    rotation: float | None = None
    #: One line for people.
    why: str = ""


# --- credit -------------------------------------------------------------------------------------


class VerdictKind(StrEnum):
    """How a page credits the owner of one image."""

    LINKED = "linked"
    TEXT_ONLY = "text_only"
    CREDITED_TO_OTHER = "credited_to_other"
    NONE = "none"
    UNCLEAR = "unclear"


class LinkTarget(StrEnum):
    """What a credit link leads to."""

    LIVE = "live"
    REDIRECTS = "redirects"
    DEAD = "dead"
    WRONG_PAGE = "wrong_page"


class Where(StrEnum):
    """Where on the page a piece of evidence stands, nearest first."""

    WRAPS_IMAGE = "wraps_image"
    CAPTION = "caption"
    NEAR = "near"
    ATTRIBUTE = "attribute"
    PAGE_LEVEL = "page_level"
    METADATA = "metadata"
    SITE_LEVEL = "site_level"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class CreditEvidence:
    """One observation for or against a credit."""

    rule: str
    #: The page's own words, cut at `credit.QUOTE_CAP` characters.
    quote: str
    where: Where
    href: str | None = None
    rel: tuple[str, ...] = ()
    #: Whom it credits as far as it says: the owner (True), somebody else (False), nobody (None).
    credits_owner: bool | None = None
    #: The name that is credited, where one could be read.
    name: str | None = None
    #: Why it was not counted, ``None`` when it was.
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class Tasl:
    """Which of CC's four parts of an attribution are there."""

    title: bool = False
    author: bool = False
    source: bool = False
    license: bool = False
    #: For example ``BY-SA 4.0``.
    license_name: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one document credits the owner of one of its images."""

    kind: VerdictKind
    #: Every credit link carries nofollow, ugc or sponsored; still a satisfied credit.
    nofollow: bool = False
    #: What made it so: ``attribute``, ``robots meta``, ``x-robots-tag``.
    nofollow_cause: str | None = None
    evidence: tuple[CreditEvidence, ...] = ()
    #: One line for people: what decided it.
    reason: str = ""
    #: ``None`` until somebody looked.
    link_target: LinkTarget | None = None
    page_links_owner: bool = False
    metadata_credit: bool = False
    tasl: Tasl = Tasl()
    #: Who is credited instead, for `CREDITED_TO_OTHER`.
    credited_name: str | None = None
    #: "Source: Google" and the like: somebody who cannot be the author.
    mis_credit: bool = False


# --- checking -----------------------------------------------------------------------------------


class CheckStatus(StrEnum):
    """What a visit found for a sighting."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    GONE = "gone"
    COULD_NOT_CHECK = "could_not_check"


class Disposition(StrEnum):
    """What the owner says of a use. A "no" sticks for ever."""

    OPEN = "open"
    AUTHORISED = "authorised"
    MINE = "mine"
    NOT_MY_IMAGE = "not_my_image"
    IGNORED = "ignored"


class Look(StrEnum):
    """The two ways in which a page is looked at."""

    RAW = "raw"
    RENDERED = "rendered"


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of our own parts said something, so that it can be judged anew."""

    fingerprint: str
    judge: str
    program: str


@dataclass(frozen=True, slots=True)
class UseFinding:
    """One use as one check saw it; `store` merges it with the use's history."""

    work_id: str
    #: The address of the copy as the page names it; the owner's own rendition when hot-linked.
    image_url: str
    hotlinked: bool
    role: Role
    match: Match
    verdict: Verdict
    #: SHA-256 of the copy's bytes, and the part of the natural key that survives cache busting.
    content_sha256: str
    content_key: str
    #: Looks that were complete; both are needed before anything is said to be missing.
    complete_looks: frozenset[Look] = frozenset()
    #: Evidence kind (``raw_html``, ``rendered_html``, ``headers``, ``screenshot``, ``copy_thumbnail``,
    #: ``work_thumbnail``) to SHA-256 of the stored item.
    evidence: tuple[tuple[str, str], ...] = ()
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one visit found on one page."""

    page_url: Url
    status: CheckStatus
    checked_at: datetime
    load_id: str
    versions: Versions
    #: Why it could not be checked ("captcha", "403", "robots"); ``None`` otherwise.
    reason: str | None = None
    final_url: Url | None = None
    #: What the page folds into: its rel=canonical or AMP parent, ``None`` for itself.
    folds_into: Url | None = None
    uses: tuple[UseFinding, ...] = ()
    #: For people: how many images were seen, compared, skipped and why.
    note: str | None = None
    title: str | None = None
    complete_looks: frozenset[Look] = frozenset()
    validators: Validators = Validators()
    raw_sha256: str | None = None
    bytes_moved: int = 0
    #: BCP 47 tag of the page as it names itself (`PageReading.language`).
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A verified work in a placement, with what its latest check said."""

    id: str
    owner_id: str
    work_id: str
    work_url: str
    page_url: str
    image_url: str
    hotlinked: bool
    role: Role
    verdict: Verdict
    match: Match
    disposition: Disposition
    first_seen: datetime
    last_checked: datetime
    page_title: str | None = None
    #: Status of the page's latest check: a use on a page that is gone stays, with this said.
    check_status: CheckStatus = CheckStatus.SHOWN
    check_reason: str | None = None
    complete_looks: frozenset[Look] = frozenset()
    evidence: tuple[tuple[str, str], ...] = ()
    width: int | None = None
    height: int | None = None
    #: The owner's correction of the verdict, ``None`` without one; it outranks the judge.
    verdict_by_owner: VerdictKind | None = None
    sources: tuple[str, ...] = ()
    #: BCP 47 tag of the page as it names itself, for the letter; ``None`` where it does not.
    page_language: str | None = None
    #: What tells this copy from others on the page and survives cache busting (part of the natural key).
    content_key: str = ""

    @property
    def verdict_kind(self) -> VerdictKind:
        """The owner's word where there is one, else the judge's."""
        return self.verdict_by_owner or self.verdict.kind


@dataclass(frozen=True, slots=True)
class PageCheck:
    """The latest check of one page, for lists and reports (pages without uses too)."""

    page_url: str
    status: CheckStatus
    reason: str | None
    checked_at: datetime
    note: str | None = None
    sources: tuple[str, ...] = ()


# --- asking -------------------------------------------------------------------------------------


class ContactKind(StrEnum):
    """By which way a site can be written to."""

    EMAIL = "email"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to write, with the page and the words it was found in."""

    kind: ContactKind
    address: str
    found_on: str
    quote: str


class RequestStatus(StrEnum):
    """How far one letter has come. At most once: ``sending`` is committed before the connection."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CLOSED = "closed"


class RequestOutcome(StrEnum):
    """What a letter led to."""

    CREDITED = "credited"
    REMOVED = "removed"
    REPLACED = "replaced"
    LICENCE_SHOWN = "licence_shown"
    REFUSED = "refused"
    PAGE_GONE = "page_gone"
    NO_ANSWER = "no_answer"


#: Opens the constructor of `MissingCredit`. Only `outreach.missing_credit` may name it; a test holds that.
MISSING_CREDIT_SEAL = object()


@dataclass(frozen=True, slots=True)
class MissingCredit:
    """A use that may lead to a letter. Only `outreach.missing_credit` may build one.

    Raises:
        TypeError: Built elsewhere, also by `dataclasses.replace`.
    """

    use: Use
    work: Work
    #: ``none``, ``text_only`` or ``credited_to_other``: what the letter may say.
    kind: VerdictKind
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not MISSING_CREDIT_SEAL:
            raise TypeError("a MissingCredit is only made by creditline.outreach.missing_credit")


@dataclass(frozen=True, slots=True)
class Request:
    """One letter to one site about all its uses."""

    id: str
    owner_id: str
    #: Registrable domain of the site.
    site: str
    subject: str
    body: str
    status: RequestStatus
    use_ids: tuple[str, ...]
    created_at: datetime
    contact: Contact | None = None
    outcome: RequestOutcome | None = None
    language: str = "en"


# --- work in progress ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownReply:
    """What is kept of the last whole reply to an address, for the next conditional request."""

    url: Url
    final_url: Url
    status: int
    headers: tuple[tuple[str, str], ...]
    validators: Validators
    body_sha256: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What is kept of a file in the owner's folder, so that an unchanged one is not read again."""

    #: ``file:`` address.
    address: str
    bytes_len: int
    mtime_ns: int
    #: ``None`` when the file could not be read as a picture; ``problem`` then says why.
    sha256: str | None = None
    #: A `records.GateProblem` and one line for people.
    problem: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page that waits for a check, with everything that sources said of it."""

    page_id: str
    url: Url
    kind: PageUrlKind
    #: Addresses under which sources saw our images there, and works they named.
    image_urls: tuple[Url, ...] = ()
    work_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    last_checked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a long command; an unfinished one of the same question is taken up again."""

    id: str
    started_at: datetime
    resumed: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on one piece of work. Writes carry it; a late one is refused by its token."""

    kind: str
    key: str
    #: Grows with every claim of the same key: the fencing token.
    token: int
    holder: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One stored file of evidence, referred to by its hash, never by its path."""

    sha256: str
    kind: str
    bytes_len: int
    media_type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of long work, for an observer to show."""

    stage: str
    done: int
    total: int | None
    #: What is being worked on, for people.
    item: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
