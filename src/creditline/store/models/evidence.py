"""Tables of evidence files and the chain that shows tampering with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import Base, CleanText, Name, UtcTime


class EvidenceItemRow(Base):
    """One file; a removed one leaves its row as a tombstone."""

    __tablename__ = "evidence_item"

    sha256: Mapped[str] = mapped_column(Name, primary_key=True)
    kind: Mapped[str] = mapped_column(Name)
    media_type: Mapped[str] = mapped_column(CleanText)
    bytes_len: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    removed_why: Mapped[str | None] = mapped_column(CleanText)


class ManifestEntryRow(Base):
    """One link of a shard's chain: an item was added or removed. Never changed."""

    __tablename__ = "manifest_entry"
    __table_args__ = (UniqueConstraint("entry_hash"),)

    shard: Mapped[str] = mapped_column(Name, primary_key=True)
    #: From 0, without gaps.
    position: Mapped[int] = mapped_column(primary_key=True)
    #: ``added`` or ``removed``.
    action: Mapped[str] = mapped_column(Name)
    sha256: Mapped[str] = mapped_column(Name, index=True)
    bytes_len: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcTime)
    #: ``entry_hash`` of the entry before, 64 zeros for the first.
    prev_hash: Mapped[str] = mapped_column(Name)
    entry_hash: Mapped[str] = mapped_column(Name)
