"""Which of our works is this? The portfolio as something that can be asked.

Candidates come from two sides: hashes within a radius (exact), and votes of local features. Each candidate
is then compared as a pair; a whole picture that is recognised ends the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from creditline.fingerprint.algorithm import ALGORITHM, CONFIRM_RADIUS_BITS, REVIEW_RADIUS_BITS
from creditline.fingerprint.decode import decode_original, read_side
from creditline.fingerprint.denied import Denied
from creditline.fingerprint.details import Details
from creditline.fingerprint.hash_index import HashIndex
from creditline.fingerprint.pairs import match_bytes, match_sides
from creditline.fingerprint.sides import Side
from creditline.fingerprint.stock import Stock
from creditline.records import Fingerprint, Match, MatchStatus, Work, WrongMatch

#: Works compared because of their votes, per set of features.
_CANDIDATES = 8


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
            FingerprintError: Its features are damaged.
        """
        return self._identify(Side.stored(theirs), work)

    def explain(self, theirs: Fingerprint, work: str | None = None, near: int = 3) -> Answer:
        """As `identify_fingerprint`, with what else was tried.

        Args:
            theirs: The picture's fingerprint.
            work: Ask about this work only.
            near: Most works told of that came near.

        Raises:
            FingerprintError: Its features are damaged.
        """
        side = Side.stored(theirs)
        denied: list[Match] = []
        matches = self._identify(side, work, denied)
        known = {each.work for each in (*matches, *denied)}
        return Answer(tuple(matches), tuple(denied), self._near(side, work, known, near))

    def _near(self, theirs: Side, work: str | None, known: set[str], most: int) -> tuple[Near, ...]:
        if theirs.fingerprint.algorithm != self.algorithm or not theirs.fingerprint.quality:
            return ()
        voted = set(self._voted(theirs.details, {})) if theirs.details is not None else set()
        bits = self._distances(theirs)
        order = sorted(range(len(bits)), key=lambda i: (self._asked[i] not in voted, bits[i], i))
        others = [i for i in order if self._asked[i] not in known and work in (None, self._asked[i])]
        return tuple(Near(self._asked[i], int(bits[i]), self._asked[i] in voted) for i in others[:most])

    def _identify(self, theirs: Side, work: str | None, denied: list[Match] | None = None) -> list[Match]:
        if not theirs.fingerprint.quality:
            return []
        owner = self._stock.owner_of(theirs.fingerprint.sha256)
        if owner is not None and work in (None, owner):
            own = match_bytes(self._stock.prints[owner])
            return self._allowed([replace(own, work=owner)] if own else [], theirs, denied)
        if theirs.fingerprint.algorithm != self.algorithm:
            return []
        if work is not None:
            return list(self._compare([work], theirs, denied).values())
        found: dict[str, Match] = {}
        for candidates in self._candidates(theirs, found):
            found |= self._compare(candidates, theirs, denied)
            if _is_settled(found):
                break
        return sorted(found.values(), key=_rank)

    def _candidates(self, theirs: Side, found: dict[str, Match]) -> Iterator[list[str]]:
        """Names of the works to compare, those that are cheapest to find first, each once."""
        near = self._alike(theirs, CONFIRM_RADIUS_BITS)
        yield near
        yield [name for name in self._alike(theirs, REVIEW_RADIUS_BITS) if name not in near]
        if theirs.details is not None:
            yield self._voted(theirs.details, found)

    def _compare(self, names: Iterable[str], theirs: Side, denied: list[Match] | None) -> dict[str, Match]:
        found = {}
        for name in names:
            ours = self._stock.prints.get(name)
            is_comparable = ours is not None and ours.algorithm == self.algorithm
            proof = match_sides(self._stock.side_of(name), theirs) if is_comparable else None
            if proof and self._allowed([replace(proof, work=name)], theirs, denied):
                found[name] = replace(proof, work=name)
        return found

    def _allowed(self, found: Iterable[Match], theirs: Side, denied: list[Match] | None) -> list[Match]:
        """The matches that the owner did not call wrong; the others are put into ``denied``."""
        allowed = []
        for each in found:
            if not self._denied.denies(each, self._stock.prints[each.work], theirs):
                allowed.append(each)
            elif denied is not None and each.work not in {other.work for other in denied}:
                denied.append(each)
        return allowed

    def _alike(self, theirs: Side, radius: int) -> list[str]:
        """Names of the works whose hash, straight or mirrored, lies within a radius, in index order."""
        near = self._hashes.within(theirs.fingerprint.phash, radius) % max(len(self._asked), 1)
        return [self._asked[number] for number in np.unique(near)]

    def _distances(self, theirs: Side) -> NDArray[np.uint16]:
        """Bits in which each work's hash differs, straight or mirrored, in index order."""
        both = self._hashes.distances(theirs.fingerprint.phash)
        return np.minimum(both[: len(self._asked)], both[len(self._asked) :])

    def _voted(self, theirs: Details, known: dict[str, Match]) -> list[str]:
        """Names of the works that the features vote for and that were not compared yet."""
        numbers = self._stock.votes.candidates(theirs.quick, _CANDIDATES)
        return [self._asked[number] for number in numbers if self._asked[number] not in known]


def _is_settled(found: dict[str, Match]) -> bool:
    """Whether a whole picture was recognised: nothing more can be in it."""
    return any(
        each.status is MatchStatus.CONFIRMED and each.region == (0.0, 0.0, 1.0, 1.0)
        for each in found.values()
    )


def _rank(found: Match) -> tuple[bool, float]:
    return found.status is not MatchStatus.CONFIRMED, -found.score
