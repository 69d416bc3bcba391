"""`Portfolio`: the documented, stable way to ask which of one's works a picture shows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from creditline.fingerprint.index import PortfolioIndex


class Portfolio(PortfolioIndex):
    """The works of one owner: from picture files, or as a workspace knows them."""

    _close: Callable[[], None] | None = None

    @classmethod
    def open(cls, workspace: str | Path) -> Portfolio:
        """The works that a workspace has indexed.

        It reads the workspace's database while it is asked: `close` it afterwards, or use it with ``with``.

        Raises:
            CreditlineError: Its settings or its database cannot be read.
        """
        # Building edges is config's alone, and costs a database driver; only this way in needs it.
        from creditline.config import INDEX_NAME, SystemClock, open_store, owner_key
        from creditline.pipeline.portfolio_index import open_stock
        from creditline.settings import load_settings

        folder = Path(workspace)
        settings = load_settings(folder, os.environ)
        store = open_store(folder, settings)
        try:
            owner_id = store.ensure_owner(owner_key(settings), settings.owner.names, SystemClock().now())
            stock = open_stock(store, owner_id, folder / INDEX_NAME)
            portfolio = cls.of_stock(stock, wrong=store.wrong_matches(owner_id))
        except BaseException:
            store.close()
            raise
        portfolio._close = store.close
        return portfolio

    def close(self) -> None:
        """Give the workspace's database back; nothing to do for picture files."""
        if self._close is not None:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
