"""No use leads to a letter unless every condition of a missing credit holds."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import event, given, settings

import creditline
from creditline.errors import NotAMissingCreditError
from creditline.outreach import missing_credit, missing_credits
from creditline.records import (
    CheckStatus,
    Disposition,
    Exclusion,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    MissingCredit,
    Role,
    Use,
    Verdict,
    VerdictKind,
    Work,
)

from .cases import NOW, any_use, any_work, use, work


def test_a_whole_case_passes() -> None:
    credit = missing_credit(use(), work(), NOW)
    assert credit.kind is VerdictKind.NONE
    assert credit.use == use()


REVIEW = Match("w1", MatchStatus.REVIEW, MatchMethod.HASH, 0.6, distance=30)
ELSEWHERE = Verdict(VerdictKind.NONE, page_links_owner=True)
REFUSED = {
    "only probably ours": ({"match": REVIEW}, {}, "probably"),
    "thumbnail": ({"role": Role.THUMBNAIL}, {}, "thumbnail"),
    "comment": ({"role": Role.COMMENT}, {}, "comment"),
    "link preview": ({"role": Role.PREVIEW}, {}, "preview"),
    "linked": ({"verdict": Verdict(VerdictKind.LINKED)}, {}, "credits you"),
    "unclear": ({"verdict": Verdict(VerdictKind.UNCLEAR, reason="captcha")}, {}, "captcha"),
    "text only": ({"verdict": Verdict(VerdictKind.TEXT_ONLY)}, {}, "ask_for_links"),
    "owner says linked": ({"verdict_by_owner": VerdictKind.LINKED}, {}, "credits you"),
    "owner says unclear": ({"verdict_by_owner": VerdictKind.UNCLEAR}, {}, "could not be told"),
    "raw look only": ({"complete_looks": frozenset({Look.RAW})}, {}, "rendered look incomplete"),
    "rendered look only": ({"complete_looks": frozenset({Look.RENDERED})}, {}, "raw look incomplete"),
    "no look": ({"complete_looks": frozenset()}, {}, "raw and rendered"),
    "gone": ({"check_status": CheckStatus.GONE}, {}, "gone"),
    "not shown": ({"check_status": CheckStatus.NOT_SHOWN}, {}, "not shown"),
    "blocked": ({"check_status": CheckStatus.COULD_NOT_CHECK, "check_reason": "403"}, {}, "403"),
    "authorised": ({"disposition": Disposition.AUTHORISED}, {}, "authorised"),
    "not my image": ({"disposition": Disposition.NOT_MY_IMAGE}, {}, "not my image"),
    "logo": ({}, {"exclusion": Exclusion.LOGO}, "logo"),
    "not yours?": ({}, {"exclusion": Exclusion.NOT_YOURS, "exclusion_note": "foreign creator"}, "foreign"),
    "owner excludes": ({}, {"owner_says": False}, "excluded by you"),
    "merged": ({}, {"merged_into": "w7"}, "w7"),
    "other work": ({}, {"id": "w2"}, "w2"),
    "other owner": ({}, {"owner_id": "o2"}, "w1"),
    "linked elsewhere": ({"verdict": ELSEWHERE}, {}, "elsewhere"),
    "too old": ({"last_checked": NOW - timedelta(hours=72, seconds=1)}, {}, "72 hours"),
    "from the future": ({"last_checked": NOW + timedelta(seconds=1)}, {}, "future"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_failing_condition_refuses(case: str) -> None:
    use_changes, work_changes, word = REFUSED[case]
    with pytest.raises(NotAMissingCreditError) as caught:
        missing_credit(use(**use_changes), work(**work_changes), NOW)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_owners_word_outranks_judge_and_rules() -> None:
    says_none = {"verdict_by_owner": VerdictKind.NONE}
    assert missing_credit(use(verdict=ELSEWHERE, **says_none), work(), NOW).kind is VerdictKind.NONE
    assert missing_credit(use(verdict=Verdict(VerdictKind.LINKED), **says_none), work(), NOW)
    not_yours = work(exclusion=Exclusion.NOT_YOURS, owner_says=True)
    assert missing_credit(use(), not_yours, NOW).work is not_yours


def test_text_only_is_asked_about_only_on_request() -> None:
    named = use(verdict=Verdict(VerdictKind.TEXT_ONLY))
    assert missing_credit(named, work(), NOW, ask_for_links=True).kind is VerdictKind.TEXT_ONLY


def test_exactly_72_hours_still_count() -> None:
    assert missing_credit(use(last_checked=NOW - timedelta(hours=72)), work(), NOW)


@settings(max_examples=600)
@given(any_use, any_work)
def test_whatever_passes_is_a_missing_credit(a_use: Use, a_work: Work) -> None:
    """The conditions, said a second time and in other words, on any state of a use."""
    try:
        credit = missing_credit(a_use, a_work, NOW, ask_for_links=True)
    except NotAMissingCreditError:
        event("refused")
        return
    event("passed")
    assert credit.kind in {VerdictKind.NONE, VerdictKind.TEXT_ONLY, VerdictKind.CREDITED_TO_OTHER}
    assert not (a_use.verdict.kind is VerdictKind.UNCLEAR and a_use.verdict_by_owner is None)
    assert a_use.complete_looks == {Look.RAW, Look.RENDERED}
    assert a_use.check_status == "shown"
    assert a_use.match.status == "confirmed"
    assert a_use.role == "content"
    assert a_use.disposition == "open"
    assert a_use.verdict_by_owner or not a_use.verdict.page_links_owner
    assert timedelta(0) <= NOW - a_use.last_checked <= timedelta(days=3)
    assert credit.work.excluded is None
    assert credit.work.merged_into is None


@settings(max_examples=300)
@given(any_use)
def test_no_unclear_use_ever_passes(a_use: Use) -> None:
    unclear = dataclasses.replace(
        a_use, verdict=dataclasses.replace(a_use.verdict, kind=VerdictKind.UNCLEAR), verdict_by_owner=None
    )
    with pytest.raises(NotAMissingCreditError):
        missing_credit(unclear, work(), NOW, ask_for_links=True)


def test_nobody_else_can_build_one() -> None:
    credit = missing_credit(use(), work(), NOW)
    with pytest.raises(TypeError):
        MissingCredit(use(), work(), VerdictKind.NONE)
    with pytest.raises(TypeError):
        dataclasses.replace(credit, kind=VerdictKind.UNCLEAR)
    with pytest.raises(AttributeError):
        credit.kind = VerdictKind.UNCLEAR  # type: ignore[misc]
    assert copy.deepcopy(credit) == pickle.loads(pickle.dumps(credit)) == credit


def test_only_one_module_names_the_seal() -> None:
    root = Path(creditline.__file__).parent
    naming = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"MISSING_CREDIT_SEAL|__new__\(MissingCredit", path.read_text(encoding="utf-8"))
    }
    assert naming == {"records/__init__.py", "records/asking.py", "outreach/missing_credit.py"}


def test_sorting_many_loses_none() -> None:
    uses = [use(id="a"), use(id="b", role=Role.AVATAR), use(id="c", work_id="unknown")]
    credits, refusals = missing_credits(uses, {"w1": work()}, NOW)
    assert [credit.use.id for credit in credits] == ["a"]
    assert [(refusal.use.id, bool(refusal.why)) for refusal in refusals] == [("b", True), ("c", True)]
