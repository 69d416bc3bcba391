"""When is a work proven to be in a picture? The rules, and nothing else.

Three things are asked for: features that lie on one map (inliers), small windows that agree under it, and
that what does not agree is not another picture. The first alone accuses wrongly: strangers' pictures in the
same template, in the same frame or beside the same logo reach 166 inliers, and infographics of one make
agree in half of their windows.

So a proof is one of few kinds, each with its own reason why nothing else explains it. Thresholds come from
copies of real pictures on one side, and on the other from pairs of different pictures dressed alike in
twenty ways (scripts/evaluation/recognition); none is set to the edge of either, and where the two meet, the
copy is left to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from creditline.fingerprint.closeup import Closeup


class Proof(StrEnum):
    """Why it is ours, in words that follow "the work is there"."""

    WHOLE = "all of it is there"
    SMALL = "all of this small part is there"
    TONED = "only its tones differ"
    VEILED = "seen through a faint pattern"
    LETTERED = "what differs is lettering or a box"
    WRITTEN = "letters lie across what agrees"
    BOXED = "a box lies across what agrees"
    PAINTED = "what differs is lettering beside it"
    MARKED = "what differs is a mark in it"
    EDGED = "every edge is there that is left free"
    DRAWN = "what differs is a little lettering"
    PART = "a part of it among other things"


#: Photographs have hardly any even spots where they have corners (shares .01-.06), lettering, charts and
#: drawn frames many (.10-.30); at small sizes photographs have more, but then their texture is soft.
_EVEN_PHOTO, _SOFT_PHOTO = 0.045, 0.08
_EVEN_SOFT, _SOFT = 0.10, 0.25


def prove(inliers: int, seen: Closeup) -> Proof | None:
    """The kind of proof that holds under a map which that many features support; ``None`` if none does."""
    if seen.fills_a_slot or is_corner(seen):
        return None
    return next((proof for proof, holds in _RULES.items() if holds(inliers, seen)), None)


def prove_whole(seen: Closeup) -> Proof | None:
    """The kind of proof that holds where the hashes of the whole pictures are alike."""
    if seen.fills_a_slot:
        return None
    photo = _is_photographic(seen)
    if seen.witnessed >= 3 and seen.agreeing >= 10 and seen.contradicts <= (0.04 if photo else 0.015):
        plain = seen.cover.differing <= (0.2 if photo else 0.08)
        if seen.agrees >= 0.7 and seen.witness >= 0.85 and seen.others <= 0.15 and plain:
            return Proof.WHOLE
        if seen.agrees >= 0.6 and seen.witness >= 0.75 and seen.others <= 0.25 and _is_only_toned(seen):
            return Proof.TONED
    return prove(_MANY_INLIERS, seen)


#: Shares of our picture and of theirs below which a part that both share is a corner of both. No proof of
#: 2,215 copies rests on one; a line of the same words in the same letters, laid over two pictures, does.
_CORNER_OF_OURS, _CORNER_OF_THEIRS = 0.25, 0.9


def is_corner(seen: Closeup) -> bool:
    """Whether neither picture lies in the other: what both share is little of ours and not all of theirs."""
    return seen.of_ours < _CORNER_OF_OURS and seen.of_theirs < _CORNER_OF_THEIRS


#: What a hash within the radius counts for: it knows the map without features.
_MANY_INLIERS = 99


def _is_photographic(seen: Closeup) -> bool:
    """Whether what agrees is a photograph's texture, which no template, frame or mark has."""
    return (seen.even <= _EVEN_PHOTO and seen.soft >= _SOFT_PHOTO) or (
        seen.even <= _EVEN_SOFT and seen.soft >= _SOFT
    )


def _is_only_toned(seen: Closeup) -> bool:
    """Whether every level is what its counterpart becomes by one curve of tones."""
    return seen.cover.differing <= 0.015


def _is_whole(inliers: int, seen: Closeup) -> bool:
    """Nearly every window agrees, none contradicts, and theirs has nothing of its own there."""
    photo = _is_photographic(seen)
    return (
        inliers >= 7
        and seen.witnessed >= 4
        and seen.agreeing >= 24
        and seen.witness >= 0.85
        and seen.agrees >= 0.75
        and seen.contradicts <= (0.04 if photo else 0.01)
        and seen.others <= (0.2 if photo else 0.07)
        and seen.cover.differing <= (0.15 if photo else 0.05)
    )


def _is_small(inliers: int, seen: Closeup) -> bool:
    """Little is shown, and all of it is ours to the last window."""
    return (
        inliers >= 10
        and seen.witnessed >= 2
        and seen.agreeing >= 12
        and seen.witness == 1.0
        and seen.agrees >= 0.95
        and seen.contradicting == 0
        and seen.others <= 0.1
        and seen.cover.differing <= 0.05
        and seen.part.area >= 0.02
    )


def _is_toned(inliers: int, seen: Closeup) -> bool:
    """Contrast was driven until windows lost their texture, but no pixel is of another picture."""
    return (
        inliers >= 16
        and seen.agreeing >= 40
        and seen.witness >= 0.85
        and seen.agrees >= 0.6
        and seen.others <= 0.15
        and _is_only_toned(seen)
    )


