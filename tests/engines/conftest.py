"""One browser and one miniature web for all tests of a module: to start them costs more than a search."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from driving import Desk, desk

from creditline.fetch.locate import candidates


class Sitting:
    """A desk and the loop that it lives in."""

    def __init__(self, runner: asyncio.Runner, at: Desk) -> None:
        self.run = runner.run
        self.desk = at


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sitting]:
    """A desk for a whole module; every test sets its replica up anew."""
    if next(candidates(), None) is None:
        pytest.fail("no Chromium on this machine; scripts/test installs one")
    with asyncio.Runner() as runner:
        opening = desk(tmp_path_factory.mktemp("browser"))
        at = runner.run(opening.__aenter__())
        yield Sitting(runner, at)
        runner.run(opening.__aexit__(None, None, None))
