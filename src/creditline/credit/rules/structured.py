"""Structured data about the very file: ImageObject in JSON-LD or microdata."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import QUOTE_CAP, Claim
from creditline.credit.passages import phrase_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.addresses import file_stem
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import RightsMetadata, Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim what an ImageObject with the picture's file name says of its creator."""
    stems = picture.stems
    for address, rights in scene.image_rights:
        if file_stem(address) in stems:
            yield from claims_of_rights(scene, "structured", rights)
            yield from _of_description(scene, picture, rights.description)


def _of_description(scene: Scene, picture: Picture, text: str | None) -> Iterator[Claim]:
    """Claim the credit part of an ImageObject's caption."""
    if text:
        element = picture.element
        line = Line(index=-1, text=text[:QUOTE_CAP], start=element.start, end=element.start, block=element)
        claims = phrase_claims(scene, "structured", Where.METADATA, line)
        yield from (claim for claim in claims if claim.strong and claim.name)


def claims_of_rights(scene: Scene, rule: str, rights: RightsMetadata) -> Iterator[Claim]:
    """Claims of rights metadata, wherever it was found."""
    for text in dict.fromkeys((*rights.creator, rights.credit_line or "", rights.copyright_notice or "")):
        if text:
            yield Claim(
                rule, Where.METADATA, text, name=text[:120], names_owner=scene.identity.find(text) is not None
            )


RULE = Rule("structured", "structured data names who made the picture", find)
