"""The report shows every use once, asks nobody for anything, and never passes silence for "nothing"."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from creditline.outreach import why_not_asked
from creditline.records import (
    CheckStatus,
    CreditEvidence,
    Disposition,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    PageCheck,
    Request,
    RequestStatus,
    Role,
    SearchOutcome,
    SearchStatus,
    Verdict,
    VerdictKind,
    Where,
)
from creditline.report import ReportModel, html, render_report, report_files
from creditline.report.cards import make_card
from creditline.report.groups import ASKED, Group, place
from creditline.report.words import CHECK, LINK_TARGET, ROLE, SEARCH, WHERE

from .sample import NOW, OWNER, VARIANTS, sample

EMPTY = ReportModel(OWNER, NOW, "creditline 0.1.0")


class Page(HTMLParser):
    """What a document holds: elements, ids, links, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labels: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.text = "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if "href" in named else []
        self.labels += [named["aria-label"]] if "aria-label" in named else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_every_use_stands_in_the_report_once() -> None:
    model = sample(60)
    page = Page(render_report(model))
    for use in model.uses:
        assert page.ids.count(f"use-{use.id}") == 1
    assert page.tags.count("article") == 60
    assert len(page.ids) == len(set(page.ids))


def test_inner_links_lead_somewhere() -> None:
    page = Page(render_report(sample(60)))
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner
    assert inner <= set(page.ids)


def test_nothing_is_asked_for_and_nothing_runs() -> None:
    text = render_report(sample(40))
    page = Page(text)
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in policy[1]
    assert all(link.startswith(("https://", "http://", "#", "./", "data:")) for link in page.links)
    assert not re.search(r"url\(|@import", text)


def test_each_thumbnail_stands_there_once() -> None:
    model = sample(300)
    text = render_report(model)
    uris = re.findall(r'href="(data:image/jpeg;base64,[^"]+)"', text)
    assert len(uris) == len(set(uris)) <= len(model.thumbnails)


def test_pictures_have_words() -> None:
    page = Page(render_report(sample(20)))
    shots = [label for label in page.labels if label != "Parts of this report"]
    assert "Your picture: Ferry in fog" in shots
    assert all(shots)


def test_the_verdict_is_said_in_a_sentence_with_its_evidence() -> None:
    text = Page(render_report(sample(40))).text
    for sentence in (
        "The page shows your picture and credits nobody.",
        "The page shows your picture and credits Dan Hale.",
        "The page shows your picture and names you, without a link.",
        "The page shows your picture and credits you with a link.",
        "The page shows your picture; whether it credits you could not be told.",
        "The page shows your picture and gives “Google” as its source, which cannot be its author.",
        "The reason: a consent wall covers the page.",
        "The link leads to a page of yours that is gone",
        "“Foto: Marta Lindqvist”",
        "the fingerprints differ in 4 of 256 bits",
        "It is mirrored left to right.",
        "Seen whole twice: as the server sends it and as a browser shows it",
    ):
        assert sentence in text


def test_the_fitting_evidence_is_shown_and_the_rest_is_kept() -> None:
    use = sample(1).uses[0]
    said = [
        CreditEvidence("nav", "About us", Where.NEAR),
        CreditEvidence("a", "Photo: Dan", Where.CAPTION, credits_owner=False),
        CreditEvidence("b", "Photo: Dan", Where.NEAR, credits_owner=False),
        CreditEvidence("c", "Dan Hale", Where.METADATA, credits_owner=False),
        CreditEvidence("d", "Menu", Where.NEAR, rejected="navigation"),
    ]
    verdict = Verdict(VerdictKind.CREDITED_TO_OTHER, evidence=tuple(said), credited_name="a very long " * 9)
    card = make_card(replace(use, verdict=verdict), None, sample(1))
    assert [quote.rule for quote in card.shown] == ["a", "c"]
    assert [quote.rule for quote in card.further] == ["nav", "b", "d"]
    assert card.sentence == "The page shows your picture and credits somebody else."


def test_silence_never_reads_as_nothing_found() -> None:
    nothing = Page(render_report(EMPTY)).text
    assert "Nothing has been searched yet" in nothing
    assert "No source was searched." in nothing
    blocked = replace(EMPTY, searches=(SearchOutcome("lens", SearchStatus.CAPTCHA),))
    text = Page(render_report(blocked)).text
    assert "Nothing has been searched yet" in text
    assert "NOT SEARCHED: it asked for a captcha" in text
    looked = PageCheck("https://a.example/", CheckStatus.NOT_SHOWN, None, NOW)
    blind = PageCheck("https://b.example/", CheckStatus.COULD_NOT_CHECK, "captcha", NOW)
    text = Page(render_report(replace(EMPTY, page_checks=(looked, blind)))).text
    assert "1 page looked at; none of them shows a picture of yours." in text
    assert "1 page could not be looked at" in text
    assert "https://b.example/" in text
    gone = PageCheck("https://c.example/", CheckStatus.GONE, "http 404", NOW)
    for checks in ((blind,), (gone,), (blind, gone)):
        text = Page(render_report(replace(EMPTY, page_checks=checks))).text
        assert "No page could be looked at, so nothing can be said" in text
    named = replace(EMPTY, searches=(SearchOutcome("log", SearchStatus.PARTIAL, kept=3),))
    assert "Pages were named, but none has been looked at yet" in Page(render_report(named)).text
    barren = replace(EMPTY, searches=(SearchOutcome("log", SearchStatus.NONE_CONFIRMED),))
    assert "The sources that were searched named no page." in Page(render_report(barren)).text


