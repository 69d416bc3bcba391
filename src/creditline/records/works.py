"""Whose images these are, and what they are: owners, works, their files and fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Left, top, right, bottom as fractions 0..1 of a picture, origin top left.
Region = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose images these are.

    Plain texts, as the user gives them, since it is part of the public interface; `credit.identity`
    turns them into what pages are compared with.
    """

    names: tuple[str, ...] | list[str] = ()
    #: Host names of the owner's own sites, old ones too.
    domains: tuple[str, ...] | list[str] = ()
    #: Addresses of profile and asset pages on platforms.
    profiles: tuple[str, ...] | list[str] = ()
    #: The credit line as the owner wants it, ``None`` where any form will do.
    credit_line: str | None = None


@dataclass(frozen=True, slots=True)
class ImageRef:
    """Which image of a document is meant: by position or by address; exactly one is given."""

    #: Position among all ``<img>`` in document order, from 0, ``noscript`` and ``template`` included.
    index: int | None = None
    #: Any address under which the document shows the image, absolute or as written.
    src: str | None = None


@dataclass(frozen=True, slots=True)
class RightsMetadata:
    """What a file or its page says of its rights (IPTC, XMP, Exif, schema.org ImageObject)."""

    creator: tuple[str, ...] = ()
    credit_line: str | None = None
    copyright_notice: str | None = None
    #: Address of the licence or rights statement (XMP WebStatement, schema.org license).
    license_url: str | None = None
    usage_terms: str | None = None
    source: str | None = None
    title: str | None = None
    description: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is said."""
        return self == RightsMetadata()


class Exclusion(StrEnum):
    """Why an image on the owner's site is not one of the works."""

    LOGO = "logo"
    ICON = "icon"
    SPRITE = "sprite"
    AVATAR = "avatar"
    TRACKING_PIXEL = "tracking pixel"
    FLAT = "flat"
    TOO_SMALL = "too small"
    NOT_YOURS = "not yours?"
    UNSUPPORTED = "unsupported format"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    BY_OWNER = "excluded by you"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a work: a srcset size, a thumbnail, the original."""

    #: Web address, or a ``file:`` address for a folder of originals.
    url: str
    width: int | None = None
    height: int | None = None
    #: Lower-case Pillow name (``jpeg``, ``png``, ``webp`` ...), ``None`` before it was fetched.
    format: str | None = None
    bytes_len: int | None = None
    sha256: str | None = None
    #: Why it could not be had (``http 404``, ``damaged``); ``None`` when it could or was not tried.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One image as a creation."""

    id: str
    owner_id: str
    #: Its best rendition's address.
    url: str
    title: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    renditions: tuple[Rendition, ...] = ()
    #: Addresses of the owner's pages that show it.
    pages: tuple[str, ...] = ()
    rights: RightsMetadata = RightsMetadata()
    fingerprint: Fingerprint | None = None
    #: ``None`` or why it is kept out; ``exclusion_note`` says what was seen.
    exclusion: Exclusion | None = None
    exclusion_note: str | None = None
    #: The owner's own word, which outranks every rule for ever: True include, False exclude.
    owner_says: bool | None = None
    merged_into: str | None = None

    @property
    def excluded(self) -> str | None:
        """Why the work takes no part, for people; ``None`` when it does."""
        if self.owner_says is True:
            return None
        if self.owner_says is False:
            return Exclusion.BY_OWNER.value
        if self.exclusion is None:
            return None
        return (
            f"{self.exclusion.value}: {self.exclusion_note}" if self.exclusion_note else self.exclusion.value
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What recognises a picture. Made by `fingerprint.make`; compared by `fingerprint.match`."""

    #: Algorithm and version, for example ``cascade/3``; different ones are never compared.
    algorithm: str
    sha256: str
    width: int
    height: int
    #: Perceptual hash, straight and of the mirrored picture: 32 bytes each (256 bits).
    phash: bytes
    phash_mirrored: bytes
    #: 0 (flat) .. 100; below `fingerprint.MIN_QUALITY` only identical bytes may match.
    quality: int
    #: Compact local features (own binary form, versioned by ``algorithm``), ``b""`` where not made.
    features: bytes = b""
