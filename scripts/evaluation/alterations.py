"""What the web does to pictures: by rule, for measuring recognition.

An alteration takes a picture, a `random.Random` and a function that gives an unrelated picture, and returns
a picture. Families and strengths follow what people do on pages (thumbnails, memes, screenshots, collages).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image
Other = Callable[[], Picture]
Change = Callable[[Picture, Random, Other], Picture]

#: Longer side of a picture before most alterations, as a page would show it.
SHOWN_PX = 1000

_TEXT = (
    "morning light over the old harbour while boats come home and gulls wait for the market to open "
    "its doors ten ways to plan a quiet weekend read this before you travel "
    "what nobody tells you about small towns"
)


@dataclass(frozen=True)
class Alteration:
    """One kind of change at one strength."""

    family: str
    strength: str
    change: Change


def fit(picture: Picture, longest: int) -> Picture:
    """The picture, shrunk to at most that many pixels."""
    small = picture.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return small


def words(random: Random, count: int) -> str:
    """Some words in a row."""
    known = _TEXT.split()
    start = random.randrange(len(known))
    return " ".join((known * 3)[start : start + count])


def write(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float, fill: str, edge: int = 0
) -> None:
    """Letters of a size in pixels."""
    draw.text(
        place, text, fill, ImageFont.load_default(size=max(8, size)), stroke_width=edge, stroke_fill="black"
    )


def recoded(file_format: str, quality: int) -> Change:
    """Saved again at a quality."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        file = io.BytesIO()
        fit(picture, SHOWN_PX).save(file, file_format, quality=quality)
        return Image.open(file).convert("RGB")

    return change


def resized(longest: int) -> Change:
    """A thumbnail."""
    return lambda picture, random, other: fit(picture, longest)


def cropped(kept: float) -> Change:
    """A part of that area, anywhere, of nearly any shape."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        skew = math.exp(random.uniform(-0.25, 0.25))
        width = min(picture.width, round(picture.width * math.sqrt(kept) * skew))
        height = min(picture.height, round(picture.height * math.sqrt(kept) / skew))
        x, y = random.randint(0, picture.width - width), random.randint(0, picture.height - height)
        return picture.crop((x, y, x + width, y + height))

    return change


def sliced(kept: float) -> Change:
    """A strip across the longer side, as infographics are cut."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        if picture.height >= picture.width:
            height = round(picture.height * kept)
            y = random.randint(0, picture.height - height)
            return picture.crop((0, y, picture.width, y + height))
        width = round(picture.width * kept)
        x = random.randint(0, picture.width - width)
        return picture.crop((x, 0, x + width, picture.height))

    return change


def mirrored(longest: int) -> Change:
    """Left is right."""
    return lambda picture, random, other: ImageOps.mirror(fit(picture, longest))


def bordered(share: float, colour: str) -> Change:
    """A plain frame of a share of the shorter side."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX)
        return ImageOps.expand(small, round(min(small.size) * share), colour)

    return change


def letterboxed(picture: Picture, random: Random, other: Other) -> Picture:
    """In a black square."""
    small = fit(picture, SHOWN_PX)
    return ImageOps.pad(small, (max(small.size),) * 2, color="black")


def meme(lines: int, share: float) -> Change:
    """Lines of capitals over top and bottom, each a share of the height."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX)
        draw, size = ImageDraw.Draw(small), small.height * share
        for line in range(lines):
            above = line < (lines + 1) // 2
            y = (
                small.height * 0.02 + line * size * 1.1
                if above
                else small.height - size * 1.2 * (lines - line)
            )
            write(
                draw,
                (small.width * 0.03, y),
                words(random, 6).upper(),
                size,
                "white",
                max(1, round(size / 12)),
            )
        return small

    return change


def captioned(share: float) -> Change:
    """A white band with a sentence above it."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX)
        band = round(small.height * share)
        page = Image.new("RGB", (small.width, small.height + band), "white")
        page.paste(small, (0, band))
        draw = ImageDraw.Draw(page)
        for line in range(2):
            write(draw, (12, band * (0.12 + 0.4 * line)), words(random, 9), band / 3.2, "black")
        return page

    return change


def covered(share: float) -> Change:
    """A coloured box with words over a share of the area."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX)
        width, height = (round(side * math.sqrt(share)) for side in small.size)
        x, y = random.randint(0, small.width - width), random.randint(0, small.height - height)
        draw = ImageDraw.Draw(small)
        colour = (random.randrange(256), random.randrange(256), random.randrange(256))
        draw.rectangle((x, y, x + width, y + height), fill=colour)
        write(draw, (x + 8, y + 8), words(random, 4), max(12, height * 0.2), "white", 1)
        return small

    return change


