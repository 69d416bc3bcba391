"""What indexing saw, before anything is decided: images as pages name them, files as servers gave them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from creditline.records import (
    Decoded,
    Exclusion,
    ImageCandidate,
    Placement,
    PlacementKind,
    RightsMetadata,
    Role,
)
from creditline.urls import Url

_NOTHING_SAID = RightsMetadata()


class Origin(StrEnum):
    """Where the name of an image was found."""

    PAGE = "page"
    SITEMAP = "image sitemap"
    MEDIA_LIBRARY = "media library"
    STYLESHEET = "style sheet"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class FoundImage:
    """One image as one of the owner's pages shows or names it."""

    #: The page's address; ``None`` where only a list names the image.
    page: str | None
    candidates: tuple[ImageCandidate, ...]
    kind: PlacementKind = PlacementKind.IMG
    role: Role = Role.CONTENT
    role_note: str | None = None
    alt: str | None = None
    title: str | None = None
    link: Url | None = None
    declared_width: int | None = None
    declared_height: int | None = None
    origin: Origin = Origin.PAGE
    #: Who is credited for it there, when that is not the owner.
    credited_to: str | None = None
    #: What structured data, an image sitemap or a media library say of its rights.
    rights: RightsMetadata = _NOTHING_SAID


def found_on_page(page: str, placement: Placement, credited_to: str | None = None) -> FoundImage:
    """A placement of one of the owner's pages as something found there."""
    return FoundImage(
        page=page,
        candidates=placement.candidates,
        kind=placement.kind,
        role=placement.role,
        role_note=placement.role_note,
        alt=placement.alt,
        title=placement.title,
        link=placement.link,
        declared_width=placement.declared_width,
        declared_height=placement.declared_height,
        credited_to=credited_to,
    )


@dataclass(frozen=True, slots=True)
class FileResult:
    """What asking for one file gave."""

    #: Web address, ``file:`` address, or `INLINE_PREFIX` and the bytes' hash.
    url: str
    decoded: Decoded | None = None
    #: ``None`` when ``decoded`` is there: ``http 404``, ``damaged``, ``robots`` ...
    problem: str | None = None
    exclusion: Exclusion | None = None


#: Address of a picture that stands in the page itself; its SHA-256 follows.
INLINE_PREFIX = "data:;sha256,"
