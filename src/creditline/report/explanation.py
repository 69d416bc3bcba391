"""``identify --explain``: both pictures side by side, the cells that agree, and what else was tried.

One HTML document for all pictures asked about: no script, no request, as the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from markupsafe import Markup
from PIL import Image

from creditline.fingerprint import MIN_QUALITY, Answer, CellState, Near, Overlay
from creditline.fingerprint.algorithm import CONFIRM_RADIUS_BITS, REVIEW_RADIUS_BITS
from creditline.records import Match, MatchMethod, MatchStatus, Region, Work
from creditline.render import data_uri, html_environment
from creditline.report import words

_TEMPLATES = Path(__file__).parent / "templates"

#: What a colour means; cells that are too plain to tell anything are not drawn.
_LEGEND = (
    (CellState.AGREES, "agrees"),
    (CellState.ROUGHLY, "agrees roughly"),
    (CellState.DIFFERS, "shows something else"),
)

_METHODS = {
    MatchMethod.BYTES: "the same file, byte for byte",
    MatchMethod.HASH: "whole picture, by its perceptual hash",
    MatchMethod.GEOMETRY: "details that lie as they do in yours",
}

_HASH_BITS = 256


@dataclass(frozen=True, slots=True)
class Explained:
    """One picture that was asked about, with everything that is told of it."""

    #: As the person named it.
    image: str
    #: Why it could not be read, or not be compared with every work; no matches then.
    problem: str | None = None
    answer: Answer = field(default_factory=lambda: Answer(()))
    #: The picture as a JPEG of our own making, and its quality, 0..100.
    picture: bytes = b""
    quality: int = 0
    #: By work, for those matched: how the two lie on each other.
    overlays: Mapping[str, Overlay] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Library:
    """What pictures were compared with."""

    works: Mapping[str, Work]
    #: A JPEG of each work that is spoken of, by its id.
    pictures: Mapping[str, bytes]
    #: How many works were compared; those too plain, of which only their own files are known; those whose
    #: fingerprint is of another version.
    compared: int
    unrecognisable: int = 0
    outdated: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in the document."""

    data_uri: Markup
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon over a picture, in its pixels."""

    state: str
    points: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """One match as the template shows it."""

    title: str
    work_id: str
    url: str
    status: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    ours: Shown | None
    theirs: Shown
    aligned: Shown | None
    our_cells: tuple[Outline, ...]
    their_cells: tuple[Outline, ...]
    our_box: Region | None
    their_box: Region | None
    #: Where all of ours would lie in theirs.
    outline: str | None
    #: The colours that occur, with their meaning.
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """One picture asked about as the template shows it."""

    image: str
    headline: str
    state: str
    problem: str | None
    theirs: Shown | None
    pairs: tuple[_Pair, ...]
    tried: tuple[str, ...]
    near: tuple[tuple[str, str, Shown | None, str], ...]


def render_explanation(explained: Sequence[Explained], library: Library, program: str) -> str:
    """Write the explanation of one or several pictures as one HTML document."""
    template = html_environment(_TEMPLATES).get_template("identify.html.j2")
    return template.render(
        items=[_item(each, library) for each in explained],
        program=program,
    )


def _item(each: Explained, library: Library) -> _Item:
    matches = each.answer.matches
    state = matches[0].status.value if matches else "none"
    return _Item(
        image=each.image,
        headline=_headline(each, library),
        state="problem" if each.problem else state,
        problem=each.problem,
        theirs=_shown(each.picture),
        pairs=tuple(_pairs(each, library)),
        tried=() if each.problem else tuple(_tried(each, library)),
        near=() if matches else tuple(_near(near, library) for near in each.answer.near),
    )


def _headline(each: Explained, library: Library) -> str:
    if each.problem:
        return "Could not be compared with every work" if each.answer.problem else "Could not be read"
    if not each.answer.matches:
        return "None of your works"
    best = each.answer.matches[0]
    name = _title(library.works.get(best.work))
    if best.status is MatchStatus.CONFIRMED:
        return f"Your work “{name}”"
    return f"Perhaps your work “{name}”: look at both"


# --- a match ------------------------------------------------------------------------------------


def _pairs(each: Explained, library: Library) -> Iterator[_Pair]:
    theirs = _shown(each.picture)
    if theirs is None:
        return
    for found in each.answer.matches:
        work, over = library.works.get(found.work), each.overlays.get(found.work)
        ours = _shown(library.pictures.get(found.work, b""))
        yield _Pair(
            title=_title(work),
            work_id=found.work,
            url=work.url if work else "",
            status="Confirmed" if found.status is MatchStatus.CONFIRMED else "For you to look at",
            sentence=" ".join(words.recognised(found)),
            facts=tuple(_facts(found)),
            ours=ours,
            theirs=theirs,
            aligned=_shown(over.aligned) if over else None,
            our_cells=_outlines(over, ours, in_ours=True),
            their_cells=_outlines(over, theirs, in_ours=False),
            our_box=_box(found.our_region),
            their_box=_box(found.region),
            outline=_points(over.outline, theirs) if over and found.to_ours else None,
            legend=_legend(over),
        )


def _facts(found: Match) -> Iterator[tuple[str, str]]:
    yield "Method", _METHODS[found.method]
    yield "Score", f"{found.score:.2f} of 1"
    if found.distance is not None:
        yield "Hash distance", f"{found.distance} of {_HASH_BITS} bits ({_radius(found.distance)})"
    if found.inliers is not None:
        yield "Details on one map", str(found.inliers)
    yield "Where in theirs", _place(found.region)
    yield "Part of yours", _place(found.our_region)
    yield "Mirrored", "yes" if found.mirrored else "no"
    if found.scale is not None:
        yield "Size", f"{found.scale:.0%} of yours"
    if found.rotation:
        yield (
            "Turned by",
            f"{abs(found.rotation):.0f}° {'clockwise' if found.rotation > 0 else 'to the left'}",
        )
    yield "Why", found.why


def _radius(bits: int) -> str:
    if bits <= CONFIRM_RADIUS_BITS:
        return f"up to {CONFIRM_RADIUS_BITS} are sure"
    return f"{CONFIRM_RADIUS_BITS + 1} to {REVIEW_RADIUS_BITS} are for a person to look at"


def _place(region: Region) -> str:
    if _box(region) is None:
        return "all of it"
    left, top, right, bottom = region
    return (
        f"{words.share(region):.0%} of it: {left:.0%} to {right:.0%} from the left, "
        f"{top:.0%} to {bottom:.0%} from the top"
    )


def _box(region: Region) -> Region | None:
    return region if words.share(region) < words.WHOLE_SHARE else None


def _outlines(over: Overlay | None, shown: Shown | None, *, in_ours: bool) -> tuple[Outline, ...]:
    if over is None or shown is None:
        return ()
    return tuple(
        Outline(cell.state.value, _points(cell.ours if in_ours else cell.theirs, shown))
        for cell in over.cells
        if cell.state is not CellState.PLAIN
    )


def _legend(over: Overlay | None) -> tuple[tuple[str, str], ...]:
    seen = {cell.state for cell in over.cells} if over else set()
    return tuple((state.value, meaning) for state, meaning in _LEGEND if state in seen)


def _points(corners: Sequence[tuple[float, float]], shown: Shown) -> str:
    return " ".join(f"{x * shown.width:.1f},{y * shown.height:.1f}" for x, y in corners)


# --- what else was tried ------------------------------------------------------------------------


def _tried(each: Explained, library: Library) -> Iterator[str]:
    if not each.quality:
        yield "It is hardly more than one colour; such pictures are everybody's and match nothing."
        return
    if each.quality < MIN_QUALITY:
        yield (
            f"It is too plain for its hash to tell anything (quality {each.quality} of {MIN_QUALITY} needed)."
        )
    yield (
        f"Compared with {words.counted(library.compared, 'work')}: the files' own bytes, and the perceptual "
        f"hash straight and mirrored (up to {CONFIRM_RADIUS_BITS} of {_HASH_BITS} bits are sure, up to "
        f"{REVIEW_RADIUS_BITS} for you to look at)."
    )
    if any(near.in_detail for near in each.answer.near):
        yield "Works whose details are most like its own were laid over it and compared cell by cell."
    if each.answer.denied:
        names = ", ".join(f"“{_title(library.works.get(found.work))}”" for found in each.answer.denied)
        yield f"It would match {names}, but you said that it is not (`creditline uses set`)."
    if library.unrecognisable:
        yield (
            f"{words.counted(library.unrecognisable, 'work')} of yours cannot be recognised safely (flat, or "
            "hardly more than lettering); only identical files of them are found."
        )
    if library.outdated:
        yield (
            f"{words.counted(library.outdated, 'work')} have a fingerprint of another version, and only "
            "their own files are known; run `creditline index` again."
        )


def _near(near: Near, library: Library) -> tuple[str, str, Shown | None, str]:
    work = library.works.get(near.work)
    looked = ", compared in detail" if near.in_detail else ""
    told = f"{near.distance} of {_HASH_BITS} bits differ{looked}"
    return _title(work), work.url if work else "", _shown(library.pictures.get(near.work, b"")), told


# --- pictures -----------------------------------------------------------------------------------


def _title(work: Work | None) -> str:
    if work is None:
        return "unknown"
    return work.title or work.alt or work.url.rstrip("/").rsplit("/", 1)[-1] or work.id


def _shown(jpeg: bytes) -> Shown | None:
    if not jpeg:
        return None
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
        return Shown(data_uri("image/jpeg", jpeg), picture.width, picture.height)
