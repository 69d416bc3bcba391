"""What a file says of its rights: IPTC-IIM, XMP and Exif.

Where metadata exists at all, three quarters of the credits stand in IPTC, half in Exif, a third in
XMP; so all three are read. Names: IPTC Photo Metadata Standard 2023.1, IIM 4.2 (datasets 2:80 and so
on), Exif 2.3 (Artist, Copyright). Everything here comes from strangers: sizes are capped, XML is
parsed without entities, and what cannot be read says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL.ImageFile import ImageFile

from creditline.records import RightsMetadata

#: Longest text kept of one field, in characters.
TEXT_CAP = 2000

#: Most names kept of a list of creators.
_CREATOR_CAP = 20

#: Largest XMP packet and IIM block that is parsed, in bytes (a JPEG segment holds 64 KB).
_BLOCK_CAP = 262_144

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_CC = "{http://creativecommons.org/ns#}"

#: Field of `RightsMetadata` to XMP properties, best first.
_XMP_FIELDS = {
    "creator": (f"{_DC}creator",),
    "credit_line": (f"{_PHOTOSHOP}Credit", f"{_CC}attributionName"),
    "copyright_notice": (f"{_DC}rights",),
    "license_url": (f"{_XMP_RIGHTS}WebStatement", f"{_CC}license"),
    "usage_terms": (f"{_XMP_RIGHTS}UsageTerms",),
    "source": (f"{_PHOTOSHOP}Source",),
    "title": (f"{_DC}title", f"{_PHOTOSHOP}Headline"),
    "description": (f"{_DC}description",),
}

#: IIM record 2 dataset numbers to fields.
_IIM_FIELDS = {
    80: "creator",
    110: "credit_line",
    116: "copyright_notice",
    115: "source",
    5: "title",
    120: "description",
}

#: Exif tags to fields.
_EXIF_FIELDS = {0x013B: "creator", 0x8298: "copyright_notice"}

_IIM_MARKER = 0x1C
_PHOTOSHOP_IPTC_RESOURCE = 0x0404
_TIFF_XMP_TAG = 700
_TIFF_IPTC_TAG = 33723

_Fields = dict[str, list[str]]


def read_rights(image: ImageFile) -> RightsMetadata:
    """Read what an opened picture file says of its rights; broken blocks say nothing.

    Creators are the union of all three; of the other fields XMP wins over IIM over Exif.
    """
    blocks = (_read_xmp(_xmp_packet(image)), _read_iim(_iim_block(image)), _read_exif(image))
    creators = dict.fromkeys(name for fields in blocks for name in fields.get("creator", ()))
    first: dict[str, str] = {}
    for fields in blocks:
        for name, values in fields.items():
            first.setdefault(name, values[0])
    first.pop("creator", None)
    return RightsMetadata(creator=tuple(creators)[:_CREATOR_CAP], **first)


def _read_xmp(packet: bytes) -> _Fields:
    if not packet or len(packet) > _BLOCK_CAP:
        return {}
    try:
        root = fromstring(packet.strip(b"\0 \t\r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    descriptions = list(root.iter(f"{_RDF}Description"))
    found: _Fields = {}
    for field, properties in _XMP_FIELDS.items():
        texts = (text for name in properties for each in descriptions for text in _xmp_texts(each, name))
        _keep(found, field, texts)
    return found


def _xmp_texts(description: Element, name: str) -> Iterator[str]:
    """The values of one property: attribute, plain text, resource, or the items of a list."""
    yield description.get(name, "")
    for element in description.findall(name):
        items = list(element.iter(f"{_RDF}li"))
        for item in items or [element]:
            yield item.text or item.get(f"{_RDF}resource") or ""


def _read_iim(block: bytes) -> _Fields:
    """Datasets of record 2. Bytes are UTF-8 where they can be, else Latin-1 (IIM's silent default)."""
    found: _Fields = {}
    position = 0
    while position + 5 <= min(len(block), _BLOCK_CAP) and block[position] == _IIM_MARKER:
        record, dataset = block[position + 1], block[position + 2]
        size = int.from_bytes(block[position + 3 : position + 5])
        if size >= 0x8000:  # extended dataset: pictures and the like, never a text
            break
        value = block[position + 5 : position + 5 + size]
        position += 5 + size
        if record == 2 and dataset in _IIM_FIELDS:
            _keep(found, _IIM_FIELDS[dataset], [_decoded(value)])
    return found


def _read_exif(image: ImageFile) -> _Fields:
    found: _Fields = {}
    # Broken Exif makes Pillow raise nearly anything, and a broken block says nothing.
    try:
        exif = image.getexif()
        values = {field: exif.get(tag) for tag, field in _EXIF_FIELDS.items()}
    except Exception:
        return found
    for field, value in values.items():
        if isinstance(value, bytes):
            value = _decoded(value)
        if isinstance(value, str):
            _keep(found, field, value.split(";") if field == "creator" else [value.replace("\0", " ")])
    return found


def _xmp_packet(image: ImageFile) -> bytes:
    tags: Any = getattr(image, "tag_v2", {})
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or tags.get(_TIFF_XMP_TAG)
    if isinstance(packet, str):
        return packet.encode("utf-8", "replace")
    return packet if isinstance(packet, bytes) else b""


def _iim_block(image: ImageFile) -> bytes:
    resources = image.info.get("photoshop")
    block: Any = resources.get(_PHOTOSHOP_IPTC_RESOURCE) if isinstance(resources, dict) else None
    tags: Any = getattr(image, "tag_v2", {})
    block = block or tags.get(_TIFF_IPTC_TAG)
    return block if isinstance(block, bytes) else b""


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _keep(found: _Fields, field: str, texts: Iterable[str]) -> None:
    """Add the texts that say something, without control characters, capped."""
    for text in texts:
        printable = "".join(char if char.isprintable() else " " for char in text[: 2 * TEXT_CAP])
        clean = " ".join(printable.split())[:TEXT_CAP]
        if clean:
            found.setdefault(field, []).append(clean)
