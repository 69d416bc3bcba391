"""Whose picture is it by the host that serves it: the owner's, a known image service's, a stranger's?

A page may embed pictures from anywhere. Those from the owner's own domains and from services that
serve a site's own uploads are taken for the owner's; those from stock libraries and from hosts that
nobody knows are not, until the owner says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from creditline.errors import UrlError
from creditline.records import Owner
from creditline.urls import Url, is_address_literal, parse_user_address

_MEDIA_HOSTS = """
wixstatic.com wixmp.com squarespace-cdn.com static1.squarespace.com images.squarespace.com
files.wordpress.com wp.com website-files.com uploads-ssl.webflow.com framerusercontent.com
freight.cargo.site payload.cargocollective.com creatorcdn.com myportfolio.com photoshelter.com
smugmug.com zenfolio.com pixieset.com pic-time.com pixpa.com editmysite.com weebly.com jimcdn.com
jimdo.com strikinglycdn.com b-cdn.net cdn.shopify.com shopifycdn.com wsimg.com
dropboxusercontent.com carrd.co ghost.io ghost.org bp.blogspot.com blogger.googleusercontent.com
googleusercontent.com tumblr.com multiscreensite.com one.com cdn-website.com visura.co fabrik.io
viewbook.com mypixieset.com cloudinary.com imgix.net imagekit.io imagedelivery.net twic.pics
gumlet.io ucarecdn.com filestackcontent.com sirv.com cloudimg.io imgur.com ctfassets.net sanity.io
prismic.io datocms-assets.com storyblok.com graphassets.com hygraph.com buttercms.com
kc-usercontent.com cloudfront.net amazonaws.com akamaized.net azureedge.net windows.net
digitaloceanspaces.com storage.googleapis.com firebasestorage.googleapis.com backblazeb2.com r2.dev
fastly.net kxcdn.com netdna-ssl.com stackpathcdn.com rackcdn.com jsdelivr.net githubusercontent.com
netlify.app vercel.app supabase.co wpengine.com pantheonsite.io shortpixel.ai cdn77.org weserv.nl
wsrv.nl optimole.com
"""
#: Where site builders, stores and image services keep what a site's owner uploaded (host suffixes).
#: From the services' own documentation of their delivery addresses.
MEDIA_HOSTS = frozenset(_MEDIA_HOSTS.split())

_STOCK_HOSTS = """
unsplash.com pexels.com pixabay.com freepik.com istockphoto.com shutterstock.com gettyimages.com
alamy.com ftcdn.net adobestock.com dreamstime.com 123rf.com depositphotos.com stocksy.com
burst.shopify.com rawpixel.com vecteezy.com flaticon.com placehold.co placeholder.com picsum.photos
dummyimage.com loremflickr.com placekitten.com placehold.it fakeimg.pl lorempixel.com placeimg.com
pravatar.cc randomuser.me ytimg.com vimeocdn.com wikimedia.org wikipedia.org staticflickr.com
flickr.com pinimg.com twimg.com fbcdn.net cdninstagram.com licdn.com redd.it redditmedia.com
media-amazon.com ssl-images-amazon.com ebayimg.com etsystatic.com gstatic.com googleapis.com
openstreetmap.org mapbox.com paypalobjects.com shields.io creativecommons.org
"""
#: Libraries of other people's pictures, placeholder services and video stills: never learnt as the
#: owner's, whatever their share; a profile of the owner there makes them so.
STOCK_HOSTS = frozenset(_STOCK_HOSTS.split())

#: Hosts that only serve portraits of account holders.
AVATAR_HOSTS = frozenset({"gravatar.com", "pravatar.cc", "ui-avatars.com", "dicebear.com", "randomuser.me"})

#: Share of a site's content pictures, and their least number, from which an unknown host is taken for
#: the owner's own image host. Judgement: a portfolio on a private bucket serves nearly everything from
#: there, while embedded strangers' pictures stay a minority of a portfolio.
LEARN_SHARE = 0.5
LEARN_LEAST = 5


class HostKind(StrEnum):
    """Whom a host that serves pictures belongs to, as far as its name tells."""

    OWN = "own"
    MEDIA = "media"
    LEARNT = "learnt"
    STOCK = "stock"
    AVATAR = "avatar"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HostBook:
    """Which hosts serve the owner's pictures: sites, profiles, and what was learnt."""

    #: The owner's sites, as `site_key` names them.
    own_domains: frozenset[str]
    #: Registrable domains of the platforms where the owner has a profile.
    profile_domains: frozenset[str] = frozenset()
    learnt: frozenset[str] = frozenset()

    def kind(self, url: Url) -> HostKind:
        """Whom the host of an image address belongs to."""
        host = url.host.removeprefix("www.")
        domain = url.registrable_domain
        if site_key(url) in self.own_domains:
            return HostKind.OWN
        if host in self.learnt:
            return HostKind.LEARNT
        if _within(host, AVATAR_HOSTS):
            return HostKind.AVATAR
        if _within(host, STOCK_HOSTS):
            return HostKind.MEDIA if domain in self.profile_domains else HostKind.STOCK
        if _within(host, MEDIA_HOSTS) or domain in self.profile_domains:
            return HostKind.MEDIA
        return HostKind.UNKNOWN


def host_book(owner: Owner, sites: Iterable[Url] = (), pictures: Iterable[Url] = ()) -> HostBook:
    """Gather the owner's hosts, and learn from the share of the site's content pictures.

    Args:
        owner: Names the owner's domains and profiles.
        sites: Addresses of the site that is indexed, the owner's too by being named.
        pictures: Addresses of content pictures, each once, in any order.
    """
    domains = {domain for text in owner.domains if (domain := own_domain(text))}
    domains.update(map(site_key, sites))
    profiles = {
        url.registrable_domain
        for text in owner.profiles
        if (url := Url.try_parse(_with_scheme(text))) is not None
    }
    book = HostBook(frozenset(domains), frozenset(profiles))
    return HostBook(book.own_domains, book.profile_domains, _learn(book, pictures))


def own_domain(text: str) -> str | None:
    """The `site_key` of a domain or address as the owner wrote it; ``None`` if it is neither."""
    try:
        return site_key(parse_user_address(text))
    except UrlError:
        return None


def _learn(book: HostBook, pictures: Iterable[Url]) -> frozenset[str]:
    distinct = set(pictures)
    unknown = Counter(url.host.removeprefix("www.") for url in distinct if book.kind(url) is HostKind.UNKNOWN)
    least = max(LEARN_LEAST, LEARN_SHARE * len(distinct))
    return frozenset(host for host, count in unknown.items() if count >= least)


def site_key(url: Url) -> str:
    """What the addresses of one party's site share: the registrable domain, or host and port of a literal."""
    return url.host_port if is_address_literal(url.host) else url.registrable_domain


def _within(host: str, known: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in known for start in range(len(labels)))


def _with_scheme(text: str) -> str:
    return text if "://" in text else f"https://{text}"