def test_every_search_outcome_has_its_words() -> None:
    assert set(SEARCH) == set(SearchStatus)
    for status, phrase in SEARCH.items():
        assert phrase.startswith("searched") == status.was_searched
    assert all((set(ROLE) == set(Role), set(CHECK) == set(CheckStatus), WHERE, LINK_TARGET))


def test_a_source_asked_often_is_one_line() -> None:
    searches = tuple(
        SearchOutcome("lens", SearchStatus.RESULTS, f"w{at}", 3, 3, 1, note=f"note {at}")
        for at in range(1000)
    )
    text = Page(render_report(replace(EMPTY, searches=searches))).text
    assert "searched (1,000 searches); 3,000 seen, 3,000 read, 1,000 kept" in text
    assert "note 2" in text
    assert "note 3" not in text
    assert "and 997 more notes" in text


def test_two_thousand_uses_go_into_several_files() -> None:
    model = sample(2000, works=30)
    files = report_files(model)
    assert list(files) == ["report.html", "report-2.html", "report-3.html", "report-4.html"]
    assert max(len(text.encode()) for text in files.values()) < 30_000_000
    pages = {name: Page(text) for name, text in files.items()}
    assert sum(page.tags.count("article") for page in pages.values()) == 2000
    for name, page in pages.items():
        assert {f"./{other}" for other in files if other != name} <= set(page.links)
        for link in page.links:
            file, _, anchor = link.removeprefix("./").partition("#")
            if anchor.startswith("use-"):
                assert anchor in pages[file or name].ids


def test_large_pictures_split_the_report_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_PICTURE_BYTES", 60_000)
    model = sample(60, works=12)
    assert sum(len(body) for body in model.thumbnails.values()) > 60_000
    files = report_files(model, "credits")
    assert len(files) > 1
    assert list(files)[1] == "credits-2.html"
    assert sum(Page(text).tags.count("article") for text in files.values()) == 60
    for text in files.values():
        uses = set(re.findall(r'use href="#(t\d+)"', text))
        assert uses <= set(Page(text).ids)


def test_a_missing_or_broken_thumbnail_is_said() -> None:
    model = sample(3)
    broken = replace(model, thumbnails=dict.fromkeys(model.thumbnails, b"not a picture"))
    assert (
        render_report(broken).count("no thumbnail kept")
        == render_report(replace(model, thumbnails={})).count("no thumbnail kept")
        >= 6
    )


def test_letters_are_linked_and_listed() -> None:
    model = sample(3)
    letters = [
        Request(f"r{at}", "o", f"site{at}.example", "A subject", "b", RequestStatus.DRAFT, (f"u{at}",), NOW)
        for at in (2, 1, 0)
    ]
    files = {"r1": "letters/site1.example-r1.eml"}
    text = render_report(replace(model, requests=tuple(letters), letter_files=files))
    assert text.count('href="./letters/site1.example-r1.eml"') == 2
    assert "Read 3 letters drafted for you" in text
    assert text.index("<bdi>site0.example</bdi>") < text.index("<bdi>site2.example</bdi>")


def test_the_headline_counts() -> None:
    model = sample(40)
    asked = sum(
        place(use, next(w for w in model.works if w.id == use.work_id)).group in ASKED for use in model.uses
    )
    assert f"40 uses of your pictures found; {asked} on " in Page(render_report(model)).text
    linked = replace(model, uses=tuple(use for use in model.uses if use.verdict.kind is VerdictKind.LINKED))
    assert "none that lacks a credit for certain" in Page(render_report(linked)).text


def test_every_state_of_a_use_has_its_section() -> None:
    """All states there are: a use is asked about exactly when the letters' own rule says so."""
    model = sample(1, works=1)
    use, work = model.uses[0], model.works[0]
    seen = set()
    states = itertools.product(
        VerdictKind, Role, MatchStatus, Disposition, CheckStatus,
        [frozenset(Look), frozenset({Look.RAW}), frozenset()], [False, True], [None, VerdictKind.NONE],
    )  # fmt: skip
    for kind, role, status, disposition, check, looks, linked, said in states:
        state = replace(
            use,
            role=role,
            verdict=replace(use.verdict, kind=kind, page_links_owner=linked),
            match=Match(work.id, status, MatchMethod.HASH, 0.9),
            disposition=disposition,
            check_status=check,
            complete_looks=looks,
            verdict_by_owner=said,
        )
        placed = place(state, work)
        seen.add(placed.group)
        allowed = why_not_asked(state, work, ask_for_links=True) is None
        assert (placed.note is None) == allowed
        assert (placed.group in ASKED) == (allowed and state.verdict_kind is not VerdictKind.TEXT_ONLY)
        if state.verdict_kind is VerdictKind.UNCLEAR:
            assert placed.group not in (*ASKED, Group.NAMED, Group.LINKED)
    assert seen == set(Group)


def test_a_use_without_its_work_is_shown_still() -> None:
    model = replace(sample(2), works=())
    assert "Its work is not known any more" in render_report(model)


def test_all_verdicts_are_in_the_sample() -> None:
    assert {VerdictKind(str(variant["kind"])) for variant in VARIANTS} == set(VerdictKind)
