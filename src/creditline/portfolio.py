"""`Portfolio`: the documented, stable way to ask which of one's works a picture shows."""

from __future__ import annotations

from pathlib import Path

from creditline.fingerprint.index import PortfolioIndex


class Portfolio(PortfolioIndex):
    """The works of one owner: from picture files, or as a workspace knows them."""

    @classmethod
    def open(cls, workspace: str | Path) -> Portfolio:
        """The works that a workspace has indexed.

        Raises:
            CreditlineError: The folder is not a workspace, or its database cannot be read.
        """
        # Building edges is config's alone, and costs a database driver; only this way in needs it.
        from creditline.config import read_works

        return cls.from_works(read_works(Path(workspace)))
