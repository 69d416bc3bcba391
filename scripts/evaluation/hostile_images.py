"""Makes hostile picture files: bombs, lies, cuts, polyglots, odd metadata; and mutations of any file."""

from __future__ import annotations

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

#: What must become of a file; ``None`` where either is right.
ACCEPTED, REFUSED = "accepted", "refused"

#: Most of an unpacked bomb that is kept, bytes: a little more than the product reads of any picture.
UNPACKED_CAP = 33_000_000

#: What begins the five formats: (offset, bytes, media type).
SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavi", "image/avif"),
)


@dataclass(frozen=True)
class HostileFile:
    """One file with what must become of it."""

    name: str
    body: bytes
    expected: str | None = None


def own_files(draw: Random) -> Iterator[HostileFile]:
    """Every hostile file that we make ourselves, one after the other."""
    bases = dict(_bases(draw))
    for name, body in bases.items():
        yield HostileFile(f"sound {name}", body, ACCEPTED)
    yield from _cuts(bases)
    yield from _bombs()
    yield from _lies(bases)
    yield from _metadata(bases, draw)
    yield from _animations(draw)
    yield from _polyglots(bases)
    yield from _strangers(bases)
    yield from _nothings()


def mutated(body: bytes, draw: Random) -> bytes:
    """The same bytes with one to twelve random injuries."""
    changed = bytearray(body)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6, 12))):
        if not changed:
            break
        # Half of all injuries hit the first 300 bytes, where sizes, tables and offsets stand.
        reach = min(len(changed), 300) if draw.random() < 0.5 else len(changed)
        at = draw.randrange(reach)
        kind = draw.randrange(8)
        if kind <= 2:
            changed[at] ^= 1 << draw.randrange(8)
        elif kind == 3:
            changed[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))
        elif kind == 4:
            changed[at : at + 4] = draw.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
        elif kind == 5:
            del changed[at : at + draw.randrange(1, 64)]
        elif kind == 6:
            changed[at:at] = changed[at : at + draw.randrange(1, 64)]
        else:
            changed[at : at + 16] = draw.randbytes(16)
    return bytes(changed)


def media_type(head: bytes) -> str | None:
    """The media type of bytes that begin as one of the five formats of the web."""
    return next((name for offset, start, name in SIGNATURES if head[offset:].startswith(start)), None)


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """What a doubly packed file holds, each at most `UNPACKED_CAP` bytes; memory stays near that."""
    if path.suffix == ".bz2":
        with bz2.open(path) as stream:
            body = stream.read(UNPACKED_CAP)
        name = path.stem
    else:
        name, body = path.name, path.read_bytes()[:UNPACKED_CAP]
    if not name.endswith(".zip"):
        yield name, body
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for member in archive.infolist()[:50]:
                with archive.open(member) as stream:
                    yield member.filename, stream.read(UNPACKED_CAP)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error):
        yield name, body


# --- sound files --------------------------------------------------------------------------------


def _scene(width: int, height: int, draw: Random) -> Image.Image:
    grid = np.random.default_rng(draw.randrange(2**32)).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _bases(draw: Random) -> Iterator[tuple[str, bytes]]:
    scene = _scene(320, 240, draw)
    yield "baseline.jpg", _encoded(scene, "JPEG", quality=85)
    yield "progressive.jpg", _encoded(scene, "JPEG", quality=85, progressive=True)
    yield "cmyk.jpg", _encoded(scene.convert("CMYK"), "JPEG")
    yield "grey.jpg", _encoded(scene.convert("L"), "JPEG")
    yield "rgb.png", _encoded(scene, "PNG")
    yield "palette.png", _encoded(scene.quantize(200), "PNG", transparency=3)
    layered = scene.copy()
    layered.putalpha(scene.convert("L"))
    yield "alpha.png", _encoded(layered, "PNG")
    deep = np.asarray(scene.convert("L")).astype(np.uint16) * 257
    yield "deep.png", _encoded(Image.fromarray(deep), "PNG")
    yield "lossy.webp", _encoded(scene, "WEBP", quality=80)
    yield "lossless.webp", _encoded(layered, "WEBP", lossless=True)
    yield "still.gif", _encoded(scene.quantize(128), "GIF")
    yield "still.avif", _encoded(scene, "AVIF", quality=70)
    yield "alpha.avif", _encoded(layered, "AVIF", quality=70)


