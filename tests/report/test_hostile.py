"""What pages and files say does nothing in the report: a real browser runs and asks nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from creditline.fetch.locate import find_browser
from creditline.records import (
    CheckStatus,
    CreditEvidence,
    Exclusion,
    Owner,
    PageCheck,
    Rendition,
    Request,
    RequestStatus,
    RightsMetadata,
    SearchOutcome,
    SearchStatus,
    Tasl,
    Use,
    Verdict,
    VerdictKind,
    Where,
    Work,
)
from creditline.render import restore, visible
from creditline.report import (
    ReportModel,
    json_line,
    render_report,
    report_files,
    use_row,
    uses_csv,
    works_csv,
)
from hostile import PAYLOADS

from .sample import NOW, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PLAIN = sample(1, works=1)


def hostile_use(at: int, payload: str) -> Use:
    """A use whose every text is the payload."""
    said = [
        CreditEvidence(payload, payload, where, payload, (payload, payload), None, payload, rejected)
        for where, rejected in ((Where.CAPTION, None), (Where.NEAR, payload))
    ]
    verdict = Verdict(
        [VerdictKind.CREDITED_TO_OTHER, VerdictKind.UNCLEAR][at % 2],
        nofollow_cause=payload,
        nofollow=True,
        evidence=tuple(said),
        reason=payload,
        tasl=Tasl(license_name=payload),
        credited_name=payload,
        mis_credit=at % 3 == 0,
    )
    return replace(
        PLAIN.uses[0],
        id=payload if at % 2 else f"u{at}",
        work_id=f"w{at}",
        work_url=payload,
        page_url=payload,
        image_url=payload,
        page_title=payload,
        verdict=verdict,
        match=replace(PLAIN.uses[0].match, why=payload, region=(0.1, 0.1, 0.5, 0.5)),
        check_reason=payload,
        sources=(payload,),
        evidence=((payload, payload), ("copy_thumbnail", PLAIN.uses[0].evidence[1][1])),
        page_language=payload,
    )


def hostile_work(at: int, payload: str, exclusion: Exclusion | None = None) -> Work:
    return Work(
        id=f"w{at}",
        owner_id="o",
        url=payload,
        title=payload,
        alt=payload,
        renditions=(Rendition(payload, format=payload, problem=payload),),
        pages=(payload,),
        rights=RightsMetadata((payload,), payload, payload, payload, payload, payload, payload, payload),
        exclusion=exclusion,
        exclusion_note=payload,
    )


def hostile_model() -> ReportModel:
    """A model in which every text of every record is a payload, each payload in every field."""
    works = [hostile_work(at, payload) for at, payload in enumerate(PAYLOADS)]
    excluded = [
        hostile_work(at, payload, Exclusion.NOT_YOURS) for at, payload in enumerate(PAYLOADS, len(PAYLOADS))
    ]
    uses = [hostile_use(at, payload) for at, payload in enumerate(PAYLOADS)]
    statuses = [CheckStatus.COULD_NOT_CHECK, CheckStatus.NOT_SHOWN, CheckStatus.GONE]
    checks = [
        PageCheck(f"{payload}{status}", status, payload, NOW, payload, (payload,))
        for status in statuses
        for payload in PAYLOADS
    ]
    searches = [SearchOutcome(payload, SearchStatus.CAPTCHA, payload, note=payload) for payload in PAYLOADS]
    requests = [
        Request(payload, "o", payload, payload, payload, RequestStatus.DRAFT, (use.id,), NOW)
        for payload, use in zip(PAYLOADS, uses, strict=True)
    ]
    return ReportModel(
        owner=Owner(PAYLOADS, PAYLOADS, PAYLOADS, PAYLOADS[0]),
        made_at=NOW,
        program=PAYLOADS[0],
        works=(*works, *excluded),
        uses=tuple(uses),
        page_checks=tuple(checks),
        searches=tuple(searches),
        thumbnails=PLAIN.thumbnails,
        requests=tuple(requests),
        letter_files={request.id: request.id for request in requests},
        notes=PAYLOADS,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = find_browser()
    assert path, "the tests need a browser; scripts/test installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watch:
    """Everything that a document did beyond being shown."""

    def __init__(self, browser: Browser, *, policy: bool) -> None:
        self.context = browser.new_context(bypass_csp=not policy, viewport={"width": 390, "height": 844})
        self.context.add_init_script("window.hits = 0; window.hit = () => { window.hits++ };")
        self.asked: list[str] = []
        self.dialogs: list[str] = []
        self.page: Page = self.context.new_page()
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def show(self, file: Path) -> None:
        """Show a file, touch everything in it, and wait until the browser has drawn it."""
        self.page.goto(file.as_uri())
        self.page.evaluate(
            """async () => {
                for (const each of document.querySelectorAll('details')) each.open = true;
                for (const each of document.querySelectorAll('*')) {
                    each.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
                    if (each.focus) each.focus({preventScroll: true});
                }
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }"""
        )

    def facts(self) -> dict[str, Any]:
        """What the document is made of now."""
        return dict(
            self.page.evaluate(
                """() => {
                    const all = [...document.querySelectorAll('*')];
                    return {
                        hits: window.hits,
                        handlers: all.flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length,
                        tags: [...new Set(all.map(e => e.localName))].sort(),
                        cards: document.querySelectorAll('article').length,
                        styles: all.flatMap(e => [...e.attributes]).filter(a => a.name === 'style').length,
                        schemes: [...new Set([...document.links].map(a => a.protocol))].sort(),
                        wide: document.documentElement.scrollWidth > innerWidth,
                        title: document.title,
                    };
                }"""
            )
        )


#: The elements that our own template makes.
OURS = {
    *(
        "html",
        "head",
        "meta",
        "link",
        "title",
        "style",
        "body",
        "header",
        "main",
        "section",
        "nav",
        "article",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "a",
        "bdi",
        "span",
        "strong",
        "b",
        "em",
        "br",
        "code",
        "div",
        "figure",
        "figcaption",
    ),
    *("ol", "ul", "li", "dl", "dt", "dd", "blockquote", "footer", "details", "summary"),
    *("fieldset", "legend", "input", "label", "svg", "use", "symbol", "image", "rect", "circle", "path"),
}


@pytest.mark.parametrize("policy", [True, False], ids=["as it is", "even without its policy"])
def test_no_payload_runs_or_asks_for_anything(browser: Browser, tmp_path: Path, policy: bool) -> None:
    model = hostile_model()
    file = tmp_path / "report.html"
    file.write_text(render_report(model), encoding="utf-8")
    watch = Watch(browser, policy=policy)
    watch.show(file)
    facts = watch.facts()
    assert facts["hits"] == 0
    assert watch.dialogs == []
    assert [url for url in watch.asked if not url.startswith("data:image/jpeg")] == [file.as_uri()]
    assert facts["handlers"] == 0
    assert facts["styles"] == 0
    assert facts["cards"] == len(PAYLOADS)
    assert set(facts["tags"]) <= OURS
    assert set(facts["schemes"]) <= {"file:", "http:", "https:"}
    assert facts["title"].startswith("Credits of ")
    assert not facts["wide"]
    watch.context.close()


def test_the_report_reads_the_same_without_script(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_report(sample(30)), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("article:visible").count() == 30
    page.locator("label[for=f-linked]").click()
    linked = page.locator("article:visible").count()
    assert 0 < linked < 30
    assert page.locator("article:visible").count() == page.locator(".g-linked article").count()
    page.locator("label[for=f-all]").click()
    assert page.locator("article:visible").count() == 30
    page.keyboard.press("ArrowRight")
    assert page.locator("article:visible").count() == page.locator(".g-missing article").count()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_at_any_width(browser: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_report(sample(30)), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, tmp_path: Path, scheme: str) -> None:
    """WCAG 2.2 contrast (1.4.3): at least 4.5 between every text and what it stands on."""
    file = tmp_path / "report.html"
    file.write_text(render_report(sample(40)), encoding="utf-8")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    pairs = page.evaluate(
        """() => {
            const ground = e => {
                for (; e; e = e.parentElement) {
                    const c = getComputedStyle(e).backgroundColor;
                    if (c !== 'rgba(0, 0, 0, 0)') return c;
                }
            };
            const seen = new Set();
            for (const e of document.querySelectorAll('body *')) {
                const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
                if (own && e.getClientRects().length) seen.add(getComputedStyle(e).color + '|' + ground(e));
            }
            return [...seen];
        }"""
    )
    assert len(pairs) > 5
    weak = {pair: round(contrast(*pair.split("|")), 2) for pair in pairs if contrast(*pair.split("|")) < 4.5}
    assert weak == {}
    context.close()


def contrast(ink: str, paper: str) -> float:
    """Contrast of two ``rgb()`` colours by WCAG 2.2."""
    lights = sorted(luminance(colour) for colour in (ink, paper))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_two_thousand_uses_open_quickly(browser: Browser, tmp_path: Path) -> None:
    files = report_files(sample(2000, works=30))
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    watch = Watch(browser, policy=True)
    watch.page.goto((tmp_path / "report.html").as_uri())
    drawn_ms = watch.page.evaluate(
        """() => new Promise(done =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
    )
    assert drawn_ms < 15_000
    watch.page.locator("nav.parts a").last.click()
    assert watch.page.url.endswith("report-4.html")
    watch.context.close()


def test_rows_carry_the_payloads_unharmed() -> None:
    model = hostile_model()
    for use in model.uses:
        line = json_line(use_row(use))
        assert line.isascii()
        assert json.loads(line)["page_url"] == use.page_url
    works = {work.id: work for work in model.works}
    for table in (uses_csv(model.uses, works), works_csv(model.works)):
        rows = list(csv.DictReader(io.StringIO(table, newline="")))
        assert len(rows) in (len(PAYLOADS), 2 * len(PAYLOADS))
    rows = list(csv.DictReader(io.StringIO(uses_csv(model.uses, works), newline="")))
    for row, payload in zip(rows, PAYLOADS, strict=True):
        shown = visible(payload).replace("\n", "␊").replace("\t", "␉")
        assert restore(row["page_url"]) == shown
