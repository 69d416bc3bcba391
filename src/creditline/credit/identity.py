"""Whether a link leads to the owner, and whether a text names them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from creditline.credit.folding import composed, fold
from creditline.credit.inflected import inflected_patterns, oblique_forms, resembles
from creditline.credit.page_text import PageText
from creditline.credit.platforms import asset_key, bare_host, bare_path, platforms, profile_key
from creditline.credit.redirects import is_opaque, unwrapped
from creditline.credit.spellings import respelled, sounds_alike, transcribed
from creditline.credit.vocabulary import TOKEN, UNSPACED
from creditline.errors import UrlError
from creditline.records import Owner
from creditline.urls import Url, parse_user_address

#: Letters that stand beside a name without a blank: of scripts that write none.
_RUN_ON = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
#: Shortest handle that is looked for in texts, in letters: shorter ones are ordinary words.
_MIN_HANDLE = 4
#: Letters to which a name is cut short, at most.
_MAX_INITIALS = 4


@dataclass(frozen=True, slots=True)
class NameHit:
    """Where a text names the owner."""

    start: int
    end: int
    #: ``name``, ``handle``, ``domain`` or ``initials``.
    how: str


class Identity:
    """An `Owner`, prepared for comparison."""

    def __init__(self, owner: Owner) -> None:
        written = [name for raw in owner.names if (name := " ".join(composed(raw).split()))]
        self.names = tuple(dict.fromkeys([*written, *(each for name in written for each in respelled(name))]))
        urls = [url for text in owner.domains if (url := _user_url(text))]
        profiles = [url for text in owner.profiles if (url := _user_url(text))]
        urls += [url for url in profiles if _is_own_host(url)]
        self.hosts = frozenset(bare_host(url.host) for url in urls)
        self.sites = frozenset(
            site for url in urls if (site := url.registrable_domain) == url.host.removeprefix("www.")
        )
        self.accounts = frozenset(key for url in profiles if (key := profile_key(url)))
        self.assets = frozenset(key for url in profiles if (key := asset_key(url)))
        self.profile_pages = tuple((bare_host(url.host), bare_path(url.path).lower()) for url in profiles)
        domains = [
            rf"(?<![\w.@-])(?:www\.)?{re.escape(host)}(?![\w-])" for host in sorted(self.hosts) if "." in host
        ]
        self._hint = self._hints()
        handles = {
            account for _, account in self.accounts if len(account) >= _MIN_HANDLE and not account.isdigit()
        }
        words = [
            rf"(?:(?<=@)|(?<![^\W{_RUN_ON}])(?<!@)){re.escape(fold(handle)).replace(chr(92) + ' ', '[ _]')}"
            rf"(?![^\W{_RUN_ON}])"
            for handle in sorted(handles)
        ]
        #: What names are cut short to in local papers: "Foto: jd".
        self.initials = frozenset(
            fold("".join(word[0] for word in name.split()))
            for name in self.names
            if 1 < len(name.split()) <= _MAX_INITIALS
        )
        names, anchors = self._name_patterns()
        self._patterns = tuple(
            (how, tuple(signs), re.compile("|".join(found)))
            for how, signs, found in (
                ("name", anchors, names),
                ("domain", self.hosts, domains),
                ("handle", (fold(handle).split(" ")[0] for handle in handles), words),
            )
            if found
        ) + tuple(
            ("name", (sign,), re.compile(_bounded(expression)))
            for name in self.names
            for expression, sign in transcribed(
                _core([word for word in TOKEN.findall(fold(name)) if word[0].isalnum()])
            )
        )

    # --- links ----------------------------------------------------------------------------------

    def owns(self, url: Url) -> bool:
        """Whether an address is the owner's: on one of their domains, or one of their profiles."""
        url = unwrapped(url)
        host = bare_host(url.host)
        if host in self.hosts or url.registrable_domain in self.sites:
            return True
        if any(host.endswith("." + own) for own in self.hosts):
            return True
        account = profile_key(url)
        if account is not None and account in self.accounts:
            return True
        asset = asset_key(url)
        if asset is not None and asset in self.assets:
            return True
        path = bare_path(url.path).lower()
        return any(
            host == own_host and own_path != "/" and (path == own_path or path.startswith(own_path + "/"))
            for own_host, own_path in self.profile_pages
        )

    def hints_at_owner(self, href: str) -> bool:
        """Whether an address as written may be the owner's: it holds one of their hosts or accounts.

        Addresses with escapes, or with other letters than ASCII, are left to `owns`.
        """
        lowered = href.lower()
        return any(text in lowered for text in self._hint) or "xn--" in lowered or not href.isascii()

    def hints_in(self, hrefs: list[str]) -> list[int]:
        """Which of several addresses may be the owner's; cheaper for all links of a page than one by one."""
        whole = "\0".join(hrefs).lower()
        starts = list(accumulate((len(href) + 1 for href in hrefs), initial=0))
        if len(whole) + 1 != starts[-1]:  # a few letters grow when they are lowered
            return [number for number, href in enumerate(hrefs) if self.hints_at_owner(href)]
        found: set[int] = set()
        if not whole.isascii():
            found.update(number for number, href in enumerate(hrefs) if not href.isascii())
        for text in (*self._hint, "xn--"):
            place = whole.find(text)
            while place >= 0:
                number = bisect_right(starts, place) - 1
                found.add(number)
                place = whole.find(text, starts[number + 1])
        return sorted(found)

    def is_home(self, page: Url) -> bool:
        """Whether links without a host on this page may lead to the owner."""
        host = bare_host(page.host)
        return self.owns(page) or any(host == own for own, _ in self.profile_pages)

    def _hints(self) -> tuple[str, ...]:
        texts = {host.removeprefix("www.") for host in self.hosts} | set(self.sites)
        texts |= {host for host, _ in self.profile_pages}
        sites = {site for site, _ in (*self.accounts, *self.assets)}
        texts |= {site.split(".", 1)[0] for site in sites}
        texts |= {alias for alias, site in platforms().aliases.items() if site in sites}
        return tuple(sorted(texts))

    @staticmethod
    def is_opaque(url: Url) -> bool:
        """Whether nobody can tell from the address where it leads."""
        return is_opaque(url)

    # --- texts ----------------------------------------------------------------------------------

    def find(self, text: str) -> NameHit | None:
        """The first place where a text names the owner in full, by handle or by domain."""
        return self.find_folded(fold(composed(text)))

    def lines_naming(self, page: PageText) -> list[int]:
        """Which lines of a page name the owner, cheaper than one by one."""
        signs = [sign for _, signs, _ in self._patterns for sign in signs]
        maybe = {line for sign in signs for line in page.lines_holding(sign)}
        return [line for line in sorted(maybe) if self.find_folded(page.lines[line]) is not None]

    def find_folded(self, folded: str) -> NameHit | None:
        """The same in a text that is folded already."""
        for how, signs, pattern in self._patterns:
            for sign in signs:
                if sign in folded:
                    found = pattern.search(folded)
                    if found:
                        return NameHit(found.start(), found.end(), how)
                    break
        return None

    def may_be_named(self, name: str) -> bool:
        """Whether a credited name may be the owner's in another form, or is their surname alone."""
        folded = fold(composed(name))
        if name.strip(" .()").isalpha() and folded.strip(" .()") in self.initials:
            return True
        owns = [_core([word for word in TOKEN.findall(fold(own)) if word[0].isalnum()]) for own in self.names]
        return any(resembles(folded, own) for own in owns) or (any(sounds_alike(folded, own) for own in owns))

    def _name_patterns(self) -> tuple[list[str], list[str]]:
        """Expressions for the names, and of each name a word that all its spellings hold."""
        expressions: list[str] = []
        anchors: list[str] = []
        for name in self.names:
            words = [word for word in TOKEN.findall(fold(name)) if word[0].isalnum()]
            if not words:
                continue
            expressions.extend(_orders(words, name))
            core = _core(words)
            anchor = core[-1] if len(core) >= 2 else words[-1]
            anchors.append(anchor[-1] if UNSPACED.search(name) else anchor)
            if len(core) >= 2 and not UNSPACED.search(name):
                forms = inflected_patterns(core[0], core[-1])
                expressions.extend(map(_bounded, forms))
                if forms:
                    anchors.append(core[-1][: max(3, len(core[-1]) - 3)])
        return list(dict.fromkeys(expressions)), list(dict.fromkeys(anchors))


