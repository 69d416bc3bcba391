"""Which contacts may be written to (research: catalogue rows E05, E06). Nothing is ever guessed."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from creditline.errors import OutreachError
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
    try:
        address = mail_address(contact.address)
    except OutreachError as error:
        return str(error)
    box = address.rsplit("@", 1)[0].lower().split("+", 1)[0]
    return f"{box}@ is for other duties" if box in OTHER_DUTIES else None


def mail_address(text: str) -> str:
    """Read a mail address; give it in ASCII, as every mail server takes it.

    Raises:
        OutreachError: It is none, or its name part cannot be written in ASCII (RFC 6531 is needed).
    """
    try:
        valid = validate_email(text, check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as error:
        raise OutreachError(f"{text[:80]!r} is not a mail address: {error}") from error
    if valid.ascii_email is None:
        raise OutreachError(f"{text[:80]!r} holds letters that many mail servers refuse")
    return valid.ascii_email