def tiled_mark(alpha: int) -> Change:
    """A watermark all over, of 0 (unseen) to 255 (opaque)."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX).convert("RGBA")
        marks = Image.new("RGBA", small.size, (0, 0, 0, 0))
        draw, size = ImageDraw.Draw(marks), max(14, small.width // 22)
        font = ImageFont.load_default(size=size)
        for row, y in enumerate(range(0, small.height, size * 3)):
            for x in range(-size * 7 + row * size, small.width, size * 7):
                draw.text((x, y), "preview only", font=font, fill=(255, 255, 255, alpha))
        return Image.alpha_composite(small, marks).convert("RGB")

    return change


def corner_mark(picture: Picture, random: Random, other: Other) -> Picture:
    """A site's name in the corner."""
    small = fit(picture, SHOWN_PX)
    draw, size = ImageDraw.Draw(small), small.height * 0.07
    x, y = small.width * 0.6, small.height * 0.88
    draw.rectangle((x - 6, y - 4, small.width, small.height), fill=(190, 40, 30))
    write(draw, (x, y), "a-blog.example", size, "white")
    return small


def gray(picture: Picture, random: Random, other: Other) -> Picture:
    """Black and white."""
    return fit(picture, SHOWN_PX).convert("L").convert("RGB")


def toned(matrix: tuple[float, ...], gain: float, lift: float) -> Change:
    """Colours mixed by a 3 x 3 matrix, then contrast."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        levels = np.asarray(fit(picture, SHOWN_PX)).astype(float) @ np.array(matrix).reshape(3, 3).T
        return Image.fromarray(np.clip((levels - 128) * gain + 128 + lift, 0, 255).astype(np.uint8))

    return change


def vivid(picture: Picture, random: Random, other: Other) -> Picture:
    """As filters of picture apps."""
    return ImageEnhance.Contrast(ImageEnhance.Color(fit(picture, SHOWN_PX)).enhance(1.8)).enhance(1.5)


def gamma(power: float) -> Change:
    """Lighter (< 1) or darker (> 1)."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        levels = np.asarray(fit(picture, SHOWN_PX)) / 255.0
        return Image.fromarray((255 * levels**power).astype(np.uint8))

    return change


def hue_turned(picture: Picture, random: Random, other: Other) -> Picture:
    """Every colour a third of the wheel on."""
    hue, saturation, value = fit(picture, SHOWN_PX).convert("HSV").split()
    return Image.merge("HSV", (hue.point(lambda level: (level + 85) % 256), saturation, value)).convert("RGB")


def rotated(degrees: float, cut: bool) -> Change:
    """Turned either way; the empty corners cut off, or left white."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, 1200)
        angle = degrees * random.choice((-1, 1))
        turned = small.rotate(angle, Image.Resampling.BICUBIC, expand=not cut, fillcolor="white")
        if not cut:
            return turned
        turn, ratio = math.radians(degrees), max(small.size) / min(small.size)
        kept = 1 / (math.cos(turn) + ratio * math.sin(turn))
        width, height = round(small.width * kept), round(small.height * kept)
        x, y = (small.width - width) // 2, (small.height - height) // 2
        return turned.crop((x, y, x + width, y + height))

    return change


def quarter_turn(picture: Picture, random: Random, other: Other) -> Picture:
    """Lying on its side."""
    return fit(picture, SHOWN_PX).transpose(Image.Transpose.ROTATE_90)


def squeezed(factor: float) -> Change:
    """Wider or narrower than it was."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = fit(picture, SHOWN_PX)
        return small.resize((max(40, round(small.width * factor)), small.height), Image.Resampling.LANCZOS)

    return change


def web_page(random: Random) -> tuple[Picture, ImageDraw.ImageDraw]:
    """A browser window with a page of text in it."""
    page = Image.new("RGB", (1366, 900), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1366, 40), fill=(218, 222, 228))
    draw.rounded_rectangle((90, 46, 1240, 72), 12, fill=(240, 242, 245))
    write(draw, (110, 50), "https://stories.example/read/2026/", 14, "gray")
    draw.rectangle((0, 78, 1366, 122), fill=(32, 44, 70))
    for number, text in enumerate(("START", "TRAVEL", "HOME", "FOOD", "VIDEO", "ABOUT US")):
        write(draw, (30 + 130 * number, 90), text, 17, "white")
    for line in range(30):
        write(draw, (1070, 140 + 25 * line), words(random, 5), 14, "dimgray")
    return page, draw


