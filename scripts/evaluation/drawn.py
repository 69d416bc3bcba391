"""Pictures drawn by rule: photograph enough for hashes and local features, another scene per number."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def draw_scene(number: int, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """Soft light, a few hundred shapes, grain; every third scene is long, as infographics are."""
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
    grain = random.normal(0, 4, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8))
