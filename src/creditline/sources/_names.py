"""File names that tell something, so that a file of the same name elsewhere may be the same picture."""

from __future__ import annotations

import re

#: A file name tells something from this many characters on, without the ending ...
_TELLING_CHARS = 8
#: ... unless a camera or a program made it up.
_MADE_UP = re.compile(
    r"^(?:img|dsc|dscf|dscn|pict?|photo|image|picture|screenshot|untitled|slide|header|banner|gallery|p)?"
    r"[\s_\-]*\d*[\s_\-]*\d*$",
    re.IGNORECASE,
)


def is_telling(name: str) -> bool:
    """Whether a file name is one that somebody gave to one picture."""
    stem = name.rpartition(".")[0]
    return len(stem) >= _TELLING_CHARS and not _MADE_UP.match(stem)
