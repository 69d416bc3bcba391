"""Is this picture that work? Two sides to a match, or to none.

The order is the order of cost: the same bytes; the hash within a radius. Fingerprints with details go on:
the hash's match must be seen to agree window by window; then a few quick features, then many thorough
ones, give maps under which the pictures are laid over each other, the likeliest ones closely. The first
proof ends it.
A flat picture (quality 0) matches nothing, not even itself: a tracking pixel is everybody's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from creditline.errors import FingerprintError
from creditline.fingerprint.algorithm import CONFIRM_RADIUS_BITS, MIN_QUALITY, REVIEW_RADIUS_BITS
from creditline.fingerprint.closeup import Closeup, look_closely
from creditline.fingerprint.cover import Marks
from creditline.fingerprint.details import Gray
from creditline.fingerprint.doubt import is_doubtful
from creditline.fingerprint.features import frame_of
from creditline.fingerprint.fitting import fit
from creditline.fingerprint.geometry import Alignment
from creditline.fingerprint.hashes import distance_bits
from creditline.fingerprint.placings import Placing, placings, telling, tiers, turned
from creditline.fingerprint.proof import Proof, prove, prove_whole
from creditline.fingerprint.sides import Side
from creditline.records import Fingerprint, Match, MatchMethod, MatchStatus, Region

#: Quick features on one map from which on the thorough ones may show more. Of 187 strangers' pictures, each
#: compared with 8 works, 162 stayed below; of the 335 copies that are found, none that needs them did.
_PROMISING_INLIERS = 4

#: Maps of so many features under which so much agrees are made to fit better and looked at again.
_FITTED_INLIERS, _FITTED_AGREES = 16, 0.25

#: What a hash match counts for where features on one map are asked for: its map is known.
_WELL_MAPPED = 99

#: Distance in bits at which a hash match's score would be 0.
_SCORE_ZERO_BITS = 64


def match(ours: Fingerprint, theirs: Fingerprint) -> Match | None:
    """Compare a work with a picture.

    Returns:
        The proof, with ``work`` left empty for the caller to fill; ``None`` where there is none.

    Raises:
        FingerprintError: The fingerprints are of different algorithms, or damaged.
    """
    if ours.sha256 == theirs.sha256:
        return match_bytes(ours)
    if ours.algorithm != theirs.algorithm:
        raise FingerprintError(
            f"fingerprints of {ours.algorithm} and {theirs.algorithm} cannot be compared; "
            "run `creditline index` again"
        )
    return match_sides(Side.stored(ours), Side.stored(theirs))


def match_bytes(ours: Fingerprint) -> Match | None:
    """The match of a work's own file; ``None`` for a flat one."""
    if not ours.quality:
        return None
    return Match(
        work="",
        status=MatchStatus.CONFIRMED,
        method=MatchMethod.BYTES,
        score=1.0,
        why=f"the same file (SHA-256 {ours.sha256[:12]})",
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison gave."""

    match: Match | None = None
    #: What confirmed it; ``None`` where it is not confirmed, or by bytes or hashes alone.
    proof: Proof | None = None
    #: Whether thorough features of their picture, which has none yet, could show more.
    is_promising: bool = False


def match_sides(ours: Side, theirs: Side) -> Match | None:
    """As `match`, for two sides of one algorithm; by their quick features alone where they have no others."""
    return compare_sides(ours, theirs).match


def compare_sides(ours: Side, theirs: Side) -> Compared:
    """As `match_sides`, and whether another look at their picture could be worth its cost."""
    if ours.fingerprint.sha256 == theirs.fingerprint.sha256:
        return Compared(match_bytes(ours.fingerprint))
    if not ours.is_recognisable or theirs.fingerprint.quality == 0:
        return Compared()
    if ours.details is None or theirs.details is None:
        return Compared(_match_hash(ours.fingerprint, theirs.fingerprint))
    whole = _match_whole(ours, theirs)
    if whole.match and whole.match.status is MatchStatus.CONFIRMED:
        return whole
    part, inliers = _match_part(ours, theirs)
    if part.match and part.match.status is MatchStatus.CONFIRMED:
        return part
    is_alike = _match_hash(ours.fingerprint, theirs.fingerprint) is not None
    could_show_more = is_alike or inliers >= _PROMISING_INLIERS
    found = part.match or whole.match
    return Compared(found, is_promising=could_show_more and not theirs.details.has_thorough)


def _match_hash(ours: Fingerprint, theirs: Fingerprint) -> Match | None:
    """Compare the hashes alone."""
    if theirs.quality < MIN_QUALITY:
        return None
    straight = distance_bits(ours.phash, theirs.phash)
    turned = distance_bits(ours.phash_mirrored, theirs.phash)
    distance, mirrored = min(straight, turned), turned < straight
    if distance > REVIEW_RADIUS_BITS:
        return None
    return Match(
        work="",
        status=MatchStatus.CONFIRMED if distance <= CONFIRM_RADIUS_BITS else MatchStatus.REVIEW,
        method=MatchMethod.HASH,
        score=round(1 - distance / _SCORE_ZERO_BITS, 4),
        distance=distance,
        mirrored=mirrored,
        scale=round(max(theirs.width, theirs.height) / max(ours.width, ours.height), 4),
        rotation=0.0,
        why=f"whole picture{', mirrored' * mirrored} alike: {distance} of 256 hash bits differ",
    )


def _match_whole(ours: Side, theirs: Side) -> Compared:
    """Compare the hashes, then the whole pictures window by window."""
    alike = _match_hash(ours.fingerprint, theirs.fingerprint)
    if alike is None or ours.details is None or theirs.details is None:
        return Compared()
    our_frame, their_frame = (
        frame_of(each.fingerprint.width, each.fingerprint.height) for each in (ours, theirs)
    )
    stretch = np.diag((our_frame[0] / their_frame[0], our_frame[1] / their_frame[1]))
    alignment = Alignment(np.column_stack((stretch, (0.0, 0.0))), 0)
    gray = turned(theirs.details.gray, alike.mirrored)
    seen = look_closely(gray, ours.details.gray, alignment, ours.left_out)
    if seen is None:
        return Compared()
    proof = prove_whole(seen)
    if proof is None and not is_doubtful(_WELL_MAPPED, seen):
        return Compared()
    confirmed = proof is not None and alike.status is MatchStatus.CONFIRMED
    found = replace(
        alike,
        status=MatchStatus.CONFIRMED if confirmed else MatchStatus.REVIEW,
        score=alike.score if confirmed else alike.score / 2,
        why=f"{alike.why}, {_windows(seen, proof)}",
    )
    return Compared(found, proof if confirmed else None)


def _match_part(ours: Side, theirs: Side) -> tuple[Compared, int]:
    """Find the work, or a part of it, anywhere in their picture; and the most features seen on one map."""
    if ours.details is None or theirs.details is None:
        return Compared(), 0
    most = 0
    doubtful: tuple[Placing, Closeup] | None = None
    for features in tiers(theirs.details):
        found = placings(ours.details, features, theirs.details.gray)
        most = max([most, *(each.alignment.inliers for each in found)])
        for placing in telling(found):
            gray = turned(theirs.details.gray, placing.mirrored)
            for close in _closeups(gray, ours.details.gray, placing.alignment, ours.left_out):
                proof = prove(placing.alignment.inliers, close)
                if proof is not None:
                    return Compared(_match_of(placing, close, proof, ours, theirs), proof), most
                if doubtful is None and is_doubtful(placing.alignment.inliers, close):
                    doubtful = placing, close
    return Compared(_match_of(*doubtful, None, ours, theirs) if doubtful else None), most


def _closeups(theirs: Gray, ours: Gray, alignment: Alignment, left_out: Marks | None) -> Iterator[Closeup]:
    """What is seen under a map; and, where it promises something, under the map made to fit."""
    close = look_closely(theirs, ours, alignment, left_out)
    if close is None:
        return
    yield close
    if alignment.inliers >= _FITTED_INLIERS and close.agrees >= _FITTED_AGREES:
        fitted = look_closely(theirs, ours, fit(theirs, ours, alignment), left_out)
        if fitted is not None:
            yield fitted


def _windows(seen: Closeup, proof: Proof | None) -> str:
    counts = f"{seen.agreeing} of {seen.telling} places in it agree"
    return f"{counts}: {proof}" if proof else f"{counts}: look at both"


def _match_of(placing: Placing, close: Closeup, proof: Proof | None, ours: Side, theirs: Side) -> Match:
    seen, alignment = placing.seen, placing.alignment
    pixels = (max(each.fingerprint.width, each.fingerprint.height) for each in (theirs, ours))
    their_px, our_px = pixels
    matrix = alignment.matrix
    rotation = math.degrees(math.atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1]))
    status = MatchStatus.REVIEW if proof is None else MatchStatus.CONFIRMED
    strength = 1 - 1 / (1 + seen.strong / 10)
    mirrored = ", mirrored" if placing.mirrored else ""
    return Match(
        work="",
        status=status,
        method=MatchMethod.GEOMETRY,
        score=round(seen.median * strength * (0.5 if proof is None else 1.0), 4),
        inliers=alignment.inliers,
        region=_mirrored(seen.region) if placing.mirrored else seen.region,
        our_region=seen.our_region,
        mirrored=placing.mirrored,
        scale=round(their_px / our_px / alignment.scale, 4),
        rotation=round(-rotation, 1),
        why=(
            f"{seen.of_ours:.0%} of the work{mirrored}: {alignment.inliers} features on one map, "
            f"{_windows(close, proof)}"
        ),
        to_ours=_to_ours(placing, ours.fingerprint, theirs.fingerprint),
    )


def _to_ours(
    placing: Placing, ours: Fingerprint, theirs: Fingerprint
) -> tuple[float, float, float, float, float, float]:
    """The map as `Match` has it: between fractions, of their picture as it is."""
    our_frame = np.array(frame_of(ours.width, ours.height), float)
    their_frame = np.array(frame_of(theirs.width, theirs.height), float)
    linear = placing.alignment.matrix[:, :2] * their_frame / our_frame[:, None]
    offset = placing.alignment.matrix[:, 2] / our_frame
    if placing.mirrored:
        offset = offset + linear[:, 0]
        linear = linear * (-1, 1)
    (a, b), (d, e) = linear.round(6).tolist()
    c, f = offset.round(6).tolist()
    return a, b, c, d, e, f


def _mirrored(region: Region) -> Region:
    return (round(1 - region[2], 4), region[1], round(1 - region[0], 4), region[3])
