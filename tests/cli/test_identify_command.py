"""``identify``: the answer, and the page that explains it."""

import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def pictures(tmp_path, creditline, workspace):
    """A folder with one work, indexed; a copy and a stranger's picture beside it."""
    folder = tmp_path / "works"
    folder.mkdir()
    for seed, path in ((1, folder / "pier.png"), (2, tmp_path / "stranger.png")):
        coarse = np.random.default_rng(seed).integers(0, 256, (24, 36, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((900, 600), Image.Resampling.BICUBIC).save(path)
    Image.open(folder / "pier.png").resize((450, 300)).save(tmp_path / "copy.jpg", quality=70)
    assert creditline("index", folder).code == 0
    return tmp_path


def test_a_copy_is_identified_and_explained(creditline, pictures):
    page = pictures / "why.html"
    ran = creditline(
        "identify", pictures / "copy.jpg", pictures / "stranger.png", "--explain", page, "--json"
    )
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.message) == (0, f"explained in {page}")
    assert [len(row["matches"]) for row in rows] == [1, 0]
    html = page.read_text(encoding="utf-8")
    assert "Your work “pier.png”" in html
    assert "None of your works" in html
    assert rows[0]["matches"][0]["work"] in html


def test_a_page_that_cannot_be_written_is_said_so(creditline, pictures):
    ran = creditline("identify", pictures / "copy.jpg", "--explain", pictures / "none" / "why.html")
    assert ran.code == 2
    assert "cannot be written" in ran.message
    assert ran.out == ""
