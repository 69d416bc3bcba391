"""What the owner called a wrong match is not found again.

The picture itself is known by its bytes. A new file of it (shrunk, re-encoded) is known by being nearer to
that picture than to the work. A true copy of the work is nearer to the work, since what changed it changes
other bits than those in which the two differ; it is still found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from creditline.errors import FingerprintError
from creditline.fingerprint.algorithm import CONFIRM_RADIUS_BITS
from creditline.fingerprint.hashes import distance_bits
from creditline.fingerprint.pairs import match_sides
from creditline.fingerprint.sides import Side
from creditline.records import Fingerprint, Match, MatchMethod, MatchStatus, WrongMatch


class Denied:
    """Pictures that the owner said are not certain works."""

    def __init__(self, wrong: Iterable[WrongMatch] = ()) -> None:
        self._by_work: dict[str, list[WrongMatch]] = defaultdict(list)
        for each in wrong:
            self._by_work[each.work_id].append(each)

    def denies(self, found: Match, ours: Fingerprint, theirs: Side) -> bool:
        """Whether a match is one that the owner called wrong.

        Args:
            found: The match, with its work.
            ours: The work's fingerprint.
            theirs: The picture that was asked about.
        """
        return any(_is_again(each, found, ours, theirs) for each in self._by_work.get(found.work, ()))


def _is_again(wrong: WrongMatch, found: Match, ours: Fingerprint, theirs: Side) -> bool:
    if wrong.sha256 == theirs.fingerprint.sha256:
        return True
    if found.method is MatchMethod.BYTES:
        return False
    return any(_is_nearer(each, found, ours, theirs) for each in wrong.fingerprints)


def _is_nearer(denied: Fingerprint, found: Match, ours: Fingerprint, theirs: Side) -> bool:
    """Whether a picture is nearer to the denied one than to the work."""
    if not denied.quality:
        return False
    asked = theirs.fingerprint
    bits = _distance(denied, asked)
    if bits <= CONFIRM_RADIUS_BITS and bits < _distance(ours, asked):
        return True
    if denied.algorithm != asked.algorithm or theirs.details is None:
        return False
    try:
        again = _match_denied(Side.stored(denied), theirs)
    except FingerprintError:  # what is kept of it was damaged: its bytes and hash still tell
        return False
    return again is not None and again.status is MatchStatus.CONFIRMED and again.score > found.score


def _match_denied(denied: Side, theirs: Side) -> Match | None:
    """Compare as a work is compared; the other way round where only their picture was read thoroughly."""
    is_quick = denied.details is not None and not denied.details.has_thorough
    return match_sides(theirs, denied) if is_quick else match_sides(denied, theirs)


def _distance(one: Fingerprint, other: Fingerprint) -> int:
    """Bits in which two pictures differ, straight or mirrored."""
    return min(distance_bits(one.phash, other.phash), distance_bits(one.phash_mirrored, other.phash))