def screenshot(share: float) -> Change:
    """Shown on a page, over a share of the window."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        page, draw = web_page(random)
        zoom = math.sqrt(share * page.width * page.height / (picture.width * picture.height))
        zoom = min(zoom, 1030 / picture.width, 700 / picture.height)
        size = (max(30, round(picture.width * zoom)), max(30, round(picture.height * zoom)))
        write(draw, (30, 134), words(random, 6), 30, "black")
        page.paste(picture.resize(size, Image.Resampling.LANCZOS), (30, 180))
        for y in range(190 + size[1], 890, 22):
            write(draw, (30, y), words(random, 14), 14, "black")
        return page

    return change


def phone(picture: Picture, random: Random, other: Other) -> Picture:
    """As an app shows it on a phone."""
    page = Image.new("RGB", (750, 1334), "black")
    draw = ImageDraw.Draw(page)
    write(draw, (30, 14), "9:41", 26, "white")
    draw.ellipse((30, 70, 90, 130), fill=(60, 120, 200))
    write(draw, (110, 80), "a_friend", 28, "white")
    height = round(picture.height * 750 / picture.width)
    shown = ImageOps.fit(picture, (750, 900)) if height > 900 else picture.resize((750, max(40, height)))
    page.paste(shown, (0, 150))
    for line in range(4):
        write(draw, (30, 170 + shown.height + 34 * line), words(random, 7), 23, "white")
    return page


def collage(columns: int, rows: int) -> Change:
    """Among other pictures."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        cell = 420 if columns * rows <= 4 else 300
        page = Image.new("RGB", (columns * (cell + 6) + 6, rows * (cell + 6) + 6), "white")
        ours = random.randrange(columns * rows)
        for place in range(columns * rows):
            shown = ImageOps.pad(picture if place == ours else other(), (cell, cell), color="white")
            page.paste(shown, (6 + place % columns * (cell + 6), 6 + place // columns * (cell + 6)))
        return page

    return change


def inset(share: float) -> Change:
    """Laid over another picture, over a share of it."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        page = ImageOps.fit(other(), (1200, 800))
        zoom = math.sqrt(share * 1200 * 800 / (picture.width * picture.height))
        size = (
            max(30, min(1150, round(picture.width * zoom))),
            max(30, min(760, round(picture.height * zoom))),
        )
        page.paste(
            picture.resize(size, Image.Resampling.LANCZOS),
            (random.randint(0, 1200 - size[0]), random.randint(0, 800 - size[1])),
        )
        return page

    return change


def blurred(picture: Picture, random: Random, other: Other) -> Picture:
    """Out of focus."""
    return fit(picture, SHOWN_PX).filter(ImageFilter.GaussianBlur(3))


def noisy(picture: Picture, random: Random, other: Other) -> Picture:
    """Grain of 25 gray levels."""
    levels = np.asarray(fit(picture, SHOWN_PX)).astype(float)
    grain = np.random.default_rng(random.randrange(1 << 30)).normal(0, 25, levels.shape)
    return Image.fromarray(np.clip(levels + grain, 0, 255).astype(np.uint8))


def chain(*changes: Change) -> Change:
    """One after the other."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        for each in changes:
            picture = each(picture, random, other)
        return picture

    return change


_SEPIA = (0.39, 0.77, 0.19, 0.35, 0.69, 0.17, 0.27, 0.53, 0.13)

ALTERATIONS: tuple[Alteration, ...] = tuple(
    Alteration(family, strength, change)
    for family, kinds in {
        "resize": {"640": resized(640), "320": resized(320), "160": resized(160)},
        "jpeg": {"50": recoded("JPEG", 50), "30": recoded("JPEG", 30), "10": recoded("JPEG", 10)},
        "webp": {"50": recoded("WEBP", 50), "20": recoded("WEBP", 20)},
        "crop": {"60": cropped(0.6), "40": cropped(0.4), "25": cropped(0.25), "10": cropped(0.1)},
        "mirror": {"1000": mirrored(1000), "400": mirrored(400)},
        "border": {"5": bordered(0.05, "white"), "20": bordered(0.2, "black"), "box": letterboxed},
        "text": {
            "meme2": meme(2, 0.10),
            "meme4": meme(4, 0.10),
            "meme6": meme(6, 0.11),
            "caption": captioned(0.25),
            "block15": covered(0.15),
            "block35": covered(0.35),
        },
        "watermark": {"corner": corner_mark, "tile70": tiled_mark(70), "tile140": tiled_mark(140)},
        "colour": {
            "gray": gray,
            "sepia": toned(_SEPIA, 1.25, -18),
            "vivid": vivid,
            "gamma.5": gamma(0.5),
            "gamma2": gamma(2),
            "hue": hue_turned,
        },
        "rotate": {
            "2": rotated(2, True),
            "5": rotated(5, True),
            "10": rotated(10, False),
            "90": quarter_turn,
        },
        "aspect": {"0.8": squeezed(0.8), "1.25": squeezed(1.25), "0.6": squeezed(0.6)},
        "screenshot": {
            "45": screenshot(0.45),
            "25": screenshot(0.25),
            "10": screenshot(0.10),
            "phone": phone,
        },
        "collage": {"2x1": collage(2, 1), "2x2": collage(2, 2), "3x3": collage(3, 3)},
        "inset": {"40": inset(0.4), "20": inset(0.2), "8": inset(0.08)},
        "degrade": {"blur": blurred, "grain": noisy},
        "slice": {"1/2": sliced(1 / 2), "1/3": sliced(1 / 3), "1/5": sliced(1 / 5)},
        "combo": {
            "crop, mirror": chain(cropped(0.5), mirrored(800), recoded("JPEG", 30)),
            "crop, meme": chain(cropped(0.4), meme(4, 0.1), recoded("JPEG", 30)),
            "mirror, phone": chain(mirrored(1000), phone, recoded("JPEG", 30)),
            "gray, border, turn": chain(gray, rotated(3, True), bordered(0.08, "black")),
            "crop, collage": chain(cropped(0.5), collage(2, 2)),
        },
    }.items()
    for strength, change in kinds.items()
)

#: Slices are cut from long pictures only, and these are what counts as long: longer over shorter side.
LONG_RATIO = 1.5
