"""Structured data about the very file: ImageObject in JSON-LD or microdata."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.credit.claims import Claim
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.page.addresses import file_stem
from creditline.page.pictures import Picture
from creditline.records import RightsMetadata, Where


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim what an ImageObject with the picture's file name says of its creator."""
    stems = picture.stems
    for address, rights in scene.image_rights:
        if file_stem(address) in stems:
            yield from claims_of_rights(scene, "structured", rights)


def claims_of_rights(scene: Scene, rule: str, rights: RightsMetadata) -> Iterator[Claim]:
    """Claims of rights metadata, wherever it was found."""
    for text in dict.fromkeys((*rights.creator, rights.credit_line or "", rights.copyright_notice or "")):
        if text:
            yield Claim(
                rule, Where.METADATA, text, name=text[:120], names_owner=scene.identity.find(text) is not None
            )


RULE = Rule("structured", "structured data names who made the picture", find)
