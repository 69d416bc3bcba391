"""robots.txt by RFC 9309: whose rules, which paths, and what a failing server means."""

from __future__ import annotations

import asyncio
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import FAST, FakeClock, FreeBudgets, Script, fetching, raw, reply, serving

from creditline.fetch import robots
from creditline.fetch.base import RobotsFile
from creditline.fetch.robots import LARGE_BYTES, PARSE_CAP, Robots, Rules, read_rules
from creditline.records import FetchProblem, Reply
from creditline.urls import Url

SITE = Url.parse("https://ana.example/robots.txt")


def rules_of(text: str | bytes, status: int = 200) -> Rules:
    body = text.encode() if isinstance(text, str) else text
    return read_rules(Reply(SITE, SITE, datetime(2026, 1, 1, tzinfo=UTC), status=status, body=body))


def allows(text: str | bytes, path: str) -> bool:
    return rules_of(text).allows(Url.parse(path, SITE))


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        # 2.2.1 the user agent line
        ("User-agent: creditline\nDisallow: /", "/a", False),
        ("User-agent: CreditLine\nDisallow: /", "/a", False),
        ("user-AGENT: creditline\ndisallow: /", "/a", False),
        ("User-agent: creditline/1.0\nDisallow: /", "/a", False),
        ("User-agent: Creditline/1.0 (+https://a.example)\r\nDisallow: /", "/a", False),
        ("User-agent: other/creditline\nDisallow: /", "/a", True),
        ("User-agent: creditlinebot\nDisallow: /", "/a", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: creditline\nAllow: /", "/a", True),
        ("User-agent: creditline\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: a\nUser-agent: creditline\nDisallow: /x", "/x", False),
        ("User-agent: creditline\nDisallow: /x\nUser-agent: creditline\nDisallow: /y", "/x", False),
        ("User-agent: creditline\nDisallow: /x\nUser-agent: creditline\nDisallow: /y", "/y", False),
        ("Disallow: /", "/a", True),
        # 2.2.2 allow and disallow
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /A", "/a", True),
        ("User-agent: *\nDisallow: /a?x=", "/a?x=1", False),
        ("User-agent: *\nDisallow: /ö", "/%C3%B6", False),
        ("User-agent: *\nDisallow: /%C3%B6", "/ö", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        # 2.2.3 special characters
        ("User-agent: *\nDisallow: /*.jpg$", "/a/b.jpg", False),
        ("User-agent: *\nDisallow: /*.jpg$", "/a/b.jpg?x", True),
        ("User-agent: *\nDisallow: /a*b", "/axxb", False),
        ("User-agent: *\nDisallow: /a # a comment", "/a", False),
        # 2.2.4 other records do not interfere
        ("User-agent: *\nSitemap: https://x.example/s\nDisallow: /a", "/a", False),
        ("User-agent: creditline\nCrawl-delay: 3\nDisallow: /a", "/a", False),
        # line ends, byte order mark, bytes that are no text
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\rDisallow: /a", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        (b"User-agent: *\nDisallow: /a\n\xff\xfe\x00garbage", "/a", False),
        (bytes(range(256)) * 50, "/a", True),
        ("<!doctype html><html>not found</html>", "/a", True),
        ("", "/a", True),
    ],
)
def test_expectations_of_the_standard(text: str | bytes, path: str, expected: bool) -> None:
    assert allows(text, path) is expected


