"""Checking pages on the real store, fetcher and gate, on a machine without a browser."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from loopback import LoopbackSite, SteppingClock, photo

from creditline.errors import IndexingError
from creditline.pipeline.check import CheckReport, check_pages
from creditline.pipeline.index import index_site
from creditline.pipeline.kindred import kindred_notes
from creditline.records import CheckStatus, MatchMethod, PageCheck, Use, VerdictKind
from creditline.urls import Url

Open = Callable[..., object]

STORY = "<p>" + "A long walk along the harbour, told in many words. " * 30 + "</p>"
BY_JANE = '<figure><img src="/copy.jpg"><figcaption>Photo: <a href="https://jane.example/">Jane Doe</a>'


@pytest.fixture
def check(site: LoopbackSite, open_context: Open) -> Callable[..., tuple[CheckReport, list[Use]]]:
    """Indexes the site's first page with one work, then checks other pages of it."""
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))

    def run(*pages: Url) -> tuple[CheckReport, list[Use], dict[str, PageCheck]]:
        async def all_of() -> tuple[CheckReport, list[Use], dict[str, PageCheck]]:
            async with open_context() as context:  # type: ignore[attr-defined]
                await index_site(site.url, context)
                now = context.clock.now()
                context.store.add_pages(context.owner_id, pages, "given by you", now)
                report = await check_pages(context, "test", not_since=now, only=pages)
                checks = {
                    Url(each.page_url).path: each for each in context.store.page_checks(context.owner_id)
                }
                return report, context.store.uses(context.owner_id), checks

        return asyncio.run(all_of())

    return run


def test_an_address_that_is_another_form_of_an_article_leads_to_its_check(
    site: LoopbackSite, check: Callable[..., tuple[CheckReport, list[Use], dict[str, PageCheck]]]
) -> None:
    site.put("/story", f"<title>Story</title>{STORY}{BY_JANE}</figure>")
    site.put("/copy.jpg", photo(1))
    print_form = site.put("/print/story", f'<link rel=canonical href="/story"><title>Story</title>{STORY}')
    report, (use,), checks = check(print_form)
    assert (report.pages, report.complete) == (2, True)
    assert checks["/print/story"].note.startswith("another form of")
    assert Url(use.page_url).path == "/story"
    assert use.verdict.kind is VerdictKind.LINKED


def test_another_form_of_a_page_says_what_the_page_says(
    site: LoopbackSite, check: Callable[..., tuple[CheckReport, list[Use], dict[str, PageCheck]]]
) -> None:
    article = site.put("/bare", f"<title>Bare</title>{STORY}")
    print_form = site.put("/print/bare", f'<link rel=canonical href="/bare"><title>Bare</title>{STORY}')
    report, uses, checks = check(print_form)
    assert not uses
    assert (report.pages, report.folded, dict(report.statuses)) == (2, 1, {CheckStatus.COULD_NOT_CHECK: 1})
    assert checks["/print/bare"].status is checks["/bare"].status is CheckStatus.COULD_NOT_CHECK
    assert checks["/print/bare"].folds_into == article.href


def test_a_use_beside_a_picture_that_could_not_be_had_is_no_whole_check(
    site: LoopbackSite, check: Callable[..., tuple[CheckReport, list[Use], dict[str, PageCheck]]]
) -> None:
    site.put("/copy.jpg", photo(1))
    site.put("/blocked.jpg", photo(2), status=403)
    story = site.put("/story", f"<title>Story</title>{STORY}{BY_JANE}</figure><img src=/blocked.jpg>")
    report, (use,), _ = check(story)
    assert use.verdict.kind is VerdictKind.LINKED
    assert not report.complete
    assert [reason for reason in report.not_seen_whole if "1 images could not be compared" in reason]


