"""A made-up owner's findings with painted pictures: every section of the report, any number of uses."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from creditline.records import (
    CheckStatus,
    CreditEvidence,
    Disposition,
    Exclusion,
    LinkTarget,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Owner,
    PageCheck,
    Role,
    SearchOutcome,
    SearchStatus,
    Use,
    Verdict,
    VerdictKind,
    Where,
    Work,
)
from creditline.report import ReportModel

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner(("Marta Lindqvist",), ("lindqvist.example",), ("https://pictures.example/@marta",))
TITLES = (
    "The pier at first light", "Ferry in fog", "Birches, November", "Harbour cranes", "Salt flats",
    "Night bus, Malmö", "Lighthouse keeper's stair", "Herring drying", "Aurora over the bay",
    "Snow on the allotments", "A quiet platform", "Where energy goes: a chart",
)  # fmt: skip
SITES = (
    "coastal-walks.example", "nordic-eats.example", "harbour-news.example", "slowtravel.example",
    "pixelfarm.example", "citydesk.example", "museumblog.example", "bokhandel.example",
)  # fmt: skip
PAGES = (
    "Ten walks along a northern coast", "What we ate in October", "Port expansion: the council decides",
    "The slow way to Gotland", "Wallpapers of the week", "Night buses are back", "Light and its keepers",
)  # fmt: skip


def painting(seed: int, width: int = 480, height: int = 320) -> Image.Image:
    """Paint a landscape of a kind: sky, sun, layered hills, grain."""
    rng = np.random.default_rng(seed)
    high, low, land = rng.integers(40, 220, (3, 3))
    rows = np.linspace(0, 1, height)[:, None, None]
    pixels = np.broadcast_to(high * (1 - rows) + low * rows, (height, width, 3)).copy()
    across = np.arange(width)
    ys, xs = np.mgrid[0:height, 0:width]
    sun_x, sun_y, radius = rng.integers(60, width - 60), rng.integers(40, height // 2), rng.integers(15, 40)
    pixels[(xs - sun_x) ** 2 + (ys - sun_y) ** 2 < radius**2] = 255 - (255 - high) * 0.15
    for layer in range(4):
        waves = sum(
            rng.uniform(4, 22) * np.sin(across / rng.uniform(12, 90) + rng.uniform(0, 6)) for _ in range(4)
        )
        edge = height * (0.5 + 0.12 * layer) + waves
        pixels[ys > edge[None, :]] = land * (0.9 - 0.2 * layer)
    grain = rng.normal(0, 5, (height, width, 1))
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, longest: int = 320) -> bytes:
    """A thumbnail as the decode gate makes them."""
    picture = picture.copy()
    picture.thumbnail((longest, longest))
    sink = BytesIO()
    picture.save(sink, "JPEG", quality=80)
    return sink.getvalue()


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def copy_of(picture: Image.Image, how: int) -> tuple[Image.Image, dict[str, object]]:
    """A copy as pages show them, and what the match then says."""
    width, height = picture.size
    match how % 5:
        case 0:
            return picture.resize((width // 2, height // 2)), {"method": MatchMethod.HASH, "distance": 4}
        case 1:
            box = (width // 5, height // 6, width * 9 // 10, height * 5 // 6)
            part = (0.2, 0.1667, 0.9, 0.8333)
            return picture.crop(box), {"method": MatchMethod.GEOMETRY, "inliers": 214, "our_region": part}
        case 2:
            return ImageOps.mirror(picture), {"method": MatchMethod.HASH, "distance": 9, "mirrored": True}
        case 3:
            framed = Image.new("RGB", (width * 2, height), "#d8d2c4")
            framed.paste(picture.resize((width, height)), (0, 0))
            ImageDraw.Draw(framed).rectangle((width + 40, 60, width * 2 - 40, height - 60), fill="#7a8b99")
            found = {"method": MatchMethod.GEOMETRY, "inliers": 388, "region": (0.0, 0.0, 0.5, 1.0)}
            return framed, found
    return picture, {"method": MatchMethod.BYTES}


def evidence(kind: VerdictKind) -> tuple[CreditEvidence, ...]:
    """What a page of that verdict says."""
    menu = CreditEvidence(
        "name_near", "About · Contact · Photo tips", Where.NEAR, rejected="navigation, not a credit"
    )
    said = {
        VerdictKind.LINKED: CreditEvidence(
            "caption_link",
            "Foto: Marta Lindqvist",
            Where.CAPTION,
            "https://lindqvist.example/",
            ("nofollow",),
            True,
        ),
        VerdictKind.TEXT_ONLY: CreditEvidence(
            "caption_name", "© Marta Lindqvist", Where.CAPTION, credits_owner=True
        ),
        VerdictKind.CREDITED_TO_OTHER: CreditEvidence(
            "caption_name", "Photo by Dan Hale", Where.CAPTION, credits_owner=False, name="Dan Hale"
        ),
    }.get(kind)
    return (said, menu) if said else (menu,)


VARIANTS: tuple[dict[str, object], ...] = (
    {"kind": VerdictKind.NONE},
    {"kind": VerdictKind.NONE},
    {"kind": VerdictKind.LINKED, "nofollow": True},
    {"kind": VerdictKind.CREDITED_TO_OTHER, "credited_name": "Dan Hale"},
    {"kind": VerdictKind.TEXT_ONLY},
    {"kind": VerdictKind.UNCLEAR, "reason": "a consent wall covers the page"},
    {"kind": VerdictKind.LINKED, "link_target": LinkTarget.DEAD},
    {"kind": VerdictKind.NONE, "page_links_owner": True},
    {"kind": VerdictKind.CREDITED_TO_OTHER, "credited_name": "Google", "mis_credit": True},
)
STATES: tuple[dict[str, object], ...] = (
    {}, {}, {}, {}, {}, {}, {},
    {"role": Role.THUMBNAIL},
    {"check_status": CheckStatus.GONE, "check_reason": "http 404"},
    {"disposition": Disposition.AUTHORISED},
    {},
    {"hotlinked": True},
)  # fmt: skip


def sample(uses: int = 40, works: int = 12) -> ReportModel:
    """Build a model with so many uses of so many works."""
    rng = random.Random(7)
    thumbnails: dict[str, bytes] = {}
    paintings = [painting(seed) for seed in range(min(works, 24))]
    originals = [jpeg(each) for each in paintings]
    thumbnails |= {sha(body): body for body in originals}
    copies = [
        [(jpeg(shown), found) for shown, found in (copy_of(picture, how) for how in range(5))]
        for picture in paintings
    ]
    thumbnails |= {sha(body): body for row in copies for body, _ in row}
    all_works = tuple(_work(at) for at in range(works))
    all_uses = tuple(
        _use(at, rng, originals[at % len(originals)], copies[at % len(copies)][at % 5], works)
        for at in range(uses)
    )
    excluded = (
        Work("w-logo", "o", "https://lindqvist.example/logo.png", exclusion=Exclusion.LOGO),
        Work("w-other", "o", "https://lindqvist.example/friends/dan.jpg", exclusion=Exclusion.NOT_YOURS,
             exclusion_note="its metadata names Dan Hale as creator"),
    )  # fmt: skip
    return ReportModel(
        owner=OWNER,
        made_at=NOW,
        program="creditline 0.1.0",
        works=(*all_works, *excluded),
        uses=all_uses,
        page_checks=_checks(all_uses),
        searches=SEARCHES,
        thumbnails=thumbnails,
        work_thumbnails={work.id: sha(originals[at % len(originals)]) for at, work in enumerate(all_works)},
    )


SEARCHES = (
    SearchOutcome(
        "access log", SearchStatus.RESULTS, seen=5120, parsed=5118, kept=61, note="2 lines unreadable"
    ),
    SearchOutcome("page list", SearchStatus.RESULTS, seen=40, parsed=40, kept=40),
    SearchOutcome(
        "watch list", SearchStatus.PARTIAL, seen=300, parsed=300, kept=12, note="stopped at 300 pages"
    ),
    SearchOutcome(
        "lens", SearchStatus.CAPTCHA, "w1", note="answer it in your browser, then run discover again"
    ),
    SearchOutcome(
        "lens", SearchStatus.CAPTCHA, "w2", note="answer it in your browser, then run discover again"
    ),
)


def _work(at: int) -> Work:
    return Work(
        id=f"w{at}",
        owner_id="o",
        url=f"https://lindqvist.example/img/{at}.jpg",
        title=TITLES[at % len(TITLES)],
        width=2400,
        height=1600,
        pages=(f"https://lindqvist.example/work/{at}/",),
    )


def _use(
    at: int, rng: random.Random, original: bytes, copied: tuple[bytes, dict[str, object]], works: int
) -> Use:
    body, found = copied
    variant = VARIANTS[at % len(VARIANTS)]
    kind = VerdictKind(str(variant["kind"]))
    site = SITES[at % len(SITES)] if at < 100 else f"site-{at % 700}.example"
    found = {"status": MatchStatus.REVIEW if at % 23 == 22 else MatchStatus.CONFIRMED, **found}
    verdict = replace(
        Verdict(
            kind,
            evidence=evidence(kind),
            reason=f"decided by what stands nearest to the picture ({kind.value})",
        ),
        **variant,
    )
    use = Use(
        id=f"u{at}",
        owner_id="o",
        work_id=f"w{at % works}",
        work_url=f"https://lindqvist.example/img/{at % works}.jpg",
        page_url=f"https://{site}/2026/10/{at}-" + PAGES[at % len(PAGES)].lower().replace(" ", "-"),
        image_url=f"https://cdn.{site}/uploads/2026/10/image-{at}-1024x683.jpg",
        hotlinked=False,
        role=Role.CONTENT,
        verdict=verdict,
        match=Match(work=f"w{at % works}", score=rng.uniform(0.8, 1), **found),
        disposition=Disposition.OPEN,
        first_seen=NOW - timedelta(days=at % 50),
        last_checked=NOW - timedelta(minutes=at % 300),
        page_title=PAGES[at % len(PAGES)],
        complete_looks=frozenset(Look),
        evidence=(
            ("work_thumbnail", sha(original)),
            ("copy_thumbnail", sha(body)),
            ("raw_html", sha(b"html")),
        ),
        width=1024,
        height=683,
        sources=("access log",),
    )
    return replace(use, **STATES[at % len(STATES)])


def _checks(uses: tuple[Use, ...]) -> tuple[PageCheck, ...]:
    shown = [PageCheck(use.page_url, use.check_status, use.check_reason, use.last_checked) for use in uses]
    blind = [
        PageCheck("https://members.example/issue/7", CheckStatus.COULD_NOT_CHECK, "login", NOW),
        PageCheck("https://shop.example/sale", CheckStatus.COULD_NOT_CHECK, "captcha", NOW),
        PageCheck("https://quiet.example/", CheckStatus.COULD_NOT_CHECK, "robots", NOW),
    ]
    clean = [
        PageCheck(f"https://other.example/{at}", CheckStatus.NOT_SHOWN, None, NOW, f"{at} images compared")
        for at in range(5)
    ]
    return (*shown, *blind, *clean)
