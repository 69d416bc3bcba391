"""Opens the workspace's store for commands that only look things up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from creditline.cli.options import Workspace, say
from creditline.errors import StoreError

if TYPE_CHECKING:
    from creditline.pipeline.ports import Store


@contextmanager
def opened_store(workspace: Workspace) -> Iterator[tuple[Store, str]]:
    """The store and the owner's id; closed afterwards."""
    from creditline import config

    if workspace.settings.store.database_url is None:
        database = workspace.folder / config.DATABASE_NAME
        if not database.exists():
            raise StoreError(f"nothing is known in {workspace.folder} yet; run `creditline scan` there first")
    store = config.open_store(workspace.folder, workspace.settings, say)
    try:
        key = config.owner_key(workspace.settings)
        yield store, store.ensure_owner(key, workspace.settings.owner.names, datetime.now(UTC))
    finally:
        store.close()


def say_held_back(letters: int) -> None:
    """Tell of drafts that are not handed out, and what to do about them."""
    if letters:
        say(
            f"{letters} drafts held back: what they say has changed or was last seen more than 72 hours ago; "
            "run `creditline recheck`, then `creditline outreach draft`"
        )
