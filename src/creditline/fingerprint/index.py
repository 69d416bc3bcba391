"""Which of our works is this? The portfolio as something that can be asked.

Candidates come from two sides: hashes within a radius (exact), and votes of local features. Each candidate
is then compared as a pair; a whole picture that is recognised ends the search.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from creditline.errors import FingerprintError
from creditline.fingerprint.algorithm import ALGORITHM, CONFIRM_RADIUS_BITS, REVIEW_RADIUS_BITS
from creditline.fingerprint.decode import decode_original, read_side
from creditline.fingerprint.denied import Denied
from creditline.fingerprint.hash_index import HashIndex
from creditline.fingerprint.kinship import Kinships
from creditline.fingerprint.pairs import Compared, compare_sides, match_bytes
from creditline.fingerprint.placings import tiers
from creditline.fingerprint.sides import Side
from creditline.fingerprint.stock import Stock
from creditline.records import Fingerprint, Match, MatchStatus, Work, WrongMatch

#: Works compared because of the votes of quick and of thorough features. Of 420 copies, that of 14 was not
#: among the first 8 of 235 by the quick ones; of 4 of the 7 that can be proved it was by the thorough ones.
_CANDIDATES = (8, 4)


@dataclass(frozen=True, slots=True)
class Near:
    """A work that was looked at and is not what a picture shows."""

    work: str
    #: Bits of 256 in which the hashes differ.
    distance: int
    #: Whether the two were compared feature by feature, for the votes of its features.
    in_detail: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a picture shows, and what else was tried."""

    #: Best first; empty when it is none of ours.
    matches: tuple[Match, ...]
    #: Matches that the owner called wrong.
    denied: tuple[Match, ...] = ()
    #: The works that came nearest without being matched, nearest first.
    near: tuple[Near, ...] = ()
    #: Whether thorough features of the picture, which has none yet, could show more or make it surer.
    is_unsettled: bool = False
    #: Why not all could be compared that had to be; ``None`` where all was.
    problem: str | None = None


