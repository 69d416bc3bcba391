"""Indexing folders of originals."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import LoopbackSite, photo, scene
from PIL import Image

from creditline.errors import CreditlineError, IndexingError, InputFileError
from creditline.pipeline.index import IndexReport, index_folder, index_site
from creditline.records import Work

Folder = Callable[[Path], tuple[IndexReport, list[Work]]]


@pytest.fixture
def index(open_context: Callable[..., object]) -> Folder:
    """Runs `index_folder` in a fresh process's surroundings."""

    def run(path: Path) -> tuple[IndexReport, list[Work]]:
        async def all_of() -> tuple[IndexReport, list[Work]]:
            async with open_context() as context:  # type: ignore[attr-defined]
                report = await index_folder(path, context)
                return report, context.store.works(context.owner_id)

        return asyncio.run(all_of())

    return run


def fill(folder: Path) -> None:
    (folder / "2025" / "Fog & sea").mkdir(parents=True)
    (folder / ".thumbnails").mkdir()
    (folder / "@eaDir").mkdir()
    (folder / "a b#1.jpg").write_bytes(photo(1, (900, 600)))
    (folder / "2025" / "Fog & sea" / "ünd.png").write_bytes(photo(2, (600, 400), "PNG"))
    scene(3).save(folder / "2025" / "scan.tiff")
    (folder / "2025" / "copy of a.jpg").write_bytes(photo(1, (450, 300)))
    (folder / "raw.NEF").write_bytes(b"II*\0raw")
    (folder / "drawing.svg").write_text("<svg/>")
    (folder / "layers.psd").write_bytes(b"8BPS")
    (folder / "broken.jpg").write_bytes(photo(4)[:2000])
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.jpg").write_bytes(photo(5))
    (folder / ".thumbnails" / "t.jpg").write_bytes(photo(6))
    (folder / "@eaDir" / "t.jpg").write_bytes(photo(7))
    (folder / "Thumbs.db").write_bytes(b"x")


def test_a_folder_is_read_with_everything_below_it(tmp_path: Path, index: Folder) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    fill(folder)
    report, works = index(folder)
    included = {work.url.removeprefix(folder.as_uri()) for work in works if work.excluded is None}
    assert included == {"/a%20b%231.jpg", "/2025/Fog%20%26%20sea/%C3%BCnd.png", "/2025/scan.tiff"}
    excluded = {work.url.rsplit("/", 1)[-1]: work.excluded or "" for work in works if work.excluded}
    assert set(excluded) == {"raw.NEF", "drawing.svg", "layers.psd", "broken.jpg"}
    assert excluded["raw.NEF"] == "unsupported format: a camera RAW file (.nef); export a JPEG or TIFF of it"
    assert excluded["drawing.svg"].startswith("unsupported format: SVG is a drawing")
    assert excluded["broken.jpg"].startswith("unreadable: ")
    first = next(work for work in works if work.url.endswith("a%20b%231.jpg"))
    assert [r.width for r in first.renditions] == [900, 450]
    assert report.lines()[0].startswith(
        f"{folder}: 3 folders, 8 image files, 3 works; 4 kept out (3 unsupported format"
    )
    assert [p.address.rsplit("/", 1)[-1] for p in report.problems] == ["broken.jpg"]


def test_unchanged_files_are_not_read_again(
    tmp_path: Path, index: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from creditline.fetch.gate import GatePool

    folder = tmp_path / "originals"
    folder.mkdir()
    fill(folder)
    first = index(folder)
    asked: list[str] = []
    run = GatePool.run

    async def counted(self: GatePool, function: object, *args: object, **options: object) -> object:
        asked.append(str(args[0]))
        return await run(self, function, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(GatePool, "run", counted)
    assert index(folder) == first
    assert asked == []
    (folder / "2025" / "scan.tiff").touch()
    os.utime(folder / "2025" / "scan.tiff", ns=(1, 1))
    index(folder)
    assert [Path(path).name for path in asked] == ["scan.tiff"]


def test_originals_and_the_sites_sizes_are_one_work(
    tmp_path: Path, site: LoopbackSite, open_context: Callable[..., object]
) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "DSC_1.jpg").write_bytes(photo(1, (1200, 800), quality=95))
    site.put("/", "<p>" + "Words and words. " * 80 + '</p><img src="/fog.jpg" alt="Fog">')
    site.put("/fog.jpg", photo(1, (600, 400)))

    async def both() -> list[list[Work]]:
        seen = []
        for step in ("site", "folder", "site", "folder"):
            async with open_context() as context:  # type: ignore[attr-defined]
                await (index_site(site.url, context) if step == "site" else index_folder(folder, context))
                seen.append(context.store.works(context.owner_id))
        return seen

    first, second, third, fourth = asyncio.run(both())
    assert len(first) == len(second) == 1
    assert second[0].id == first[0].id
    assert (second[0].width, second[0].alt, len(second[0].renditions)) == (1200, "Fog", 2)
    assert third == second
    assert fourth == second


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda folder: folder / "nowhere", InputFileError, "there is no such folder"),
        (lambda folder: file_in(folder), InputFileError, "is not a folder"),
        (lambda folder: folder, IndexingError, "holds no picture files"),
    ],
)
def test_a_wrong_folder_gives_one_clear_line(
    tmp_path: Path, index: Folder, make: Callable[[Path], Path], kind: type[CreditlineError], message: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(kind, match=message) as raised:
        index(make(folder))
    assert "\n" not in str(raised.value)


def file_in(folder: Path) -> Path:
    (folder / "a.jpg").write_bytes(photo(1))
    return folder / "a.jpg"


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, open_context: Callable[..., object]) -> None:
    folder = tmp_path / "secret"
    folder.mkdir()
    folder.chmod(0)

    async def as_nobody() -> None:
        async with open_context() as context:  # type: ignore[attr-defined]
            is_root = os.geteuid() == 0
            if is_root:
                os.seteuid(65534)
            try:
                await index_folder(folder, context)
            finally:
                if is_root:
                    os.seteuid(0)

    try:
        with pytest.raises(InputFileError, match="secret cannot be read: Permission denied"):
            asyncio.run(as_nobody())
    finally:
        folder.chmod(0o700)


def test_files_are_read_again_when_that_is_wanted(
    tmp_path: Path, open_context: Callable[..., object]
) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo(1))

    async def files_read(anew: bool) -> int:
        async with open_context() as context:  # type: ignore[attr-defined]
            context.own.anew = anew
            asked: list[object] = []
            run = context.gate.run
            context.gate.run = lambda *a, **k: asked.append(a) or run(*a, **k)
            await index_folder(folder, context)
            return len(asked)

    assert [asyncio.run(files_read(anew)) for anew in (False, False, True)] == [1, 0, 1]


def test_works_that_share_a_part_are_told_of_once(
    tmp_path: Path, open_context: Callable[..., object]
) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    band = scene(9).resize((900, 300))
    for number in (1, 2):
        card = Image.new("RGB", (900, 900), "white")
        card.paste(band, (0, 0))
        card.paste(scene(number).resize((900, 560)), (0, 340))
        card.save(folder / f"card {number}.png")
    scene(3).save(folder / "alone.png")

    async def notes() -> tuple[str, ...]:
        async with open_context() as context:  # type: ignore[attr-defined]
            kept = replace(context, index_folder=tmp_path / "index")
            return (await index_folder(folder, kept)).notes

    (note,) = asyncio.run(notes())
    assert note.startswith("2 works with a part that others of your works show too")
    assert note.endswith("(card 1.png, card 2.png)")
    assert "alone.png" not in note
    assert asyncio.run(notes()) == ()
