"""When should a person look? What nearly proves a copy, and pieces of drawings; never more than that."""

from __future__ import annotations

from creditline.fingerprint.closeup import Closeup
from creditline.fingerprint.proof import is_corner


def is_doubtful(inliers: int, seen: Closeup) -> bool:
    """Whether a person should look; never more than that.

    What proves a copy holds nearly. Pictures that only share a template, a title or an axis are not doubtful:
    another picture is seen inside it, or nothing that lies over the copy cuts through what agrees.
    """
    if inliers < 16 or seen.fills_a_slot or is_corner(seen):
        return False
    cover = seen.cover
    nearly_whole = (
        seen.agreeing >= 40
        and seen.free_agrees >= 0.9
        and seen.witness >= 0.8
        and seen.contradicts <= 0.1
        and seen.others <= 0.2
        and cover.differing <= 0.08
    )
    nearly_written = (
        seen.free_agreeing >= 30
        and seen.free_agrees >= 0.85
        and cover.explains >= 0.85
        and cover.unexplained <= 0.03
        and cover.solid <= 0.05
        and seen.cuts >= 0.12
        and seen.crowding <= 1.6
    )
    nearly_boxed = (
        inliers >= 30
        and seen.free_agreeing >= 80
        and seen.free_agrees >= 0.97
        and seen.cuts >= 0.02
        and seen.crowding <= 1.5
        and cover.explains >= 0.97
        and cover.unexplained <= 0.01
        and seen.part.area >= 0.2
        and seen.part.foreign <= 0.05
    )
    return nearly_whole or nearly_written or nearly_boxed or _is_piece(seen)


def _is_piece(seen: Closeup) -> bool:
    """Whether a piece of ours stands among other things, is all ours, and the rest of ours has no room there.

    A header that two drawings share looks just so; but where the other drawing is, it mostly is as a whole,
    and parts of its axes and frames agree too.
    """
    part = seen.part
    beside = (seen.agreeing - part.agreeing) / max(seen.telling - part.telling, 1)
    return (
        seen.of_ours <= _MOST_OF_OURS
        and seen.of_theirs <= _MOST_OF_THEIRS
        and beside <= _MOST_BESIDE
        and part.witnessed >= 8
        and part.telling >= 60
        and part.agreeing >= 0.85 * part.telling
        and part.foreign <= 0.06
        and part.area >= 0.15
    )


#: Of 45 pieces in pages and collages 24 keep these; of 13 strangers' pictures in the dress of a work, laid
#: over it smaller or larger, none: in 10 all of ours has room, in 3 half of what lies beside it agrees.
_MOST_OF_OURS, _MOST_OF_THEIRS, _MOST_BESIDE = 0.9, 0.8, 0.3
