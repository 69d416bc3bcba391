"""The image's own attributes: alt, title, and data attributes that hold a credit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from creditline.credit.claims import Claim
from creditline.credit.naming import tidy_name
from creditline.credit.parts import PAGE_TAGS
from creditline.credit.passages import claims_of_caption, phrase_claims
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.script_data import script_texts
from creditline.credit.terms import has_trigger
from creditline.page.document import Element, Line
from creditline.page.pictures import Picture
from creditline.records import Where

_CREDIT_ATTRIBUTE = re.compile(
    r"^(?:data-)?[\w-]*(?:credit|copyright|photographer|attribution|author|courtesy|quelle|urheber|"
    r"fotograf|byline|owner|rights)[\w-]*$"
)
_TEXT_ATTRIBUTE = re.compile(
    r"^(?:alt|title|aria-label|data-[\w-]*(?:caption|title|description|alt|desc|sub-html|legend|text|source)[\w-]*)$"
)
#: Wrappers around a picture whose data attributes are read.
_HOLDER_LEVELS = 6
#: Attributes that a reader sees or hears when pointing at an element.
_TOOLTIPS = ("title", "aria-label")
_TIP = re.compile(r"tip|title|content|hint|popover|credit|copyright")
#: Lines of a description that stands elsewhere, and signs by which the data of a gallery begins.
_MAX_DESCRIBED = 6
_MAX_DATA_START = 10
#: Elements of a figure that are looked at.
_MAX_BESIDE = 40
_TAG = re.compile(r"<[^<>]{0,500}>")


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim whole credit attributes, and the credit part of describing ones."""
    holders = [element for element in _holders(scene, picture) if element is not picture.link]
    for element in [*picture.copies, *([picture.link] if picture.link is not None else []), *holders]:
        for name, value in element.attrs.items():
            if element in holders and not name.startswith("data-") and "-" not in element.tag:
                if name in _TOOLTIPS and has_trigger(value):
                    yield from _of_title(scene, element, value)
                continue
            text = " ".join(_TAG.sub(" ", value[:2000]).split())
            if not text or text.startswith(("http", "{", "/", "data:")) or text.isdigit():
                continue
            line = Line(index=-1, text=text, start=element.start, end=element.start, block=element)
            if _TEXT_ATTRIBUTE.match(name) or (
                name.startswith("data-") and " " in text and has_trigger(text)
            ):
                yield from (
                    claim if claim.keyword else claim.doubtful()
                    for claim in claims_of_caption(scene, "attributes", Where.ATTRIBUTE, line)
                    if claim.strong or (claim.keyword and claim.names_owner)
                )
            elif _CREDIT_ATTRIBUTE.match(name):
                found = list(phrase_claims(scene, "attributes", Where.ATTRIBUTE, line))
                yield from found or [_whole(scene, text)]
    yield from _beside(scene, picture)
    yield from _described(scene, picture)
    if scene.document.scripts:
        yield from _in_scripts(scene, picture, script_texts(scene.document.scripts, picture))
    data = [
        element.get(name)
        for element in picture.element.ancestors()[:_HOLDER_LEVELS]
        for name in element.names
        if name.startswith("data-") and "{" in element.get(name)[:_MAX_DATA_START]
    ]
    if data:
        yield from _in_scripts(scene, picture, script_texts(data, picture))


def _beside(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim what the tooltips and labels of signs and buttons in the picture's figure say."""
    frame = picture.element.closest("figure") or picture.element.parent
    if frame is None or frame.tag in PAGE_TAGS or len(scene.pictures_in(frame)) > 1:
        return
    for element in scene.document.elements_in(frame)[:_MAX_BESIDE]:
        if element in picture.copies or not element.attribute_count:
            continue
        for name in element.names:
            if name in _TOOLTIPS or (name.startswith("data-") and _TIP.search(name)):
                value = element.get(name)
                if has_trigger(value):
                    yield from _of_title(scene, element, value)


def _described(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the text elsewhere that the picture names as its description, or opens when clicked."""
    names = f"{picture.attribute('aria-describedby')} {picture.attribute('aria-details')}".split()
    href = picture.link.get("href") if picture.link is not None else ""
    if href.startswith("#") and len(href) > 1:
        names.append(href[1:])
    if not names:
        return
    for element in scene.document.elements:
        if element.get("id") in names and not element.covers(picture.start):
            for line in scene.document.lines_in(element)[:_MAX_DESCRIBED]:
                yield from claims_of_caption(scene, "attributes", Where.CAPTION, line)


def _in_scripts(scene: Scene, picture: Picture, texts: Iterable[tuple[str, bool]]) -> Iterator[Claim]:
    """Claim what the data of a gallery says of the picture's file."""
    for text, credits in texts:
        element = picture.element
        line = Line(index=-1, text=text, start=element.start, end=element.start, block=element)
        found = [claim for claim in phrase_claims(scene, "attributes", Where.ATTRIBUTE, line) if claim.strong]
        yield from found
        if credits and not found:
            yield _whole(scene, text)


def _of_title(scene: Scene, element: Element, title: str) -> Iterator[Claim]:
    """Claim the sure credit phrases of a wrapper's tooltip."""
    text = " ".join(title[:2000].split())
    line = Line(index=-1, text=text, start=element.start, end=element.start, block=element)
    claims = phrase_claims(scene, "attributes", Where.ATTRIBUTE, line)
    yield from (claim for claim in claims if claim.strong and claim.name)


def _holders(scene: Scene, picture: Picture) -> Iterator[Element]:
    """The nearest elements around a picture alone, where galleries keep what they show beside it."""
    cell = scene.zone(picture).cell
    element = picture.element
    for _ in range(_HOLDER_LEVELS):
        if element is cell or element.parent is None or element.parent.tag in PAGE_TAGS:
            return
        element = element.parent
        yield element


def _whole(scene: Scene, text: str) -> Claim:
    return Claim(
        "attributes",
        Where.ATTRIBUTE,
        text,
        name=tidy_name(text)[:120],
        names_owner=scene.identity.find(text) is not None,
    )


RULE = Rule("attributes", "an attribute of the image names who made it", find)
