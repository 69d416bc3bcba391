"""Indexes a folder of originals: reads every picture file below it once, groups them, saves the works."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from creditline import fingerprint
from creditline.errors import GateError, IndexingError, InputFileError
from creditline.pipeline.context import Context
from creditline.pipeline.index_report import (
    IndexReport,
    Unreadable,
    excluded_counts,
    name_hint,
)
from creditline.pipeline.kindred import kindred_notes
from creditline.records import Exclusion, GateProblem, KnownFile, Progress
from creditline.works import Family, FileResult, FoundImage, Origin, Seen, join_known, works_of
from creditline.works.names import LAYER_SUFFIXES, PICTURE_SUFFIXES, RAW_SUFFIXES, VECTOR_SUFFIXES

#: Seconds that decoding one original may take: a 100-megapixel TIFF needs some ten on a slow machine.
DECODE_TIMEOUT_S = 60.0
#: Files decoded at the same time.
WORKERS = 2

#: Folders and files that systems and programs keep for themselves.
_SYSTEM_NAMES = frozenset(
    {
        "__macosx",
        "@eadir",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "thumbs.db",
        "desktop.ini",
    }
)


@dataclass(frozen=True, slots=True)
class _Scan:
    """What lies in a folder: pictures, files that can only be listed, and what could not be entered."""

    pictures: list[Path]
    listed: list[tuple[Path, str]]
    folders: int
    problems: list[Unreadable]


async def index_folder(path: Path, context: Context) -> IndexReport:
    """Index a folder of originals and everything below it; unchanged files are not read again.

    Raises:
        InputFileError: There is no such folder, or it may not be read.
        IndexingError: It holds no pictures.
    """
    scan = _scan(path)
    if not scan.pictures and not scan.listed:
        raise IndexingError(f"{path} holds no picture files; give the folder with your originals")
    places = asyncio.Semaphore(WORKERS)
    done = 0

    async def one(file: Path) -> Seen:
        nonlocal done
        async with places:
            result = await _read(file, context)
        done += 1
        context.observer.progress(Progress("originals", done, len(scan.pictures), file.name))
        return _seen(file, result)

    seen = list(await asyncio.gather(*(one(file) for file in scan.pictures)))
    for file, why in scan.listed:
        seen.append(_seen(file, FileResult(file.as_uri(), None, why, Exclusion.UNSUPPORTED)))
    known_prints = context.store.fingerprints(context.owner_id)
    known = context.store.works(context.owner_id)
    works = join_known(works_of(seen, context.owner, context.owner_id), known)
    stored = context.store.save_works(context.owner_id, works, context.clock.now())
    return IndexReport(
        where=str(path),
        pages=scan.folders,
        images=len(seen),
        works=sum(1 for work in stored if work.excluded is None),
        excluded=excluded_counts(stored),
        problems=(*scan.problems, *_damaged(seen)),
        notes=(*name_hint(works), *await kindred_notes(known_prints, stored, context)),
        is_folder=True,
    )


def _scan(path: Path) -> _Scan:
    """Find the files below a folder, in a stable order, links to folders not followed."""
    try:
        if not path.exists():
            raise InputFileError(f"{path}: there is no such folder; check the name")
        if not path.is_dir():
            raise InputFileError(f"{path} is not a folder; give the folder that holds your originals")
        next(path.iterdir(), None)
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}; check its permissions") from error
    path = path.absolute()
    problems: list[Unreadable] = []
    scan = _Scan([], [], 0, problems)
    folders = 0
    for folder, files in _folders(path, problems):
        folders += 1
        for file in (folder / name for name in files):
            suffix = file.suffix.lower()
            if suffix in PICTURE_SUFFIXES:
                scan.pictures.append(file)
            elif why := _why_listed(suffix):
                scan.listed.append((file, why))
    return _Scan(scan.pictures, scan.listed, folders, problems)


def _folders(path: Path, problems: list[Unreadable]) -> Iterator[tuple[Path, list[str]]]:
    def failed(error: OSError) -> None:
        problems.append(Unreadable(str(error.filename), error.strerror or "cannot be read"))

    for folder, folders, files in os.walk(path, onerror=failed):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        yield Path(folder), sorted(name for name in files if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def _why_listed(suffix: str) -> str | None:
    if suffix in RAW_SUFFIXES:
        return f"a camera RAW file ({suffix}); export a JPEG or TIFF of it"
    if suffix in VECTOR_SUFFIXES:
        return "SVG is a drawing, not pixels; export a PNG of it"
    if suffix in LAYER_SUFFIXES:
        return f"a file of layers or drawings ({suffix}); export a JPEG, PNG or TIFF of it"
    return None


async def _read(file: Path, context: Context) -> FileResult:
    """Decode one file, or take what is known of it when size and time are unchanged."""
    store, address = context.store, file.as_uri()
    try:
        seen = _state(file)
    except OSError as error:
        return FileResult(address, None, error.strerror or "cannot be read", Exclusion.UNREADABLE)
    known = None if context.own.anew else store.known_file(address)
    if known and (known.bytes_len, known.mtime_ns) == (seen.bytes_len, seen.mtime_ns):
        result = _known(known, context)
        if result is not None:
            return result
    try:
        decoded = await context.gate.run(fingerprint.decode_original, str(file), timeout_s=DECODE_TIMEOUT_S)
    except GateError as error:
        store.remember_file(replace(seen, problem=str(error.kind), detail=str(error)))
        return _refused(address, str(error.kind), str(error))
    store.remember_decoded(decoded)
    store.remember_file(replace(seen, sha256=decoded.sha256))
    return FileResult(address, decoded)


def _state(file: Path) -> KnownFile:
    status = file.stat()
    return KnownFile(file.as_uri(), status.st_size, status.st_mtime_ns)


def _known(known: KnownFile, context: Context) -> FileResult | None:
    if known.problem is not None:
        return _refused(known.address, known.problem, known.detail or known.problem)
    decoded = context.store.known_decoded(known.sha256 or "", fingerprint.ALGORITHM)
    # The same bytes on a stranger's page are read less thoroughly than a work must be.
    if decoded is None or not fingerprint.is_thorough(decoded.fingerprint.features):
        return None
    return FileResult(known.address, decoded)


def _refused(address: str, kind: str, detail: str) -> FileResult:
    is_unsupported = kind == GateProblem.UNSUPPORTED
    return FileResult(
        address, None, detail, Exclusion.UNSUPPORTED if is_unsupported else Exclusion.UNREADABLE
    )


def _seen(file: Path, result: FileResult) -> Seen:
    found = FoundImage(page=None, candidates=(), origin=Origin.FOLDER)
    return Seen(Family(file.as_uri(), (), (found,)), (result,))


def _damaged(seen: list[Seen]) -> list[Unreadable]:
    """Files that should be readable and are not."""
    return [
        Unreadable(result.url, result.problem or "cannot be read")
        for each in seen
        for result in each.results
        if result.exclusion is Exclusion.UNREADABLE
    ]
