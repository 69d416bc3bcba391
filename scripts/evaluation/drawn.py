"""Pictures drawn by rule: photograph enough for hashes and local features, another scene per number."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def draw_scene(number: int, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """Soft light, a few hundred shapes, texture; every third scene is long, as infographics are."""
    if number % 3 == 2:
        size = (700, 1300)
    random = np.random.default_rng(number)
    light = Image.fromarray(random.integers(30, 226, (5, 7, 3), dtype=np.uint8))
    picture = light.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(350):
        x, y = (int(random.integers(0, side)) for side in size)
        width, height = (int(side) for side in random.integers(4, size[0] // 9, 2))
        colour = tuple(int(level) for level in random.integers(0, 256, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + width, y + height), fill=colour)
    soft = picture.filter(ImageFilter.GaussianBlur(1))
    return Image.fromarray(np.clip(np.asarray(soft) + _texture(random, size), 0, 255).astype(np.uint8))


def _texture(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Grain at five scales: surfaces of photographs are nowhere even."""
    texture = np.zeros((size[1], size[0], 1))
    for scale in (1, 3, 6, 12, 24):
        coarse = random.normal(0, 5, (size[1] // scale + 1, size[0] // scale + 1)).astype(np.float32)
        texture[..., 0] += np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    return texture
