"""One type for web addresses, parsed as browsers parse them.

Parsing follows the WHATWG URL standard (ada). Only the serialised form travels on: a raw string is
never fetched, compared or stored. Registrable domains follow the public suffix list that is bundled
with `publicsuffixlist`, private section included, so that ``jane.github.io`` is a site of its own.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

import ada_url

from creditline.errors import UrlError

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

#: Longest address we take, in characters. Browsers and proxies cut far below; a longer one is
#: an attack or a data dump (research: catalogue row U07).
MAX_URL_CHARS = 8192

#: Query parameters that say where a visitor came from and never what is shown. Sources: the
#: vendors' own documentation (Google, Meta, Microsoft, Mailchimp, HubSpot, Matomo, Yandex).
TRACKING_PARAMETERS = frozenset(
    {
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "mkt_tok",
        "vero_id",
        "vero_conv",
        "oly_anon_id",
        "oly_enc_id",
        "s_cid",
        "ref_src",
        "ref_url",
        "cmpid",
        "wickedid",
        "_openstat",
    }
)
TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "pk_", "hsa_")

#: Addresses that stand as the URL standard writes them, so that parsing would give them back unchanged: a
#: host of plain lower-case labels that is no number and no punycode, no port, no user, no dot segments,
#: nothing that would be percent-encoded, no fragment. Most are such, and parsing takes ten times as long.
_AS_WRITTEN = re.compile(
    r"https?://(?![^/]*xn--)(?:[a-z0-9-]+\.)*[a-z]+(?=/)(?![^?]*(?:/\.|%2[eE]))"
    r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@/%?]+)?"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, order=True)
class Url:
    """An absolute http or https address in WHATWG serialisation, without credentials.

    Build it with `Url.parse`; the constructor trusts its argument.
    """

    href: str

    @classmethod
    def parse(cls, text: str, base: Url | None = None) -> Url:
        """Read an address as a browser would.

        Args:
            text: Absolute, or relative to ``base``. Leading and trailing blanks are dropped.
            base: What a relative address is resolved against.

        Raises:
            UrlError: Not an address, not http(s), too long, or without a host.
        """
        if len(text) <= MAX_URL_CHARS and _AS_WRITTEN.fullmatch(text):
            return cls(text)
        text = text.strip()
        shown = text if len(text) <= 80 else text[:77] + "..."
        if len(text) > MAX_URL_CHARS:
            raise UrlError(f"address too long ({len(text)} characters, at most {MAX_URL_CHARS}): {shown}")
        try:
            href = ada_url.join_url(base.href, text) if base else ada_url.URL(text).href
        except ValueError:
            raise UrlError(f"not a web address: {shown!r}; give one like https://example.com/page") from None
        scheme, _, rest = href.partition("://")
        if scheme not in _PORTS:
            protocol = href.split(":", 1)[0] + ":"
            raise UrlError(f"only http and https addresses can be used, not {protocol!r}: {shown!r}")
        authority = rest.split("/", 1)[0]
        if "@" in authority:
            href = f"{scheme}://{authority.rpartition('@')[2]}{rest[len(authority) :]}"
        return cls(href)

    @classmethod
    def try_parse(cls, text: str, base: Url | None = None) -> Url | None:
        """Read an address, or return ``None`` where `parse` would raise."""
        try:
            return cls.parse(text, base)
        except UrlError:
            return None

    def __reduce__(self) -> tuple[type[Url], tuple[str]]:
        # Pages name hundreds of addresses, and all of them pass from the gate's child to us.
        return (Url, (self.href,))

    @property
    def _parts(self) -> _Parts:
        return _split(self.href)

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return self._parts.scheme

    @property
    def host(self) -> str:
        """The host in ASCII (punycode), lower case; an IPv6 literal without its brackets."""
        authority = self.href.split("/", 3)[2]
        if ":" in authority and not authority.endswith("]"):
            authority = authority.rpartition(":")[0]
        return authority.strip("[]")

    @property
    def port(self) -> int:
        """The port, the scheme's own where none is written."""
        return int(self._parts.port) if self._parts.port else _PORTS[self.scheme]

    @property
    def host_port(self) -> str:
        """``host:port`` with the port always written, as `[owner] private_hosts` lists it."""
        return f"{self._parts.hostname}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and a port that is not the scheme's own."""
        return f"{self._parts.scheme}://{self._parts.authority}"

    @property
    def path(self) -> str:
        """The path, percent-encoded, at least ``/``."""
        return self._parts.path

    @property
    def query(self) -> str:
        """The query without its question mark, ``""`` where there is none."""
        return self._parts.query

    @property
    def fragment(self) -> str:
        """The fragment without its hash sign, ``""`` where there is none."""
        return self._parts.fragment

    @property
    def file_name(self) -> str:
        """The last segment of the path, percent-decoded."""
        return unquote(self.path.rsplit("/", 1)[-1])

    @property
    def display(self) -> str:
        """The address with an international host name in its own script, for people."""
        host = self._parts.hostname
        if "xn--" not in host:
            return self.href
        return self.href.replace(host, ada_url.idna.decode(host.encode()), 1)

    @property
    def registrable_domain(self) -> str:
        """The domain that one party registers: ``example.co.uk``, ``jane.github.io``.

        An address literal or a bare public suffix stands for itself.
        """
        return registrable_domain(self.host)

    @property
    def key(self) -> str:
        """SHA-256 of the canonical form, 64 hex digits: what the store keys pages and files by."""
        return hashlib.sha256(canonical(self).href.encode()).hexdigest()

    def without_fragment(self) -> Url:
        """The same address without its fragment: what is sent over the wire."""
        return Url(self.href.split("#", 1)[0])

    def with_query(self, query: str) -> Url:
        """The same address with another query and no fragment."""
        head = self.href.split("#", 1)[0].split("?", 1)[0]
        return Url.parse(head + ("?" + query if query else ""))

    def with_path(self, path: str) -> Url:
        """Another path on the same origin, without query or fragment."""
        return Url.parse(path, Url(self.origin + "/"))

    def __str__(self) -> str:
        return self.href