def _core(words: list[str]) -> list[str]:
    """The words of a name that pages do not leave out."""
    return [word for word in words if word not in platforms().optional_name_words]


def _orders(words: list[str], name: str) -> list[str]:
    """Expressions for the ways to write one name."""
    if UNSPACED.search(name):
        # Chinese and Japanese names are written with a blank between surname and given name, or without.
        return [r"\s*[・·=\s]?\s*".join(r"\s?".join(map(re.escape, word)) for word in words)]
    joint = r"[\s.,_'\-·&+/]{0,3}"
    found = [_bounded(joint.join(re.escape(word) for word in words))]
    core = _core(words)
    if len(core) >= 2 and len(core) < len(words):
        found.append(_bounded(joint.join(re.escape(word) for word in core)))
    if len(words) == 2:
        first, last = (re.escape(word) for word in words)
        found.append(_bounded(rf"{last},?\s{first}"))
    if len(core) >= 2:
        # Middle names left out or shortened: "Jane Doe", "J. Doe", "Jane M. Doe", "Doe, Jane M."
        first, last = re.escape(core[0]), re.escape(core[-1])
        found.append(_bounded(rf"{first}\s(?:[^\W\d_]\.?\s){{0,2}}{last}"))
        if len(core[-1]) >= 4:
            forms = "|".join([last, *map(re.escape, oblique_forms(core[-1]))])
            initial = rf"{re.escape(core[0][0])}\.(?:\s?[^\W\d_]\.){{0,2}}"
            found.append(_bounded(rf"{initial}\s?(?:{forms})"))
            # "Doe J.", "Doe, J. M.": in lists and captions of Italy and eastern Europe.
            found.append(rf"(?<![^\W{_RUN_ON}])(?:{forms}),?\s{initial}(?![^\W_{_RUN_ON}])")
        if len(core) >= 3:
            found.append(_bounded(rf"{first}\s{last}"))
            rest = joint.join(re.escape(word) for word in core[1:])
            found.append(_bounded(rf"{re.escape(core[0][0])}\.\s?{rest}"))
    return found


def _bounded(expression: str) -> str:
    return rf"(?<![^\W{_RUN_ON}]){expression}s?(?![^\W_{_RUN_ON}])"


def _is_own_host(url: Url) -> bool:
    """Whether a profile is all of a host, as journals give one to each user: ``jane.journals.example``."""
    labels = bare_host(url.host).removesuffix(url.registrable_domain)
    return bare_path(url.path) == "/" and labels not in ("", "www.") and profile_key(url) is None


def _user_url(text: str) -> Url | None:
    try:
        return parse_user_address(text)
    except UrlError:
        return None


@lru_cache(maxsize=64)
def identity_of(names: tuple[str, ...], domains: tuple[str, ...], profiles: tuple[str, ...]) -> Identity:
    """The prepared identity, kept for repeated judging."""
    return Identity(Owner(names, domains, profiles))
