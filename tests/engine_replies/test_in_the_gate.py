"""Pages that strangers wrote are read in the gate's child, with the same result as here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import replicas

from creditline.engine_replies import bing, google_lens, tineye, yandex
from creditline.engine_replies.base import Reading
from creditline.fetch.gate import GatePool
from creditline.records import Reply, SearchStatus

PAGES: dict[str, tuple[Callable[..., Reading], Reply]] = {
    "lens": (google_lens.read, replicas.reply(replicas.lens_page())),
    "bing": (bing.read, replicas.reply(json.dumps(replicas.bing_reply()))),
    "yandex": (yandex.read, replicas.reply(replicas.yandex_page())),
    "tineye": (tineye.read, replicas.reply(json.dumps(replicas.tineye_web_reply()))),
}


@pytest.fixture(scope="module")
def readings() -> dict[str, Any]:
    """What the child made of every page, by one child for all."""

    async def read() -> dict[str, Reading]:
        pool = GatePool(workers=1)
        try:
            return {name: await pool.run(reader, page) for name, (reader, page) in PAGES.items()}
        finally:
            await pool.close()

    return asyncio.run(read())


@pytest.mark.parametrize("name", PAGES)
def test_the_child_reads_what_we_would(readings: dict[str, Reading], name: str) -> None:
    reader, page = PAGES[name]
    assert readings[name] == reader(page)
    assert readings[name].status is SearchStatus.RESULTS
    assert readings[name].cards
