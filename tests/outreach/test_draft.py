"""Letters are one per site, in the page's language, about what was found, and pass their own linter."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditline.errors import NotAMissingCreditError, OutreachError
from creditline.outreach import (
    LANGUAGES,
    draft_requests,
    letter_facts,
    lint_letter,
    missing_credit,
    why_not_written_to,
)
from creditline.records import (
    Contact,
    ContactKind,
    CreditEvidence,
    MissingCredit,
    Owner,
    Verdict,
    VerdictKind,
    Where,
)
from creditline.urls import Url
from hostile import PAYLOADS

from .cases import NOW, OWNER, use, work

CONTACT = Contact(
    ContactKind.EMAIL, "hello@blog.example", "https://blog.example/contact", "write to hello@blog.example"
)


def credit(at: int = 0, kind: VerdictKind = VerdictKind.NONE, **changes: object) -> MissingCredit:
    changes = {"id": f"u{at}", "page_url": f"https://blog.example/post/{at}"} | changes
    said = CreditEvidence("r", "Photo: Dan Hale", Where.CAPTION, credits_owner=False)
    named = CreditEvidence("r", "© Jane Doe", Where.CAPTION, credits_owner=True)
    evidence = {VerdictKind.CREDITED_TO_OTHER: (said,), VerdictKind.TEXT_ONLY: (named,)}.get(kind, ())
    verdict = changes.pop("verdict", Verdict(kind, evidence=evidence))
    shown = changes.pop("work", work())
    return missing_credit(use(verdict=verdict, **changes), shown, NOW, ask_for_links=True)


def test_one_letter_per_site_about_all_its_uses() -> None:
    credits = [
        credit(1, page_url="https://www.blog.example/a"),
        credit(2, page_url="https://news.blog.example/b"),
        credit(3, page_url="https://jane.github.io/c"),
        credit(4, page_url="https://joe.github.io/d"),
    ]
    requests = draft_requests(credits, OWNER, NOW)
    assert [(request.site, request.use_ids) for request in requests] == [
        ("blog.example", ("u2", "u1")),
        ("jane.github.io", ("u3",)),
        ("joe.github.io", ("u4",)),
    ]
    for each in credits[:2]:
        assert each.use.page_url in requests[0].body


def test_the_same_credits_give_the_same_letters_in_any_order() -> None:
    credits = [credit(at, page_url=f"https://site{at % 7}.example/{at}") for at in range(40)]
    first = draft_requests(credits, OWNER, NOW)
    random.Random(3).shuffle(credits)
    assert draft_requests(credits, OWNER, NOW) == first
    assert len({request.id for request in first}) == len(first)


def test_what_is_most_worth_asking_comes_first() -> None:
    text = VerdictKind.TEXT_ONLY
    credits = [
        credit(1, text, page_url="https://a.example/"),
        credit(2, text, page_url="https://a.example/2"),
        credit(3, VerdictKind.CREDITED_TO_OTHER, page_url="https://b.example/"),
        credit(4, page_url="https://small.example/", width=100, height=100),
        credit(5, page_url="https://large.example/", width=1000, height=900),
        credit(6, page_url="https://two.example/1"),
        credit(7, page_url="https://two.example/2"),
    ]
    sites = [request.site for request in draft_requests(credits, OWNER, NOW)]
    assert sites == ["two.example", "large.example", "small.example", "b.example", "a.example"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [VerdictKind.NONE, VerdictKind.TEXT_ONLY, VerdictKind.CREDITED_TO_OTHER])
@pytest.mark.parametrize("count", [1, 3])
def test_a_letter_says_what_where_and_how(language: str, kind: VerdictKind, count: int) -> None:
    credits = [credit(at, kind, page_language=f"{language}-XX") for at in range(count)]
    (request,) = draft_requests(credits, OWNER, NOW, contacts={"blog.example": CONTACT})
    assert request.language == language
    assert request.subject.endswith("blog.example")
    for each in credits:
        assert each.use.page_url in request.body
    assert "The pier at dawn" in request.body
    assert f'{LANGUAGES[language]}<a href="https://jane.example/pier/">Jane Doe</a>' in request.body
    assert f"{LANGUAGES[language]}Jane Doe, https://jane.example/pier/" in request.body
    assert "nofollow" in request.body
    assert CONTACT.found_on in request.body
    quote = {VerdictKind.NONE: None, VerdictKind.TEXT_ONLY: "© Jane Doe"}.get(kind, "Photo: Dan Hale")
    assert quote is None or request.body.count(quote) == count
    assert request.body.endswith("Jane Doe\nhttps://jane.example/\n")
    assert "\n\n\n" not in request.body
    assert lint_letter(request.subject, request.body, letter_facts(credits, OWNER, contact=CONTACT)) == []


def test_an_unknown_language_gets_english() -> None:
    assert draft_requests([credit(1, page_language="ja")], OWNER, NOW)[0].language == "en"
    assert draft_requests([credit(1)], OWNER, NOW)[0].language == "en"
    credits = [credit(1, page_language="de"), credit(2, page_language="de-AT"), credit(3, page_language="fr")]
    assert draft_requests(credits, OWNER, NOW)[0].language == "de"
    with pytest.raises(OutreachError, match="known are en, de"):
        draft_requests(credits, OWNER, NOW, language="xx")


def test_the_owners_credit_line_and_proof_page_are_used() -> None:
    owner = Owner(("Jane Doe",), ("www.jane.example",), credit_line="© Jane Doe / Studio & Sons")
    proof = {"w1": "https://jane.example/proof/w1"}
    body = draft_requests([credit()], owner, NOW, proof_pages=proof, signature="Jane")[0].body
    assert '© <a href="https://jane.example/proof/w1">Jane Doe</a> / Studio &amp; Sons' in body
    assert "© Jane Doe / Studio & Sons, https://jane.example/proof/w1" in body
    assert body.endswith("\nJane\nhttps://jane.example/\n")


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({"pages": ()}, "https://jane.example/img/pier.jpg"),
        ({"pages": (), "url": "file:///home/jane/pier.tif"}, "https://jane.example/"),
        (
            {"pages": ("https://elsewhere.example/", "https://old.jane.example/x")},
            "https://old.jane.example/x",
        ),
    ],
)
def test_the_proof_lies_on_the_owners_own_domain(changes: dict[str, object], proof: str) -> None:
    assert f"My original: {proof}\n" in draft_requests([credit(work=work(**changes))], OWNER, NOW)[0].body


def test_a_page_of_several_works_does_not_stand_alone() -> None:
    """Whoever gets the letter must see which of the pictures on the page it is about."""
    body = draft_requests([credit()], OWNER, NOW)[0].body
    assert "\n   The picture itself: https://jane.example/img/pier.jpg\n" in body
    for changes in ({"pages": ()}, {"url": "file:///home/jane/pier.tif"}):
        assert "The picture itself" not in draft_requests([credit(work=work(**changes))], OWNER, NOW)[0].body


def test_a_work_from_a_folder_is_called_by_its_files_name() -> None:
    unnamed = work(title=None, alt=None, url="file:///home/jane/old%20pier.tif")
    body = draft_requests([credit(work=unnamed)], OWNER, NOW)[0].body
    assert "“old pier.tif”" in body
    assert unnamed.id not in body.split()
    assert "home" not in body.replace("home page", "")


def test_a_letter_stays_readable_however_many_uses_there_are() -> None:
    (request,) = draft_requests([credit(at) for at in range(300)], OWNER, NOW)
    assert len(request.use_ids) == 300
    assert request.body.count("Your page: ") == 20
    assert "280 more on your site are like these" in request.body
    long = [credit(at, page_url=f"https://blog.example/{at}?" + "x" * 7900) for at in range(3)]
    (request,) = draft_requests(long, OWNER, NOW)
    assert request.body.count("Your page: ") == 1


def test_what_letters_cannot_do_without_is_said() -> None:
    for owner in (Owner((), ("jane.example",)), Owner(("Jane",), ()), Owner(("Jane",), ("not a host",))):
        with pytest.raises(OutreachError, match=r"\[owner\]"):
            draft_requests([credit()], owner, NOW)
    with pytest.raises(OutreachError, match="plain text"):
        draft_requests([credit()], Owner(("J",), ("j.example",), credit_line="<b>J</b>"), NOW)
    with pytest.raises(OutreachError, match="money"):
        draft_requests([credit()], Owner(("J",), ("j.example",), credit_line="Photo: J, pay me $5"), NOW)


def test_a_letter_needs_fresh_looks() -> None:
    with pytest.raises(NotAMissingCreditError, match="72 hours"):
        draft_requests([credit()], OWNER, NOW + timedelta(hours=72))


def test_the_owners_own_pages_get_no_letter() -> None:
    own = [
        credit(1, page_url="https://jane.example/blog"),
        credit(2, page_url="https://shop.jane.example/"),
        credit(3, page_url="https://pictures.example/@jane/1"),
    ]
    assert draft_requests(own, OWNER, NOW) == []
    assert len(draft_requests([credit(4, page_url="https://pictures.example/@janet")], OWNER, NOW)) == 1


@pytest.mark.parametrize(
    ("address", "found_on", "word"),
    [
        ("hello@blog.example", "https://blog.example/about", None),
        ("jane@mail.example", "https://www.blog.example/about", None),
        ("hello@blog.example", "https://other.example/", "not found on"),
        ("abuse@blog.example", "https://blog.example/", "other duties"),
        ("No-Reply@blog.example", "https://blog.example/", "other duties"),
        ("security+x@blog.example", "https://blog.example/", "other duties"),
        ('"a b"@blog.example', "https://blog.example/", "not a mail address"),
        ("a@b@blog.example", "https://blog.example/", "not a mail address"),
        ("x" * 320 + "@blog.example", "https://blog.example/", "not a mail address"),
        ("a@blog.example, b@blog.example", "https://blog.example/", "not a mail address"),
        ("a@blog.example\r\nBcc: b@blog.example", "https://blog.example/", "not a mail address"),
        ("team: a@blog.example;", "https://blog.example/", "not a mail address"),
    ],
)
def test_only_found_and_fitting_contacts_are_written_to(
    address: str, found_on: str, word: str | None
) -> None:
    contact = Contact(ContactKind.EMAIL, address, found_on, "")
    why = why_not_written_to(contact, "blog.example")
    assert (why is None) == (word is None)
    assert word is None or word in str(why)
    drafted = draft_requests([credit()], OWNER, NOW, contacts={"blog.example": contact})[0]
    assert (drafted.contact is not None) == (word is None)


def test_a_form_must_be_the_sites_own() -> None:
    on_site = Contact(ContactKind.FORM, "https://blog.example/form", "https://blog.example/", "")
    elsewhere = Contact(ContactKind.FORM, "https://forms.example/1", "https://blog.example/", "")
    assert why_not_written_to(on_site, "blog.example") is None
    assert why_not_written_to(elsewhere, "blog.example")


@pytest.mark.parametrize("kind", [VerdictKind.TEXT_ONLY, VerdictKind.CREDITED_TO_OTHER])
def test_no_page_and_no_title_puts_anything_into_a_letter(kind: VerdictKind) -> None:
    for payload in PAYLOADS:
        (request,) = draft_requests([hostile_credit(payload, kind)], OWNER, NOW)
        letter = f"{request.subject}\n{request.body}"
        assert not re.search(
            r"evil\.example|javascript:hit|[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", letter
        )
        assert set(re.findall("<[^>]*>", letter)) == {'<a href="https://jane.example/pier/">', "</a>"}
        assert len(letter) < 2500
        for line in letter.splitlines():
            assert not line.startswith(("Bcc", "Subject", "QUIT", "."))


def test_data_never_becomes_a_template() -> None:
    body = draft_requests([hostile_credit("{{ 7*7 }}", VerdictKind.TEXT_ONLY)], OWNER, NOW)[0].body
    assert body.count("{{ 7*7 }}") == 2
    assert "49" not in body


def hostile_credit(payload: str, kind: VerdictKind) -> MissingCredit:
    """A missing credit whose every text is the payload."""
    said = CreditEvidence("r", payload, Where.CAPTION, payload, credits_owner=kind is VerdictKind.TEXT_ONLY)
    return credit(
        1,
        kind,
        verdict=Verdict(kind, evidence=(said,), credited_name=payload, reason=payload),
        page_title=payload,
        page_language=payload,
        image_url=payload,
        work=work(title=payload, alt=payload),
    )


paths = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=300)
@given(paths, paths, st.text(max_size=40), st.sampled_from(list(LANGUAGES)))
def test_no_address_breaks_a_letter(path: str, query: str, title: str, language: str) -> None:
    page = Url.try_parse("https://blog.example/" + path + "?" + query)
    if page is None:
        return
    found = credit(
        1, page_url=page.href, work=work(title=title, pages=(f"https://jane.example/{page.path}",))
    )
    (request,) = draft_requests([found], OWNER, NOW, language=language)
    assert page.href in request.body
