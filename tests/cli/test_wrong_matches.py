"""``uses --wrong-matches``: what was called wrong, as test pairs."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from creditline.config import DATABASE_NAME, SystemClock, owner_key
from creditline.records import (
    CheckResult,
    CheckStatus,
    Disposition,
    Fingerprint,
    Match,
    MatchMethod,
    MatchStatus,
    Rendition,
    Role,
    UseFinding,
    Verdict,
    VerdictKind,
    Versions,
    Work,
)
from creditline.settings import load_settings
from creditline.store import open_store
from creditline.urls import Url

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS = Fingerprint("phash16/1", "a" * 64, 1600, 1067, b"\x01" * 32, b"\x02" * 32, 90)


@pytest.fixture
def use_id(workspace):
    """A use in a workspace, of a picture that was taken for a work of a folder."""
    store = open_store(
        f"sqlite:///{workspace / DATABASE_NAME}", evidence_dir=workspace / "evidence", clock=SystemClock()
    )
    owner = store.ensure_owner(owner_key(load_settings(workspace, {})), ["Jane Doe"], NOW)
    file = Rendition("file:///pictures/pier.jpg", 1600, 1067, "jpeg", 9, OURS.sha256)
    work = Work("", owner, file.url, width=1600, height=1067, renditions=(file,), fingerprint=OURS)
    [work] = store.save_works(owner, [work], NOW)
    thumbnail = store.put(b"a small picture", "copy_thumbnail", "image/jpeg", NOW)
    finding = UseFinding(
        work_id=work.id,
        image_url="https://blog.example/other.jpg",
        hotlinked=False,
        role=Role.CONTENT,
        match=Match(work.id, MatchStatus.CONFIRMED, MatchMethod.HASH, 0.6, distance=25),
        verdict=Verdict(VerdictKind.UNCLEAR, reason="only one look at the page"),
        content_sha256="b" * 64,
        content_key="c" * 64,
        evidence=(("copy_thumbnail", thumbnail.sha256),),
    )
    versions = Versions("phash16/1", "judge/1", "0.1.0")
    page = Url.parse("https://blog.example/story")
    result = CheckResult(page, CheckStatus.SHOWN, NOW, "load", versions, uses=(finding,))
    lease = store.claim("page", "p1", "test", timedelta(minutes=1), NOW)
    [use] = store.save_check(owner, lease, result)
    store.close()
    return use.id


def test_nothing_is_a_test_pair_until_it_is_called_wrong(creditline, use_id):
    ran = creditline("uses", "--wrong-matches")
    assert (ran.code, ran.out, ran.message) == (0, "", "0 wrong matches")


def test_a_wrong_match_is_exported_with_the_hashes_and_files_of_both(creditline, workspace, use_id):
    assert creditline("uses", "set", use_id, "--disposition", Disposition.NOT_MY_IMAGE).code == 0
    ran = creditline("uses", "--wrong-matches")
    row = json.loads(ran.out)
    assert (row["use"], row["same"]) == (use_id, False)
    assert row["work"]["files"] == [{"url": "file:///pictures/pier.jpg", "sha256": "a" * 64}]
    assert (row["work"]["algorithm"], row["work"]["phash"]) == ("phash16/1", "01" * 32)
    assert (row["picture"]["url"], row["picture"]["sha256"]) == ("https://blog.example/other.jpg", "b" * 64)
    assert (row["picture"]["algorithm"], row["picture"]["phash"]) == (None, None)
    assert row["match"]["distance"] == 25
    with open(row["picture"]["thumbnail"], "rb") as kept:
        assert kept.read() == b"a small picture"
