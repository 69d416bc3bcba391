"""Whatever stands in front of a page, or instead of it, is "could not tell": nobody is accused over it.

The whole way of a check, on loopback, with a browser port that shows what the server sends (or, where a
test says so, something else). The picture stands on each page without a credit: taken for the page
itself, each of them would be a missing credit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from loopback import LoopbackSite, photo

from creditline.pipeline.check import check_pages
from creditline.pipeline.index import index_site
from creditline.records import CheckStatus, PageCheck, Rendering, Use, VerdictKind
from creditline.urls import Url

Open = Callable[..., object]

STORY = "".join(
    f"<p>On day {day} we walked along the harbour, past {day * 7} boats, and wrote it all down in words.</p>"
    for day in range(30)
)
OTHER_STORY = "".join(
    f"<p>Recipe {number}: take {number * 3} onions, cut them small, fry them long, add salt and wait.</p>"
    for number in range(30)
)
PICTURE = "<figure><img src=/copy.jpg></figure>"
BY_JANE = (
    '<figure><img src=/copy.jpg><figcaption>Photo: <a href="https://jane.example/">Jane Doe</a></figcaption>'
    "</figure>"
)


class MirrorBrowser:
    """A browser port that shows what the server sends, or for some paths something else."""

    available = True

    def __init__(self, fetcher: Any, instead: dict[str, str]) -> None:
        self._fetcher = fetcher
        self._instead = instead

    async def render(self, url: Url) -> Rendering:
        reply = await self._fetcher.fetch_page(url)
        body = self._instead[url.path].encode() if url.path in self._instead else reply.body
        return Rendering(
            url, reply.final_url, reply.fetched_at, reply.status, reply.headers, body, problem=reply.problem
        )

    async def screenshot(self, url: Url, boxes: object, *, pictures: bool = True) -> Rendering:
        return await self.render(url)


Check = Callable[..., tuple[dict[str, PageCheck], dict[str, Use]]]


@pytest.fixture
def check(site: LoopbackSite, open_context: Open) -> Check:
    """Checks pages of one site; page checks and uses by path."""
    site.put("/", f"<title>Works</title>{STORY}<img src=/pier.jpg>")
    site.put("/pier.jpg", photo(1, (1200, 800)))
    site.put("/copy.jpg", photo(1))

    def run(
        *pages: Url, instead: dict[str, str] | None = None
    ) -> tuple[dict[str, PageCheck], dict[str, Use]]:
        async def all_of() -> tuple[dict[str, PageCheck], dict[str, Use]]:
            browser = lambda fetcher: MirrorBrowser(fetcher, instead or {})  # noqa: E731
            async with open_context(with_browser=browser) as context:  # type: ignore[attr-defined]
                await index_site(site.url, context)
                now = context.clock.now()
                context.store.add_pages(context.owner_id, pages, "given by you", now)
                await check_pages(context, "test", not_since=now, only=pages)
                checks = context.store.page_checks(context.owner_id)
                uses = context.store.uses(context.owner_id)
                return (
                    {Url(each.page_url).path: each for each in checks},
                    {Url(use.page_url).path: use for use in uses},
                )

        return asyncio.run(all_of())

    return run


#: What stands there instead of the page: reason, title, body, in the languages of the miniature web.
WALLS = {
    "captcha": [
        ("Paper", "<p>Please solve the captcha to go on.</p>"),
        ("Zeitung", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>"),
        ("Journal", "<p>Cochez la case : je ne suis pas un robot.</p>"),
        ("Diario", "<p>Marque la casilla: no soy un robot</p>"),
        ("Giornale", "<p>Seleziona: non sono un robot</p>"),
        ("Gazeta", "<p>Rozwiąż CAPTCHA, aby przejść dalej.</p>"),
        ("新聞", "<p>私はロボットではありません</p>"),
    ],
    "challenge": [
        ("Just a moment...", "<p>Checking if the site connection is secure.</p>"),
        ("Nur einen Moment...", "<p>Bitte warten.</p>"),
        ("Un instant...", "<p>Vérification de votre navigateur.</p>"),
        ("Un momento...", "<p>Comprobando su navegador.</p>"),
        ("しばらくお待ちください...", "<p>確認中</p>"),
    ],
    "consent wall": [
        ("Paper", "<h1>We value your privacy</h1><p>Accept all cookies of our partners.</p><p>Consent</p>"),
        ("Zeitung", "<p>Mit Werbung weiterlesen, Einwilligung in Cookies.</p><p>Alle akzeptieren</p>"),
        ("Journal", "<p>Votre consentement, nos cookies et partenaires</p><p>Tout accepter</p>"),
        ("Diario", "<p>Su consentimiento: cookies y partners</p><p>Aceptar todo</p>"),
        ("Krant", "<p>Wij vragen je consent voor cookies</p><p>Alle cookies accepteren</p>"),
    ],
    "login": [
        ("Log in | Forum", f"<p>User name</p><p>Password</p>{PICTURE}"),
        ("Anmelden", f"<p>Kennwort</p>{PICTURE}"),
        ("Connexion", f"<p>Mot de passe</p>{PICTURE}"),
        ("Iniciar sesión", f"<p>Contraseña</p>{PICTURE}"),
        ("ログイン", f"<p>パスワード</p>{PICTURE}"),
    ],
    "paywall": [
        ("Story", f"{PICTURE}<p>The ferry left.</p><p>Subscribe to continue reading</p>"),
        ("Geschichte", f"{PICTURE}<p>Die Fähre legte ab.</p><p>Nur für Abonnenten</p>"),
        ("Récit", f"{PICTURE}<p>Le bac partit.</p><p>Article réservé aux abonnés</p>"),
        ("Cuento", f"{PICTURE}<p>Salió.</p><p>Contenido exclusivo para suscriptores</p>"),
        ("Racconto", f"{PICTURE}<p>Partì.</p><p>Riservato agli abbonati</p>"),
    ],
    "soft 404": [
        ("Page not found", f"<p>Perhaps you like this:</p>{PICTURE}"),
        ("Fehler", f"<h1>Seite nicht gefunden</h1>{PICTURE}"),
        ("Erreur", f"<h1>Page introuvable</h1>{PICTURE}"),
        ("Error", f"<h1>Página no encontrada</h1>{PICTURE}"),
        ("Fout", f"<h1>Pagina niet gevonden</h1>{PICTURE}"),
        ("エラー", f"<h1>ページが見つかりません</h1>{PICTURE}"),
    ],
    "parked domain": [
        ("paper.example", f"<p>This domain is for sale.</p>{PICTURE}"),
        ("zeitung.example", f"<p>Diese Domain steht zum Verkauf.</p>{PICTURE}"),
        ("journal.example", f"<p>Ce nom de domaine est à vendre.</p>{PICTURE}"),
    ],
}


def test_a_wall_is_no_page(site: LoopbackSite, check: Check) -> None:
    walls = [(reason, wall) for reason, several in WALLS.items() for wall in several]
    reasons = {f"/{n}": reason for n, (reason, _) in enumerate(walls)}
    shown = {f"/{n}": f"<title>{title}</title>{body}" for n, (_, (title, body)) in enumerate(walls)}
    pages = [site.put(path, body) for path, body in shown.items()]
    # One of each, put before the browser only: the server lets plain requests through.
    firsts = {reason: path for path, reason in reversed(reasons.items())}
    behind = {f"/behind{path}": shown[path] for path in firsts.values()}
    pages += [site.put(path, f"<title>Story</title>{STORY}{PICTURE}") for path in behind]
    checks, uses = check(*pages, instead=behind)
    assert {path: checks[path].reason for path in shown} == reasons
    assert {checks[path].status for path in shown} == {CheckStatus.COULD_NOT_CHECK}
    assert {use.verdict.kind for use in uses.values()} == {VerdictKind.UNCLEAR}
    assert {uses[f"/behind{path}"].verdict.reason: path for path in firsts.values()} == firsts
    assert len(uses) == len(firsts)


def test_replies_that_are_no_page(site: LoopbackSite, check: Check) -> None:
    body = f"<title>Story</title>{STORY}{PICTURE}"
    wanted = {
        "/401": ("login", {"status": 401}),
        "/403": ("http 403", {"status": 403}),
        "/404": ("http 404", {"status": 404}),
        "/410": ("http 410", {"status": 410}),
        "/451": ("http 451", {"status": 451}),
        "/500": ("http 500", {"status": 500}),
        "/pdf": ("not html", {"kind": "application/pdf"}),
        "/challenged": ("challenge", {"cf_mitigated": "challenge"}),
        "/short": ("truncated", {"content_encoding": "gzip"}),
        "/closed/story": ("robots", {}),
    }
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed/")
    pages = [site.put(path, body, **how) for path, (_, how) in wanted.items()]  # type: ignore[arg-type]
    checks, uses = check(*pages)
    assert not uses
    gone = {path for path, each in checks.items() if each.status is CheckStatus.GONE}
    assert gone == {"/404", "/410"}
    assert {path: checks[path].reason for path in wanted} == {path: why for path, (why, _) in wanted.items()}
    assert site.count("/closed/story") == 0


def test_a_site_that_asks_for_patience_is_no_page(site: LoopbackSite, check: Check) -> None:
    checks, uses = check(site.put("/busy", f"<title>Story</title>{STORY}{PICTURE}", status=429))
    assert (checks["/busy"].status, checks["/busy"].reason) == (CheckStatus.COULD_NOT_CHECK, "rate limited")
    assert not uses


def test_two_pages_at_one_address_accuse_nobody(site: LoopbackSite, check: Check) -> None:
    story = f"<title>Walk</title>{STORY}{PICTURE}"
    pages = [site.put(f"/{name}", story) for name in ("other", "credited", "built")]
    shell = site.put("/shell", "<title>App</title><div id=root></div><script src=/a.js></script>")
    instead = {
        "/other": f"<title>Onions</title>{OTHER_STORY}{PICTURE}",
        "/credited": f"<title>Onions</title>{OTHER_STORY}{BY_JANE}",
        "/built": f"<title>Walk (1)</title><p>New message</p>{STORY}{PICTURE}",
        "/shell": story,
    }
    checks, uses = check(*pages, shell, instead=instead)
    assert {path: use.verdict.kind for path, use in uses.items()} == {
        "/other": VerdictKind.UNCLEAR,
        "/credited": VerdictKind.LINKED,
        "/built": VerdictKind.NONE,
        "/shell": VerdictKind.NONE,
    }
    assert uses["/other"].verdict.reason == checks["/other"].reason == "the browser is shown another page"


#: Pages that only speak of walls, or have something before them that a reader can pass.
READABLE = {
    "captchas": "<title>Why captchas fail</title><h1>I am not a robot: a history of the CAPTCHA</h1>",
    "moment": "<title>One photograph, just a moment</title>",
    "newsletter": "<title>Walk</title><div class=modal><p>Subscribe to our newsletter!</p><input></div>",
    "banner": "<title>Walk</title><div id=cookie><p>We value your privacy</p><a>Accept all cookies</a></div>",
    "banner-de": "<title>Weg</title><div><p>Einwilligung in Cookies</p><a>Alle akzeptieren</a></div>",
    "comments": "<title>Walk</title><p>Log in to comment</p>",
    "subscribers": "<title>Walk</title><p>Already a subscriber? Sign in.</p>",
    "lost": "<title>Walk</title><h2>How we got lost: the path could not be found</h2>",
    "domains": "<title>Walk</title><p>Related searches: harbour, boats</p>",
}


def test_readable_pages_are_judged(site: LoopbackSite, check: Check) -> None:
    pages = []
    for kind, credit in (("none", PICTURE), ("linked", BY_JANE)):
        pages += [
            site.put(f"/{kind}/{name}", f"{before}{credit}{STORY}") for name, before in READABLE.items()
        ]
        paid_later = f"<title>Walk</title>{credit}{STORY}<p>Subscribe to continue reading</p>"
        pages.append(site.put(f"/{kind}/paid-later", paid_later))
    _, uses = check(*pages)
    assert {path: use.verdict.kind.value for path, use in uses.items()} == {
        page.path: page.path.split("/")[1] for page in pages
    }


def test_half_a_page_accuses_nobody(site: LoopbackSite, check: Check) -> None:
    whole = f"<!doctype html><html><head><title>Harbour</title></head><body>{STORY}{PICTURE}"
    cut = {
        "no-end": whole,
        "tag": f"{whole}<figcaption class='cre",
        "comment": f"{whole}<!-- <p>Photo: Jane Doe</p>",
        "script": f"{whole}<script>let a = '<p>'",
    }
    pages = [site.put(f"/{name}", body) for name, body in cut.items()]
    credited = site.put("/credited", whole.replace(PICTURE, BY_JANE))
    checks, uses = check(*pages, credited, site.put("/whole", f"{whole}</body></html>"))
    assert {path for path, use in uses.items() if use.verdict.kind is VerdictKind.NONE} == {"/whole"}
    assert uses["/no-end"].verdict.reason == "truncated: the document has no end"
    assert checks["/no-end"].reason == "truncated: the document has no end"
    assert uses["/credited"].verdict.kind is VerdictKind.LINKED
    assert {checks[f"/{name}"].status for name in ("tag", "comment", "script")} == {
        CheckStatus.COULD_NOT_CHECK
    }


def test_a_page_of_nothing_is_no_page_without_works(site: LoopbackSite, check: Check) -> None:
    bodies = {
        "nothing": b"",
        "blanks": b"  \n ",
        "frame": b"<!doctype html><html><body></body></html>",
        "gzip": bytes(range(256)) * 20,
        "json": b'{"error": "slow down"}',
    }
    checks, uses = check(*(site.put(f"/{name}", body) for name, body in bodies.items()))
    assert uses == {}
    assert {each.status for each in checks.values()} == {CheckStatus.COULD_NOT_CHECK}
    assert {path: each.reason for path, each in checks.items() if path in ("/nothing", "/json")} == {
        "/nothing": "an empty page",
        "/json": "not html",
    }
