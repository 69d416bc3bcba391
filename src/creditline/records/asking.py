"""Contacts, missing credits and letters."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum

from creditline.records.checking import Use
from creditline.records.credit import VerdictKind
from creditline.records.works import Work


class ContactKind(StrEnum):
    """By which way a site can be written to."""

    EMAIL = "email"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to write, with the page and the words it was found in."""

    kind: ContactKind
    address: str
    found_on: str
    quote: str


class RequestStatus(StrEnum):
    """How far one letter has come. At most once: ``sending`` is committed before the connection."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CLOSED = "closed"
    #: A draft whose reason is gone (the credit came, the page went); it is written anew if it returns.
    WITHDRAWN = "withdrawn"


class RequestOutcome(StrEnum):
    """What a letter led to."""

    CREDITED = "credited"
    REMOVED = "removed"
    REPLACED = "replaced"
    LICENCE_SHOWN = "licence_shown"
    REFUSED = "refused"
    PAGE_GONE = "page_gone"
    NO_ANSWER = "no_answer"


#: Opens the constructor of `MissingCredit`. Only `outreach.missing_credit` may name it; a test holds that.
MISSING_CREDIT_SEAL = object()


@dataclass(frozen=True, slots=True)
class MissingCredit:
    """A use that may lead to a letter. Only `outreach.missing_credit` may build one.

    Raises:
        TypeError: Built elsewhere, also by `dataclasses.replace`.
    """

    use: Use
    work: Work
    #: ``none``, ``text_only`` or ``credited_to_other``: what the letter may say.
    kind: VerdictKind
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not MISSING_CREDIT_SEAL:
            raise TypeError("a MissingCredit is only made by creditline.outreach.missing_credit")


@dataclass(frozen=True, slots=True)
class Request:
    """One letter to one site about all its uses."""

    id: str
    owner_id: str
    #: Registrable domain of the site.
    site: str
    subject: str
    body: str
    status: RequestStatus
    use_ids: tuple[str, ...]
    created_at: datetime
    contact: Contact | None = None
    outcome: RequestOutcome | None = None
    language: str = "en"
