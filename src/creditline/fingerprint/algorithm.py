"""Which fingerprint this is, and within which radius its hashes speak.

A fingerprint is only ever compared with one of the same `ALGORITHM`; whoever changes what a number in
it means, or how pictures are loaded, counts the version up.
"""

from __future__ import annotations

#: The two that are known. Fingerprints of the second hold local features besides the hashes.
HASH = "phash16/3"
CASCADE = "cascade/3"

#: What works and pictures get unless asked otherwise: name and version, as it stands in every fingerprint.
#: The hash alone takes pictures of one template for each other: some differ in 14 bits of 256.
ALGORITHM = CASCADE

#: By what `ALGORITHM` recognises a work: a subset of ``bytes``, ``hash``, ``geometry``.
METHODS = frozenset({"bytes", "hash", "geometry"})

#: Least quality (0..100) at which anything but identical bytes may match. The scale is PDQ's, whose
#: makers discard below 50 (ThreatExchange, pdq/README.md); a hash says nothing of a plain surface.
MIN_QUALITY = 50

#: Fewest thorough features of a work that may match by more than identical bytes: a bare lettering or icon
#: has fewer, and is found inside banners that are somebody else's.
MIN_FEATURES = 75

#: Hamming distance in bits of 256 up to which hashes call for a confirming look; without details they confirm
#: by themselves. Of 3.36 million pairs of pictures not dressed alike the nearest differed by 52 bits; copies
#: by re-encoding and resizing stay below 20.
CONFIRM_RADIUS_BITS = 31

#: Distance up to which a person should look: still 8 bits nearer than the nearest wrong pair.
REVIEW_RADIUS_BITS = 44

#: Longer over shorter side from which on a work may match by no more than identical bytes: laid over a
#: picture, its shorter side is less than one place wide (`windows`: 384 pixels, places of 24).
MOST_SLENDER = 16.0