def test_the_first_500_kib_count() -> None:
    filler = "# " + "x" * 97 + "\n"
    early = "User-agent: *\nDisallow: /early\n" + filler * (PARSE_CAP // 100 - 2) + "Disallow: /late\n" * 5000
    rules = rules_of(early)
    assert not rules.allows(Url.parse("https://ana.example/early"))
    assert allows(filler * (PARSE_CAP // 100 + 1) + "User-agent: *\nDisallow: /", "/a")


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 451])
def test_no_file_allows_all(status: int) -> None:
    assert rules_of("User-agent: *\nDisallow: /", status).allows(SITE.with_path("/a"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 429])
def test_a_failing_server_forbids_all(status: int) -> None:
    rules = rules_of("", status)
    assert not rules.allows(SITE.with_path("/a"))
    assert rules.problem is FetchProblem.ROBOTS


def test_sitemaps_and_delay() -> None:
    rules = rules_of(
        "Sitemap: https://ana.example/a.xml\nSitemap: /b.xml\nsitemap: ftp://x/\n"
        "Sitemap: https://ana.example/a.xml\nUser-agent: *\nCrawl-delay: 7"
    )
    assert [url.href for url in rules.sitemaps] == [
        "https://ana.example/a.xml",
        "https://ana.example/b.xml",
    ]
    assert rules.crawl_delay_s == 7


# --- over the wire ------------------------------------------------------------------------------


def outcome(robots: Script, others: dict[str, Script] | None = None) -> tuple[Reply, Reply, list[str]]:
    """What a page and an image of a site with this robots.txt end as, and what was asked for."""

    async def scenario() -> tuple[Reply, Reply, list[str]]:
        scripts = {"/robots.txt": robots, "*": reply(200, b"x"), **(others or {})}
        async with serving(scripts) as server, fetching(server) as fetcher:
            page = await fetcher.fetch_page(server.url("/private/page"))
            image = await fetcher.fetch_image(server.url("/private/image.jpg"))
            return page, image, [asked.target for asked in server.log]

    return asyncio.run(scenario())


def test_disallowed_pages_and_images_are_not_asked_for() -> None:
    page, image, asked = outcome(reply(200, b"User-agent: *\nDisallow: /private"))
    assert page.problem is image.problem is FetchProblem.ROBOTS
    assert asked == ["/robots.txt"]


def test_an_unreachable_robots_file_stops_the_site() -> None:
    page, image, asked = outcome(raw(b""))
    assert page.problem is image.problem is FetchProblem.UNREACHABLE
    assert set(asked) == {"/robots.txt"}


def test_server_errors_stop_the_site() -> None:
    page, _, asked = outcome(reply(503))
    assert page.problem is FetchProblem.ROBOTS
    assert set(asked) == {"/robots.txt"}


def test_five_redirects_are_followed() -> None:
    def hop(target: str) -> Script:
        return reply(301, headers=(("Location", target),))

    rules = reply(200, b"User-agent: *\nDisallow: /private")
    hops = {f"/r{n}": hop(f"/r{n + 1}") for n in range(1, 5)}
    page, _, _ = outcome(hop("/r1"), {**hops, "/r5": rules})
    assert page.problem is FetchProblem.ROBOTS
    page, _, _ = outcome(hop("/r1"), {**hops, "/r5": hop("/r6"), "/r6": reply(404)})
    assert page.problem is FetchProblem.REDIRECTS


def test_a_redirect_to_a_private_address_is_refused() -> None:
    page, _, _ = outcome(reply(301, headers=(("Location", "http://169.254.169.254/robots.txt"),)))
    assert page.problem is FetchProblem.REFUSED_ADDRESS


def test_a_long_file_is_cut_not_refused() -> None:
    long = b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 200_000
    assert outcome(reply(200, long))[0].problem is FetchProblem.ROBOTS


def test_every_hop_of_a_page_is_asked_about() -> None:
    page, _, asked = outcome(
        reply(200, b"User-agent: *\nDisallow: /secret"),
        {"/private/page": reply(302, headers=(("Location", "/secret/page"),))},
    )
    assert page.problem is FetchProblem.ROBOTS
    assert "/secret/page" not in asked


def test_the_crawl_delay_is_kept_up_to_a_cap() -> None:
    async def scenario(delay: str) -> list[float]:
        budgets = FreeBudgets()
        scripts = {"/robots.txt": reply(200, f"User-agent: *\nCrawl-delay: {delay}".encode())}
        scripts["*"] = reply(200, b"x")
        async with serving(scripts) as server, fetching(server, budgets=budgets) as fetcher:
            await fetcher.fetch_page(server.url("/"))
        return [delay_s for _, delay_s in budgets.asked]

    assert asyncio.run(scenario("7"))[1] == 7
    assert asyncio.run(scenario("99999"))[1] == FAST.crawl_delay_cap_s
    assert asyncio.run(scenario("-3"))[1] == FAST.page_delay_s


# --- how long rules are kept --------------------------------------------------------------------


class Files:
    """A cache between runs."""

    def __init__(self) -> None:
        self.files: dict[str, RobotsFile] = {}

    def recall(self, origin: str) -> RobotsFile | None:
        return self.files.get(origin)

    def keep(self, origin: str, file: RobotsFile) -> None:
        self.files[origin] = file


class Site:
    """Answers for robots.txt and counts the questions."""

    def __init__(self, status: int = 200, body: bytes = b"User-agent: *\nDisallow: /x") -> None:
        self.asked = 0
        self.status = status
        self.body = body

    async def __call__(self, url: Url) -> Reply:
        self.asked += 1
        return Reply(url, url, datetime.now(UTC), status=self.status, body=self.body)


def ask_over_time(robots: Robots, clock: FakeClock, *hours: float) -> None:
    async def scenario() -> None:
        for pause in hours:
            clock.time += pause * 3600
            await robots.rules(Url.parse("https://ana.example/x"))

    asyncio.run(scenario())


def test_a_file_is_kept_for_a_day() -> None:
    clock, site = FakeClock(), Site()
    robots = Robots(site, clock)
    ask_over_time(robots, clock, 0, 12, 11.9)
    assert site.asked == 1
    ask_over_time(robots, clock, 0.2)
    assert site.asked == 2


def test_a_failure_is_kept_for_half_an_hour() -> None:
    clock, site = FakeClock(), Site(503)
    robots = Robots(site, clock)
    ask_over_time(robots, clock, 0, 0.4)
    assert site.asked == 1
    ask_over_time(robots, clock, 0.2)
    assert site.asked == 2


def test_files_are_kept_between_runs_but_never_longer_than_a_day() -> None:
    clock, site, files = FakeClock(), Site(), Files()
    ask_over_time(Robots(site, clock, files), clock, 0)
    ask_over_time(Robots(site, clock, files), clock, 20)
    assert site.asked == 1
    later = Robots(site, clock, files)
    ask_over_time(later, clock, 3.9)
    assert site.asked == 1
    ask_over_time(later, clock, 0.2)
    assert site.asked == 2
    files.keep("https://ana.example", RobotsFile(clock.now() + timedelta(days=3), 200, b""))
    ask_over_time(Robots(site, clock, files), clock, 0)
    assert site.asked == 3


def test_one_question_for_many_at_once() -> None:
    clock, site = FakeClock(), Site()
    robots = Robots(site, clock)

    async def scenario() -> None:
        await asyncio.gather(*(robots.rules(Url.parse(f"https://ana.example/{n}")) for n in range(20)))

    asyncio.run(scenario())
    assert site.asked == 1


def test_large_files_are_not_all_kept_in_memory() -> None:
    site = Site(body=b"User-agent: *\nDisallow: /x\n#" + b"x" * 400_000)
    robots = Robots(site, FakeClock())

    async def ask(*hosts: int) -> None:
        for host in hosts:
            rules = await robots.rules(Url.parse(f"https://site-{host}.example/"))
            assert not rules.allows(Url.parse(f"https://site-{host}.example/x"))

    asyncio.run(ask(0, 1, 1))
    assert site.asked == 2  # the last one is known
    asyncio.run(ask(0))
    assert site.asked == 3  # the one before it was forgotten


def test_a_large_file_takes_little_memory() -> None:
    body = b"User-agent: *\n" + b"".join(b"Disallow: /%d*x$\n" % number for number in range(5_000))
    tracemalloc.start()
    try:
        rules = rules_of(body)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(body) > LARGE_BYTES
    assert taken < 10 * len(body)
    assert not rules.allows(Url.parse("/4999-x", SITE))
    assert rules.allows(Url.parse("/4999-y", SITE))


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a/b", "/%61/b", False),
        ("User-agent: *\nDisallow: /a/b", "/a%2Fb", True),
        ("User-agent: *\nDisallow: /\u00e9", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/index.html", "/a/", True),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a*c", "/abc", False),
        ("User-agent: creditline\nDisallow: /zz\nUser-agent: other\nDisallow: /b", "/b", True),
    ],
)
def test_no_rule_of_a_file_kept_as_text_is_overlooked(text: str, path: str, allowed: bool) -> None:
    rules = rules_of(text + "\nDisallow: /" + "q" * LARGE_BYTES)
    assert rules.text is not None
    assert rules.allows(Url.parse("https://ana.example" + path)) is allowed


