"""The works of a portfolio as recognition needs them: all at hand, or fetched when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from creditline.errors import FingerprintError
from creditline.fingerprint.algorithm import HASH
from creditline.fingerprint.sides import Side
from creditline.fingerprint.votes import VoteIndex
from creditline.records import Fingerprint

#: Works whose details are kept at hand once they were compared; some 200 KB each.
_SIDES_KEPT = 256


@dataclass(frozen=True, slots=True)
class Stock:
    """Works by name; features may be left out of their fingerprints."""

    prints: Mapping[str, Fingerprint]
    #: Works that can be told apart by more than their own files, in the order in which ties are broken.
    recognisable: Sequence[str]
    #: Numbers are positions in ``recognisable``.
    votes: VoteIndex
    #: A work as `pairs` compares it.
    side_of: Callable[[str], Side]
    #: The work that has a file with this SHA-256.
    owner_of: Callable[[str], str | None]

    @classmethod
    def in_memory(
        cls, named: Iterable[tuple[str, Fingerprint]], files: Iterable[tuple[str, str]], algorithm: str
    ) -> Stock:
        """Of whole fingerprints.

        Args:
            named: Name and fingerprint of every work.
            files: SHA-256 of further files of a work, and the work's name.
            algorithm: Of which fingerprints more than the bytes is compared.

        Raises:
            FingerprintError: A fingerprint's features are damaged.
        """
        prints = dict(named)
        sides = {name: Side.stored(each) for name, each in prints.items() if each.algorithm == algorithm}
        recognisable = [name for name, side in sides.items() if side.is_recognisable]
        details = [sides[name].details for name in recognisable]
        votes = VoteIndex.of([each.thorough for each in details if each is not None])
        own_files = ((each.sha256, name) for name, each in prints.items())
        owners = {sha256: name for sha256, name in [*files, *own_files] if prints[name].quality}
        return cls(prints, recognisable, votes, sides.__getitem__, owners.get)

    @classmethod
    def on_demand(
        cls,
        prints: Mapping[str, Fingerprint],
        recognisable: Sequence[str],
        votes: VoteIndex,
        load: Callable[[str], bytes],
        files: Mapping[str, str],
    ) -> Stock:
        """Of fingerprints whose features lie elsewhere.

        Args:
            prints: Fingerprints without features, by the works' names.
            recognisable: Those that can be told apart by more than their own files.
            votes: Their index.
            load: Fetches one work's features.
            files: The work that each file is of, by its SHA-256.
        """

        known = frozenset(recognisable)

        @lru_cache(maxsize=_SIDES_KEPT)
        def side_of(name: str) -> Side:
            work = replace(prints[name], features=load(name))
            # A flat picture has no features; one that was recognisable when it was indexed has lost them.
            if not work.features and name in known and work.algorithm != HASH:
                raise FingerprintError("stored features are gone; run `creditline index --refresh`")
            return Side.stored(work)

        def owner(sha256: str) -> str | None:
            name = files.get(sha256)
            return name if name is not None and name in prints and prints[name].quality else None

        return cls(prints, recognisable, votes, side_of, owner)
