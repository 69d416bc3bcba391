"""Which of our works do the pictures of a page show? Quickly first, thoroughly where that is worth it.

Most pictures on strangers' pages are strangers', and a quick look rules them out for a third of what a
thorough one costs. Thoroughly looked at is what the quick look leaves in doubt, and every picture of a page
that is said to show a work where the quick look has found none.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from creditline.errors import FingerprintError
from creditline.fingerprint import Answer, PortfolioIndex
from creditline.pipeline.looked import Found
from creditline.pipeline.visits import Picture, Visits
from creditline.records import Fingerprint, Placement

#: Most bytes of files that one page's pictures may hold in memory until they are settled; those that come
#: after are read thoroughly at once. An ordinary page has 2 MB of pictures.
MOST_BYTES_HELD = 32_000_000

#: Answers that are kept for pictures that stand on many pages (a site's logo, a template's ornaments).
_ANSWERS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Copy:
    """The picture of one placement, not yet compared."""

    placement: Placement
    image_url: str
    hotlinked: bool
    #: Decoded.
    picture: Picture


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page's pictures show."""

    #: The copies that show works, with the best match of each.
    found: tuple[Found, ...]
    #: Copies that may show one although none was found, and why.
    in_doubt: tuple[tuple[Copy, str], ...]


class Recogniser:
    """Compares pictures with one portfolio.

    Args:
        portfolio: The works to recognise.
        web: Reads a picture once more.
    """

    def __init__(self, portfolio: PortfolioIndex, web: Visits) -> None:
        self._portfolio = portfolio
        self._web = web
        self._answers: dict[tuple[str, bool], Answer] = {}
        #: Several pages ask at the same time, each in a thread.
        self._keeping = threading.Lock()

    async def settled(self, copies: Sequence[Copy], *, expected: bool) -> Recognised:
        """Say which copies show works.

        Args:
            copies: What a page shows.
            expected: Whether somebody says that a work is among them.
        """
        # Quickly, even if more is known of a picture from another page: in whatever order pages are checked,
        # and however often, the answers are the same.
        answers = await self._ask(copies, quickly=True)
        nothing = expected and not any(answer.matches for answer in answers)
        doubtful = [nothing or answer.is_unsettled for answer in answers]
        copies = await asyncio.gather(
            *(self._looked_at(copy, thoroughly=so) for copy, so in zip(copies, doubtful, strict=True))
        )
        thorough = iter(await self._ask([copy for copy, so in zip(copies, doubtful, strict=True) if so]))
        answers = [next(thorough) if so else each for each, so in zip(answers, doubtful, strict=True)]
        return Recognised(
            found=tuple(
                _found(copy, each) for copy, each in zip(copies, answers, strict=True) if each.matches
            ),
            in_doubt=tuple(
                (copy, why)
                for copy, each, so in zip(copies, answers, doubtful, strict=True)
                if (why := _doubt(copy, each, is_doubtful=so)) is not None
            ),
        )

    async def _looked_at(self, copy: Copy, *, thoroughly: bool) -> Copy:
        return replace(copy, picture=await self._web.thorough(copy.picture)) if thoroughly else copy

    async def _ask(self, copies: Sequence[Copy], *, quickly: bool = False) -> list[Answer]:
        # Comparing is a matter of milliseconds with hashes and of seconds with features: not in the loop.
        return await asyncio.to_thread(lambda: [self._answer(copy.picture, quickly) for copy in copies])

    def _answer(self, picture: Picture, quickly: bool) -> Answer:
        if picture.decoded is None:
            return Answer(())
        quickly = quickly or not picture.is_thorough
        key = picture.decoded.sha256, quickly
        answer = self._answers.get(key)
        if answer is None:
            answer = self._explained(picture.decoded.fingerprint, quickly)
            with self._keeping:
                while len(self._answers) >= _ANSWERS_KEPT:
                    self._answers.pop(next(iter(self._answers)))
                self._answers[key] = answer
        return answer

    def _explained(self, theirs: Fingerprint, quickly: bool) -> Answer:
        try:
            return self._portfolio.explain(theirs, near=0, quickly=quickly)
        except FingerprintError as error:  # what was kept of the picture itself
            return Answer((), problem=str(error))


def _doubt(copy: Copy, answer: Answer, *, is_doubtful: bool) -> str | None:
    """Why a picture may show a work although none was found; ``None`` where it shows one, or none."""
    if answer.matches:
        return None
    if is_doubtful and not copy.picture.is_thorough:
        return "could not be read a second time"
    return answer.problem


def _found(copy: Copy, answer: Answer) -> Found:
    decoded = copy.picture.decoded
    sha256 = decoded.sha256 if decoded else ""
    return Found(copy.placement, copy.image_url, copy.hotlinked, answer.matches[0], decoded, sha256)
