"""Letters as files: a draft for the mail program, a plain text, and the list of all of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from creditline.errors import OutreachError
from creditline.outreach.contacts import mail_address
from creditline.outreach.facts import work_title
from creditline.outreach.ranking import letters_by_worth
from creditline.records import ContactKind, Request, Use, VerdictKind, Work
from creditline.render import csv_text, visible

#: Columns of the outreach list, one row per use.
OUTREACH_COLUMNS = (
    "rank", "site", "page_url", "page_title", "work", "work_url", "image_url", "verdict", "missing",
    "role", "hotlinked", "contact_kind", "contact", "contact_found_on", "status", "outcome", "language",
    "subject", "letter", "first_seen", "last_checked", "use", "request",
)  # fmt: skip

#: What a letter asks for, by verdict.
MISSING = {
    VerdictKind.NONE: "credit",
    VerdictKind.CREDITED_TO_OTHER: "the right name",
    VerdictKind.TEXT_ONLY: "link",
}

#: Characters of a site's name in a file name: together with prefix, id and ending far below the 143
#: bytes that the strictest usual file system (eCryptfs) takes.
_SITE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose name and address stand in the From line."""

    name: str
    address: str


def to_eml(request: Request, sender: Sender | None, now: datetime) -> bytes:
    """Write a letter as a message that mail programs open as a draft (``X-Unsent: 1``).

    Without a usable mail address of the site it has no recipient, without a sender no From line.
    The same request at the same time gives the same bytes.

    Args:
        request: The letter.
        sender: Name and address for the From line.
        now: Aware time for the Date line.

    Raises:
        OutreachError: An address cannot be used, or a header holds control characters.
    """
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    if sender:
        message["From"] = _address(sender.name, sender.address)
    if request.contact and request.contact.kind is ContactKind.EMAIL:
        message["To"] = _address("", request.contact.address)
    message["Subject"] = _header(request.subject, "subject")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(request, sender)
    message.set_content(visible(request.body), subtype="plain", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = _header(request.language, "language")
    return _unchanged_headers(message)


def to_txt(request: Request) -> str:
    """Write a letter as plain text, to be copied into a form or a mail program."""
    if request.contact is None:
        where = "To: not known; the site's contact or imprint page tells"
    elif request.contact.kind is ContactKind.FORM:
        where = f"To: the form on {request.contact.address}"
    else:
        where = f"To: {request.contact.address} (found on {request.contact.found_on})"
    return visible(f"{where}\nSubject: {request.subject}\n\n{request.body}")


def letter_file_name(request: Request, ending: str) -> str:
    """A name for a letter's file that every system takes: ``letter-blog.example-1a2b3c4d.eml``.

    The prefix keeps names like ``con`` or ``nul`` harmless, the digest keeps sites apart that look
    alike after cleaning.
    """
    site = re.sub(r"[^a-z0-9.-]+", "-", request.site.lower()).strip(".-")[:_SITE_CHARS].strip(".-")
    digest = hashlib.sha256(request.id.encode()).hexdigest()[:8]
    return f"letter-{site or 'site'}-{digest}.{ending}"


def outreach_rows(
    requests: Iterable[Request],
    uses: Mapping[str, Use],
    works: Mapping[str, Work],
    files: Mapping[str, str] | None = None,
) -> Iterator[dict[str, object]]:
    """The list of everything that is asked for, one row per use, most worth asking first.

    Args:
        requests: Letters, in any order.
        uses: By id; a use that is not among them still has its row, with what the letter knows.
        works: By id.
        files: File name of each letter, by request id.
    """
    for rank, request in enumerate(letters_by_worth(requests, uses), 1):
        letter = {
            "rank": rank,
            "site": request.site,
            "status": request.status.value,
            "outcome": request.outcome.value if request.outcome else None,
            "language": request.language,
            "subject": request.subject,
            "letter": (files or {}).get(request.id),
            "request": request.id,
            "contact_kind": request.contact.kind.value if request.contact else None,
            "contact": request.contact.address if request.contact else None,
            "contact_found_on": request.contact.found_on if request.contact else None,
        }
        for use_id in request.use_ids:
            yield dict.fromkeys(OUTREACH_COLUMNS) | letter | _use_cells(use_id, uses.get(use_id), works)


def outreach_csv(
    requests: Iterable[Request],
    uses: Mapping[str, Use],
    works: Mapping[str, Work],
    files: Mapping[str, str] | None = None,
) -> str:
    """The outreach list as CSV; encode as ``utf-8-sig``."""
    return csv_text(OUTREACH_COLUMNS, outreach_rows(requests, uses, works, files))


def _use_cells(use_id: str, use: Use | None, works: Mapping[str, Work]) -> dict[str, object]:
    if use is None:
        return {"use": use_id}
    work = works.get(use.work_id)
    return {
        "use": use.id,
        "page_url": use.page_url,
        "page_title": use.page_title,
        "work": work_title(work) if work else use.work_id,
        "work_url": work.url if work else use.work_url,
        "image_url": use.image_url,
        "verdict": use.verdict_kind.value,
        "missing": MISSING.get(use.verdict_kind),
        "role": use.role.value,
        "hotlinked": use.hotlinked,
        "first_seen": f"{use.first_seen:%Y-%m-%d}",
        "last_checked": f"{use.last_checked:%Y-%m-%d}",
    }


def _unchanged_headers(message: EmailMessage) -> bytes:
    """The message as bytes, refused when a reader would find other headers in it than were put there."""
    written = message.as_bytes()
    found = message_from_bytes(written, policy=SMTP)
    if sorted(found.keys()) != sorted(message.keys()):
        raise OutreachError("the letter's subject or sender cannot be written as one header line")
    return written


def _header(text: str, name: str) -> str:
    if visible(text) != text or "\n" in text or "\t" in text:
        raise OutreachError(f"the letter's {name} holds control characters or a line end: {text[:60]!r}")
    # Before 3.11.10 the email package decoded words like =?utf-8?q?a=0ABcc:?= while it folded a line and
    # wrote the line end out raw (CVE-2024-6923); no wording of ours is meant to be such a word.
    return text.replace("=?", "= ?")


def _address(name: str, address: str) -> Address:
    return Address(_header(name, "sender"), addr_spec=mail_address(address))


def _message_id(request: Request, sender: Sender | None) -> str:
    digest = hashlib.sha256(f"{request.id}\n{request.created_at.isoformat()}".encode()).hexdigest()[:32]
    host = mail_address(sender.address).rsplit("@", 1)[-1] if sender else "creditline.invalid"
    return f"<{digest}@{host}>"