def _is_veiled(inliers: int, seen: Closeup) -> bool:
    """A see-through pattern all over: it disturbs windows, but hides no place.

    It runs across what agrees; without that, only lettering may differ, and hardly a pixel besides.
    """
    cover = seen.cover
    all_over = seen.cuts >= 0.15
    return (
        inliers >= 16
        and seen.agreeing >= 60
        and seen.witnessed >= 8
        and seen.witness >= 0.9
        and seen.agrees >= 0.68
        and seen.contradicts <= 0.1
        and cover.unexplained <= (0.04 if all_over else 0.025)
        and cover.share <= 0.25
        and cover.solid <= (0.05 if all_over else 0.01)
        and seen.soft >= 0.3
        and seen.even <= 0.13
        # Other lettering in a bare place of the same surroundings touches nothing that agrees.
        and seen.cut >= _LEAST_CUT
    )


#: Fewest agreeing windows right beside what lies over a copy.
_LEAST_CUT = 1


#: A box that takes this share of ours, and has this share of places in it where theirs is another, holds
#: another picture: a room that two pictures hang in agrees all around the other one, whatever lies over both.
#: Of 5,135 pairs of different pictures dressed alike, one then altered and laid exactly over the other, 48
#: were taken for each other without this and with as much unexplained beside a box as beside letters; some
#: 27 since.
_WIDE, _MOST_SURROUNDED = 0.6, 0.25


def _surrounds(seen: Closeup) -> bool:
    """Whether what agrees lies all around another picture."""
    return seen.part.area >= _WIDE and seen.part.foreign > _MOST_SURROUNDED


def _is_lettered(inliers: int, seen: Closeup) -> bool:
    """A photograph of which nearly all that the overlay leaves free agrees, over much of it.

    Solid parts of the overlay are of one colour (a box) and not as large as the picture in a template.
    """
    cover = seen.cover
    boxed = cover.solid > 0.05
    least_witness = 0.4 if seen.free_agrees < 0.95 else 0.25 if boxed else 0.33
    return (
        inliers >= 16
        and seen.free_agreeing >= 40
        and seen.witnessed >= 8
        and seen.free_agrees >= 0.86
        and seen.witness >= least_witness
        and cover.unexplained <= (0.02 if boxed else 0.045)
        and cover.explains >= 0.85
        and cover.share <= 0.66
        and cover.solid <= 0.4
        and (not boxed or cover.plain >= 0.78)
        and not _surrounds(seen)
        and _is_photographic(seen)
    )


def _is_written(inliers: int, seen: Closeup) -> bool:
    """Letters across anything: nearly all they leave free agrees, much of it right beside a letter.

    In pictures of one template, what agrees (its words, its mark) keeps its distance from what differs, and
    what differs lies where ours has something of its own.
    """
    cover = seen.cover
    return (
        inliers >= 16
        and seen.free_agreeing >= 40
        and seen.free_agrees >= 0.94
        and seen.witness >= 0.25
        and seen.cut >= 10
        and seen.cuts >= 0.09
        and seen.crowding <= 1.5
        and cover.unexplained <= 0.016
        and cover.explains >= (0.88 if cover.unexplained <= 0.01 else 0.93)
        and cover.share <= 0.66
        and cover.solid <= 0.01
    ) or _is_marked_all_over(inliers, seen)


def _is_marked_all_over(inliers: int, seen: Closeup) -> bool:
    """A see-through pattern over a drawing, across it and on the plain ground around it."""
    cover = seen.cover
    return (
        inliers >= 16
        and seen.free_agreeing >= 50
        and seen.free_agrees >= 0.93
        and seen.witness >= 0.8
        and seen.cuts >= 0.15
        and seen.contradicts <= 0.16
        and seen.foreign >= 0.5 * seen.witnessed
        and cover.unexplained <= 0.012
        and cover.explains >= 0.83
        and cover.share <= 0.25
        and cover.solid <= 0.01
    )


def _is_boxed(inliers: int, seen: Closeup) -> bool:
    """A box of one colour across anything: corners and slanted edges agree right up to it.

    Where little lies beside the box, everything that it leaves must agree.
    """
    cover = seen.cover
    all_agrees = seen.free_agrees >= 0.99 and cover.explains >= 0.985 and cover.unexplained <= 0.0065
    return (
        inliers >= 10
        and seen.free_agrees >= 0.93
        and seen.free_agreeing + seen.slanted >= 20
        and seen.varied_agrees >= 0.94
        and seen.cuts >= (0.03 if all_agrees else 0.09)
        and seen.crowding <= 2.6
        and cover.unexplained <= 0.014
        and cover.explains >= 0.94
        and cover.share <= 0.5
        and 0.05 < cover.solid <= 0.42
        and cover.plain >= 0.85
    )