SPECIAL = st.sampled_from(["index.html", "a/index.html", "a/", "%61", "%61/b", "a/b", "a%2Fb"])
PATHS = SPECIAL | st.text("ab/%2*$.=?:~ é", max_size=8)
FIELDS = ("Allow", "Disallow", " disallow ", "Disalow", "DISALLOW", "Crawl-delay", "Sitemap", "nonsense")
AGENTS = st.sampled_from(["*", "creditline", "other", "creditline/2", ""])
LINES = st.one_of(
    st.builds("User-agent: {}".format, AGENTS),
    st.builds("{}: /{}".format, st.sampled_from(FIELDS), PATHS),
    st.builds("{}:{}# {}".format, st.sampled_from(FIELDS), PATHS, PATHS),
    st.builds("Disallow /{}".format, PATHS),
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\x0b", "\x85", "\n\n"])


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.tuples(LINES, BREAKS), max_size=12), path=PATHS)
def test_a_file_kept_as_text_says_the_same_as_one_that_is_parsed(
    lines: list[tuple[str, str]], path: str
) -> None:
    text = "".join(line + end for line, end in lines) + "\nDisallow: /" + "q" * LARGE_BYTES
    large = rules_of(text)
    assert large.text is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(robots, "LARGE_BYTES", 10**9)
        small = rules_of(text)
    assert small.text is None
    asked = Url.parse("https://ana.example/" + path)
    assert large.allows(asked) is small.allows(asked)
    assert (large.crawl_delay_s, large.sitemaps) == (small.crawl_delay_s, small.sitemaps)


def test_the_rules_of_many_ordinary_sites_are_kept() -> None:
    site = Site()
    robots = Robots(site, FakeClock())

    async def ask() -> None:
        for number in (*range(300), *range(300)):
            await robots.rules(Url.parse(f"https://site-{number}.example/"))

    asyncio.run(ask())
    assert site.asked == 300