def test_a_resumed_run_tells_of_what_it_checked_before_it_was_killed(
    site: LoopbackSite, open_context: Open
) -> None:
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    site.put("/copy.jpg", photo(1))
    story = site.put("/story", f"<title>Story</title>{STORY}{BY_JANE}</figure>")
    broken = site.put("/broken", f"<title>Broken</title>{STORY}", status=403)

    async def run() -> tuple[CheckReport, CheckReport]:
        async with open_context() as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            begun = context.clock.now()
            context.store.add_pages(context.owner_id, [story, broken], "page list", begun)
            first = await check_pages(context, "test", not_since=begun)
            return first, await check_pages(context, "test", not_since=begun)

    first, again = asyncio.run(run())
    assert (first.before, again.before, again.pages) == (0, first.pages, first.pages)
    assert again.statuses == first.statuses
    assert again.verdicts == first.verdicts
    assert again.reasons == first.reasons
    assert not again.complete


def test_a_picture_too_large_to_decode_may_be_ours(
    site: LoopbackSite, check: Callable[..., tuple[CheckReport, list[Use], dict[str, PageCheck]]]
) -> None:
    site.put("/huge.png", _header_of_a_huge_png())
    report, uses, checks = check(site.put("/story", f"<title>Story</title>{STORY}<img src=/huge.png>"))
    assert not uses
    assert not report.complete
    assert checks["/story"].status is CheckStatus.COULD_NOT_CHECK


def test_works_of_an_older_version_are_told_of(site: LoopbackSite, open_context: Open) -> None:
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    story = site.put("/story", f"<title>Story</title>{STORY}<img src=/pier.jpg>")

    async def notes() -> list[str]:
        async with open_context() as context:  # type: ignore[attr-defined]
            await index_site(site.url, context)
            now, owner = context.clock.now(), context.owner_id
            (work,) = context.store.works(owner)
            older = replace(work, fingerprint=replace(work.fingerprint, algorithm="phash16/0"))
            context.store.save_works(owner, [older], now)
            context.store.add_pages(owner, [story], "page list", now)
            await check_pages(context, "test", not_since=now, only=[story])
            (use,) = context.store.uses(owner)  # by its bytes
            assert use.match.method is MatchMethod.BYTES
            return list(context.observer.notes)

    assert [
        note for note in asyncio.run(notes()) if note.startswith("1 works were fingerprinted by an older")
    ]


def test_a_work_whose_stored_features_are_damaged_ends_no_run(
    site: LoopbackSite, open_context: Open, tmp_path: Path
) -> None:
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    site.put("/copy.jpg", photo(1))
    story = site.put("/story", f"<title>Story</title>{STORY}<img src=/copy.jpg>")

    async def run() -> tuple[CheckReport, PageCheck, list[str]]:
        async with open_context() as opened:  # type: ignore[attr-defined]
            context = replace(opened, index_folder=tmp_path / "index")
            await index_site(site.url, context)
            now, owner = context.clock.now(), context.owner_id
            (work,) = context.store.works(owner)
            damaged = replace(work, fingerprint=replace(work.fingerprint, features=b"damaged" * 100))
            context.store.save_works(owner, [damaged], now)
            context.store.add_pages(owner, [story], "page list", now)
            report = await check_pages(context, "test", not_since=now, only=[story])
            (check,) = context.store.page_checks(owner)
            shutil.rmtree(tmp_path / "index")  # made anew of what the store holds
            return report, check, await kindred_notes({}, [work], context)

    report, check, notes = asyncio.run(run())
    assert not report.complete
    assert check.status is CheckStatus.COULD_NOT_CHECK
    assert "features" in (check.note or "")
    assert [note for note in notes if "damaged; run `creditline index --refresh`" in note] == notes != []


def test_an_index_that_failed_is_not_believed_again(
    site: LoopbackSite, open_context: Open, clock: SteppingClock
) -> None:
    site.put("/", f"<title>Works</title>{STORY}")
    site.put("/pier.jpg", photo(1))

    async def index() -> int:
        async with open_context() as context:  # type: ignore[attr-defined]
            return (await index_site(site.url, context)).works

    with pytest.raises(IndexingError, match="shows no images"):
        asyncio.run(index())
    clock.step(timedelta(minutes=5))
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    assert asyncio.run(index()) == 1


def _header_of_a_huge_png() -> bytes:
    """A whole PNG that claims 30,000 x 30,000 pixels, far beyond what is decoded."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")
