"""How much disk a workspace takes, and how much is left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from creditline.store.part import StorePart

#: What SQLite keeps beside its file.
_COMPANIONS = ("", "-wal", "-shm")


class Room(StorePart):
    """The disk below database and evidence."""

    def disk_bytes(self) -> tuple[int, int]:
        """Bytes that the database's file and the evidence take, and bytes that are free; reads every folder.

        A PostgreSQL server's own disk is its own matter.
        """
        files = 0
        if self._db.path is not None:
            files = sum(_size(self._db.path.with_name(self._db.path.name + end)) for end in _COMPANIONS)
        folder = self._files.folder
        place = next((each for each in (folder, *folder.parents) if each.exists()), Path.cwd())
        return files + _tree(folder), shutil.disk_usage(place).free


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _tree(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        total += sum(_size(Path(place) / name) for name in names)
    return total
