"""When is a work proven to be in a picture? The rules, and nothing else.

Three things are asked for: features that lie on one map (inliers), cells that agree under it, and that what
does not agree is not another picture. The first two alone accuse wrongly: strangers' pictures in the same
template, in the same frame or beside the same logo reach 166 inliers, and three in four of such pairs pass
every rule made of inliers and correlation only.

The thresholds were set on pictures of some sources and held on others; scripts/evaluation/recognition says
how far they carry. They are not tuned to the edge: what is doubtful goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from creditline.fingerprint.dense import Agreement


@dataclass(frozen=True, slots=True)
class Rule:
    """Least values that together prove that a part is the same."""

    #: Features on one map; connected strongly agreeing cells, strongly agreeing cells.
    inliers: int
    block: int
    strong: int
    #: Agreeing share of the cells with a corner, and median NCC of those that agree.
    share: float
    median: float
    #: Agreeing area as a share of our picture or of theirs, whichever is larger.
    area: float = 0.0

    def holds(self, inliers: int, seen: Agreement) -> bool:
        """Whether everything is reached."""
        return (
            inliers >= self.inliers
            and seen.block >= self.block
            and seen.strong >= self.strong
            and seen.share >= self.share
            and seen.median >= self.median
            and max(seen.of_ours, seen.of_theirs) >= self.area
        )


#: Any one of them is enough for the agreement.
SAME_PART = (
    # The usual copy: much agrees, closely.
    Rule(inliers=16, block=6, strong=6, share=0.30, median=0.95),
    # Much lies over it (a meme's lines): many features, a smaller share.
    Rule(inliers=30, block=6, strong=12, share=0.12, median=0.96),
    # Few features, but nearly every cell of a large part agrees.
    Rule(inliers=10, block=10, strong=10, share=0.50, median=0.97, area=0.17),
    Rule(inliers=7, block=10, strong=20, share=0.85, median=0.97, area=0.17),
)

#: For a person to look at; never more than that.
DOUBTFUL = Rule(inliers=12, block=8, strong=12, share=0.5, median=0.93)

#: A whole picture within the hash radius must also agree cell by cell: no features needed, all of it seen.
WHOLE_PICTURE = Rule(inliers=0, block=6, strong=8, share=0.50, median=0.90)

#: Share of all cells that may differ far from agreeing ones: chance, compression, a small mark. Of 115 pairs
#: of strangers in the same template or frame or beside the same logo none stays below; nor does another
#: publisher's infographic of the same make (0.09). Copies under heavy lettering do not either: they are
#: for a person to see.
MOST_FOREIGN = 0.03

#: Or a part of ours was cut out and pasted among other things: one block of at least this share of our
#: picture (a logo is smaller), inside which hardly anything differs.
_PASTED_AREA, _PASTED_FOREIGN, _PASTED_INLIERS, _PASTED_MEDIAN = 0.50, 0.10, 16, 0.96


def is_proven(inliers: int, seen: Agreement) -> bool:
    """Whether a match is confirmed."""
    return any(rule.holds(inliers, seen) for rule in SAME_PART) and (
        _is_one_picture(seen) or _is_pasted(inliers, seen)
    )


def is_doubtful(inliers: int, seen: Agreement) -> bool:
    """Whether a person should look."""
    return DOUBTFUL.holds(inliers, seen)


def _is_one_picture(seen: Agreement) -> bool:
    """Whether hardly anything that the two share a place for is different."""
    return seen.replaced + seen.covered + seen.added <= MOST_FOREIGN


def _is_pasted(inliers: int, seen: Agreement) -> bool:
    return (
        inliers >= _PASTED_INLIERS
        and seen.median >= _PASTED_MEDIAN
        and seen.block_of_ours >= _PASTED_AREA
        and seen.block_foreign <= _PASTED_FOREIGN
    )
