"""What a replica's index knows: which pages show which picture."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from creditline.demo.truth import Row, read_truth
from creditline.engine_flows import load_flow

#: Share of the truth's pages that each engine has crawled, in eighths: no engine knows the whole web.
_KNOWN_EIGHTHS = 6
#: Grey levels by which a picture of 16 x 16 may differ on average from the file it is a copy of.
_LIKE = 6.0
_CANARY_PAGES = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """One page as an engine lists it."""

    page_url: str
    image_url: str
    title: str

    @property
    def site(self) -> str:
        """The page's host."""
        return urlsplit(self.page_url).hostname or ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """An index: from a picture, or its public address, to pages."""

    #: Gives ``None`` for a picture that the index has never seen.
    find: Callable[[bytes | None, str | None], tuple[Listing, ...] | None]
    knows_canary: bool = True

    def listings(self, body: bytes | None, address: str | None, engine: str) -> tuple[Listing, ...]:
        """The pages for a picture, given as a file or by its address."""
        if address is not None and address == load_flow(engine).canary_url:
            return made_up(_CANARY_PAGES, "canary") if self.knows_canary else ()
        return self.find(body, address) or ()

    @classmethod
    def of_truth(cls, root: Path, engine: str) -> Knowledge:
        """The part of the miniature web that an engine has crawled.

        Args:
            root: The miniature web's folder.
            engine: Which engine: each knows another part.
        """
        index = _Index(root)

        def find(body: bytes | None, address: str | None) -> tuple[Listing, ...] | None:
            work = (
                index.work_of_address(address) if address is not None else index.work_of_picture(body or b"")
            )
            return None if work is None else tuple(listings_of(known_rows(root, engine), work))

        return cls(find)

    @classmethod
    def same_for_all(cls, listings: tuple[Listing, ...], *, knows_canary: bool = True) -> Knowledge:
        """An index that gives the same pages for every picture."""
        return cls(lambda _body, _address: listings, knows_canary)


def made_up(count: int, word: str = "harbour") -> tuple[Listing, ...]:
    """Pages that exist nowhere."""
    return tuple(
        Listing(
            f"https://place{number}.example/{word}/{number}?view=full",
            f"https://files.place{number}.example/{word}/{number}.jpg",
            f"The {word} at dawn, view {number}",
        )
        for number in range(count)
    )


def known_rows(root: Path, engine: str) -> list[Row]:
    """The rows of the truth with a use that an engine knows: always the same ones."""
    return [row for row in read_truth(root).rows if "work" in row and _knows(engine, row["page"])]


def listings_of(rows: Iterable[Row], work: str) -> list[Listing]:
    """How an engine lists the pages of one work, each once."""
    pages: dict[str, Listing] = {}
    for row in rows:
        if row["work"] == work:
            title = row["page"].rstrip("/").rsplit("/", 1)[-1].replace("-", " ")
            pages.setdefault(row["page"], Listing(row["page"], row["image_url"], title))
    return list(pages.values())


def _knows(engine: str, page: str) -> bool:
    return hashlib.sha256(f"{engine} {page}".encode()).digest()[0] % 8 < _KNOWN_EIGHTHS


class _Index:
    """Recognises the works of the miniature web's photographer."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._truth = read_truth(root)

    def work_of_address(self, address: str) -> str | None:
        return self._truth.work_of(address)

    def work_of_picture(self, body: bytes) -> str | None:
        small = _small(body)
        near = [
            (float(np.abs(small - each).mean()), work)
            for work, each in _small_works(self._root)
            if small is not None
        ]
        distance, work = min(near, default=(_LIKE, ""))
        return work if distance < _LIKE else None


@cache
def _small_works(root: Path) -> list[tuple[str, NDArray[np.float64]]]:
    found = []
    for row in read_truth(root).works:
        split = urlsplit(row["url"])
        path = root / (split.hostname or "") / split.path.lstrip("/")
        small = _small(path.read_bytes()) if row["excluded"] is None and path.is_file() else None
        if small is not None:
            found.append((row["url"], small))
    return found


def _small(body: bytes) -> NDArray[np.float64] | None:
    """A picture as 16 x 16 grey levels."""
    try:
        with Image.open(io.BytesIO(body)) as image:
            image.draft("L", (64, 64))
            return np.asarray(image.convert("L").resize((16, 16), Image.Resampling.BOX), dtype=np.float64)
    except OSError:
        return None