class _Parts(NamedTuple):
    """An address in pieces, each as it is written."""

    scheme: str
    authority: str
    hostname: str
    port: str
    path: str
    query: str
    fragment: str


@lru_cache(maxsize=4096)
def _split(href: str) -> _Parts:
    """Cut a serialised address: what ada wrote can be cut at its signs, without parsing it again."""
    rest, _, fragment = href.partition("#")
    rest, _, query = rest.partition("?")
    scheme, _, rest = rest.partition("://")
    authority, slash, path = rest.partition("/")
    hostname, port = authority, ""
    if ":" in authority and not authority.endswith("]"):
        hostname, _, port = authority.rpartition(":")
    return _Parts(scheme, authority, hostname, port, slash + path, query, fragment)


@lru_cache(maxsize=1)
def _public_suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # reading the list takes longer than all of --help

    return PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The registrable domain of a host name (see `Url.registrable_domain`)."""
    host = host.strip("[].").lower()
    if is_address_literal(host):
        return host
    return _public_suffixes().privatesuffix(host) or host


@lru_cache(maxsize=4096)
def is_address_literal(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address rather than a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_tracking_parameter(name: str) -> bool:
    """Whether a query parameter only says where a visitor came from."""
    lowered = name.lower()
    return lowered in TRACKING_PARAMETERS or lowered.startswith(TRACKING_PREFIXES)


def canonical(url: Url) -> Url:
    """Fold spellings of one address: no fragment, no tracking parameters, no empty query.

    Everything else stays: order and spelling of the other parameters decide what a server shows.
    Applying it twice changes nothing more.
    """
    if "?" not in url.href and "#" not in url.href:
        return url
    if not url.query:
        return url.with_query("")
    kept = [
        part for part in url.query.split("&") if part and not is_tracking_parameter(part.split("=", 1)[0])
    ]
    return url.with_query("&".join(kept))


def page_identity(url: Url) -> str:
    """What two addresses of one page have in common: host without ``www.``, path, query.

    The scheme is left out, since ``http`` and ``https`` of one address show one page.
    """
    folded = canonical(url)
    host = folded.host.removeprefix("www.")
    port = "" if folded.port in (80, 443) else f":{folded.port}"
    return f"{host}{port}{folded.path}" + (f"?{folded.query}" if folded.query else "")


def same_site(one: Url, other: Url) -> bool:
    """Whether two addresses belong to one registrable domain."""
    return one.registrable_domain == other.registrable_domain


def parse_user_address(text: str) -> Url:
    """Read an address as people type it: ``example.com`` means ``https://example.com/``.

    Raises:
        UrlError: It is not one.
    """
    text = text.strip()
    if _CONTROL.search(text):
        raise UrlError(f"not a web address: {text[:80]!r} holds control characters")
    if "://" not in text and re.match(r"^[^\s/?#@]+\.[^\s/?#@]{2,}(:\d+)?([/?#]|$)", text):
        text = "https://" + text
    return Url.parse(text)


def query_parameters(url: Url) -> list[tuple[str, str]]:
    """The query's names and values, decoded, in order."""
    return parse_qsl(url.query, keep_blank_values=True)


def quote_path(path: str) -> str:
    """Percent-encode a file path for use in an address."""
    return quote(path, safe="/")
