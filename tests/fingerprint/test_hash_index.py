"""The exact search finds what comparing with all finds, no more and no less."""

from __future__ import annotations

import faiss
import numpy as np
import pytest

from creditline.fingerprint import hash_index
from creditline.fingerprint.hash_index import FEWEST_FOR_TABLES, TABLE_RADIUS_BITS, HashIndex

COUNT = 60_000


def hashes(kind):
    random = np.random.default_rng(5)
    if kind == "random":
        return random.integers(0, 256, (COUNT, 32), dtype=np.uint8)
    # As of pictures: neighbouring bits go together, some values are far more frequent than others.
    base = random.integers(0, 256, (300, 32), dtype=np.uint8)
    noise = random.random((COUNT, 256)) < random.choice((0.03, 0.1, 0.3), (COUNT, 1))
    made = base[random.integers(0, 300, COUNT)] ^ np.packbits(noise, axis=1)
    made[:500] = made[0]
    return made


def turned(one, bits, random):
    """A hash with so many of its bits turned round."""
    mask = np.zeros(256, np.uint8)
    mask[random.choice(256, bits, replace=False)] = 1
    return (one ^ np.packbits(mask)).astype(np.uint8)


@pytest.mark.parametrize("kind", ["random", "clustered"])
def test_the_tables_find_exactly_what_comparing_with_all_finds(kind):
    made = hashes(kind)
    index, flat = HashIndex(made), faiss.IndexBinaryFlat(256)
    flat.add(made)
    random = np.random.default_rng(6)
    found = 0
    for bits in [*range(34), 31, 31, 31, 31] * 2:
        asked = turned(made[random.integers(0, COUNT)], bits, random)
        for radius in (0, 7, TABLE_RADIUS_BITS, 44):
            _, _, expected = flat.range_search(asked[None], radius + 1)
            answer = index.within(asked.tobytes(), radius)
            assert answer.tolist() == sorted(expected.tolist())
            found += len(answer)
    assert found > 100


def test_a_difference_spread_over_all_parts_is_found():
    made = hashes("random")
    asked = made[7].copy()
    asked[::2] ^= 1  # one bit in each of 16 parts ...
    asked[1::2] ^= 1  # ... and a second one
    asked[31] ^= 1  # 31 in all
    assert 7 in HashIndex(made).within(asked.tobytes(), 31)


@pytest.mark.parametrize("count", [0, 1, 100])
def test_few_hashes_need_no_tables(count):
    made = hashes("random")[:count]
    index = HashIndex([each.tobytes() for each in made])
    assert (len(index), index.table_bytes) == (count, 0)
    assert index.within(bytes(32), 256).tolist() == list(range(count))
    for number in range(count):
        assert index.within(made[number].tobytes(), 0).tolist() == [number]


def test_tables_take_the_memory_that_was_promised():
    index = HashIndex(np.zeros((FEWEST_FOR_TABLES, 32), np.uint8))
    fixed = 4 * (16 * 65536 + 1)
    assert index.table_bytes == fixed + 48 * FEWEST_FOR_TABLES
    assert (fixed + 48 * 1_000_000) / 1_000_000 < 64
    assert len(index.within(bytes(32), 0)) == FEWEST_FOR_TABLES


def test_the_pigeonhole_holds_for_the_constants():
    assert hash_index._PARTS * 2 - 1 == TABLE_RADIUS_BITS
    assert hash_index._PARTS * hash_index._PART_BITS == 8 * hash_index.HASH_BYTES
