"""The linter lets honest letters pass and stops every mark of a threat, a bill or a link scheme."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditline.errors import OutreachError
from creditline.outreach import (
    LANGUAGES,
    Finding,
    draft_requests,
    letter_facts,
    lint_letter,
    missing_credit,
    require_honest,
)
from creditline.outreach.linter import fold
from creditline.outreach.wordlists import WORDS, Rule

from .cases import NOW, OWNER, use, work

CREDITS = [missing_credit(use(), work(), NOW)]
FACTS = letter_facts(CREDITS, OWNER)
LETTERS = {language: draft_requests(CREDITS, OWNER, NOW, language=language)[0] for language in LANGUAGES}
SUBJECT, BODY = LETTERS["en"].subject, LETTERS["en"].body


def lint(body: str = BODY, subject: str = SUBJECT) -> list[Finding]:
    return lint_letter(subject, body, FACTS)


def with_line(line: str, body: str = BODY) -> str:
    return body.replace("\nThank you", f"\n{line}\n\nThank you")


def rules(body: str = BODY, subject: str = SUBJECT) -> set[Rule]:
    return {finding.rule for finding in lint(body, subject)}


DISHONEST = {
    "My lawyer will contact you.": Rule.THREAT,
    "Otherwise I will take legal steps.": Rule.THREAT,
    "I reserve all rights.": Rule.THREAT,
    "We will report this to your host.": Rule.THREAT,
    "This is a cease and desist letter.": Rule.THREAT,
    "See you in court.": Rule.THREAT,
    "Mein Rechtsanwalt meldet sich.": Rule.THREAT,
    "Andernfalls erhalten Sie eine Abmahnung.": Rule.THREAT,
    "Ceci est une mise en demeure.": Rule.THREAT,
    "Mi abogado le escribirá.": Rule.THREAT,
    "You stole my picture.": Rule.ACCUSATION,
    "You use it without my permission.": Rule.ACCUSATION,
    "This is copyright infringement.": Rule.ACCUSATION,
    "Das ist eine Urheberrechtsverletzung.": Rule.ACCUSATION,
    "Sie nutzen es ohne Erlaubnis.": Rule.ACCUSATION,
    "Vous l’utilisez sans mon autorisation.": Rule.ACCUSATION,
    "Lo usan sin permiso.": Rule.ACCUSATION,
    "Please pay 250.": Rule.MONEY,
    "My usual rate is €250.": Rule.MONEY,
    "My usual rate is 250 EUR.": Rule.MONEY,
    "An invoice is attached.": Rule.MONEY,
    "Die Lizenzgebühr steht in der Rechnung.": Rule.MONEY,
    "Veuillez régler la facture.": Rule.MONEY,
    "Deben pagar una tarifa.": Rule.MONEY,
    "Please answer within 14 days.": Rule.DEADLINE,
    "Please add it by Friday.": Rule.DEADLINE,
    "This is your last reminder.": Rule.DEADLINE,
    "It is URGENT.": Rule.DEADLINE,
    "Ich setze Ihnen eine Frist bis zum 3. Mai.": Rule.DEADLINE,
    "Innerhalb von zwei Wochen, bitte.": Rule.DEADLINE,
    "Merci de répondre sous 8 jours.": Rule.DEADLINE,
    "Tienen un plazo de tres días.": Rule.DEADLINE,
    "The link must be dofollow.": Rule.FOLLOW,
    "Please remove the nofollow, I need a link without nofollow.": Rule.FOLLOW,
    "I would like a followed link.": Rule.FOLLOW,
    "A backlink helps my SEO.": Rule.FOLLOW,
    "See https://evil.example/offer for more.": Rule.FOREIGN_LINK,
    "See www.evil.example for more.": Rule.FOREIGN_LINK,
    "See evil.example for more.": Rule.FOREIGN_LINK,
    "See https://blog.example/other for more.": Rule.FOREIGN_LINK,
    "See https://blog.example/postscript for more.": Rule.FOREIGN_LINK,
    "See https://jane.example.evil.example/ for more.": Rule.FOREIGN_LINK,
    "See https://notjane.example/ for more.": Rule.FOREIGN_LINK,
    "Write to me at jane@evil.example.": Rule.FOREIGN_LINK,
    'Use <a href="https://evil.example/">Jane</a>.': Rule.FOREIGN_LINK,
    "Some <b>bold</b> words.": Rule.MARKUP,
    "<script>alert(1)</script>": Rule.MARKUP,
    "&lt;b&gt;": Rule.MARKUP,
    "Dear [Name], hello.": Rule.PLACEHOLDER,
    "Dear {{ name }}, hello.": Rule.PLACEHOLDER,
    "Dear {first_name}, hello.": Rule.PLACEHOLDER,
    "A bell \x07 rings.": Rule.CONTROL,
    "Turned \u202e round.": Rule.CONTROL,
    "Law\u200byer.": Rule.CONTROL,
}


@pytest.mark.parametrize("line", DISHONEST)
def test_one_wrong_line_is_enough(line: str) -> None:
    assert DISHONEST[line] in rules(with_line(line))
    with pytest.raises(OutreachError) as caught:
        require_honest(SUBJECT, with_line(line), FACTS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_letters_are_honest(language: str) -> None:
    letter = LETTERS[language]
    assert lint_letter(letter.subject, letter.body, FACTS) == []


HONEST = (
    "I took it last autumn, before sunrise, with an old lens.",
    "The court of the old castle is my favourite place.",
    "Could you answer in English? My French is poor.",
    "You find me at https://jane.example/about, or write to studio@jane.example.",
    "My profile is https://pictures.example/@jane",
    "On blog.example I read the article with pleasure.",
    "Un court message suffit ; je voulais seulement demander.",
    "Ich habe mich über den Artikel gefreut.",
    "Me gustó mucho el artículo.",
    "Any link is fine: a link with nofollow is as welcome as any other.",
    "The picture “The pier at dawn” was a lucky one.",
)


@pytest.mark.parametrize("line", HONEST)
def test_friendly_words_pass(line: str) -> None:
    assert lint(with_line(line)) == []


def test_quoted_titles_and_names_may_hold_any_word_but_only_in_quotes() -> None:
    titled = [missing_credit(use(), work(title="Lawyer with invoice [draft]"), NOW)]
    facts = letter_facts(titled, OWNER)
    (request,) = draft_requests(titled, OWNER, NOW)
    assert lint_letter(request.subject, request.body, facts) == []
    unquoted = request.body.replace("“Lawyer with invoice [draft]”", "Lawyer with invoice [draft]")
    assert {finding.rule for finding in lint_letter(request.subject, unquoted, facts)} == {
        Rule.THREAT,
        Rule.MONEY,
        Rule.PLACEHOLDER,
    }


def test_what_is_lacking_is_said() -> None:
    assert Rule.PROOF in rules(BODY.replace("jane.example", "jane.invalid"))
    assert Rule.PAGE in rules(BODY.replace("https://blog.example/post", "your page"))
    assert rules("Hello.") == {Rule.LENGTH, Rule.PROOF, Rule.PAGE}
    assert Rule.LENGTH in rules(BODY + "word " * 4000)
    assert Rule.LENGTH in rules(subject="Hi")
    assert Rule.LENGTH in rules(subject="Hello " * 30)
    assert Rule.CONTROL in rules(subject="Credit for a picture\nBcc: x@y.example")


def test_a_profile_is_no_proof() -> None:
    body = re.sub(r"https://jane\.example/[^\s\"]*", "https://pictures.example/@jane", BODY)
    assert rules(body) == {Rule.PROOF}


EN = (
    "lawyer",
    "lawsuit",
    "stolen",
    "infringement",
    "invoice",
    "payment",
    "deadline",
    "immediately",
    "dofollow",
)
DE = ("Rechtsanwalt", "Abmahnung", "gestohlen", "Gebühr", "Rechnung", "Frist", "unverzüglich")
FR = ("avocat", "tribunal", "contrefaçon", "facture", "délai")
ES = ("abogado", "ilegal", "factura", "plazo", "urgente")


@settings(max_examples=400)
@given(
    st.sampled_from([*EN, *DE, *FR, *ES]),
    st.sampled_from([str.upper, str.lower, str.title, lambda word: word.replace("ü", "u\u0308")]),
    st.sampled_from(list(LANGUAGES)),
    st.data(),
)
def test_a_wrong_word_is_found_wherever_it_stands(
    word: str, spell: object, language: str, data: st.DataObject
) -> None:
    body = LETTERS[language].body
    gaps = [
        at
        for at, character in enumerate(body)
        if character == " " and "<a" not in body[max(0, at - 3) : at + 3]
    ]
    at = data.draw(st.sampled_from(gaps))
    wrong = f"{body[:at]} {spell(word)} {body[at:]}"  # type: ignore[operator]
    assert {finding.rule for finding in lint_letter(SUBJECT, wrong, FACTS)} & set(WORDS)


@settings(max_examples=200)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_judged_without_failing(text: str, subject: str) -> None:
    for finding in lint_letter(subject, with_line(text), FACTS):
        assert finding.message
    assert fold(fold(text)) == fold(text)


def test_a_hostile_letter_is_judged_in_time() -> None:
    """No pattern runs away on repeated letters: 16,000 of them are judged at once."""
    import time

    began = time.process_time()
    for unit in ("a", "a.", "w" * 50 + " ", "a@", "://", "<", "within a ", "[a", " ", "'", "ohne ", "1 "):
        lint_letter(SUBJECT, (unit * 16_000)[:15_900], FACTS)
    assert time.process_time() - began < 10
