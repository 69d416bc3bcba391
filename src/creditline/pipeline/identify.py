"""Which works do these pictures show? Reads each in a disposable child, asks, and explains."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from creditline import fingerprint
from creditline.errors import GateError
from creditline.fingerprint import Answer, Overlay, PortfolioIndex
from creditline.pipeline.ports import Gate, ReplyCache
from creditline.records import Work
from creditline.report import Explained, Library, render_explanation

#: Seconds that an original of the owner's may take to be decoded.
_ORIGINAL_TIMEOUT_S = 60.0

#: Works that came near and are shown for a picture that is none of them.
_NEAR_SHOWN = 4


@dataclass(slots=True)
class Asked:
    """One picture and what was answered."""

    image: str
    #: Why it could not be read, or not be compared with every work that it may show.
    problem: str | None = None
    answer: Answer = field(default_factory=lambda: Answer(()))
    quality: int = 0
    #: The picture as a JPEG to show, where asked for.
    shown: bytes = b""


async def ask(portfolio: PortfolioIndex, gate: Gate, image: Path, *, to_show: bool = False) -> Asked:
    """Ask which works a picture file shows; a file that cannot be read is an answer too.

    Args:
        portfolio: The works.
        gate: Where the file is decoded: it may come from anywhere.
        image: The file.
        to_show: Whether the picture is to be shown in an explanation.
    """
    asked = Asked(str(image))
    try:
        body = await asyncio.to_thread(image.read_bytes)
        decoded = await gate.run(fingerprint.decode_image, body, portfolio.algorithm)
        asked.shown = await gate.run(fingerprint.show_image, body) if to_show else b""
    except GateError as error:
        asked.problem = str(error)
        return asked
    except OSError as error:
        asked.problem = f"cannot be read: {error.strerror}"
        return asked
    asked.quality = decoded.fingerprint.quality
    asked.answer = portfolio.explain(decoded.fingerprint, near=_NEAR_SHOWN if to_show else 0)
    if not asked.answer.matches:
        asked.problem = asked.answer.problem
    return asked


async def explain(
    asked: Sequence[Asked],
    portfolio: PortfolioIndex,
    works: Sequence[Work],
    store: ReplyCache,
    gate: Gate,
    program: str,
) -> str:
    """Write what was answered as an HTML document with the pictures.

    Args:
        asked: What was asked, `to_show`, and answered.
        portfolio: The works that were asked about.
        works: The same, as the store has them.
        store: Holds what is kept of the works' files.
        gate: Where pictures are decoded.
        program: Name and version of the program.
    """
    by_id = {work.id: work for work in works}
    spoken_of = {name for one in asked for name in _spoken_of(one.answer)}
    pictures = {
        name: await _work_picture(by_id[name], store, gate) for name in sorted(spoken_of & set(by_id))
    }
    explained = [
        Explained(
            one.image, one.problem, one.answer, one.shown, one.quality, await _overlays(one, pictures, gate)
        )
        for one in asked
    ]
    left_out = len(portfolio.unrecognisable), len(portfolio.outdated)
    library = Library(by_id, pictures, len(portfolio) - sum(left_out), *left_out)
    return render_explanation(explained, library, program)


def _spoken_of(answer: Answer) -> set[str]:
    """Names of the works that an answer speaks of."""
    matched = {each.work for each in (*answer.matches, *answer.denied)}
    return matched | {each.work for each in answer.near}


async def _overlays(one: Asked, pictures: dict[str, bytes], gate: Gate) -> dict[str, Overlay]:
    found = {}
    for match in one.answer.matches:
        if pictures.get(match.work) and one.shown:
            found[match.work] = await gate.run(fingerprint.overlay, pictures[match.work], one.shown, match)
    return found


async def _work_picture(work: Work, store: ReplyCache, gate: Gate) -> bytes:
    """The owner's file where it lies on this machine, else the thumbnail that was kept of it."""
    for rendition in work.renditions:
        path = _path_of(rendition.url)
        if path is not None and rendition.sha256 and path.is_file():
            try:
                return await gate.run(fingerprint.show_original, str(path), timeout_s=_ORIGINAL_TIMEOUT_S)
            except GateError:  # changed or damaged since it was indexed
                continue
    ours = work.fingerprint
    decoded = store.known_decoded(ours.sha256, ours.algorithm) if ours is not None else None
    return decoded.thumbnail if decoded is not None else b""


def _path_of(address: str) -> Path | None:
    parts = urlsplit(address)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
