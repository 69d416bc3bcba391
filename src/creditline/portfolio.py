"""`Portfolio`: the documented, stable way to ask which of one's works a picture shows."""

from __future__ import annotations

import os
from pathlib import Path

from creditline.fingerprint.index import PortfolioIndex


class Portfolio(PortfolioIndex):
    """The works of one owner: from picture files, or as a workspace knows them."""

    @classmethod
    def open(cls, workspace: str | Path) -> Portfolio:
        """The works that a workspace has indexed.

        Raises:
            CreditlineError: Its settings or its database cannot be read.
        """
        # Building edges is config's alone, and costs a database driver; only this way in needs it.
        from creditline.config import SystemClock, open_store, owner_key
        from creditline.settings import load_settings

        folder = Path(workspace)
        settings = load_settings(folder, os.environ)
        store = open_store(folder, settings)
        try:
            owner_id = store.ensure_owner(owner_key(settings), settings.owner.names, SystemClock().now())
            return cls.from_works(store.works(owner_id), store.wrong_matches(owner_id))
        finally:
            store.close()
