"""How much disk a workspace takes, and how much is left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import text

from creditline.store.part import StorePart


class Room(StorePart):
    """The disk below database and evidence."""

    def disk_bytes(self) -> tuple[int, int]:
        """Bytes that the database and the evidence take, and bytes that are free; reads every folder.

        SQLite's log is counted as the pages that it will become, not as the file that it is: that one grows
        to some megabytes at once, is written over, and goes when the database is closed. A PostgreSQL
        server's own disk is its own matter.
        """
        folder = self._files.folder
        place = next((each for each in (folder, *folder.parents) if each.exists()), Path.cwd())
        return self._database_bytes() + _tree(folder), shutil.disk_usage(place).free

    def _database_bytes(self) -> int:
        if self._db.path is None:
            return 0
        # One statement sees one moment (sqlite.org/pragma.html, "PRAGMA functions").
        sizes = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(self._db.read(lambda session: session.scalar(sizes)) or 0)


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