@dataclass(slots=True)
class _Search:
    """What one question has come across."""

    found: dict[str, Match] = field(default_factory=dict)
    #: Matches that the owner called wrong.
    denied: dict[str, Match] = field(default_factory=dict)
    #: Works that were compared.
    compared: set[str] = field(default_factory=set)
    #: Those of them whose stored features are damaged.
    damaged: set[str] = field(default_factory=set)
    is_promising: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether a whole picture was recognised: nothing more can be in it."""
        return any(
            each.status is MatchStatus.CONFIRMED and each.region == (0.0, 0.0, 1.0, 1.0)
            for each in self.found.values()
        )


class PortfolioIndex:
    """Works by name, each with its fingerprint; built once, asked often."""

    def __init__(
        self,
        named: Iterable[tuple[str, Fingerprint]],
        files: Iterable[tuple[str, str]] = (),
        algorithm: str = ALGORITHM,
        wrong: Iterable[WrongMatch] = (),
    ) -> None:
        """Build it.

        Args:
            named: Name and fingerprint of every work, in the order in which ties are broken.
            files: SHA-256 of further files of a work (its renditions), and the work's name.
            algorithm: By which fingerprints works are recognised.
            wrong: Matches that the owner called wrong; they are not found again.

        Raises:
            FingerprintError: A fingerprint's features are damaged.
        """
        self._take(Stock.in_memory(named, files, algorithm), algorithm, wrong)

    @classmethod
    def of_stock(cls, stock: Stock, algorithm: str = ALGORITHM, wrong: Iterable[WrongMatch] = ()) -> Self:
        """An index of works that are fetched when they are asked for."""
        index = cls.__new__(cls)
        index._take(stock, algorithm, wrong)
        return index

    def _take(self, stock: Stock, algorithm: str, wrong: Iterable[WrongMatch]) -> None:
        #: By which fingerprints works are recognised.
        self.algorithm = algorithm
        self._stock = stock
        self._denied = Denied(wrong)
        self._kinships = Kinships(stock)
        self._asked = stock.recognisable
        told_apart = set(stock.recognisable)
        #: Names of works whose fingerprint is of another version: only their own files are known.
        self.outdated = tuple(name for name, each in stock.prints.items() if each.algorithm != algorithm)
        #: Names of works too flat or too plain to be told apart: only their own files are known.
        self.unrecognisable = tuple(
            name
            for name, each in stock.prints.items()
            if each.algorithm == algorithm and name not in told_apart
        )
        prints = [stock.prints[name] for name in self._asked]
        # Straight ones first, mirrored ones behind them.
        self._hashes = HashIndex(
            [*(each.phash for each in prints), *(each.phash_mirrored for each in prints)]
        )

    @classmethod
    def from_images(cls, paths: Iterable[str | Path], algorithm: str = ALGORITHM) -> Self:
        """Index picture files; each work's name is the path as given.

        Args:
            paths: The files.
            algorithm: By which fingerprints they are recognised.

        Raises:
            GateError: A file is not a picture that is read.
        """
        names = [str(path) for path in paths]
        return cls(((name, decode_original(name, algorithm).fingerprint) for name in names), (), algorithm)

    @classmethod
    def from_works(
        cls, works: Iterable[Work], wrong: Iterable[WrongMatch] = (), algorithm: str = ALGORITHM
    ) -> Self:
        """Index works by their ids; excluded, merged and never decoded ones take no part.

        Args:
            works: The works of one owner.
            wrong: Matches that the owner called wrong; they are not found again.
            algorithm: By which fingerprints works are recognised.
        """
        taking_part = [
            work for work in works if work.excluded is None and work.merged_into is None and work.fingerprint
        ]
        return cls(
            ((work.id, work.fingerprint) for work in taking_part if work.fingerprint),
            ((each.sha256, work.id) for work in taking_part for each in work.renditions if each.sha256),
            algorithm,
            wrong,
        )

    def __len__(self) -> int:
        return len(self._stock.prints)

    def identify(self, picture: str | Path | bytes, work: str | None = None) -> list[Match]:
        """Say which works a picture shows.

        Args:
            picture: A path, or the file's bytes.
            work: Ask about this work only.

        Returns:
            Best first; empty when it is none of ours.

        Raises:
            GateError: It is not a picture that is read.
        """
        body = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        return self._identify(read_side(body, self.algorithm), work)

    def identify_fingerprint(self, theirs: Fingerprint, work: str | None = None) -> list[Match]:
        """Say which works a picture shows, by its fingerprint; as `identify`.

        Raises:
            FingerprintError: Its features are damaged; or nothing is found, and those of a work are.
        """
        return self._identify(Side.stored(theirs), work)

    def _identify(self, theirs: Side, work: str | None) -> list[Match]:
        search = self._search(theirs, work)
        if search.damaged and not search.found:
            raise FingerprintError(_damage(search.damaged))
        return sorted(search.found.values(), key=_rank)

    def explain(
        self, theirs: Fingerprint, work: str | None = None, near: int = 3, *, quickly: bool = False
    ) -> Answer:
        """As `identify_fingerprint`, with what else was tried, and whether another look could show more.

        Args:
            theirs: The picture's fingerprint.
            work: Ask about this work only.
            near: Most works told of that came near.
            quickly: Leave thorough features aside, as if the picture had none.

        Raises:
            FingerprintError: Its features are damaged.
        """
        side = Side.stored(theirs)
        if quickly:
            side = side.without_thorough()
        search = self._search(side, work)
        has_all = side.details is None or side.has_thorough or search.is_settled
        return Answer(
            tuple(sorted(search.found.values(), key=_rank)),
            tuple(search.denied.values()),
            self._near(side, work, {*search.found, *search.denied}, near),
            is_unsettled=not has_all and (search.is_promising or bool(search.found)),
            problem=_damage(search.damaged) if search.damaged else None,
        )

    def _near(self, theirs: Side, work: str | None, known: set[str], most: int) -> tuple[Near, ...]:
        if not most or theirs.fingerprint.algorithm != self.algorithm or not theirs.fingerprint.quality:
            return ()
        voted = {name for names in self._voted(theirs) for name in names}
        bits = self._distances(theirs)
        order = sorted(range(len(bits)), key=lambda i: (self._asked[i] not in voted, bits[i], i))
        others = [i for i in order if self._asked[i] not in known and work in (None, self._asked[i])]
        return tuple(Near(self._asked[i], int(bits[i]), self._asked[i] in voted) for i in others[:most])

    def _search(self, theirs: Side, work: str | None) -> _Search:
        search = _Search()
        if not theirs.fingerprint.quality:
            return search
        owner = self._stock.owner_of(theirs.fingerprint.sha256)
        if owner is not None and work in (None, owner):
            self._take_up(search, owner, match_bytes(self._stock.prints[owner]), theirs)
            return search
        if theirs.fingerprint.algorithm != self.algorithm:
            return search
        if work is not None:
            self._compare(search, [work], theirs)
            return search
        for candidates, is_first in self._candidates(theirs):
            self._compare(search, candidates, theirs, quick_first=is_first)
            if search.is_settled:
                break
        return search

    def _candidates(self, theirs: Side) -> Iterator[tuple[list[str], bool]]:
        """Names of the works to compare, those that are cheapest to find first; and whether quickly at first.

        Works that quick features name and do not even begin to show are not what the thorough ones find.
        """
        yield self._alike(theirs, CONFIRM_RADIUS_BITS), False
        yield self._alike(theirs, REVIEW_RADIUS_BITS), False
        for number, names in enumerate(self._voted(theirs)):
            yield names, number == 0

    def _compare(
        self, search: _Search, names: Iterable[str], theirs: Side, *, quick_first: bool = False
    ) -> None:
        quickly = theirs.without_thorough()
        for name in names:
            ours = self._stock.prints.get(name)
            if name in search.compared or ours is None or ours.algorithm != self.algorithm:
                continue
            search.compared.add(name)
            try:
                compared = self._compare_one(name, quickly if quick_first else theirs, theirs)
            except FingerprintError:  # the other works can still be told
                search.damaged.add(name)
                continue
            search.is_promising |= compared.is_promising
            self._take_up(search, name, self._kinships.weigh(name, compared, theirs), theirs)

    def _compare_one(self, name: str, first: Side, theirs: Side) -> Compared:
        """Compare with what is to be seen of theirs first; where that promises more, with all of it."""
        side = self._stock.side_of(name)
        compared = compare_sides(side, first)
        if first is not theirs and compared.is_promising and theirs.has_thorough:
            return compare_sides(side, theirs)
        return compared

    def _take_up(self, search: _Search, name: str, proof: Match | None, theirs: Side) -> None:
        """Put a match where it belongs: found, or called wrong by the owner."""
        if proof is None:
            return
        match = replace(proof, work=name)
        is_denied = self._denied.denies(match, self._stock.prints[name], theirs)
        (search.denied if is_denied else search.found)[name] = match

    def _alike(self, theirs: Side, radius: int) -> list[str]:
        """Names of the works whose hash, straight or mirrored, lies within a radius, in index order."""
        near = self._hashes.within(theirs.fingerprint.phash, radius) % max(len(self._asked), 1)
        return [self._asked[number] for number in np.unique(near)]

    def _distances(self, theirs: Side) -> NDArray[np.uint16]:
        """Bits in which each work's hash differs, straight or mirrored, in index order."""
        both = self._hashes.distances(theirs.fingerprint.phash)
        return np.minimum(both[: len(self._asked)], both[len(self._asked) :])

    def _voted(self, theirs: Side) -> Iterator[list[str]]:
        """Names of the works that each set of features votes for."""
        if theirs.details is None:
            return
        for features, most in zip(tiers(theirs.details), _CANDIDATES, strict=False):
            numbers = self._stock.votes.candidates(features, most)
            yield [self._asked[number] for number in numbers]


def _damage(works: Collection[str]) -> str:
    """What is wrong with works whose stored features are damaged, and what to do about it."""
    which = f"work {min(works)}" if len(works) == 1 else f"{len(works)} works"
    return f"the stored features of {which} are damaged; run `creditline index --refresh`"


def _rank(found: Match) -> tuple[bool, float]:
    return found.status is not MatchStatus.CONFIRMED, -found.score
