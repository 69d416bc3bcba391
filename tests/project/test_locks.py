"""The locks name everything that pyproject.toml asks for, with hashes and without addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["base", "dev"]


def _locked(name: str) -> dict[str, set[str]]:
    """Package name to its locked versions (several where they depend on the Python)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / f"{name}.lock").read_text().splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;]+)", line):
            versions.setdefault(canonicalize_name(found[1]), set()).add(found[2])
    return versions


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name):
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "@" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name):
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / f"{name}.lock").read_text().strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_the_lock_of_the_tests_is_a_superset():
    base, dev = _locked("base"), _locked("dev")
    assert {name: dev.get(name) for name in base} == base


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("base", PYPROJECT["project"]["dependencies"]),
        ("base", PYPROJECT["build-system"]["requires"]),
        ("dev", PYPROJECT["dependency-groups"]["dev"]),
    ],
    ids=["dependencies", "build", "dev"],
)
def test_every_requirement_is_locked_at_a_version_it_allows(lock, requirements):
    locked = _locked(lock)
    for requirement in map(Requirement, requirements):
        versions = locked.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement} is not in requirements/{lock}.lock"
        assert all(requirement.specifier.contains(version) for version in versions), str(requirement)
