"""How two pictures lie on each other, as people are shown it."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from creditline.fingerprint import CASCADE, HASH, CellState, PortfolioIndex, decode_image, overlay
from creditline.fingerprint.decode import SHOWN_PX, show_image, show_original


def found(photo, encoded, theirs, algorithm):
    ours = decode_image(encoded(photo(1)), algorithm).fingerprint
    (match,) = PortfolioIndex([("w", ours)], (), algorithm).identify(encoded(theirs))
    return overlay(show_image(encoded(photo(1))), show_image(encoded(theirs)), match)


def states(over):
    return Counter(cell.state for cell in over.cells)


@pytest.mark.parametrize("algorithm", [HASH, CASCADE])
@pytest.mark.parametrize("mirrored", [False, True])
def test_whole_copies_agree_in_every_cell(photo, encoded, algorithm, mirrored):
    copy = photo(1).resize((600, 400))
    over = found(photo, encoded, ImageOps.mirror(copy) if mirrored else copy, algorithm)
    assert states(over)[CellState.AGREES] > 100
    assert states(over)[CellState.DIFFERS] == 0
    first = next(cell for cell in over.cells if cell.ours[0] == (0, 0))
    assert first.theirs[0] == ((1, 0) if mirrored else (0, 0))


def test_a_pasted_mirrored_part_is_shown_where_it_lies(photo, encoded):
    page = Image.new("RGB", (1200, 800), "white")
    page.paste(ImageOps.mirror(photo(1)).resize((450, 300)), (700, 400))
    over = found(photo, encoded, page, CASCADE)
    assert np.array(over.outline) == pytest.approx(
        np.array([[1150, 400], [700, 400], [700, 700], [1150, 700]]) / (1200, 800), abs=0.01
    )
    assert states(over)[CellState.AGREES] > 60
    for cell in over.cells:
        assert all(0.57 < x < 0.97 and 0.49 < y < 0.89 for x, y in cell.theirs)


def test_their_picture_is_shown_as_it_lies_on_ours(photo, encoded):
    over = found(photo, encoded, photo(1).crop((300, 150, 750, 450)), CASCADE)
    with Image.open(io.BytesIO(over.aligned)) as aligned:
        ours = np.asarray(photo(1).resize(aligned.size).convert("L")).astype(int)
        levels = np.asarray(aligned.convert("L")).astype(int)
    inner = (slice(120, 300), slice(230, 510))
    assert np.abs(levels[inner] - ours[inner]).mean() < 8
    assert levels[:90].std() < 4


def test_what_was_painted_over_is_said_to_differ(photo, encoded):
    theirs = photo(1)
    ImageDraw.Draw(theirs).ellipse((400, 240, 500, 340), fill="yellow")
    over = found(photo, encoded, theirs, HASH)
    odd = [cell for cell in over.cells if cell.state is CellState.DIFFERS]
    assert odd
    assert all(0.4 < x < 0.6 and 0.35 < y < 0.62 for cell in odd for x, y in cell.ours)


def test_pictures_are_shown_upright_and_small(photo, encoded, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    body = encoded(photo(1), exif=exif)
    file = tmp_path / "original.jpg"
    file.write_bytes(body)
    for shown in (show_image(body), show_original(str(file))):
        with Image.open(io.BytesIO(shown)) as picture:
            assert picture.size == (round(SHOWN_PX * 600 / 900), SHOWN_PX)
            assert not picture.getexif()
