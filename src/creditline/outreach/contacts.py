"""Which contacts may be written to (research: catalogue rows E05, E06). Nothing is ever guessed."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from creditline.records import Contact, ContactKind
from creditline.urls import Url

#: Mailboxes that exist for other duties (RFC 2142 and custom): a request for credit does not belong there.
OTHER_DUTIES = frozenset(
    {
        "abuse", "security", "privacy", "dpo", "gdpr", "datenschutz", "dataprotection", "legal", "dmca",
        "copyright", "noc", "hostmaster", "postmaster", "mailer-daemon", "root", "billing", "invoices",
        "noreply", "no-reply", "donotreply", "do-not-reply", "nobody", "jobs", "careers", "spam", "phishing",
    }
)  # fmt: skip


def why_not_written_to(contact: Contact, site: str) -> str | None:
    """Say why a contact may not be used for a letter to a site; ``None`` when it may.

    Only what stands on a page of that very site counts as found.
    """
    found_on = Url.try_parse(contact.found_on)
    if found_on is None or found_on.registrable_domain != site:
        return f"it was not found on a page of {site}"
    if contact.kind is ContactKind.FORM:
        form = Url.try_parse(contact.address)
        return None if form and form.registrable_domain == site else f"the form is not on {site}"
    return why_no_address(contact.address)


def why_no_address(address: str) -> str | None:
    """Say why a text is no mail address to write to; ``None`` when it is one."""
    try:
        valid = validate_email(address, check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as error:
        return f"not a mail address: {error}"
    if valid.local_part.lower().split("+", 1)[0] in OTHER_DUTIES:
        return f"{valid.local_part}@ is for other duties"
    return None
