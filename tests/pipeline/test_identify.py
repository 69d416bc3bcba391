"""What a picture is asked about, answered and explained with the store's own pictures."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from loopback import photo

from creditline.config import open_gate
from creditline.fingerprint import CASCADE, HASH, PortfolioIndex, decode_original
from creditline.pipeline.identify import Asked, ask, explain
from creditline.records import Decoded, MatchMethod, Rendition, Work, WrongMatch


class Kept:
    """A store of decoded pictures."""

    def __init__(self, decoded: list[Decoded]) -> None:
        self._decoded = {(each.sha256, each.fingerprint.algorithm): each for each in decoded}

    def known_decoded(self, sha256: str, algorithm: str) -> Decoded | None:
        return self._decoded.get((sha256, algorithm))


def library(folder: Path, algorithm: str) -> tuple[list[Work], Kept]:
    """Two works: the first one's file lies on this machine, of the second only a thumbnail is kept."""
    works, kept = [], []
    for seed in (1, 2):
        file = folder / f"{seed}.jpg"
        file.write_bytes(photo(seed, (900, 600)))
        decoded = decode_original(str(file), algorithm)
        address = file.as_uri() if seed == 1 else "https://jane.example/2.jpg"
        rendition = Rendition(address, 900, 600, "jpeg", 1, decoded.sha256)
        works.append(
            Work(
                f"w{seed}",
                "o",
                address,
                f"Work <{seed}>",
                renditions=(rendition,),
                fingerprint=decoded.fingerprint,
            )
        )
        kept.append(decoded)
    return works, Kept(kept)


def explained(
    tmp_path: Path, algorithm: str, files: list[Path], wrong: tuple[WrongMatch, ...] = ()
) -> tuple[list[Asked], str]:
    works, kept = library(tmp_path, algorithm)

    async def run() -> tuple[list[Asked], str]:
        portfolio = PortfolioIndex.from_works(works, wrong, algorithm)
        async with open_gate() as gate:
            asked = [await ask(portfolio, gate, file, to_show=True) for file in files]
            return asked, await explain(asked, portfolio, works, kept, gate, "creditline 0")

    return asyncio.run(run())


def test_a_hash_match_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "copy.jpg"
    file.write_bytes(photo(1, (450, 300)))
    (asked,), html = explained(tmp_path, HASH, [file])
    assert [match.method for match in asked.answer.matches] == [MatchMethod.HASH]
    assert "Your work “Work &lt;1&gt;”" in html
    assert "whole picture, by its perceptual hash" in html
    assert html.count('class="cell c-agrees" points') > 50
    assert html.count("data:image/jpeg") == 3
    assert not re.search(r"<script|https?://(?!jane\.example)[a-z]", html)


def test_a_geometry_match_is_explained_with_its_place(tmp_path: Path) -> None:
    from io import BytesIO

    from PIL import Image

    page = Image.new("RGB", (1000, 700), "white")
    page.paste(Image.open(BytesIO(photo(2, (900, 600)))).resize((450, 300)), (500, 350))
    file = tmp_path / "page.png"
    page.save(file)
    (asked,), html = explained(tmp_path, CASCADE, [file])
    assert [match.method for match in asked.answer.matches] == [MatchMethod.GEOMETRY]
    assert "details that lie as they do in yours" in html
    assert html.count('class="cell c-agrees" points') > 50
    assert html.count('class="region"') == 1
    assert html.count('class="whole" points') == 1


@pytest.mark.parametrize("algorithm", [HASH, CASCADE])
def test_for_none_of_ours_it_says_what_was_tried(tmp_path: Path, algorithm: str) -> None:
    stranger, flat, broken = (tmp_path / name for name in ("stranger.jpg", "flat.png", "broken<b>.jpg"))
    stranger.write_bytes(photo(77, (600, 400)))
    from PIL import Image

    Image.new("RGB", (300, 200), "teal").save(flat)
    broken.write_bytes(b"\xff\xd8\xff nonsense")
    asked, html = explained(tmp_path, algorithm, [stranger, flat, broken])
    assert not any(one.answer.matches for one in asked)
    assert [bool(one.problem) for one in asked] == [False, False, True]
    assert html.count("None of your works") == 2
    assert "Compared with 2 works" in html
    assert "of 256 bits differ" in html
    assert ("compared in detail" in html) is (algorithm == CASCADE)
    assert "hardly more than one colour" in html
    assert "broken&lt;b&gt;.jpg" in html


def test_a_match_that_was_called_wrong_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "copy.jpg"
    file.write_bytes(photo(1, (450, 300)))
    sha256 = decode_original(str(file), HASH).sha256
    (asked,), html = explained(tmp_path, HASH, [file], (WrongMatch("u1", "w1", sha256),))
    assert (asked.answer.matches, [each.work for each in asked.answer.denied]) == ((), ["w1"])
    assert "but you said that it is not" in html
