"""The works that a store knows, ready to be asked; features are fetched work by work as they are needed."""

from __future__ import annotations

from pathlib import Path

from creditline.fingerprint import ALGORITHM, HASH, PortfolioIndex
from creditline.fingerprint.algorithm import MIN_FEATURES
from creditline.fingerprint.sides import may_be_told_apart
from creditline.fingerprint.stock import Stock
from creditline.fingerprint.votes import VoteIndex
from creditline.pipeline.context import Context
from creditline.pipeline.ports import WorkStore
from creditline.pipeline.shelf import Shelf


def portfolio_of(context: Context) -> PortfolioIndex:
    """The works of a run's owner, and what the owner said of matches."""
    store, owner_id = context.store, context.owner_id
    wrong = store.wrong_matches(owner_id)
    if context.index_folder is None:
        return PortfolioIndex.from_works(store.works(owner_id), wrong)
    return PortfolioIndex.of_stock(open_stock(store, owner_id, context.index_folder), wrong=wrong)


def open_stock(store: WorkStore, owner_id: str, folder: Path, algorithm: str = ALGORITHM) -> Stock:
    """The works of one owner that take part; the store must stay open for as long as they are asked about.

    Args:
        store: Where they are.
        owner_id: Whose works.
        folder: Where the index of local features is kept.
        algorithm: By which fingerprints they are recognised.

    Raises:
        FingerprintError: A work's stored features are damaged.
    """
    prints = store.fingerprints(owner_id)
    plain = [name for name, each in prints.items() if each.algorithm == algorithm and may_be_told_apart(each)]
    if algorithm == HASH:
        recognisable, votes = plain, VoteIndex([], len(plain))
    else:
        shelf = Shelf(folder / owner_id, algorithm)
        wanted = {name: prints[name].sha256 for name in plain}
        features = shelf.sync(wanted, lambda names: store.features(names, algorithm))
        recognisable = [name for name in plain if features[name] >= MIN_FEATURES]
        votes = shelf.votes(recognisable, wanted)
    return Stock.on_demand(
        prints,
        recognisable,
        votes,
        load=lambda name: store.features([name], algorithm).get(name, b""),
        files=store.work_files(owner_id),
    )


def own_files_only(store: WorkStore, owner_id: str, folder: Path) -> frozenset[str]:
    """Works that take part and of which only their own files are recognised: flat, too plain, or outdated."""
    stock = open_stock(store, owner_id, folder)
    return frozenset(stock.prints) - frozenset(stock.recognisable)
