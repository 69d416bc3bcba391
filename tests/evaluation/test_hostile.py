"""Hostile pictures, replies and documents end as they must: a very short form of the evaluation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image

SCRIPT = Path(__file__).parents[2] / "scripts" / "evaluation" / "hostile"


def figures_of(*words: str | Path) -> dict[str, Any]:
    command = [sys.executable, SCRIPT, "--short", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["name"] == "hostile"
    assert last["ok"] is True
    return last["figures"]


def test_replies_documents_and_robots(tmp_path):
    recorded = "HTTP/1.1 200 OK\nContent-Length: 900\n\nx\n"
    (tmp_path / "test1").write_text(f"<reply>\n<data>\n{recorded}</data>\n</reply>\n")
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    parts = ("--part", "http", "--part", "html", "--part", "robots")
    figures = figures_of(*parts, "--replies", "40", "--pages", "12", "--data", tmp_path)
    assert figures["http_replies"] > 40
    assert figures["html_outcomes"]["found, credited"] >= 1
    assert figures["robots_files"] > 12


def test_pictures_of_a_folder_and_their_mutations(tmp_path):
    Image.effect_noise((64, 48), 50).save(tmp_path / "sound.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "sound.png").read_bytes()[:200])
    figures = figures_of("--part", "images", "--mutations", "5", "--only-given", "--data", tmp_path)
    assert figures["image_files"] == 7
    assert figures["image_outcomes"]["accepted"] >= 1
    assert figures["image_outcomes"]["damaged"] >= 1
