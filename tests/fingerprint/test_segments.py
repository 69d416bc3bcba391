"""Segments on disk: what was written is what is asked, and many answer as one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from creditline.errors import FingerprintError
from creditline.fingerprint import codebook
from creditline.fingerprint.features import CODE_BYTES, FRAME, Features
from creditline.fingerprint.segments import Segment
from creditline.fingerprint.votes import CODES_PER_WORK, VoteIndex, chosen_codes


def features(seed, count=400):
    random = np.random.default_rng(seed)
    return Features(
        (FRAME, FRAME),
        random.integers(0, FRAME, (count, 2), dtype=np.uint16),
        random.integers(80, 160, count, dtype=np.uint8),
        random.integers(0, 256, count, dtype=np.uint8),
        random.integers(0, 256, (count, CODE_BYTES), dtype=np.uint8),
    )


def seen_again(seed):
    """Features of a copy: a part of them, each with a few bits turned round."""
    random = np.random.default_rng(seed + 1000)
    known = features(seed)
    noise = np.packbits(random.random((len(known), CODE_BYTES * 8)) < 0.08, axis=1)
    return Features(known.frame, known.xy, known.size, known.angle, known.codes ^ noise)


@pytest.fixture(scope="module")
def works():
    return [features(seed) for seed in range(60)]


def test_the_copied_work_is_voted_for_first(works):
    index = VoteIndex.of(works)
    for seed in (0, 17, 59):
        assert index.candidates(seen_again(seed), 3)[0] == seed
        assert index.candidates(seen_again(seed).mirrored(), 3)[0] == seed


def parted(works, bounds, tmp_path):
    parts = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        path = tmp_path / f"{number}.votes"
        Segment.of([chosen_codes(each) for each in works[start:end]]).write(path)
        parts.append((Segment.opened(path), np.arange(start, end, dtype=np.int64)))
    return parts


@pytest.mark.parametrize("bounds", [(0, 60), (0, 1, 60), (0, 20, 25, 59, 60)])
def test_however_it_was_put_together_the_answers_are_the_same(works, tmp_path, bounds):
    whole = VoteIndex.of(works)
    parts = parted(works, bounds, tmp_path)
    several = VoteIndex(reversed(parts), len(works))
    merged = Segment.merged(parts)
    one = VoteIndex([(merged, np.arange(len(works)))], len(works))
    for asked in [seen_again(seed) for seed in (3, 24, 58)] + [features(seed) for seed in (500, 501)]:
        expected = whole.candidates(asked, 8)
        assert several.candidates(asked, 8) == expected
        assert one.candidates(asked, 8) == expected


def test_works_that_are_not_known_any_more_take_no_votes(works, tmp_path):
    parts = parted(works, (0, 60), tmp_path)
    numbers = np.arange(60)
    numbers[17] = -1
    left = VoteIndex([(parts[0][0], numbers)], 60)
    without = VoteIndex.of([each if n != 17 else features(0, 0) for n, each in enumerate(works)])
    for seed in (17, 18):
        assert left.candidates(seen_again(seed), 5) == without.candidates(seen_again(seed), 5)


def test_merging_leaves_out_what_has_no_number(works, tmp_path):
    (segment, numbers) = parted(works, (0, 60), tmp_path)[0]
    numbers[10:] = -1
    merged = Segment.merged([(segment, numbers)])
    assert len(merged) == sum(len(chosen_codes(each)) for each in works[:10])


def test_a_file_takes_as_little_as_was_promised(works, tmp_path):
    path = tmp_path / "s.votes"
    Segment.of([chosen_codes(each) for each in works]).write(path)
    fixed = 65_536 + 8 * codebook.CENTRES + 1000
    assert path.stat().st_size <= len(works) * CODES_PER_WORK * 24 + fixed
    assert CODES_PER_WORK * 24 <= 8000


@pytest.mark.parametrize("body", [b"", b"not an index", b"IBwF" + bytes(200)])
def test_what_is_no_segment_is_refused(tmp_path, body):
    path = tmp_path / "broken.votes"
    path.write_bytes(body)
    with pytest.raises(FingerprintError, match=r"broken\.votes"):
        Segment.opened(path)
    with pytest.raises(FingerprintError, match=r"none\.votes"):
        Segment.opened(tmp_path / "none.votes")


def test_no_works_have_no_candidates():
    assert VoteIndex.of([]).candidates(features(1), 8) == []
    assert VoteIndex.of([features(1, 0)]).candidates(features(1), 8) == []


def test_the_codebook_is_whole():
    assert codebook.PATH.stat().st_size == codebook.CENTRES * codebook.CENTRE_BYTES
    assert codebook.centres().ntotal == codebook.CENTRES
