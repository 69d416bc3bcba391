"""What every source that reads a file must do, whoever wrote it; a new one is tested without a change here.

Those that ask a service have a suite of their own, `test_asking_contract.py`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from pathlib import Path

import pytest
from source_samples import CONTEXT, SAMPLES, batches_of

from creditline.errors import InputFileError
from creditline.records import SearchStatus
from creditline.sources import BATCH, Question, Source, all_sources

SOURCES = {name: source for name, source in all_sources().items() if source.reads_file}
pytestmark = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)

BAD_FILES = {
    "empty": b"",
    "blank": b"\n\n  \n",
    "binary": bytes(range(256)) * 40,
    "picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    "prose": b"Dear Jane,\nthank you for the pictures. We like them.\nBest wishes\n",
    "damaged gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x02\x03",
}


def sample_path(source: Source, folder: Path) -> Path:
    sample = SAMPLES[source.name]
    path = folder / sample.name
    path.write_bytes(sample.content)
    return path


def test_it_says_what_it_is(source: Source) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", source.name)
    assert source.description.endswith(".")
    assert "\n" not in source.description
    assert source.name in SAMPLES, f"add a sample of {source.name} to source_samples.py"


def test_it_finds_the_pages_of_its_sample(source: Source, tmp_path: Path) -> None:
    batches = asyncio.run(batches_of(source, sample_path(source, tmp_path)))
    pages = {sighting.page_url.href for batch in batches for sighting in batch.sightings}
    assert pages == SAMPLES[source.name].pages


def test_its_last_batch_alone_ends_the_search(source: Source, tmp_path: Path) -> None:
    batches = asyncio.run(batches_of(source, sample_path(source, tmp_path)))
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert all(batch.outcome.status is SearchStatus.PARTIAL for batch in batches[:-1])
    last = batches[-1].outcome
    assert last.status is SearchStatus.RESULTS
    assert last.kept == sum(len(batch.sightings) for batch in batches)
    assert last.seen >= last.parsed >= last.kept > 0
    assert last.note
    assert last.source == source.name
    assert last.query == SAMPLES[source.name].name


def test_its_sightings_are_whole(source: Source, tmp_path: Path) -> None:
    batches = asyncio.run(batches_of(source, sample_path(source, tmp_path)))
    for batch in batches:
        assert len(batch.sightings) <= BATCH
        for sighting in batch.sightings:
            assert sighting.source == source.name
            assert sighting.page_url.scheme in ("http", "https")
            assert sighting.provenance
            assert sighting.hits >= 1


def test_it_keeps_no_visitors_addresses(source: Source, tmp_path: Path) -> None:
    batches = asyncio.run(batches_of(source, sample_path(source, tmp_path)))
    for word in re.findall(r"[\w.:]+", repr(batches)):
        with pytest.raises(ValueError, match="does not appear"):
            ipaddress.ip_address(word.strip("."))


def test_it_gives_the_same_again(source: Source, tmp_path: Path) -> None:
    path = sample_path(source, tmp_path)
    assert asyncio.run(batches_of(source, path)) == asyncio.run(batches_of(source, path))


@pytest.mark.parametrize("kind", BAD_FILES)
def test_it_refuses_other_files_in_one_line(source: Source, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.txt"
    path.write_bytes(BAD_FILES[kind])
    with pytest.raises(InputFileError) as raised:
        asyncio.run(batches_of(source, path))
    message = str(raised.value)
    assert path.name in message
    assert "\n" not in message


def test_it_says_that_a_file_is_missing(source: Source, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.txt", tmp_path):
        with pytest.raises(InputFileError, match=path.name):
            asyncio.run(batches_of(source, path))


def test_it_asks_for_a_file(source: Source) -> None:
    async def ask() -> None:
        async for _ in source.search(Question(), CONTEXT):
            pass

    if source.reads_file:
        with pytest.raises(InputFileError, match="file"):
            asyncio.run(ask())
