"""What makes strangers' pictures look alike: templates, frames, marks, lettering. For measuring recognition.

A dress is an alteration (alterations.py) that puts every picture into the same surroundings. Two different
pictures in one dress are not each other, whatever share of them is the dress.
"""

from __future__ import annotations

import math
from random import Random

import cv2
import numpy as np
from alterations import Change, Other, Picture, meme, screenshot, words, write
from drawn import draw_scene
from PIL import Image, ImageDraw, ImageOps


def in_template(picture: Picture, random: Random, other: Other) -> Picture:
    """In a publisher's frame, with its lettering above and below."""
    page = Image.new("RGB", (1000, 1000), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((10, 10, 989, 989), outline="black", width=8)
    write(draw, (60, 40), "THE DAILY HANDBOOK", 66, "black")
    write(draw, (60, 120), "ten things worth knowing, every single day", 34, "black")
    write(draw, (60, 880), "save this - share this - follow for more", 40, "black")
    page.paste(ImageOps.fit(picture, (900, 660)), (50, 190))
    return page


def with_mark(share: float) -> Change:
    """With a company's mark over a share of the area, lower right."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        small = ImageOps.fit(picture, (1000, 700))
        side = round(math.sqrt(share * 700_000))
        mark = Image.new("RGB", (side, side), "white")
        draw = ImageDraw.Draw(mark)
        for step in range(6):
            centre = (side * (0.2 + 0.12 * step), side * (0.3 + 0.12 * (step % 3)), side * 0.14)
            draw.regular_polygon(centre, 3 + step, rotation=17 * step, fill=(20, 40 * step, 140))
        write(draw, (side * 0.08, side * 0.72), "Example & Co", side * 0.12, "black")
        small.paste(mark, (980 - side, 680 - side))
        return small

    return change


def in_ornament(picture: Picture, random: Random, other: Other) -> Picture:
    """In an ornamental frame full of corners."""
    page = Image.new("RGB", (1000, 760), (120, 80, 40))
    draw = ImageDraw.Draw(page)
    ornament = Random(5)
    for step in range(420):
        x, y = ornament.randrange(1000), ornament.randrange(760)
        if 80 < x < 920 and 80 < y < 680:
            continue
        draw.regular_polygon(
            (x, y, ornament.randrange(6, 20)), 3 + step % 4, fill=(200, ornament.randrange(256), 60)
        )
    page.paste(ImageOps.fit(picture, (800, 560)), (100, 100))
    return page


def on_page(picture: Picture, random: Random, other: Other) -> Picture:
    """On the same page of the same site, word for word."""
    return screenshot(0.3)(picture, Random(9), other)


def other_view(picture: Picture, random: Random, other: Other) -> Picture:
    """The scene from a step aside: near things move more than far ones."""
    small = ImageOps.fit(picture, (900, 640))
    depth = cv2.GaussianBlur(np.random.default_rng(random.randrange(99)).random((640, 900)), (0, 0), 45)
    depth = (depth - depth.min()) / np.ptp(depth)
    rows, columns = np.mgrid[0:640, 0:900].astype(np.float32)
    moved = cv2.remap(
        np.asarray(small),
        (columns + 70 * depth - 35).astype(np.float32),
        (rows + 30 * depth - 15).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    return Image.fromarray(moved)


def titled(share: float) -> Change:
    """Below a title that takes a share of the height."""

    def change(picture: Picture, random: Random, other: Other) -> Picture:
        page, height, shapes = Image.new("RGB", (1000, 1000)), round(1000 * share), Random(3)
        draw = ImageDraw.Draw(page)
        draw.rectangle((0, 0, 1000, height), fill=(240, 200, 60))
        for line in range(4):
            write(draw, (40, 30 + line * height / 4.5), words(Random(line), 4).upper(), height / 6, "black")
        for step in range(10):
            x, y, size = (
                shapes.randrange(700, 980),
                shapes.randrange(10, height - 10),
                shapes.randrange(8, 40),
            )
            draw.regular_polygon((x, y, size), 3 + step % 4, fill=(shapes.randrange(256), 90, 40))
        page.paste(ImageOps.fit(picture, (1000, 1000 - height)), (0, height))
        return page

    return change


def same_words(picture: Picture, random: Random, other: Other) -> Picture:
    """Under the same lines of a meme."""
    return meme(4, 0.1)(ImageOps.fit(picture, (1000, 700)), Random(7), other)


def journal(picture: Picture, random: Random, other: Other) -> Picture:
    """In an article's card: the picture takes two fifths, the same words the rest."""
    page = Image.new("RGB", (1000, 1000), (250, 245, 235))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1000, 130), fill=(180, 30, 60))
    write(draw, (40, 30), "WEEKEND JOURNAL", 70, "white")
    for line in range(7):
        write(draw, (60, 160 + 38 * line), words(Random(line), 9), 27, "black")
    page.paste(ImageOps.fit(picture, (800, 500)), (100, 450))
    return page


