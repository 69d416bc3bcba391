"""The questions of scripts/evaluation/recognition, asked in a process of their own.

A process is prepared once with everybody's fingerprints; then it asks for one work, one stranger or one dress
at a time. Everything random follows from names, so that any number of processes asks the same.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from alterations import ALTERATIONS, LONG_RATIO, Change, Picture, fit
from dresses import DRESSES, SHARING, other_view

from creditline.fingerprint import MIN_QUALITY, PortfolioIndex, decode_image, decode_original
from creditline.fingerprint.loading import load_working
from creditline.fingerprint.opening import open_original
from creditline.records import Fingerprint, Match, MatchStatus

#: Longer side of the originals that copies are made of, of the copies, and of other pictures, in pixels.
ORIGINAL_PX, COPY_PX, OTHER_PX = 1600, 1200, 900

#: One in so many questions is timed from the file's bytes on.
_TIMED = 5


@dataclass(frozen=True)
class Plan:
    """What is asked of whom; the same in every process."""

    works: Sequence[Path]
    strangers: Sequence[Path]
    algorithm: str
    #: Alterations of each stranger, dressed works of each kind, and every how many alterations of a work.
    per_stranger: int
    dressed: int
    every: int


@dataclass(frozen=True)
class Wrong:
    """A work that was named and is not there."""

    source: str
    kind: str
    work: str
    status: str
    why: str
    #: The picture asked about, as a file.
    body: bytes


@dataclass
class Answers:
    """What one question, or several, brought."""

    #: Family, strength, whether found by name and among all, whether it would pass the gate itself.
    copies: list[tuple[str, str, bool, bool, bool]] = field(default_factory=list)
    pair_ms: list[float] = field(default_factory=list)
    whole_ms: list[float] = field(default_factory=list)
    #: Strangers' pictures asked of the whole portfolio, and of one named work each.
    strangers: int = 0
    named_strangers: int = 0
    reviews: int = 0
    named_reviews: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def add(self, more: Answers) -> None:
        """Count others' answers in."""
        self.copies += more.copies
        self.pair_ms += more.pair_ms
        self.whole_ms += more.whole_ms
        self.strangers += more.strangers
        self.named_strangers += more.named_strangers
        self.reviews += more.reviews
        self.named_reviews += more.named_reviews
        self.wrong += more.wrong


