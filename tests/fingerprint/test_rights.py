"""Rights metadata in files: IPTC-IIM, XMP, Exif, whole and broken."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from creditline.fingerprint import decode_image
from creditline.fingerprint.rights import TEXT_CAP, _read_iim, _read_xmp
from creditline.records import RightsMetadata

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 photoshop:Credit="Ada Example / Studio" xmpRights:WebStatement="https://ada.example/licence">
<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li><rdf:li>Bo Example</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 Ada Example</rdf:li></rdf:Alt></dc:rights>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour at dusk</rdf:li></rdf:Alt></dc:title>
<photoshop:Source>Ada Example Archive</photoshop:Source>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def iim(*datasets):
    return b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text for number, text in datasets)


def app13(block):
    """A JPEG APP13 segment with one Photoshop resource that holds an IIM block."""
    padded = block + b"\0" * (len(block) % 2)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + padded
    payload = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


def with_segment(jpeg, segment):
    return jpeg[:2] + segment + jpeg[2:]


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF"])
def test_xmp_is_read(photo, encoded, file_format):
    rights = decode_image(encoded(photo(1), file_format, xmp=XMP)).rights
    assert rights == RightsMetadata(
        creator=("Ada Example", "Bo Example"),
        credit_line="Ada Example / Studio",
        copyright_notice="© 2026 Ada Example",
        license_url="https://ada.example/licence",
        source="Ada Example Archive",
        title="Harbour at dusk",
    )


def test_iim_is_read(photo, encoded):
    block = iim((80, "Zoë Example".encode()), (110, b"Example Agency"), (116, b"(c) Z\xf6e"), (5, b"Dusk"))
    rights = decode_image(with_segment(encoded(photo(1)), app13(block))).rights
    assert rights.creator == ("Zoë Example",)
    assert rights.credit_line == "Example Agency"
    assert rights.copyright_notice == "(c) Zöe"
    assert rights.title == "Dusk"


def test_exif_is_read_and_all_three_are_joined(photo, encoded):
    exif = Image.Exif()
    exif[0x013B] = "Cy Example; Ada Example"
    exif[0x8298] = "Exif copyright"
    body = with_segment(encoded(photo(1), exif=exif, xmp=XMP), app13(iim((80, b"Dee Example"))))
    rights = decode_image(body).rights
    assert rights.creator == ("Ada Example", "Bo Example", "Dee Example", "Cy Example")
    assert rights.copyright_notice == "© 2026 Ada Example"


def test_a_file_without_metadata_says_nothing(photo, encoded):
    assert decode_image(encoded(photo(1), "PNG")).rights.is_empty


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>",
        b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
        b"\xff\xfe\0\0",
        XMP + b" " * 300_000,
    ],
)
def test_broken_or_hostile_xmp_says_nothing(packet):
    assert _read_xmp(packet) == {}


def test_long_and_dirty_texts_are_cut_and_cleaned():
    fields = _read_iim(iim((110, b"a\0b\x1bc\n" + b"x" * 9000)))
    assert fields["credit_line"][0].startswith("a b c x")
    assert len(fields["credit_line"][0]) <= TEXT_CAP


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(block):
    _read_iim(b"\x1c" + block)
    _read_xmp(block)
