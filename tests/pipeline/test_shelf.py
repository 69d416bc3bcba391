"""The index on disk: made of the store, kept up to date, mended, and the same wherever it was made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from loopback import photo
from PIL import Image

from creditline.config import SystemClock
from creditline.fingerprint import CASCADE, HASH, PortfolioIndex, decode_image
from creditline.fingerprint.algorithm import MIN_FEATURES
from creditline.fingerprint.details import Details
from creditline.fingerprint.features import CODE_BYTES, FRAME, Features
from creditline.fingerprint.votes import VoteIndex
from creditline.pipeline.portfolio_index import open_stock
from creditline.pipeline.shelf import Shelf
from creditline.records import MatchMethod, Rendition, Work
from creditline.store import SqlStore, open_store


def features(seed: int, count: int = 320) -> Features:
    random = np.random.default_rng(seed)
    return Features(
        (FRAME, FRAME),
        random.integers(0, FRAME, (count, 2), dtype=np.uint16),
        random.integers(80, 160, count, dtype=np.uint8),
        random.integers(0, 256, count, dtype=np.uint8),
        random.integers(0, 256, (count, CODE_BYTES), dtype=np.uint8),
    )


class Library:
    """Works made by rule; counts what is loaded of them."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, names: Sequence[str]) -> dict[str, bytes]:
        self.loaded += names
        return {name: packed(int(name[1:])) for name in names}

    def synced(self, folder: Path, works: Sequence[int]) -> tuple[Shelf, VoteIndex]:
        wanted = {f"w{number}": f"{number:064x}"[::-1] for number in works}
        shelf = Shelf(folder, CASCADE)
        counts = shelf.sync(wanted, self.load)
        assert set(counts) == set(wanted)
        names = [name for name in wanted if counts[name] >= MIN_FEATURES]
        return shelf, shelf.votes(names, wanted)


def packed(number: int) -> bytes:
    own = features(number, 20 if number % 10 == 7 else 320)
    return Details(lambda: own, lambda: own, lambda: np.zeros((8, 8), np.uint8)).packed()


