"""Works that cannot be recognised safely are said to be: in `works`, its rows, and the report."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def indexed(tmp_path, creditline, workspace):
    """A folder with a picture and a soft gradient, indexed."""
    folder = tmp_path / "works"
    folder.mkdir()
    coarse = np.random.default_rng(1).integers(0, 256, (24, 36, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((900, 600), Image.Resampling.BICUBIC).save(folder / "pier.png")
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(folder / "dusk.png")
    assert creditline("index", folder).code == 0


def test_a_plain_work_is_listed_as_such(creditline, indexed):
    ran = creditline("works", "--json")
    rows = {row["url"].rsplit("/", 1)[1]: row for row in map(json.loads, ran.out.splitlines())}
    assert {name: row["excluded"] for name, row in rows.items()} == {"pier.png": None, "dusk.png": None}
    assert {name: row["recognised_by"] for name, row in rows.items()} == {
        "pier.png": "looks",
        "dusk.png": "own files",
    }
    listed = creditline("works")
    (line,) = (line for line in listed.out.splitlines() if "dusk.png" in line)
    assert "(only its own files are recognised)" in line
    assert "1 works are too plain to be recognised safely" in listed.err


def test_works_of_an_earlier_version_are_not_called_plain(creditline, workspace, indexed):
    with closing(sqlite3.connect(workspace / "creditline.sqlite")) as database, database:
        for table in ("work", "fingerprint"):
            database.execute(f"UPDATE {table} SET algorithm = 'cascade/0'")
    told = creditline("works").err
    assert "too plain" not in told
    assert "2 works were indexed by an earlier version; run `creditline index` again" in told


def test_indexing_prints_the_same_rows(creditline, indexed, tmp_path):
    printed = creditline("index", tmp_path / "works", "--json").out
    assert printed == creditline("works", "--json").out
    assert '"recognised_by": "own files"' in printed


def test_an_excluded_work_is_recognised_by_nothing(creditline, indexed):
    work = json.loads(creditline("works", "--json").out.splitlines()[0])
    assert creditline("works", "set", work["work"], "--exclude").code == 0
    row = next(r for r in map(json.loads, creditline("works", "--json").out.splitlines()) if r["excluded"])
    assert row["recognised_by"] is None


def test_the_report_says_so(creditline, workspace, indexed):
    assert creditline("report").code == 0
    html = (workspace / "report" / "report.html").read_text(encoding="utf-8")
    assert "1 work too plain to be recognised safely (only their own files are)" in html
    assert '"recognised_by"' in (workspace / "report" / "works.csv").read_text(encoding="utf-8-sig")
