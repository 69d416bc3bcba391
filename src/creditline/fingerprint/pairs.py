"""Is this picture that work? One pair of fingerprints to a match, or to none.

The order is the order of proof: the same bytes, then the hash within a radius. A flat picture (quality
0) matches nothing, not even itself: a tracking pixel is everybody's.
"""

from __future__ import annotations

from creditline.errors import FingerprintError
from creditline.fingerprint.algorithm import CONFIRM_RADIUS_BITS, MIN_QUALITY, REVIEW_RADIUS_BITS
from creditline.fingerprint.hashes import distance_bits
from creditline.records import Fingerprint, Match, MatchMethod, MatchStatus

#: Distance in bits at which a hash match's score would be 0.
_SCORE_ZERO_BITS = 64


def match(ours: Fingerprint, theirs: Fingerprint) -> Match | None:
    """Compare a work with a picture.

    Returns:
        The proof, with ``work`` left empty for the caller to fill; ``None`` where there is none.

    Raises:
        FingerprintError: The fingerprints are of different algorithms.
    """
    if not ours.quality or not theirs.quality:
        return None
    if ours.sha256 == theirs.sha256:
        return match_bytes(ours)
    if ours.algorithm != theirs.algorithm:
        raise FingerprintError(
            f"fingerprints of {ours.algorithm} and {theirs.algorithm} cannot be compared; "
            "run `creditline index --refresh`"
        )
    return _match_hash(ours, theirs)


def match_bytes(ours: Fingerprint) -> Match:
    """The match of a work's own file."""
    return Match(
        work="",
        status=MatchStatus.CONFIRMED,
        method=MatchMethod.BYTES,
        score=1.0,
        why=f"the same file (SHA-256 {ours.sha256[:12]})",
    )


def _match_hash(ours: Fingerprint, theirs: Fingerprint) -> Match | None:
    if min(ours.quality, theirs.quality) < MIN_QUALITY:
        return None
    straight = distance_bits(ours.phash, theirs.phash)
    mirrored = distance_bits(ours.phash_mirrored, theirs.phash)
    distance = min(straight, mirrored)
    if distance > REVIEW_RADIUS_BITS:
        return None
    confirmed = distance <= CONFIRM_RADIUS_BITS
    turned = ", mirrored" if mirrored < straight else ""
    return Match(
        work="",
        status=MatchStatus.CONFIRMED if confirmed else MatchStatus.REVIEW,
        method=MatchMethod.HASH,
        score=round(1 - distance / _SCORE_ZERO_BITS, 4),
        distance=distance,
        mirrored=mirrored < straight,
        scale=round(max(theirs.width, theirs.height) / max(ours.width, ours.height), 4),
        why=f"whole picture alike: {distance} of 256 hash bits differ{turned}",
    )
