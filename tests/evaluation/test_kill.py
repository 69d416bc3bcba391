"""A scan that is killed and started again ends as an undisturbed one: the short form of the evaluation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SCRIPT = Path(__file__).parents[2] / "scripts" / "evaluation" / "kill"
PICTURES = 3
RUNS = 1


def _picture(seed: int) -> Image.Image:
    """Soft light and dark in large and small patches; another seed is another picture."""
    random = np.random.default_rng(seed)
    layers = [
        Image.fromarray(random.integers(0, 256, (side, side, 3), dtype=np.uint8)).resize(
            (640, 480), Image.BICUBIC
        )
        for side in (4, 16, 48)
    ]
    return Image.blend(Image.blend(layers[0], layers[1], 0.5), layers[2], 0.35)


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html lang=en><title>{title}</title><body><h1>{title}</h1>{body}</body></html>"


@pytest.fixture
def small_web(tmp_path) -> Path:
    """The photographer's site with a few pictures, and a magazine that shows each once."""
    own, magazine = tmp_path / "web" / "mirasolberg.example", tmp_path / "web" / "magazine.example"
    (tmp_path / "sources").mkdir()
    for folder in (own, magazine):
        folder.mkdir(parents=True)
    shown, pages = [], []
    for number in range(PICTURES):
        _picture(number).save(own / f"picture-{number}.jpg", quality=92)
        _picture(number).resize((480, 360)).save(magazine / f"copy-{number}.jpg", quality=80)
        shown.append(f"<figure><img src=picture-{number}.jpg alt='Picture {number}'></figure>")
        credit = "<figcaption>Photo: Mira Solberg</figcaption>" if number % 2 else ""
        story = "<p>" + "A story of some length, told in plain words. " * 20 + "</p>"
        figure = f"<figure><img src=/copy-{number}.jpg width=480 height=360>{credit}</figure>"
        (magazine / f"story-{number}.html").write_text(_page(f"Story {number}", story + figure + story))
        pages.append(f"https://magazine.example/story-{number}.html")
    (own / "index.html").write_text(_page("Mira Solberg", "".join(shown)))
    (tmp_path / "sources" / "pages.txt").write_text("\n".join(pages) + "\n")
    return tmp_path


def test_a_killed_scan_loses_and_doubles_nothing(small_web):
    words = [sys.executable, SCRIPT, "--runs", str(RUNS), "--seed", "7", "--data", small_web]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    last = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout
    assert last["ok"] is True
    assert last["figures"]["runs"] == RUNS
    assert last["figures"]["works"] == last["figures"]["uses"] == PICTURES