def white_frame(picture: Picture, random: Random, other: Other) -> Picture:
    """In a photographer's white frame with shadow and signature."""
    page = Image.new("RGB", (1000, 1000), (252, 252, 252))
    draw = ImageDraw.Draw(page)
    for step in range(12):
        level = 252 - 5 * (12 - step)
        draw.rectangle((40 - step, 40 - step, 960 + step, 960 + step), outline=(level, level, level))
    page.paste(ImageOps.fit(picture, (700, 480)), (150, 220))
    write(draw, (640, 860), "A Walker, 2026", 34, "gray")
    return page


def guide(picture: Picture, random: Random, other: Other) -> Picture:
    """Not the picture at all: one publisher's numbered guide, other words in each."""
    page = Image.new("RGB", (800, 1400), (245, 245, 240))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 800, 220), fill=(20, 110, 90))
    write(draw, (40, 40), "HOW TO PLAN IT", 80, "white")
    for step in range(6):
        draw.ellipse((40, 260 + 180 * step, 160, 380 + 180 * step), fill=(230, 120, 40))
        write(draw, (85, 285 + 180 * step), str(step + 1), 60, "white")
        for line in range(4):
            write(draw, (200, 260 + 180 * step + 34 * line), words(random, 7), 28, "black")
    return page


def chart(picture: Picture, random: Random, other: Other) -> Picture:
    """Not the picture at all: the same axes and title, other bars."""
    page = Image.new("RGB", (1000, 700), "white")
    draw = ImageDraw.Draw(page)
    write(draw, (60, 20), "Visitors per month and place", 44, "black")
    draw.line((80, 620, 960, 620), fill="black", width=3)
    for month in range(12):
        write(draw, (100 + 72 * month, 630), "JFMAMJJASOND"[month], 28, "black")
        draw.rectangle(
            (95 + 72 * month, 600 - random.randrange(480), 140 + 72 * month, 619), fill=(40, 90, 170)
        )
    return page


def brand_card(picture: Picture, random: Random, other: Other) -> Picture:
    """Not the picture at all: a company's card, other lines below the same large mark."""
    page = Image.new("RGB", (1000, 700), "white")
    draw = ImageDraw.Draw(page)
    for step in range(6):
        place = (140 + 60 * step, 150 + 60 * (step % 3), 70)
        draw.regular_polygon(place, 3 + step, rotation=17 * step, fill=(20, 40 * step, 140))
    write(draw, (80, 330), "Example & Co", 80, "black")
    for line in range(4):
        write(draw, (80, 450 + 60 * line), words(random, 7), 40, "dimgray")
    return page


#: What strangers' works have in common with ours without being ours.
DRESSES: dict[str, Change] = {
    "template": in_template,
    "mark 5 %": with_mark(0.05),
    "mark 15 %": with_mark(0.15),
    "mark 30 %": with_mark(0.30),
    "ornament": in_ornament,
    "title 30 %": titled(0.30),
    "title 45 %": titled(0.45),
    "same words": same_words,
    "journal": journal,
    "white frame": white_frame,
    "guide": guide,
    "chart": chart,
    "brand card": brand_card,
}


def on_wall(picture: Picture, random: Random, other: Other) -> Picture:
    """Hung in the same photographed room."""
    page = draw_scene(4, (1000, 800))
    page.paste(ImageOps.fit(picture, (560, 420)), (220, 190))
    return page


#: Most of such a work is the page or room round the picture: what shows the same one truly shares it.
SHARING: dict[str, Change] = {"page": on_page, "wall": on_wall}
