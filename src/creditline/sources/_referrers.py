"""Which referrers of a web server's log are leads, and which are only the web's plumbing."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from creditline.urls import Url, canonical, is_address_literal, registrable_domain

#: Why a referrer is no lead, in the plural, for people.
OWN, SEARCH, TRANSLATOR, READER, MAIL, ARCHIVE, SHIM, PRIVATE, NOT_WEB = (
    "your own pages",
    "search engines",
    "translators",
    "feed readers",
    "mail programs",
    "archives and caches",
    "link redirectors",
    "private addresses",
    "not web addresses",
)
BOT, PREVIEW = "bots", "link previews"

_ENGINES = """
google bing duckduckgo yandex yahoo baidu ecosia qwant startpage naver daum seznam sogou ask aol mojeek
swisscows kagi brave metager dogpile lycos gibiru searx presearch petalsearch rambler you perplexity
tineye so sm yep marginalia ixquick
"""
#: Search engines by the first label of their registrable domain, whatever the country.
_ENGINE_LABELS = frozenset(_ENGINES.split())
#: Labels above that are also ordinary words, so that only these whole domains count.
_WHOLE_DOMAINS = {
    "so": ("so.com",),
    "sm": ("sm.cn",),
    "ask": ("ask.com",),
    "you": ("you.com",),
    "yep": ("yep.com",),
    "brave": ("brave.com",),
    "aol": ("aol.com",),
    "lycos": ("lycos.com", "lycos.de"),
    "daum": ("daum.net",),
    "kagi": ("kagi.com",),
}
#: Services of the same houses that hold people's pages and are no search.
_NOT_ENGINES = re.compile(
    r"^(?:sites|groups|docs|drive|photos|plus|blog|blogs|news|finance|cafe|post|zen|dzen)\."
)
_HOSTS = (
    (
        TRANSLATOR,
        re.compile(
            r"(?:^|\.)translate\.|\.translate\.goog$|translatetheweb|microsofttranslator|papago|deepl\.com$"
        ),
    ),
    (
        ARCHIVE,
        re.compile(
            r"(?:^|\.)archive\.(?:org|ph|is|today|li|md|vn|fo)$|^webcache\.|cc\.bingj\.com$|"
            r"(?:^|\.)webcitation\.org$"
        ),
    ),
    (
        READER,
        re.compile(
            r"(?:^|\.)(?:feedly|inoreader|newsblur|theoldreader|feedbin|bazqux|netvibes|feedspot|feeder|"
            r"flipboard|getpocket|instapaper|readwise|newsify|rsshub|freshrss|miniflux|tt-rss)\.\w+$|"
            r"^(?:rss|feeds?|reader)\."
        ),
    ),
    (
        MAIL,
        re.compile(
            r"^(?:e?mail|webmail|outlook|owa|imp|mailer|roundcube)\d*\.|"
            r"(?:^|\.)(?:outlook\.\w+|mail\.\w+\.\w+|gmx\.\w+)$"
        ),
    ),
    (
        SHIM,
        re.compile(
            r"^(?:lm?|out|away|click|links?|redirect|go|url|href)\.(?:facebook|instagram|reddit|vk|messenger)\.|"
            r"^(?:t\.co|lnkd\.in|bit\.ly|href\.li|anonym\.to)$"
        ),
    ),
)
_ORIGIN_SLASHES = len("///")
_LOCAL_NAME = re.compile(
    r"(?:^|\.)(?:local|localhost|localdomain|lan|home|internal|intranet|corp|test|invalid|onion)$"
)

_PREVIEW_AGENT = re.compile(
    r"facebookexternalhit|facebookcatalog|twitterbot|slackbot|slack-img|whatsapp|telegrambot|discordbot|linkedinbot|"
    r"pinterestbot|pinterest/|skypeuripreview|viber|redditbot|embedly|iframely|mastodon/|bluesky|googleimageproxy|"
    r"ggpht|yahoomailproxy|snapchat|vkshare|line-poker|signal-",
    re.IGNORECASE,
)
_BOT_AGENT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scrap|archiver|fetcher|monitor|uptime|validator|checker|wget|curl/|python|okhttp|"
    r"java/|go-http-client|libwww|httpclient|headless|phantomjs|lighthouse|feed|rss|preview|scanner|nikto|semrush|ahrefs|"
    r"mj12|gptbot|ccbot|anthropic|claude|perplexity|bytespider",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Referrer:
    """One referrer, judged: a lead with its address, or the reason why it is none."""

    url: Url | None
    reason: str | None = None


def judge_referrer(
    text: str, own_domains: frozenset[str], own_hosts: Container[str] = frozenset()
) -> Referrer:
    """Say whether a referrer may be a page that shows or links our images.

    Args:
        text: As it was sent.
        own_domains: Registrable domains of the owner.
        own_hosts: Further hosts of the owner, as the log names them.
    """
    url = Url.try_parse(text) if text.startswith(("http://", "https://")) else None
    if url is None:
        return Referrer(None, reason=NOT_WEB)
    host = url.host
    reason = OWN if host in own_hosts else _host_reason(host, own_domains)
    if reason is not None:
        return Referrer(None, reason=reason)
    return Referrer(canonical(url))


def is_origin(address: str) -> bool:
    """Whether a folded address names a site and no page of it, as browsers do by default across sites."""
    return address.endswith("/") and address.count("/") == _ORIGIN_SLASHES and "?" not in address


@lru_cache(maxsize=16_384)
def _host_reason(host: str, own_domains: frozenset[str]) -> str | None:
    domain = registrable_domain(host)
    if domain in own_domains or host in own_domains:
        return OWN
    if is_address_literal(host) or "." not in host or _LOCAL_NAME.search(host):
        return PRIVATE
    for reason, pattern in _HOSTS:
        if pattern.search(host):
            return reason
    return SEARCH if _is_engine(host, domain) else None


def _is_engine(host: str, domain: str) -> bool:
    label = domain.split(".", 1)[0]
    if label not in _ENGINE_LABELS or _NOT_ENGINES.match(host):
        return False
    return label not in _WHOLE_DOMAINS or domain in _WHOLE_DOMAINS[label]


def agent_reason(agent: str) -> str | None:
    """Why a user agent is no person: ``link previews`` or ``bots``; ``None`` for people."""
    if _PREVIEW_AGENT.search(agent):
        return PREVIEW
    return BOT if _BOT_AGENT.search(agent) else None