def _is_painted(inliers: int, seen: Closeup) -> bool:
    """A painting or a soft photograph that agrees as a whole, with letters on its plain ground."""
    cover = seen.cover
    return (
        inliers >= 16
        and seen.soft >= 0.5
        and seen.free_agreeing >= 60
        and seen.free_agrees >= 0.97
        and seen.witness >= 0.9
        and seen.contradicts <= 0.05
        and cover.unexplained <= 0.008
        and cover.explains >= 0.94
        and cover.solid <= 0.01
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How little may lie over a drawing, where charts of one make differ in much the same way."""

    #: Least agreeing share of the free windows, and least witnessed share of the places.
    free_agrees: float
    witness: float
    #: Most places of theirs alone, as a share of the witnessed ones.
    foreign: float
    #: Least share of the differing pixels that the cover explains; most that it leaves, as a share of all.
    explains: float
    unexplained: float
    #: Most that the cover, and solid parts of it, may take.
    share: float
    solid: float
    #: Fewest agreeing windows right beside it: words on plain ground may be another page's of the same make.
    cut: int = 0

    def holds(self, seen: Closeup) -> bool:
        """Whether everything is kept."""
        cover = seen.cover
        return (
            seen.free_agrees >= self.free_agrees
            and seen.witness >= self.witness
            and seen.foreign <= self.foreign * seen.witnessed
            and cover.explains >= self.explains
            and cover.unexplained <= self.unexplained
            and cover.share <= self.share
            and cover.solid <= self.solid
            and seen.cut >= self.cut
            and (cover.solid < 0.05 or cover.plain >= 0.78)
        )


_DRAWN = (
    # Some words here and there.
    _Drawn(0.95, 0.70, foreign=0.30, explains=0.97, unexplained=0.010, share=0.25, solid=0.20, cut=5),
    # Slips of what lies around it, after turning.
    _Drawn(0.97, 0.93, foreign=0.02, explains=0.90, unexplained=0.012, share=0.10, solid=0.10),
    # The same along a rim: nothing of theirs at all, and hardly a pixel that differs.
    _Drawn(0.97, 0.97, foreign=0.0, explains=0.3, unexplained=0.012, share=0.10, solid=0.10),
    # A box, and nothing of theirs beside it.
    _Drawn(0.99, 0.70, foreign=0.02, explains=0.98, unexplained=0.005, share=0.30, solid=0.20, cut=5),
    # Lines of letters, of which all is explained.
    _Drawn(0.99, 0.70, foreign=1.10, explains=0.98, unexplained=0.003, share=0.20, solid=0.02, cut=5),
)


def _is_drawn(inliers: int, seen: Closeup) -> bool:
    """A drawing or text under little lettering, which all of it but that agrees with."""
    return inliers >= 30 and seen.free_agreeing >= 80 and any(rule.holds(seen) for rule in _DRAWN)


def _is_marked(inliers: int, seen: Closeup) -> bool:
    """All of it agrees, edges too, but for a small mark; other pictures of one make differ in more.

    One of 19,823 pairs of different pictures dressed alike keeps this, a piece of nothing but a brand's card.
    """
    cover = seen.cover
    return (
        inliers >= 16
        and seen.varied >= 150
        and seen.varied_agrees >= 0.98
        and seen.agrees >= 0.93
        and seen.witness >= 0.9
        and seen.others <= 0.2
        and cover.share <= 0.08
        and cover.unexplained <= 0.004
    )


def _is_edged(inliers: int, seen: Closeup) -> bool:
    """What lies over anything is lettering or a box, and every texture and edge that it leaves free is there.

    Drawings have far more edges than corners; where two share a template, an edge of the other one shows.
    One of 11,087 such pairs keeps all of this, as do 34 of 209 copies that nothing else proves.
    """
    cover = seen.cover
    return (
        inliers >= 12
        and seen.varied >= 40
        and seen.varied_agrees >= 0.985
        and seen.cut >= 5
        and seen.crowding <= 2.7
        and cover.unexplained <= 0.016
        and cover.explains >= 0.88
        and cover.share <= 0.6
        and cover.solid <= 0.36
        and cover.plain >= 0.85
    )


def _is_part(inliers: int, seen: Closeup) -> bool:
    """A box of a photograph is there and nothing else inside it; a logo or a title is smaller or drawn."""
    part = seen.part
    alone = part.foreign == 0 and part.area >= 0.45
    return (
        inliers >= 12
        and part.witnessed >= 8
        and part.foreign <= 0.06
        and part.area >= 0.3
        and part.agreeing >= (0.78 if alone else 0.85) * part.telling
        and seen.even <= 0.08
        and _is_photographic(seen)
    )


_RULES: dict[Proof, Callable[[int, Closeup], bool]] = {
    Proof.WHOLE: _is_whole,
    Proof.SMALL: _is_small,
    Proof.TONED: _is_toned,
    Proof.VEILED: _is_veiled,
    Proof.LETTERED: _is_lettered,
    Proof.WRITTEN: _is_written,
    Proof.BOXED: _is_boxed,
    Proof.PAINTED: _is_painted,
    Proof.DRAWN: _is_drawn,
    Proof.MARKED: _is_marked,
    Proof.EDGED: _is_edged,
    Proof.PART: _is_part,
}
