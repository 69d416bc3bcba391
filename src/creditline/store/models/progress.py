"""Tables of work in progress: runs, leases, host budgets, and facts about the database itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from creditline.store.columns import Base, CleanText, Name, UtcTime


class MetaRow(Base):
    """A fact about the database: which program wrote it, the suppression key."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(Name, primary_key=True)
    value: Mapped[str] = mapped_column(CleanText)


class RunRow(Base):
    """One run of a long command."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "owner_id", "command_key"),)

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    command: Mapped[str] = mapped_column(CleanText)
    #: SHA-256 of the whole command.
    command_key: Mapped[str] = mapped_column(Name)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)


class LeaseRow(Base):
    """A claim on one piece of work. The row outlives the claim, so that tokens only grow."""

    __tablename__ = "lease"

    #: SHA-256 of kind and key.
    id: Mapped[str] = mapped_column(Name, primary_key=True)
    kind: Mapped[str] = mapped_column(Name)
    key: Mapped[str] = mapped_column(CleanText)
    token: Mapped[int]
    #: ``None`` once given back.
    holder: Mapped[str | None] = mapped_column(CleanText)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class HostBudgetRow(Base):
    """When a registrable domain may next be asked."""

    __tablename__ = "host_budget"

    domain: Mapped[str] = mapped_column(Name, primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
