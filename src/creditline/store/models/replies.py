"""Tables that remember what was fetched, rendered and decoded. Facts about the web: no owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import Base, CleanJson, CleanText, Name, UtcTime


class ReplyRow(Base):
    """The last whole reply to an address."""

    __tablename__ = "reply"

    #: SHA-256 of the exact address without its fragment.
    url_key: Mapped[str] = mapped_column(Name, primary_key=True)
    url: Mapped[str] = mapped_column(CleanText)
    final_url: Mapped[str] = mapped_column(CleanText)
    status: Mapped[int]
    headers: Mapped[Any] = mapped_column(CleanJson)
    etag: Mapped[str | None] = mapped_column(CleanText)
    last_modified: Mapped[str | None] = mapped_column(CleanText)
    body_sha256: Mapped[str] = mapped_column(Name)
    fetched_at: Mapped[datetime] = mapped_column(UtcTime)


class KeptBodyRow(Base):
    """Bytes kept in the evidence folder for our own use, not as evidence."""

    __tablename__ = "kept_body"

    sha256: Mapped[str] = mapped_column(Name, primary_key=True)
    bytes_len: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    #: Set when retention took the file away.
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RenderingRow(Base):
    """What the browser last made of an address, for as long as its raw document stays the same."""

    __tablename__ = "rendering"

    url_key: Mapped[str] = mapped_column(Name, primary_key=True)
    raw_sha256: Mapped[str] = mapped_column(Name)
    url: Mapped[str] = mapped_column(CleanText)
    final_url: Mapped[str] = mapped_column(CleanText)
    status: Mapped[int | None]
    headers: Mapped[Any] = mapped_column(CleanJson)
    html_sha256: Mapped[str] = mapped_column(Name)
    boxes: Mapped[Any] = mapped_column(CleanJson)
    bytes_moved: Mapped[int] = mapped_column(BigInteger)
    rendered_at: Mapped[datetime] = mapped_column(UtcTime)


class KnownFileRow(Base):
    """A file of the owner's folder as it last was."""

    __tablename__ = "known_file"

    address_key: Mapped[str] = mapped_column(Name, primary_key=True)
    address: Mapped[str] = mapped_column(CleanText)
    bytes_len: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(Name)
    problem: Mapped[str | None] = mapped_column(CleanText)
    detail: Mapped[str | None] = mapped_column(CleanText)


class DecodedRow(Base):
    """What the gate made of some bytes with one fingerprint algorithm."""

    __tablename__ = "decoded"

    sha256: Mapped[str] = mapped_column(Name, primary_key=True)
    algorithm: Mapped[str] = mapped_column(Name, primary_key=True)
    format: Mapped[str] = mapped_column(CleanText)
    width: Mapped[int]
    height: Mapped[int]
    bytes_len: Mapped[int] = mapped_column(BigInteger)
    flat: Mapped[bool]
    rights: Mapped[Any] = mapped_column(CleanJson)
    thumbnail: Mapped[bytes]
    #: The fingerprint's own hash and size, which may differ from the file's.
    fingerprint_sha256: Mapped[str] = mapped_column(Name)
    fingerprint_width: Mapped[int]
    fingerprint_height: Mapped[int]
    phash: Mapped[bytes]
    phash_mirrored: Mapped[bytes]
    quality: Mapped[int]
    features: Mapped[bytes]


class TemplateRow(Base):
    """What the browser showed of a host's pages that are built alike."""

    __tablename__ = "template"

    #: SHA-256 of the template's name.
    key: Mapped[str] = mapped_column(Name, primary_key=True)
    name: Mapped[str] = mapped_column(CleanText)
    looked: Mapped[int]
    gained: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcTime)
