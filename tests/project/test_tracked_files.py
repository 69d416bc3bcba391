"""Nothing of the machine it was made on stands in what is committed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Put together from pieces, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.~/-])/(?:"
        + "|".join(["wor" + "k/(?:main|shared)", "roo" + "t", "home/" + r"\w+", "tm" + r"p/\w+"])
        + r")(?![\w-])"
    ),
    "an address of a package index": re.compile(
        "|".join(
            ["py" + r"pi\.org/simple", "files.python" + r"hosted\.org", "index-" + "url", "find-" + "links"]
        )
    ),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE " + "KEY"),
}
#: Where the forbidden words are the subject itself, with the reason.
ALLOWED = {
    "scripts/bootstrap.py": "asks whether pip's configuration names an index",
}


def _tracked() -> list[str]:
    """Paths of all files that git knows; without git there is nothing to say."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [path for path in listed.stdout.decode().split("\0") if path]


def _text(path: Path) -> str | None:
    """The content, ``None`` for binary files and for links or files that are gone."""
    if path.is_symlink() or not path.is_file():
        return None
    content = path.read_bytes()
    return None if b"\0" in content[:8000] else content.decode(errors="replace")


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_tracked_file_holds(kind):
    found = []
    for name in _tracked():
        text = _text(ROOT / name)
        if text is None or name in ALLOWED:
            continue
        for match in FORBIDDEN[kind].finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{line}: {match[0]}")
    assert not found


def test_the_guard_bites():
    paths = FORBIDDEN["a path of one machine"]
    assert paths.search("see /" + "work/main")
    assert paths.search('"/' + 'tmp/x1"')
    assert not paths.search("https://example.com/" + "work/portrait.html")
    assert FORBIDDEN["an address of a package index"].search("--extra-index-" + "url x")
