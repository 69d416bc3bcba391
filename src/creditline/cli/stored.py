"""Opens the workspace's store for commands that only look things up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from creditline.cli.options import Workspace, say
from creditline.errors import StoreError

if TYPE_CHECKING:
    from creditline.pipeline.ports import Store


@contextmanager
def opened_store(workspace: Workspace, *, to_change: bool = False) -> Iterator[tuple[Store, str]]:
    """The store and the owner's id; closed afterwards.

    A workspace that cannot be written to is read from a copy of its database.

    Args:
        workspace: Where.
        to_change: Whether the command wants to change something there.

    Raises:
        StoreError: Nothing is known there, or it cannot be opened, or not be changed.
    """
    from creditline import config

    with ExitStack() as stack:
        database = None
        if workspace.settings.store.database_url is None:
            database = workspace.folder / config.DATABASE_NAME
            if not database.exists():
                raise StoreError(
                    f"nothing is known in {workspace.folder} yet; run `creditline scan` there first"
                )
            if not (os.access(database, os.W_OK) and os.access(workspace.folder, os.W_OK)):
                if to_change:
                    raise StoreError(
                        f"workspace {workspace.folder} is read-only: nothing can be changed there"
                    )
                say(f"workspace {workspace.folder} is read-only: this shows what was stored in it")
                database = stack.enter_context(_copied(database))
        store = config.open_store(workspace.folder, workspace.settings, say, database=database)
        stack.callback(store.close)
        key = config.owner_key(workspace.settings)
        yield store, store.ensure_owner(key, workspace.settings.owner.names, datetime.now(UTC))


@contextmanager
def _copied(database: Path) -> Iterator[Path]:
    """A copy of an SQLite file with its journal; reading one in place wants to write beside it."""
    with TemporaryDirectory(prefix="creditline-") as folder:
        try:
            for path in (database, database.with_name(database.name + "-wal")):
                if path.exists():
                    shutil.copyfile(path, Path(folder) / path.name)
        except OSError as error:
            raise StoreError(f"the database {database} cannot be read: {error.strerror}") from error
        yield Path(folder) / database.name


def say_held_back(letters: int) -> None:
    """Tell of drafts that are not handed out, and what to do about them."""
    if letters:
        say(
            f"{letters} drafts held back: what they say has changed or was last seen more than 72 hours ago; "
            "run `creditline recheck`, then `creditline outreach draft`"
        )
