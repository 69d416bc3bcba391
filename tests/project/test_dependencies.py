"""docs/dependencies.md names every dependency, and none is under a licence we do not use."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PAGE = (ROOT / "docs" / "dependencies.md").read_text()
#: Dependencies that no import names.
USED_OTHERWISE = {
    "psycopg": "SQLAlchemy loads it for postgresql addresses",
    "faiss-cpu": "recognition by geometry",
}
#: What metadata calls a licence, where that is not its SPDX name. Longer texts first.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "2-clause BSD License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "Lesser General Public License": "LGPL-3.0",
    "LGPL-3.0-only": "LGPL-3.0",
    "The Unlicense": "Unlicense",
}
#: Libraries under the GPL that wheels are known to carry inside.
GPL_LIBRARIES = re.compile(r"lib(x264|x265|xvid|fftw|gsl|mupdf|poppler|readline|postproc)\b", re.IGNORECASE)


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


PROGRAM = _names(PYPROJECT["project"]["dependencies"])
EXTRAS = _names([text for each in PYPROJECT["project"]["optional-dependencies"].values() for text in each])
TOOLS = _names(PYPROJECT["dependency-groups"]["dev"])


def _rows(heading: str) -> dict[str, tuple[str, str]]:
    """Package to licence and reason, from the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line[:1] == "|"
    ]
    return {row[0]: (row[1], row[2]) for row in rows[2:]}


def _licence_words(name: str) -> str:
    """Everything a package's metadata says of its licence."""
    metadata = importlib.metadata.metadata(name)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    free_text = (metadata.get("License") or "").splitlines()[:1]
    return "; ".join([metadata.get("License-Expression") or "", *free_text, *classifiers])


@pytest.mark.parametrize(
    ("heading", "required"),
    [("The program", PROGRAM), ("Where it is wanted", EXTRAS), ("Building and testing", TOOLS)],
    ids=["program", "extras", "tools"],
)
def test_the_page_names_every_dependency_with_its_reason(heading, required):
    rows = _rows(heading)
    assert set(rows) == required
    assert [name for name, (_, reason) in rows.items() if not reason] == []
    assert list(rows) == sorted(rows)


@pytest.mark.parametrize("name", sorted(PROGRAM | TOOLS))
def test_the_page_gives_the_licence_of_what_is_installed(name):
    stated = (_rows("The program") | _rows("Building and testing"))[name][0]
    words = _licence_words(name)
    for text, spdx in SPDX.items():
        words = words.replace(text, spdx)
    assert stated in words


def test_nothing_installed_is_under_the_gpl():
    refused = {}
    for distribution in importlib.metadata.distributions():
        words = _licence_words(distribution.metadata["Name"])
        if re.search(r"(?<!L)(?<!Lesser )(?:A?GPL|General Public License)", words):
            refused[distribution.metadata["Name"]] = words
    assert refused == {}


def test_no_wheel_carries_a_gpl_library_inside():
    carried = [
        str(file)
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or []
        if GPL_LIBRARIES.search(file.name)
    ]
    assert carried == []


def test_every_dependency_is_used():
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    homes = importlib.metadata.packages_distributions()
    used = {canonicalize_name(home) for module in imported for home in homes.get(module, ())}
    assert PROGRAM - used - set(USED_OTHERWISE) == set()