def files(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.votes")}


def answers(index: VoteIndex) -> list[list[int]]:
    return [index.candidates(features(seed, 200), 5) for seed in (1, 23, 900)]


def test_opening_again_reads_no_work_and_writes_nothing(tmp_path: Path) -> None:
    first, again = Library(), Library()
    _, index = first.synced(tmp_path, range(40))
    before = files(tmp_path)
    _, same = again.synced(tmp_path, range(40))
    assert (len(first.loaded), again.loaded) == (40, [])
    assert files(tmp_path) == before
    assert answers(same) == answers(index)


def test_a_new_work_is_added_without_making_the_rest_anew(tmp_path: Path) -> None:
    library = Library()
    library.synced(tmp_path, range(40))
    before = files(tmp_path)
    library.loaded.clear()
    _, index = library.synced(tmp_path, range(41))
    assert library.loaded == ["w40"]
    assert before.items() <= files(tmp_path).items()
    _, fresh = Library().synced(tmp_path / "elsewhere", range(41))
    assert answers(index) == answers(fresh)


def test_many_additions_stay_few_files_with_the_same_answers(tmp_path: Path) -> None:
    library = Library()
    for count in range(1, 18):
        _, index = library.synced(tmp_path, range(count))
    told = json.loads((tmp_path / "index.json").read_text())
    assert len(told["segments"]) <= 3
    _, fresh = Library().synced(tmp_path / "elsewhere", range(17))
    assert answers(index) == answers(fresh)


def test_works_that_are_gone_or_changed_are_not_found_any_more(tmp_path: Path) -> None:
    library = Library()
    library.synced(tmp_path, range(40))
    _, index = library.synced(tmp_path, [*range(20), *range(25, 40)])
    _, fresh = Library().synced(tmp_path / "elsewhere", [*range(20), *range(25, 40)])
    assert answers(index) == answers(fresh)


@pytest.mark.parametrize("harm", ["no list", "broken list", "no segment", "cut segment", "other version"])
def test_what_is_lost_or_damaged_is_made_anew(tmp_path: Path, harm: str) -> None:
    _, index = Library().synced(tmp_path, range(12))
    expected = answers(index)
    del index
    (segment,), listed = tmp_path.glob("*.votes"), tmp_path / "index.json"
    if "segment" in harm:
        segment.write_bytes(segment.read_bytes()[:-9000]) if "cut" in harm else segment.unlink()
    elif harm == "other version":
        listed.write_text(listed.read_text().replace(CASCADE, "cascade/0"))
    else:
        listed.write_text("{") if "broken" in harm else listed.unlink()
    again = Library()
    _, mended = again.synced(tmp_path, range(12))
    assert len(again.loaded) == 12
    assert answers(mended) == expected


def test_where_nothing_can_be_written_it_is_made_in_memory(tmp_path: Path) -> None:
    _, index = Library().synced(tmp_path / "index", range(12))
    (tmp_path / "file").write_text("in the way")
    for _ in range(2):
        library = Library()
        _, unkept = library.synced(tmp_path / "file" / "index", range(12))
        assert (len(library.loaded), answers(unkept)) == (12, answers(index))


def test_what_was_merged_within_a_run_takes_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditline.pipeline.shelf._AT_ONCE", 4)
    Library().synced(tmp_path, range(12))
    told = json.loads((tmp_path / "index.json").read_text())
    assert set(files(tmp_path)) == {segment[0] for segment in told["segments"]}


# --- of a store ---------------------------------------------------------------------------------


@pytest.fixture
def store_of(tmp_path: Path) -> Callable[[str], tuple[SqlStore, str, list[str]]]:
    """A store with four works of one algorithm; the last one is excluded."""

    def filled(algorithm: str) -> tuple[SqlStore, str, list[str]]:
        clock = SystemClock()
        store = open_store(f"sqlite:///{tmp_path / 'db.sqlite'}", evidence_dir=tmp_path / "e", clock=clock)
        owner = store.ensure_owner("jane", ["Jane"], clock.now())
        works = []
        for seed in range(4):
            decoded = decode_image(photo(seed, (900, 600)), algorithm)
            url = f"https://jane.example/{seed}.jpg"
            file = Rendition(url, 900, 600, "jpeg", 1, decoded.sha256)
            works.append(Work("", owner, url, renditions=(file,), fingerprint=decoded.fingerprint))
        ids = [work.id for work in store.save_works(owner, works, clock.now())]
        store.set_work(owner, ids[3], include=False, now=clock.now())
        return store, owner, ids

    return filled


@pytest.mark.parametrize("algorithm", [HASH, CASCADE])
def test_a_stock_on_disk_answers_as_one_in_memory(
    tmp_path: Path, store_of: Callable[[str], tuple[SqlStore, str, list[str]]], algorithm: str
) -> None:
    store, owner, ids = store_of(algorithm)
    in_memory = PortfolioIndex.from_works(store.works(owner), (), algorithm)
    asked = (photo(9, (450, 300)), part_of(2))
    expected = [in_memory.identify(body) for body in asked]
    for _ in range(2):  # made, then opened
        index = PortfolioIndex.of_stock(open_stock(store, owner, tmp_path / "index", algorithm), algorithm)
        assert len(index) == len(in_memory) == 3
        assert [index.identify(body) for body in asked] == expected
    assert index.identify(asked[1], ids[2]) == expected[1]
    assert index.identify(photo(1, (900, 600)))[0].method is MatchMethod.BYTES
    assert bool(expected[1]) is (algorithm == CASCADE)
    store.close()


def test_works_without_features_load_none(store_of: Callable[[str], tuple[SqlStore, str, list[str]]]) -> None:
    store, owner, ids = store_of(CASCADE)
    assert all(work.fingerprint.features for work in store.works(owner))
    assert not any(work.fingerprint.features for work in store.works(owner, features=False))
    assert list(store.fingerprints(owner)) == sorted(ids[:3])
    assert store.features(ids, HASH) == {}
    assert set(store.work_files(owner).values()) == set(ids[:3])
    store.close()


def part_of(seed: int) -> bytes:
    file = BytesIO()
    picture = Image.open(BytesIO(photo(seed, (900, 600)))).crop((200, 100, 700, 480))
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()


def test_two_at_once_do_not_break_each_other(tmp_path: Path) -> None:
    async def both() -> list[VoteIndex]:
        synced = [asyncio.to_thread(Library().synced, tmp_path, range(20)) for _ in range(3)]
        return [index for _, index in await asyncio.gather(*synced)]

    first, *others = asyncio.run(both())
    _, opened = Library().synced(tmp_path, range(20))
    assert all(answers(each) == answers(first) for each in [*others, opened])
