"""What stands in front of a page is told from a page that mentions it."""

import pytest

from creditline.page import page_state, read_page

URL = "https://paper.example/a/story"
ARTICLE = "".join(f"<p>{'The ferry left the quay at dawn with nobody on deck. ' * 6}</p>" for _ in range(8))


def state(body: str, *, title: str = "", status: int | None = 200, headers=(), url: str = URL):
    return page_state(status, headers, read_page(f"<title>{title}</title><body>{body}".encode(), url))


@pytest.mark.parametrize(
    ("expected", "title", "body"),
    [
        ("captcha", "Paper", "<p>Please solve the CAPTCHA below to go on.</p>"),
        ("captcha", "Sorry", "<p>Our systems have detected unusual traffic from your network.</p>"),
        ("challenge", "Just a moment...", "<p>Verifying you are human. This may take a few seconds.</p>"),
        ("challenge", "Access denied", "<p>You do not have permission to view this.</p>"),
        ("consent wall", "Paper", "<p>Before you continue</p><p>We value your privacy and use cookies.</p>"),
        ("consent wall", "Zeitung", "<p>Mit Werbung weiterlesen</p><p>Einwilligung in Cookies, Partner</p>"),
        ("login", "Log in | Forum", "<p>User name</p><p>Password</p>"),
        ("paywall", "Story", "<p>The ferry left.</p><p>Subscribe to continue reading</p>"),
        ("soft 404", "Page not found", "<p>Try the search.</p>"),
        ("soft 404", "Fehler", "<h1>Seite nicht gefunden</h1>"),
        ("parked domain", "paper.example", "<p>This domain is for sale. Buy this domain.</p>"),
    ],
)
def test_walls(expected, title, body):
    assert state(body, title=title) == expected


@pytest.mark.parametrize(
    "aside",
    [
        "<p>Why every captcha is a nuisance</p>",
        "<div class=cookie>We value your privacy. Accept all cookies</div>",
        "<p>Log in to comment</p>",
        "<p>Already a subscriber?</p>",
        "<p>The 404 error turns thirty</p>",
        "<p>Related searches</p>",
    ],
)
def test_pages_that_only_mention_it(aside):
    assert state(aside + ARTICLE, title="The last ferry") is None
    assert state(ARTICLE + aside, title="The last ferry") is None


def test_status_and_type():
    assert state("<p>x</p>", status=403) == "http 403"
    assert state("<p>x</p>", status=404) == "http 404"
    assert state("<p>x</p>", status=401) == "login"
    assert state("<p>Please complete the captcha</p>", status=403) == "captcha"
    assert state("<p>x</p>", status=503, headers=(("cf-mitigated", "challenge"),)) == "challenge"
    assert state("%PDF-1.7", headers=(("content-type", "application/pdf"),)) == "not html"
    assert state(ARTICLE, headers=(("content-type", "text/html; charset=utf-8"),)) is None
    assert state("<p>A short page.</p>") is None
