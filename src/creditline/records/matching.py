"""The proof that a picture shows a work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from creditline.records.works import Fingerprint, Region


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
    #: Affine map from their picture to ours, both as fractions of their width and height, where geometry
    #: tells: ``x = a*u + b*v + c``, ``y = d*u + e*v + f`` as (a, b, c, d, e, f).
    to_ours: tuple[float, float, float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class WrongMatch:
    """A picture that the owner said is not the work it was taken for; it is never taken for it again."""

    #: The use that the owner said it of.
    use_id: str
    work_id: str
    #: SHA-256 of the picture's bytes, hexadecimal.
    sha256: str
    #: The picture's fingerprints, one per algorithm that has seen it; empty when none is kept.
    fingerprints: tuple[Fingerprint, ...] = ()
