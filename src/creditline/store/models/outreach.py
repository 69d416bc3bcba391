"""Tables of letters, contacts, and of what must be remembered about people and third parties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import MAX_LETTER_CHARS, Base, CleanText, Name, UtcTime


class ContactRow(Base):
    """Where to write, with the page and the words it was found in."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("owner_id", "site", "kind", "address_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    site: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(Name)
    address: Mapped[str] = mapped_column(CleanText)
    #: SHA-256 of the address.
    address_key: Mapped[str] = mapped_column(Name)
    found_on: Mapped[str] = mapped_column(CleanText)
    quote: Mapped[str] = mapped_column(CleanText)
    found_at: Mapped[datetime] = mapped_column(UtcTime)


class RequestRow(Base):
    """One letter to one site."""

    __tablename__ = "request"
    __table_args__ = (Index(None, "owner_id", "site"),)

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    site: Mapped[str] = mapped_column(Name)
    subject: Mapped[str] = mapped_column(CleanText)
    body: Mapped[str] = mapped_column(CleanText(MAX_LETTER_CHARS))
    language: Mapped[str] = mapped_column(Name)
    status: Mapped[str] = mapped_column(Name)
    outcome: Mapped[str | None] = mapped_column(Name)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class RequestUseRow(Base):
    """Which uses a letter is about, in its order."""

    __tablename__ = "request_use"

    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), primary_key=True)
    use_id: Mapped[str] = mapped_column(ForeignKey("use.id"), primary_key=True, index=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    position: Mapped[int]


class RequestStepRow(Base):
    """One step of a letter: a new status, an outcome."""

    __tablename__ = "request_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    status: Mapped[str] = mapped_column(Name)
    outcome: Mapped[str | None] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(UtcTime)


class SuppressionRow(Base):
    """An address or site never to be written to again, as a keyed hash. No expiry, no owner."""

    __tablename__ = "suppression"

    address_hash: Mapped[str] = mapped_column(Name, primary_key=True)
    reason: Mapped[str] = mapped_column(CleanText)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class ConsentRow(Base):
    """What the owner agreed to, in the words that were shown."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    subject: Mapped[str] = mapped_column(Name)
    wording: Mapped[str] = mapped_column(CleanText)
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class DisclosureRow(Base):
    """What was sent to which third party, when."""

    __tablename__ = "disclosure"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    recipient: Mapped[str] = mapped_column(CleanText)
    #: For people: ``640 px copy of the picture``, ``the address of the picture``.
    what: Mapped[str] = mapped_column(CleanText)
    work_id: Mapped[str | None] = mapped_column(Name)
    sha256: Mapped[str | None] = mapped_column(Name)
    run_id: Mapped[str | None] = mapped_column(Name)
    #: The source that asked, and what for.
    why: Mapped[str | None] = mapped_column(CleanText)
    at: Mapped[datetime] = mapped_column(UtcTime)