class Asker:
    """Asks one portfolio."""

    def __init__(self, plan: Plan, named: Sequence[tuple[str, Fingerprint]]) -> None:
        self.plan = plan
        self.portfolio = PortfolioIndex(named, (), plan.algorithm)
        self._safe = [name for name, _ in named if name not in set(self.portfolio.unrecognisable)]

    def ask_for_work(self, path: Path) -> Answers:
        """Every alteration of a work, by name and among all."""
        answers = Answers()
        original = load(path, ORIGINAL_PX)
        is_long = max(original.size) / min(original.size) > LONG_RATIO
        offset = Random(path.stem).randrange(self.plan.every)
        for number, alteration in enumerate(ALTERATIONS):
            if number % self.plan.every != offset or (alteration.family == "slice" and not is_long):
                continue
            body = encoded(self._altered(original, path, alteration.change, alteration.strength))
            theirs = decode_image(body, self.plan.algorithm).fingerprint
            named = self.portfolio.identify_fingerprint(theirs, path.stem)
            anywhere = self.portfolio.identify_fingerprint(theirs)
            found = path.stem in _confirmed(anywhere)
            passes = theirs.quality >= MIN_QUALITY
            answers.copies.append(
                (alteration.family, alteration.strength, bool(_confirmed(named)), found, passes)
            )
            if number % _TIMED == 0:
                answers.pair_ms.append(self._timed(body, path.stem))
                answers.whole_ms.append(self._timed(body, None))
            kind = f"{alteration.family} {alteration.strength}"
            answers.wrong += _wrong(anywhere, path.stem, kind, body)
        return answers

    def ask_for_scene(self, path: Path) -> Answers:
        """The scene of a work from a step aside, by name: another picture, whatever it shows."""
        answers = Answers()
        picture = self._altered(load(path, ORIGINAL_PX), path, other_view, "scene")
        body = encoded(picture)
        theirs = decode_image(body, self.plan.algorithm).fingerprint
        found = self.portfolio.identify_fingerprint(theirs, path.stem)
        answers.named_strangers += 1
        answers.wrong += _wrong(found, "", "scene", body)
        return answers

    def ask_for_stranger(self, path: Path) -> Answers:
        """Some alterations of a stranger's picture: of the whole portfolio and of every work by name."""
        answers = Answers()
        original = load(path, ORIGINAL_PX)
        for alteration in Random(path.stem).sample(ALTERATIONS, self.plan.per_stranger):
            picture = self._altered(original, path, alteration.change, alteration.strength)
            self._ask_none(
                answers, path.stem, f"{alteration.family} {alteration.strength}", picture, self._safe
            )
        return answers

    def ask_for_dress(self, kind: str) -> Answers:
        """Strangers in the dress that some works wear: of the whole portfolio and of these by name."""
        answers = Answers()
        change = {**DRESSES, **SHARING}[kind]
        wearing = [name for name in self._safe if name.endswith(f" in {kind}")]
        for path in self.plan.strangers[: self.plan.dressed * 2]:
            picture = self._altered(load(path, ORIGINAL_PX), path, change, kind)
            self._ask_none(answers, path.stem, kind, picture, wearing)
        return answers

    def _ask_none(
        self, answers: Answers, source: str, kind: str, picture: Picture, names: Sequence[str]
    ) -> None:
        body = encoded(picture)
        theirs = decode_image(body, self.plan.algorithm).fingerprint
        found = self.portfolio.identify_fingerprint(theirs)
        answers.strangers += 1
        answers.reviews += any(_is_wrong(each, source) for each in found if each not in _proven(found))
        wrong = _wrong(found, source, kind, body)
        for name in names:
            named = self.portfolio.identify_fingerprint(theirs, name)
            answers.named_strangers += 1
            answers.named_reviews += any(
                _is_wrong(each, source) for each in named if each not in _proven(named)
            )
            wrong += [each for each in _wrong(named, source, kind, body) if each not in wrong]
        answers.wrong += wrong

    def _timed(self, body: bytes, work: str | None) -> float:
        start = time.process_time()
        self.portfolio.identify(body, work)
        return (time.process_time() - start) * 1000

    def _altered(self, original: Picture, path: Path, change: Change, kind: str) -> Picture:
        random = Random(f"{path.stem} {kind}")
        return fit(change(original, random, lambda: _other(random.choice(self.plan.strangers))), COPY_PX)


def dressed_works(plan: Plan) -> Iterator[tuple[str, Fingerprint]]:
    """Works that wear what some strangers wear too."""
    for kind, change in {**DRESSES, **SHARING}.items():
        for path in plan.works[: plan.dressed]:
            random = Random(f"{path.stem} {kind}")
            picture = change(load(path, ORIGINAL_PX), random, lambda: _other(plan.strangers[0]))
            yield f"{path.stem} in {kind}", _fingerprint(fit(picture, COPY_PX), plan.algorithm)


def work_fingerprint(path: Path, algorithm: str) -> tuple[str, Fingerprint]:
    """A work as it is indexed."""
    return path.stem, decode_original(str(path), algorithm).fingerprint


def load(path: Path, longest: int) -> Picture:
    """A picture file at a working size."""
    with open_original(path) as image:
        return load_working(image, longest)


def encoded(picture: Picture) -> bytes:
    """A picture as a page would have it."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


@cache
def _other(path: Path) -> Picture:
    return load(path, OTHER_PX)


def _fingerprint(picture: Picture, algorithm: str) -> Fingerprint:
    return decode_image(encoded(picture), algorithm).fingerprint


def _proven(found: list[Match]) -> list[Match]:
    return [each for each in found if each.status is MatchStatus.CONFIRMED]


def _confirmed(found: list[Match]) -> set[str]:
    return {each.work for each in _proven(found)}


def _is_wrong(found: Match, source: str) -> bool:
    return found.work.split(" in ")[0] != source


def _wrong(found: list[Match], source: str, kind: str, body: bytes) -> list[Wrong]:
    return [
        Wrong(source, kind, each.work, each.status.value, each.why, body)
        for each in _proven(found)
        if _is_wrong(each, source)
    ]
