"""Letters are handed out only while everything in them still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from creditline.errors import StoreError
from creditline.pipeline.reporting import draft_letters, letters_to_write, remove_old_files, write_files
from creditline.records import (
    CheckResult,
    CheckStatus,
    Disposition,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Owner,
    RequestStatus,
    Role,
    UseFinding,
    Verdict,
    VerdictKind,
    Versions,
    Work,
)
from creditline.settings import Settings
from creditline.store import open_store
from creditline.urls import Url

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner(names=("Jane Doe",), domains=("jane.example",))
PAGE = Url.parse("https://blog.example/post")


class FixedClock:
    def now(self):
        return NOW


@pytest.fixture
def store(tmp_path):
    opened = open_store(
        f"sqlite:///{tmp_path / 'db.sqlite'}", evidence_dir=tmp_path / "ev", clock=FixedClock()
    )
    yield opened
    opened.close()


@pytest.fixture
def drafted(store):
    """An owner with one use without a credit, and the letter about it."""
    owner_id = store.ensure_owner("workspace", OWNER.names, NOW)
    (work,) = store.save_works(owner_id, [Work(id="", owner_id="", url="https://jane.example/pier.jpg")], NOW)
    store.add_pages(owner_id, [PAGE], "page list", NOW)
    (task,) = store.pages_to_check(owner_id, not_since=None)
    lease = store.claim("page", task.page_id, "test", timedelta(minutes=1), NOW)
    finding = UseFinding(
        work_id=work.id,
        image_url="https://blog.example/pier.jpg",
        hotlinked=False,
        role=Role.CONTENT,
        match=Match(work.id, MatchStatus.CONFIRMED, MatchMethod.BYTES, 1.0),
        verdict=Verdict(VerdictKind.NONE, reason="no credit was found"),
        content_sha256="ab" * 32,
        content_key="ab" * 32,
        complete_looks=frozenset(Look),
    )
    result = CheckResult(
        page_url=PAGE,
        status=CheckStatus.SHOWN,
        checked_at=NOW,
        load_id="load-1",
        versions=Versions("f/1", "j/1", "0"),
        uses=(finding,),
        complete_looks=frozenset(Look),
    )
    (use,) = store.save_check(owner_id, lease, result)
    (letter,) = draft_letters(store, owner_id, OWNER, Settings(), NOW).letters
    return owner_id, use, work, letter


def ids(letters):
    return [letter.id for letter in letters]


def sorted_letters(store, owner_id, now=NOW):
    return tuple(map(ids, letters_to_write(store, owner_id, Settings(), now)))


def test_a_fresh_draft_is_handed_out(store, drafted):
    owner_id, _, _, letter = drafted
    assert sorted_letters(store, owner_id) == ([letter.id], [])


@pytest.mark.parametrize("status", [RequestStatus.DRAFT, RequestStatus.APPROVED])
@pytest.mark.parametrize("change", ["disposition", "verdict", "exclusion", "age"])
def test_a_letter_whose_reason_is_gone_is_held_back(store, drafted, change, status):
    owner_id, use, work, letter = drafted
    store.set_request(letter.id, NOW, status=status)
    now = NOW
    if change == "disposition":
        store.set_disposition(owner_id, use.id, Disposition.AUTHORISED, NOW)
    elif change == "verdict":
        store.set_verdict(owner_id, use.id, VerdictKind.LINKED, NOW)
    elif change == "exclusion":
        store.set_work(owner_id, work.id, False, NOW)
    else:
        now = NOW + timedelta(hours=73)
    assert sorted_letters(store, owner_id, now) == ([], [letter.id])


@pytest.mark.parametrize("status", [RequestStatus.WITHDRAWN, RequestStatus.CLOSED])
def test_a_settled_letter_is_no_longer_mentioned(store, drafted, status):
    owner_id, _, _, letter = drafted
    store.set_request(letter.id, NOW, status=status)
    assert sorted_letters(store, owner_id) == ([], [])


def test_a_letter_that_left_stays_in_the_report(store, drafted):
    owner_id, use, _, letter = drafted
    store.set_request(letter.id, NOW, status=RequestStatus.SENT)
    store.set_disposition(owner_id, use.id, Disposition.AUTHORISED, NOW)
    assert sorted_letters(store, owner_id) == ([letter.id], [])


def test_files_of_letters_that_no_longer_hold_are_taken_away(tmp_path):
    for name in ("letter-old.eml", "letter-old.txt", "letter-new.txt", "my notes.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    remove_old_files(tmp_path, {"letter-new.txt": "y"}, letters=".")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter-new.txt", "my notes.txt"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "report").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        write_files(tmp_path / "report", {"report.html": "x"})
