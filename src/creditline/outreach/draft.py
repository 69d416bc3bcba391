"""Drafts one letter per site about all its uses without a credit. Nothing here sends anything."""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from creditline.errors import NotAMissingCreditError, OutreachError
from creditline.outreach.contacts import why_not_written_to
from creditline.outreach.facts import (
    is_own_page,
    letter_facts,
    own_file,
    own_hosts,
    page_of,
    proof_of,
    quoted_credit,
    site_of,
    work_title,
)
from creditline.outreach.linter import require_honest
from creditline.outreach.missing_credit import why_too_old
from creditline.outreach.ranking import by_worth
from creditline.records import Contact, ContactKind, MissingCredit, Owner, Request, RequestStatus
from creditline.render import letter_environment, one_line

#: Languages that letters are written in, with what stands before a name in a credit line.
LANGUAGES = {"en": "Image: ", "de": "Bild: ", "fr": "Image : ", "es": "Imagen: "}

#: Uses named one by one in a letter, and the characters they may take; the rest is counted. A longer
#: list is not read by anybody, and reads like a bill.
LISTED_USES = 20
LISTED_CHARS = 12_000

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Item:
    """One use as the letter names it."""

    title: str
    proof: str
    #: The picture's own file, where the proof is a page that may show more than one; ``""`` otherwise.
    file: str
    page: str
    kind: str
    quote: str
    #: The credit line as text, and as HTML to paste.
    line: str
    html: str

    @property
    def length(self) -> int:
        """Characters that it takes in a letter, apart from the fixed words."""
        return sum(map(len, (self.title, self.proof, self.file, self.page, self.quote, self.line, self.html)))


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """What the owner wants in letters, beside the uses."""

    #: Proof pages on the owner's own domain, by work id, where some were made.
    proof_pages: Mapping[str, str]
    contacts: Mapping[str, Contact]
    signature: str | None
    language: str | None


def draft_requests(
    credits: Sequence[MissingCredit],
    owner: Owner,
    now: datetime,
    *,
    proof_pages: Mapping[str, str] | None = None,
    contacts: Mapping[str, Contact] | None = None,
    signature: str | None = None,
    language: str | None = None,
) -> list[Request]:
    """Draft one letter per site, most worth asking first (`ranking.by_worth`).

    Uses on the owner's own pages are left out. The same credits give the same letters with the same
    ids, whatever their order.

    Args:
        credits: Of one owner.
        owner: Names and domains; at least one of each.
        now: Aware time; every look at a page must be within the 72 hours before.
        proof_pages: Proof pages on the owner's own domain, by work id.
        contacts: Where to write, by site; one that may not be used is left out.
        signature: How letters are signed, default the owner's first name in the list.
        language: ``en``, ``de``, ``fr`` or ``es`` for all letters; default by the pages' language.

    Raises:
        OutreachError: No name or no domain is known, or the wished credit line breaks a rule.
        NotAMissingCreditError: A look at a page is too old by now.
    """
    if not owner.names or not own_hosts(owner):
        raise OutreachError("letters need your name and a domain of yours: set names and domains in [owner]")
    settings = LetterSettings(proof_pages or {}, contacts or {}, signature, language)
    for credit in credits:
        why = why_too_old(credit.use, now)
        if why is not None:
            raise NotAMissingCreditError(f"{credit.use.page_url}: {why}")
    others = [credit for credit in credits if not is_own_page(credit, owner)]
    return [_draft(site_credits, owner, now, settings) for site_credits in by_worth(others)]


def _draft(
    credits: Sequence[MissingCredit], owner: Owner, now: datetime, settings: LetterSettings
) -> Request:
    site = site_of(credits[0])
    owner_id = credits[0].use.owner_id
    contact = _usable(settings.contacts.get(site), site)
    language = settings.language or language_of(credits)
    if language not in LANGUAGES:
        raise OutreachError(f"no letters in {language!r}; known are {', '.join(LANGUAGES)}")
    subject, body = _write(credits, owner, language, contact, settings)
    require_honest(subject, body, letter_facts(credits, owner, contact=contact))
    return Request(
        id=request_id(owner_id, site),
        owner_id=owner_id,
        site=site,
        subject=subject,
        body=body,
        status=RequestStatus.DRAFT,
        use_ids=tuple(credit.use.id for credit in credits),
        created_at=now,
        contact=contact,
        language=language,
    )


def request_id(owner_id: str, site: str) -> str:
    """The id of the letter of one owner to one site: the same for ever."""
    return "r" + hashlib.sha256(f"{owner_id}\n{site}".encode()).hexdigest()[:16]


def language_of(credits: Sequence[MissingCredit]) -> str:
    """The language in which most of the pages say they are written; English where it is not ours."""
    tags = [(credit.use.page_language or "").lower().split("-", 1)[0] for credit in credits]
    known = Counter(tag for tag in tags if tag)
    if not known:
        return "en"
    best = max(sorted(known), key=known.__getitem__)
    return best if best in LANGUAGES else "en"


def credit_line(owner: Owner, language: str) -> str:
    """The credit line as the owner wants it, or the plainest one.

    Raises:
        OutreachError: It holds HTML.
    """
    line = one_line(owner.credit_line or LANGUAGES[language] + owner.names[0])
    if "<" in line or ">" in line:
        raise OutreachError(f"write credit_line in [owner] as plain text, without HTML: {line!r}")
    return line


def _usable(contact: Contact | None, site: str) -> Contact | None:
    return contact if contact and why_not_written_to(contact, site) is None else None


def _write(
    credits: Sequence[MissingCredit],
    owner: Owner,
    language: str,
    contact: Contact | None,
    settings: LetterSettings,
) -> tuple[str, str]:
    items = list(_listed(_item(credit, owner, language, settings) for credit in credits))
    template = _environment().get_template(f"{language}.txt.j2")
    context = template.new_context(
        {
            "name": one_line(owner.names[0]),
            "site": site_of(credits[0]),
            "items": items,
            "count": len(credits),
            "more": len(credits) - len(items),
            "found_on": contact.found_on if contact and contact.kind is ContactKind.EMAIL else None,
            "signature": one_line(settings.signature or owner.names[0]),
            "home": f"https://{own_hosts(owner)[0]}/",
        }
    )
    subject, body = ("".join(template.blocks[name](context)) for name in ("subject", "body"))
    return subject.strip(), body.strip() + "\n"


def _item(credit: MissingCredit, owner: Owner, language: str, settings: LetterSettings) -> Item:
    proof = proof_of(credit.work, owner, settings.proof_pages) or ""
    line = credit_line(owner, language)
    return Item(
        title=work_title(credit.work),
        proof=proof,
        file=own_file(credit.work, owner, proof),
        page=page_of(credit).href,
        kind=credit.kind.value,
        quote=quoted_credit(credit),
        line=f"{line}, {proof}",
        html=_snippet(line, owner.names[0], proof),
    )


def _snippet(line: str, name: str, target: str) -> str:
    """The credit line as HTML: the name linked where the line holds it, else the whole line."""
    before, found, after = line.partition(name)
    if not found:
        before, found, after = "", line, ""
    link = f'<a href="{html.escape(target)}">{html.escape(found)}</a>'
    return f"{html.escape(before, quote=False)}{link}{html.escape(after, quote=False)}"


def _listed(items: Iterator[Item]) -> Iterator[Item]:
    """The uses that a letter names one by one: at least one, as many as may be read."""
    length = 0
    for at, item in enumerate(items):
        length += item.length
        if at and (at >= LISTED_USES or length > LISTED_CHARS):
            return
        yield item


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return letter_environment(_TEMPLATES)
