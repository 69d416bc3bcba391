"""Tables of owners and their works."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import Base, CleanJson, CleanText, Name, UtcTime


class OwnerRow(Base):
    """Whose images these are; ``owner_key`` is what the workspace's settings call them."""

    __tablename__ = "owner"
    __table_args__ = (UniqueConstraint("owner_key"),)

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_key: Mapped[str] = mapped_column(Name)
    names: Mapped[Any] = mapped_column(CleanJson)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class WorkRow(Base):
    """One image as a creation; its id is for ever."""

    __tablename__ = "work"
    __table_args__ = (Index(None, "owner_id", "url_key"),)

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    url: Mapped[str] = mapped_column(CleanText)
    url_key: Mapped[str] = mapped_column(Name)
    title: Mapped[str | None] = mapped_column(CleanText)
    alt: Mapped[str | None] = mapped_column(CleanText)
    width: Mapped[int | None]
    height: Mapped[int | None]
    rights: Mapped[Any] = mapped_column(CleanJson)
    #: Which of the fingerprints side by side stands for the work.
    algorithm: Mapped[str | None] = mapped_column(Name)
    exclusion: Mapped[str | None] = mapped_column(CleanText)
    exclusion_note: Mapped[str | None] = mapped_column(CleanText)
    owner_says: Mapped[bool | None]
    owner_said_at: Mapped[datetime | None] = mapped_column(UtcTime)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("work.id"), index=True)
    first_seen: Mapped[datetime] = mapped_column(UtcTime)
    last_seen: Mapped[datetime] = mapped_column(UtcTime)


class RenditionRow(Base):
    """One file of a work; an address belongs to one work of its owner."""

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("owner_id", "url_key"),
        Index(None, "owner_id", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    work_id: Mapped[str] = mapped_column(ForeignKey("work.id"), index=True)
    position: Mapped[int]
    url: Mapped[str] = mapped_column(CleanText)
    url_key: Mapped[str] = mapped_column(Name)
    width: Mapped[int | None]
    height: Mapped[int | None]
    format: Mapped[str | None] = mapped_column(CleanText)
    bytes_len: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(Name)
    problem: Mapped[str | None] = mapped_column(CleanText)


class WorkPageRow(Base):
    """A page of the owner that shows a work."""

    __tablename__ = "work_page"

    work_id: Mapped[str] = mapped_column(ForeignKey("work.id"), primary_key=True)
    url_key: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    position: Mapped[int]
    url: Mapped[str] = mapped_column(CleanText)


class FingerprintRow(Base):
    """What recognises a work; versions of the algorithm stand side by side."""

    __tablename__ = "fingerprint"

    work_id: Mapped[str] = mapped_column(ForeignKey("work.id"), primary_key=True)
    algorithm: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    sha256: Mapped[str] = mapped_column(Name)
    width: Mapped[int]
    height: Mapped[int]
    phash: Mapped[bytes]
    phash_mirrored: Mapped[bytes]
    quality: Mapped[int]
    features: Mapped[bytes]
