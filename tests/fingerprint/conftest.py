"""Pictures made by rule: like photographs enough for hashes and local features to work on."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter


def make_photo(seed: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """A scene of soft light, a few hundred shapes and texture; another seed is another scene."""
    random = np.random.default_rng(seed)
    light = Image.fromarray(random.integers(30, 226, (5, 7, 3), dtype=np.uint8))
    picture = light.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(260):
        x, y = random.integers(0, size[0]), random.integers(0, size[1])
        w, h = random.integers(4, size[0] // 9, 2)
        colour = tuple(int(level) for level in random.integers(0, 256, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((int(x), int(y), int(x + w), int(y + h)), fill=colour)
    soft = picture.filter(ImageFilter.GaussianBlur(1))
    return Image.fromarray(np.clip(np.asarray(soft) + _texture(random, size), 0, 255).astype(np.uint8))


def _texture(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Grain at five scales: surfaces of photographs are nowhere even."""
    texture = np.zeros((size[1], size[0], 1))
    for scale in (1, 3, 6, 12, 24):
        coarse = random.normal(0, 5, (size[1] // scale + 1, size[0] // scale + 1)).astype(np.float32)
        texture[..., 0] += np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    return texture


def encode(picture: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    """A picture as the bytes of a file."""
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


@pytest.fixture(scope="session")
def photo() -> Callable[..., Image.Image]:
    """`make_photo`, remembered."""
    made: dict[tuple[int, tuple[int, int]], Image.Image] = {}

    def remembered(seed: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
        if (seed, size) not in made:
            made[seed, size] = make_photo(seed, size)
        return made[seed, size].copy()

    return remembered


@pytest.fixture(scope="session")
def encoded() -> Callable[..., bytes]:
    """`encode`."""
    return encode
