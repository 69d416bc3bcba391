"""What a page's structured data says of its pictures: JSON-LD, microdata, RDFa licences, state scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from creditline.page.addresses import is_picture_file
from creditline.page.document import Document, Element
from creditline.page.limits import MAX_ITEM_ELEMENTS, MAX_JSON_CHARS, MAX_JSON_DEPTH
from creditline.records import RightsMetadata

Rights = tuple[str, RightsMetadata]
_IMAGE_TYPES = ("ImageObject", "Photograph", "VisualArtwork", "Photo", "Painting")
#: Picture addresses that a page's state scripts may add, at most.
MAX_STATE_PICTURES = 200
_STATE_PICTURE = re.compile(
    r"https?:(?:\\?/){2}[^\s\"'<>\\]{4,400}(?:\\?/[^\s\"'<>\\]{1,200}){0,20}\.(?:jpe?g|png|webp|avif)",
    re.IGNORECASE,
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


def json_objects(document: Document) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, nested ones included, in order."""
    for element, text in document.json_scripts:
        if "ld+json" in element.get("type").lower():
            yield from _objects(_loads(text), 0)


def image_rights(document: Document) -> list[Rights]:
    """``(image address as written, rights)`` of every picture that structured data says rights of."""
    found: list[Rights] = []
    for item in json_objects(document):
        if any(kind in _IMAGE_TYPES for kind in _texts(item.get("@type"))):
            rights = _rights(item)
            if not rights.is_empty:
                found.extend((address, rights) for address in image_addresses(item))
    found.extend(_microdata(document))
    return found


def image_addresses(item: Any) -> list[str]:
    """The picture addresses that an ``image`` value names: a text, an object, or a list of these."""
    if isinstance(item, str):
        return [item]
    if isinstance(item, list):
        return [address for entry in item[:100] for address in image_addresses(entry)]
    if isinstance(item, dict):
        named = (item.get(name) for name in ("contentUrl", "url", "@id"))
        return [value for value in named if isinstance(value, str) and not value.startswith(("#", "_:"))]
    return []


def state_pictures(document: Document) -> list[tuple[str, str]]:
    """``(address, attribute)`` of pictures named in JSON-LD ``image`` values and state scripts."""
    found = [
        (address, "json-ld")
        for item in json_objects(document)
        for address in image_addresses(item.get("image"))
        if address.startswith(("http", "/"))
    ]
    for element, text in document.json_scripts:
        if "ld+json" not in element.get("type").lower():
            for match in _STATE_PICTURE.finditer(text[:MAX_JSON_CHARS]):
                found.append((match.group().replace("\\/", "/").replace("\\u002F", "/"), "json"))
    return list(dict.fromkeys(found))[:MAX_STATE_PICTURES]


def _loads(text: str) -> Any:
    text = text[:MAX_JSON_CHARS].strip().removeprefix("<!--").removesuffix("-->").strip()
    if text.startswith(("//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[")):
        text = text.split("CDATA[", 1)[1].removeprefix("*/").rsplit("]]", 1)[0].rstrip("/ *")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_JSON_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                yield from _objects(inner, depth + 1)


def _rights(item: dict[str, Any]) -> RightsMetadata:
    return RightsMetadata(
        creator=tuple(
            dict.fromkeys(
                _names(item.get("creator")) + _names(item.get("author")) + _names(item.get("copyrightHolder"))
            )
        ),
        credit_line=_first(item.get("creditText")),
        copyright_notice=_first(item.get("copyrightNotice")),
        license_url=_first(item.get("license")),
        usage_terms=_first(item.get("usageInfo")),
        source=_first(item.get("acquireLicensePage")),
        title=_first(item.get("name")),
        description=_first(item.get("caption")) or _first(item.get("description")),
    )


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [name for entry in value[:20] for name in _names(entry)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return []


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.rsplit("/", 1)[-1]]
    return (
        [entry.rsplit("/", 1)[-1] for entry in value if isinstance(entry, str)]
        if isinstance(value, list)
        else []
    )


def _first(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        return next((text for entry in value[:20] if (text := _first(entry))), None)
    if isinstance(value, dict):
        return _first(value.get("url")) or _first(value.get("name")) or _first(value.get("@id"))
    return None


# --- microdata ----------------------------------------------------------------------------------

_PROPERTY_FIELDS = {
    "creator": "creator",
    "author": "creator",
    "copyrightHolder": "creator",
    "creditText": "credit_line",
    "copyrightNotice": "copyright_notice",
    "license": "license_url",
}


def crowded_items(document: Document) -> str | None:
    """Why the microdata about pictures is too much to be read whole, ``None`` when it is not."""
    inside = sum(document.count_in(item) for item in document.items if _is_image_item(item))
    if inside > MAX_ITEM_ELEMENTS:
        return f"too complex: {inside} elements in items of microdata about pictures"
    return None


def _microdata(document: Document) -> Iterator[Rights]:
    if crowded_items(document):
        return
    for item in document.items:
        if not _is_image_item(item):
            continue
        inside = document.elements_in(item)
        rights = _item_rights(document, inside)
        if rights.is_empty:
            continue
        for element in inside:
            if (
                element.get("itemprop") in ("contentUrl", "url", "image", "thumbnailUrl")
                or element.tag == "img"
            ):
                address = element.get("src") or element.get("content") or element.get("href")
                if address and (element.tag == "img" or is_picture_file(address)):
                    yield address, rights


def _is_image_item(element: Element) -> bool:
    return element.get("itemtype").rstrip("/").endswith(_IMAGE_TYPES)


def _name_inside(document: Document, element: Element) -> str:
    """The name that a ``<meta>`` inside a nested item gives."""
    names = (inner for inner in document.elements_in(element) if inner.get("itemprop") == "name")
    return next((name.get("content") for name in names), "")


def _item_rights(document: Document, inside: list[Element]) -> RightsMetadata:
    values: dict[str, list[str]] = {}
    for element in inside:
        name = _PROPERTY_FIELDS.get(element.get("itemprop"))
        if name is None:
            continue
        value = (
            element.get("content") or element.get("href") if name == "license_url" else element.get("content")
        )
        value = value or document.text_of(element) or _name_inside(document, element)
        if value:
            values.setdefault(name, []).append(value)
    return RightsMetadata(
        creator=tuple(dict.fromkeys(values.get("creator", ()))),
        credit_line=next(iter(values.get("credit_line", ())), None),
        copyright_notice=next(iter(values.get("copyright_notice", ())), None),
        license_url=next(iter(values.get("license_url", ())), None),
    )
