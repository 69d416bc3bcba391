"""What a letter is about: the yardstick by which the linter measures its links and quotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from creditline.errors import OutreachError
from creditline.records import Contact, CreditEvidence, MissingCredit, Owner, VerdictKind, Work
from creditline.render import mail_text
from creditline.urls import Url

#: Longest title in a letter, in characters.
TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Whose letter it is, to which site, about which pages."""

    owner: Owner
    #: Registrable domain of the site written to.
    site: str
    #: Addresses of the pages it is about.
    pages: frozenset[str]
    #: Texts that may stand in it between quotation marks: titles and the pages' own credit lines.
    quotes: frozenset[str] = frozenset()
    contact: Contact | None = None
    #: The owner's address in the From line.
    sender: str | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """The single addresses, none of them the owner's own site's, that it may name."""
        found_on = [self.contact.found_on] if self.contact else []
        urls = (Url.try_parse(address) for address in [*self.owner.profiles, *found_on])
        return self.pages | {url.href for url in urls if url}

    def is_own(self, url: Url) -> bool:
        """Whether an address lies on one of the owner's own domains."""
        return any(_is_under(url.host, host) for host in own_hosts(self.owner))

    def allows_link(self, link: str) -> bool:
        """Whether a letter may hold this address, host name or mail address."""
        if "@" in link and "//" not in link:
            return self._allows_mail(link)
        url = Url.try_parse(link if "//" in link else f"https://{link}")
        if url is None:
            return False
        if self.is_own(url) or url.href in self.addresses:
            return True
        return "//" not in link and "/" not in link and url.host in self._site_hosts()

    def _allows_mail(self, address: str) -> bool:
        if address == self.sender:
            return True
        host = address.rsplit("@", 1)[-1]
        url = Url.try_parse(f"https://{host}")
        return url is not None and self.is_own(url)

    def _site_hosts(self) -> set[str]:
        return {self.site} | {url.host for url in map(Url.try_parse, self.pages) if url}


def letter_facts(
    credits: Sequence[MissingCredit],
    owner: Owner,
    *,
    contact: Contact | None = None,
    sender: str | None = None,
) -> LetterFacts:
    """Collect what a letter about these missing credits of one site may say.

    Raises:
        OutreachError: There are none, or they lie on several sites.
    """
    sites = {site_of(credit) for credit in credits}
    if len(sites) != 1:
        raise OutreachError(f"a letter is about the pages of one site, not of {len(sites)}")
    quotes = {work_title(credit.work) for credit in credits} | {quoted_credit(credit) for credit in credits}
    return LetterFacts(
        owner,
        sites.pop(),
        frozenset(page_of(credit).href for credit in credits),
        frozenset(quotes - {""}),
        contact,
        sender,
    )


def page_of(credit: MissingCredit) -> Url:
    """The page of a use."""
    return Url.parse(credit.use.page_url)


def site_of(credit: MissingCredit) -> str:
    """The site of a use, to which one letter goes."""
    return page_of(credit).registrable_domain


def own_hosts(owner: Owner) -> list[str]:
    """The owner's domains as hosts, the main one first; what is no host name is left out."""
    urls = (Url.try_parse(f"https://{domain.strip()}/") for domain in owner.domains)
    return [url.host.removeprefix("www.") for url in urls if url]


def is_own_page(credit: MissingCredit, owner: Owner) -> bool:
    """Whether the page is the owner's: on their domain, or a profile of theirs."""
    page = page_of(credit)
    profiles = [url for url in map(Url.try_parse, owner.profiles) if url]
    return any(_is_under(page.host, host) for host in own_hosts(owner)) or any(
        page.href == profile.href or page.href.startswith(profile.href.rstrip("/") + "/")
        for profile in profiles
    )


def work_title(work: Work) -> str:
    """What a letter calls a work: its title, its description, or its file's name."""
    for text in (work.title, work.alt, _file_name(work.url)):
        shown = mail_text(text, TITLE_CHARS) if text else ""
        if shown:
            return shown
    return work.id


def _file_name(address: str) -> str | None:
    """The last part of a web address, or of a file's in the owner's folder."""
    url = Url.try_parse(address)
    if url is not None:
        return url.file_name
    split = urlsplit(address)
    return unquote(split.path).rpartition("/")[2] if split.scheme == "file" else None


def quoted_credit(credit: MissingCredit) -> str:
    """The credit that stands on the page, in its own words; ``""`` where there is none."""
    if credit.kind is VerdictKind.NONE:
        return ""
    wanted = credit.kind is VerdictKind.TEXT_ONLY
    said = [item for item in credit.use.verdict.evidence if _counts(item, wanted)]
    return mail_text(said[0].quote) if said else mail_text(credit.use.verdict.credited_name or "")


def _counts(item: CreditEvidence, credits_owner: bool) -> bool:
    return item.rejected is None and item.credits_owner is credits_owner and bool(item.quote.strip())


def proof_of(work: Work, owner: Owner, proof_pages: Mapping[str, str]) -> str | None:
    """The page on the owner's own domain that proves a work theirs; ``None`` without any domain.

    Best first: the proof page made for it, a page of theirs that shows it, its file, their home page.
    """
    hosts = own_hosts(owner)
    candidates = [proof_pages.get(work.id), *work.pages, work.url, f"https://{hosts[0]}/" if hosts else None]
    for candidate in candidates:
        url = Url.try_parse(candidate) if candidate else None
        if url and any(_is_under(url.host, host) for host in hosts):
            return url.href
    return None


def own_file(work: Work, owner: Owner, proof: str) -> str:
    """The work's file on the owner's own domain, where it is not the proof itself; ``""`` otherwise."""
    url = Url.try_parse(work.url)
    is_own = url is not None and any(_is_under(url.host, host) for host in own_hosts(owner))
    return url.href if url is not None and is_own and url.href != proof else ""


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)
