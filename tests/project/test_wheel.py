"""The wheel carries everything that the program needs where no checkout is."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ["py.typed", "demo/web/truth.jsonl", "demo/sources/pages.txt", "store/alembic/env.py"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built without a network, unpacked; the folder that holds the package."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_that_is_not_code_comes_along(wheel, name):
    assert (wheel / "creditline" / name).is_file()


def test_migrations_and_licence_come_along(wheel):
    assert list((wheel / "creditline" / "store" / "alembic" / "versions").glob("*.py"))
    assert list(wheel.glob("*.dist-info/licenses/LICENSE"))


def test_nothing_else_comes_along(wheel):
    assert sorted(path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")) == [
        "creditline"
    ]
    assert not list(wheel.rglob("test_*.py"))
    assert not list(wheel.rglob("*.pyc"))


def test_the_unpacked_wheel_finds_its_own_files(wheel, tmp_path):
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        "import creditline.demo.places as places; print(places.web_root()); print(places.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert all(line.startswith(str(wheel)) for line in done.stdout.splitlines())
