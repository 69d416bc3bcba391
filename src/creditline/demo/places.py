"""Where the miniature web lies, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from creditline.errors import CreditlineError
from creditline.records import Owner

#: The photographer of the miniature web, as she would type it into ``creditline init``.
OWNER = Owner(
    names=("Mira Solberg", "Solberg Studio"),
    domains=("mirasolberg.example",),
    profiles=(
        "https://www.flickr.com/photos/mirasolberg/",
        "https://unsplash.com/@mirasolberg",
        "https://www.instagram.com/mirasolberg/",
        "https://www.behance.net/mirasolberg",
    ),
    credit_line="Photo: Mira Solberg / mirasolberg.example",
)

#: Where her own site begins.
SITE = "https://mirasolberg.example/"


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of leads that belong to the miniature web."""

    pages: Path
    logs: tuple[Path, ...]
    links: tuple[Path, ...]
    sites: Path


def web_root() -> Path:
    """The folder with one folder per host and ``truth.jsonl``: in a wheel, or in a checkout.

    Raises:
        CreditlineError: Neither is there.
    """
    return _folder("web")


def sources() -> Sources:
    """The lead files that lead to every page of the truth.

    Raises:
        CreditlineError: They are not there.
    """
    folder = _folder("sources")
    return Sources(
        pages=folder / "pages.txt",
        logs=tuple(sorted(folder.glob("*.log"))),
        links=tuple(sorted(folder.glob("links-*"))),
        sites=folder / "sites.txt",
    )


def _folder(name: str) -> Path:
    here = Path(__file__).resolve()
    for candidate in (here.parent / name, here.parents[3] / "fixtures" / name):
        if candidate.is_dir():
            return candidate
    raise CreditlineError(
        f"the miniature web is not there: no folder {name!r} beside {here.parent}; install creditline again"
    )
