"""The index of local features on disk: `index/` in the workspace, made of the store and never the truth.

A list (`index.json`) names segments by the hash of what is in them; both appear whole or not at all. Opening
maps the segments and reads only the list. Works that are missing go into a new segment, which takes along the
ones that are not much larger: adding one work to 100,000 writes one work. A part that is lost or damaged is
made anew. Where nothing can be written (a read-only workspace, a full disk) it is made in memory each time.
Whatever its history, the index gives the same answers (`fingerprint.segments`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from creditline.errors import FingerprintError
from creditline.fingerprint import codebook
from creditline.fingerprint.algorithm import MIN_FEATURES
from creditline.fingerprint.details import Details
from creditline.fingerprint.segments import Segment
from creditline.fingerprint.votes import VoteIndex, chosen_codes

#: Form of the files; with the codebook and the algorithm it decides whether what is there can be used.
_FORM = 1
_LIST = "index.json"

#: A new segment takes along those with at most so many times its works.
_SWALLOWS = 4
#: Most works whose features are held in memory while a segment is made.
_AT_ONCE = 2000
#: Share of works that are no longer wanted from which on a segment is written anew.
_STALE_SHARE = 0.02
#: Files that no list names stay so long, in seconds: another process may just be about to name them.
_KEPT_S = 3600.0

_NO_CODES = np.zeros((0, codebook.CENTRE_BYTES), np.uint8)

#: Fetches the features of some works.
Load = Callable[[Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Member:
    """One work in a segment."""

    name: str
    #: Of which file its features are: the beginning of its SHA-256.
    stamp: str
    #: How many thorough features it has.
    features: int


@dataclass(frozen=True, slots=True)
class _Part:
    file: str
    #: Its size: a file that was cut off must never be mapped, since reading beyond its end ends the process.
    bytes_len: int
    members: tuple[Member, ...]
    segment: Segment


class Shelf:
    """One owner's index of local features in a folder."""

    def __init__(self, folder: Path, algorithm: str) -> None:
        """Nothing is read yet.

        Args:
            folder: Where its files lie; made when it is first needed.
            algorithm: Whose features.
        """
        self._folder = folder
        self._version = f"{_FORM} {algorithm} {MIN_FEATURES} {codebook.VERSION}"
        self._parts: list[_Part] = []
        #: Files written here, which no list named yet; and whether all of them could be.
        self._made: set[str] = set()
        self._is_kept = True

    def sync(self, wanted: Mapping[str, str], load: Load) -> dict[str, int]:
        """Open the index and bring it up to date.

        Args:
            wanted: SHA-256 of the file that each work's features are of, by the work's name.
            load: Fetches the features of works that are not in it yet.

        Returns:
            How many thorough features each work has.
        """
        stamps = {name: sha256[:16] for name, sha256 in wanted.items()}
        opened = self._opened()
        self._parts = [part for part in opened if _alive(part, stamps)]
        missing = sorted(set(stamps) - {each.name for part in self._parts for each in _alive(part, stamps)})
        stale = [part for part in self._parts if _is_stale(part, stamps)]
        if missing or stale or len(self._parts) < len(opened):
            self._rewrite(stamps, missing, stale, load)
        return {each.name: each.features for part in self._parts for each in _alive(part, stamps)}

    def votes(self, names: Sequence[str], wanted: Mapping[str, str]) -> VoteIndex:
        """The index of some works, numbered in the order given."""
        numbers = {name: number for number, name in enumerate(names)}
        stamps = {name: sha256[:16] for name, sha256 in wanted.items()}

        def number_of(member: Member) -> int:
            if member.features < MIN_FEATURES:
                return 0  # it has no codes there, so that this stands for nothing
            return numbers.get(member.name, -1) if stamps.get(member.name) == member.stamp else -1

        parts = [
            (part.segment, np.fromiter(map(number_of, part.members), np.int64, len(part.members)))
            for part in self._parts
        ]
        return VoteIndex(parts, len(names))

    # --- writing ----------------------------------------------------------------------------------

    def _rewrite(
        self, stamps: Mapping[str, str], missing: Sequence[str], stale: Sequence[_Part], load: Load
    ) -> None:
        for start in range(0, len(missing), _AT_ONCE):
            self._parts.append(self._new(missing[start : start + _AT_ONCE], stamps, load))
        for part in stale:
            self._parts.remove(part)
            self._parts.append(self._merged([part], stamps))
        while (small := _to_merge(self._parts)) is not None:
            self._parts = [part for part in self._parts if part not in small]
            self._parts.append(self._merged(small, stamps))
        if self._is_kept:
            self._keep_list()

    def _keep_list(self) -> None:
        """Name the segments that count from now on, and take away those that do not."""
        rows = [
            [part.file, part.bytes_len, [[m.name, m.stamp, m.features] for m in part.members]]
            for part in self._parts
        ]
        text = json.dumps({"version": self._version, "segments": rows}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            _write_whole(self._folder / _LIST, lambda path: path.write_text(text, encoding="utf-8"))
            self._clean()

    def _new(self, names: Sequence[str], stamps: Mapping[str, str], load: Load) -> _Part:
        packed = load(names)
        members, codes = [], []
        for name in names:
            thorough = Details.unpacked(packed[name]).thorough if packed.get(name) else None
            count = 0 if thorough is None else len(thorough)
            members.append(Member(name, stamps[name], count))
            # Works that cannot be told apart are remembered, so that they are not looked at again.
            is_filed = thorough is not None and count >= MIN_FEATURES
            codes.append(chosen_codes(thorough) if thorough is not None and is_filed else _NO_CODES)
        return self._kept(tuple(members), Segment.of(codes))

    def _merged(self, parts: Sequence[_Part], stamps: Mapping[str, str]) -> _Part:
        members: list[Member] = []
        renamed = []
        for part in parts:
            alive = set(_alive(part, stamps))
            numbers = np.full(len(part.members), -1, np.int64)
            for position, member in enumerate(part.members):
                if member in alive:
                    numbers[position] = len(members)
                    members.append(member)
            renamed.append((part.segment, numbers))
        return self._kept(tuple(members), Segment.merged(renamed))

    def _kept(self, members: tuple[Member, ...], segment: Segment) -> _Part:
        """Write a segment under the name of its content, and map what was written; else keep it in memory."""
        told = [self._version, *(f"{each.name} {each.stamp}" for each in members)]
        file = hashlib.sha256("\n".join(told).encode()).hexdigest()[:32] + ".votes"
        path = self._folder / file
        try:
            _write_whole(path, segment.write)
        except (OSError, RuntimeError):  # faiss tells of a full disk in its own way
            self._is_kept = False
            return _Part(file, 0, members, segment)
        self._made.add(file)
        return _Part(file, path.stat().st_size, members, Segment.opened(path))

    def _clean(self) -> None:
        named = {part.file for part in self._parts} | {_LIST}
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):  # another process was quicker
                # Nobody else can know those that were written and merged within this run.
                is_ours = path.name in self._made
                if path.name not in named and (is_ours or time.time() - path.stat().st_mtime > _KEPT_S):
                    path.unlink()

    # --- reading ----------------------------------------------------------------------------------

    def _opened(self) -> list[_Part]:
        """What is there and whole."""
        try:
            told = json.loads((self._folder / _LIST).read_text(encoding="utf-8"))
            if told["version"] != self._version:
                return []
            rows = [
                (Path(file).name, int(size), tuple(Member(*row) for row in members))
                for file, size, members in told["segments"]
            ]
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or not ours: made anew
            return []
        parts = []
        for file, size, members in rows:
            path = self._folder / file
            with contextlib.suppress(FingerprintError, OSError):
                if path.stat().st_size == size:
                    parts.append(_Part(file, size, members, Segment.opened(path)))
        return parts


def _alive(part: _Part, stamps: Mapping[str, str]) -> list[Member]:
    """The works of a segment that are wanted as they are there."""
    return [each for each in part.members if stamps.get(each.name) == each.stamp]


def _is_stale(part: _Part, stamps: Mapping[str, str]) -> bool:
    return len(part.members) - len(_alive(part, stamps)) > _STALE_SHARE * len(part.members)


def _to_merge(parts: Sequence[_Part]) -> list[_Part] | None:
    """The smallest segments that are worth one; ``None`` when all are of very different sizes."""
    ordered = sorted(parts, key=lambda part: (len(part.members), part.file))
    taken, size = ordered[:1], len(ordered[0].members) if ordered else 0
    for part in ordered[1:]:
        if len(part.members) > _SWALLOWS * size:
            break
        taken.append(part)
        size += len(part.members)
    return taken if len(taken) > 1 else None


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let a file appear whole: written beside, flushed, renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        _flush(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # folders cannot be opened there; NTFS journals the rename
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