def _cuts(bases: dict[str, bytes]) -> Iterator[HostileFile]:
    """Every sound file cut off at every twentieth of its length."""
    for name, body in bases.items():
        for part in range(5, 100, 5):
            yield HostileFile(f"cut at {part} % {name}", body[: len(body) * part // 100], REFUSED)


# --- sizes --------------------------------------------------------------------------------------


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, data: bytes, *chunks: bytes, bits: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = (_png_chunk(b"IHDR", header), *chunks, _png_chunk(b"IDAT", data), _png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _rows(row_bytes: int, rows: int) -> bytes:
    """Compressed zero rows, never whole in memory."""
    packer, left, million = zlib.compressobj(9), (row_bytes + 1) * rows, b"\0" * 2**20
    parts = []
    while left > 0:
        parts.append(packer.compress(million[:left]))
        left -= len(million)
    return b"".join(parts) + packer.flush()


def _gif(width: int, height: int, frames: list[tuple[int, int, int, int]]) -> bytes:
    """A GIF whose frames (left, top, width, height) hold a single code each."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    body = b"".join(b"," + struct.pack("<HHHHB", *frame, 0) + b"\x02\x02\x4c\x01\x00" for frame in frames)
    return head + body + b";"


def _bombs() -> Iterator[HostileFile]:
    small = _rows(300, 10)
    yield HostileFile("bomb 60000x60000.png", _png(60_000, 60_000, small), REFUSED)
    yield HostileFile("bomb 2^31.png", _png(2**31 - 1, 2**31 - 1, small), REFUSED)
    yield HostileFile("bomb 60000x60000 1 bit.png", _png(60_000, 60_000, small, bits=1, colour=0), REFUSED)
    yield HostileFile("bomb 12000x12000 whole.png", _png(12_000, 12_000, _rows(36_000, 12_000)), REFUSED)
    yield HostileFile("51 MP.png", _png(7_150, 7_150, _rows(3 * 7_150, 7_150)), REFUSED)
    yield HostileFile("49 MP.png", _png(7_000, 7_000, _rows(3 * 7_000, 7_000)), ACCEPTED)
    deep = _png(7_000, 7_000, _rows(8 * 7_000, 7_000), bits=16, colour=6)
    yield HostileFile("49 MP of 16 bits.png", deep, ACCEPTED)
    yield HostileFile("too much data.png", _png(100, 100, _rows(300, 300_000)), None)
    yield HostileFile("bomb 65535x65535.gif", _gif(65_535, 65_535, [(0, 0, 65_535, 65_535)]), REFUSED)
    yield HostileFile("bomb canvas.gif", _gif(65_535, 65_535, [(0, 0, 1, 1)]), REFUSED)
    whole = Image.new("RGB", (7_000, 7_000), (200, 90, 30))
    whole.paste((20, 30, 200), (100, 100, 3_000, 5_000))
    yield HostileFile(
        "49 MP progressive.jpg", _encoded(whole, "JPEG", progressive=True, subsampling=0), ACCEPTED
    )
    yield HostileFile("49 MP.gif", _encoded(whole.quantize(4), "GIF"), ACCEPTED)
    yield HostileFile("49 MP.avif", _encoded(whole, "AVIF", speed=10, quality=30), ACCEPTED)
    clear = whole.crop((0, 0, 7_000, 4_280))
    clear.putalpha(128)
    dear = _encoded(clear, "AVIF", speed=10, quality=30, subsampling="4:4:4")
    yield HostileFile("30 MP with alpha.avif", dear, ACCEPTED)
    wide = whole.crop((0, 0, 7_000, 3_000)).resize((16_380, 3_000))
    yield HostileFile("49 MP.webp", _encoded(wide, "WEBP", method=0, quality=30), ACCEPTED)
    yield HostileFile("line.png", _png(50_000_000, 1, _rows(150_000_000, 1)), None)
    yield HostileFile("column.png", _png(1, 40_000_000, _rows(3, 40_000_000)), None)
    scans = Image.new("L", (3_000, 3_000), 90)
    yield HostileFile("many scans.jpg", _many_scans(_encoded(scans, "JPEG", progressive=True)), None)


def _many_scans(body: bytes) -> bytes:
    """The last scan of a progressive file two hundred times over."""
    start = body.rfind(b"\xff\xda")
    return body[:-2] + body[start:-2] * 200 + b"\xff\xd9"


def _lies(bases: dict[str, bytes]) -> Iterator[HostileFile]:
    """Headers that name another size than the pixels have."""
    for high, wide in ((1, 1), (65_535, 65_535), (0, 0), (2_400, 3_200), (65_535, 1)):
        size = f"{wide}x{high}"
        for name in ("baseline.jpg", "progressive.jpg"):
            body = bytearray(bases[name])
            at = max(body.find(b"\xff\xc0"), body.find(b"\xff\xc2"))
            body[at + 5 : at + 9] = struct.pack(">HH", high, wide)
            yield HostileFile(f"lies {size} {name}", bytes(body), REFUSED if 0 in (high, wide) else None)
        data = bases["rgb.png"]
        at = data.find(b"IDAT")
        length = struct.unpack(">I", data[at - 4 : at])[0]
        yield HostileFile(f"lies {size}.png", _png(wide, high, data[at + 4 : at + 4 + length]), None)
        gif = bytearray(bases["still.gif"])
        gif[6:10] = struct.pack("<HH", wide, high)
        yield HostileFile(f"lies {size}.gif", bytes(gif), None)
        avif = bytearray(bases["still.avif"])
        at = avif.find(b"ispe")
        avif[at + 8 : at + 16] = struct.pack(">II", wide, high)
        yield HostileFile(f"lies {size}.avif", bytes(avif), None)
        webp = bytearray(bases["lossy.webp"])
        at = webp.find(b"\x9d\x01\x2a")
        webp[at + 3 : at + 7] = struct.pack("<HH", wide & 0x3FFF, high & 0x3FFF)
        yield HostileFile(f"lies {size}.webp", bytes(webp), None)


# --- metadata -----------------------------------------------------------------------------------


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def _metadata(bases: dict[str, bytes], draw: Random) -> Iterator[HostileFile]:
    """Sound pixels behind broken, lying or enormous metadata: a browser shows them all."""
    jpeg, xmp = bases["baseline.jpg"], b"http://ns.adobe.com/xap/1.0/\0"
    loop = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"ha" * 50
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 20) for k in range(8))
    )
    iim = b"Photoshop 3.0\x008BIM\x04\x04\0\0"
    blocks = {
        "exif of noise": (0xE1, b"Exif\0\0" + draw.randbytes(2_000)),
        "exif in a loop": (0xE1, b"Exif\0\0" + loop),
        "exif with 65535 tags": (0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + draw.randbytes(60_000)),
        "exif behind the end": (0xE1, b"Exif\0\0MM\0*\x7f\xff\xff\xff"),
        "orientation of 4 GB": (
            0xE1,
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\x08\0\0\0",
        ),
        "xmp that laughs": (0xE1, xmp + laughs + b"]><x>&i;</x>"),
        "xmp 20,000 deep": (0xE1, xmp + b"<a>" * 20_000),
        "xmp of noise": (0xE1, xmp + draw.randbytes(60_000)),
        "xmp in no encoding": (0xE1, xmp + b"<?xml version='1.0' encoding='rubbish'?><x/>"),
        "iptc with long lengths": (0xED, iim + b"\xff\xff\xff\xff\x1c\x02\x50\x7f\xff" + b"A" * 100),
        "iptc of noise": (0xED, iim + struct.pack(">I", 5_000) + b"\x1c\x02" * 2_500),
        "iptc of zero lengths": (0xED, iim + struct.pack(">I", 50_000) + b"\x1c\x02\x50\0\0" * 10_000),
        "photoshop cut": (0xED, b"Photoshop 3.0\x008BIM\x04"),
        "icc of noise": (0xE2, b"ICC_PROFILE\0\x01\x01" + draw.randbytes(3_000)),
        "icc piece 0 of 0": (0xE2, b"ICC_PROFILE\0\0\0" + b"x" * 200),
        "mpf of noise": (0xE2, b"MPF\0II*\0\x08\0\0\0" + draw.randbytes(300)),
        "adobe cut": (0xEE, b"Adobe"),
        "jfif cut": (0xE0, b"JFIF\0"),
        "comment": (0xFE, draw.randbytes(60_000)),
    }
    for name, (marker, body) in blocks.items():
        yield HostileFile(f"{name}.jpg", _with_segments(jpeg, _segment(marker, body)), ACCEPTED)
    many = [_segment(0xE1, xmp + b"<x/>" + b" " * 3_000)] * 5_000
    yield HostileFile("5,000 xmp packets.jpg", _with_segments(jpeg, *many), ACCEPTED)
    yield HostileFile(
        "30 MB of segments.jpg", _with_segments(jpeg, *[_segment(0xE5, b"x" * 65_000)] * 460), ACCEPTED
    )
    rows = zlib.compress(b"".join(b"\0" + draw.randbytes(300) for _ in range(100)))
    text = zlib.compress(b"x" * 100_000_000, 9)
    one = zlib.compress(b"x" * 1_000_000, 9)
    chunks = {
        "zTXt of 100 MB": [_png_chunk(b"zTXt", b"Comment\0\0" + text)],
        "300 zTXt of 1 MB": [_png_chunk(b"zTXt", b"Comment%d\0\0" % k + one) for k in range(300)],
        "iTXt xmp of 100 MB": [_png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + text)],
        "iCCP of 100 MB": [_png_chunk(b"iCCP", b"x\0\0" + text)],
        "eXIf of noise": [_png_chunk(b"eXIf", draw.randbytes(500))],
        "eXIf in a loop": [_png_chunk(b"eXIf", loop)],
        "tEXt without end": [_png_chunk(b"tEXt", b"x" * 500)],
        "unknown chunk": [_png_chunk(b"zzZz", b"x" * 500)] * 1_000,
    }
    for name, parts in chunks.items():
        yield HostileFile(f"{name}.png", _png(100, 100, rows, *parts), ACCEPTED)
    for name in ("rgb.png", "lossy.webp", "still.avif"):
        kind = {"png": "PNG", "ebp": "WEBP", "vif": "AVIF"}[name[-3:]]
        with Image.open(io.BytesIO(bases[name])) as image:
            odd = _encoded(image, kind, exif=b"Exif\0\0" + loop, xmp=laughs + b"]><x>&i;</x>")
        yield HostileFile(f"odd metadata {name}", odd, ACCEPTED)


# --- the rest -----------------------------------------------------------------------------------


def _animations(draw: Random) -> Iterator[HostileFile]:
    frames = [_scene(60, 40, draw) for _ in range(300)]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = _encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=10)
        yield HostileFile(f"300 frames.{kind.lower()}", moving, ACCEPTED)
    growing = [(0, 0, 10 * 2**k, 10 * 2**k) for k in range(12)]
    yield HostileFile("growing frames.gif", _gif(10, 10, growing), None)
    yield HostileFile("frame beside the canvas.gif", _gif(10, 10, [(60_000, 60_000, 500, 500)]), None)
    yield HostileFile("first frame of 65535.gif", _gif(10, 10, [(0, 0, 65_535, 65_535)]), REFUSED)
    yield HostileFile("100,000 frames.gif", _gif(10, 10, [(0, 0, 10, 10)] * 100_000), None)
    yield HostileFile("no frame.gif", _gif(10, 10, []), REFUSED)


def _polyglots(bases: dict[str, bytes]) -> Iterator[HostileFile]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.js", "hit()")
    for name, body in bases.items():
        yield HostileFile(f"zip behind {name}", body + archive.getvalue(), ACCEPTED)
        yield HostileFile(f"script before {name}", b"<script>hit()</script>" + body, REFUSED)
        yield HostileFile(f"twice {name}", body + body, None)
    comment = _segment(0xFE, b"*/=1;hit();/*")
    yield HostileFile("script in a comment.jpg", _with_segments(bases["baseline.jpg"], comment), ACCEPTED)
    yield HostileFile("script.gif", b"GIF89a/*" + b"\0" * 50 + b"*/=1;hit()", REFUSED)
    yield HostileFile("document with a picture.pdf", b"%PDF-1.4\n" + bases["baseline.jpg"], REFUSED)


def _strangers(bases: dict[str, bytes]) -> Iterator[HostileFile]:
    """Other formats under the names of ours."""
    with Image.open(io.BytesIO(bases["rgb.png"])) as scene:
        for kind in (
            "TIFF",
            "BMP",
            "ICO",
            "JPEG2000",
            "EPS",
            "PDF",
            "PPM",
            "TGA",
            "PCX",
            "SGI",
            "DDS",
            "ICNS",
        ):
            yield HostileFile(f"{kind}.jpg", _encoded(scene, kind), REFUSED)
    entities = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    heads = {
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg'><script>hit()</script></svg>",
        "drawing with entities": entities + b"<svg>&a;</svg>",
        "layers": b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3) + b"\0" * 100,
        "program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/etc/passwd) (r) file",
        "page": b"<!doctype html><title>not found</title>",
        "text": b"push graphic-context\nimage over 0,0 0,0 'url(https://evil.example/)'",
        "jpeg xl": b"\xff\x0a" + b"\0" * 100,
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200,
        "film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 200,
        "flash": b"CWS\x0a" + b"\0" * 100,
        "program file": b"\x7fELF" + b"\0" * 100,
    }
    for name, body in heads.items():
        yield HostileFile(f"{name}.png", body, REFUSED)


def _nothings() -> Iterator[HostileFile]:
    yield HostileFile("nothing.jpg", b"", REFUSED)
    yield HostileFile("one byte.jpg", b"\xff", REFUSED)
    yield HostileFile("33 MB of zeros.png", b"\0" * 33_000_000, REFUSED)
    yield HostileFile("33 MB behind a head.jpg", b"\xff\xd8\xff" + b"\0" * 33_000_000, REFUSED)
    for size in ((1, 1), (1, 3_000), (3_000, 1), (640, 480)):
        flat = Image.new("RGB", size, (120, 130, 140))
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
            yield HostileFile(f"flat {size[0]}x{size[1]}.{kind.lower()}", _encoded(flat, kind), ACCEPTED)
