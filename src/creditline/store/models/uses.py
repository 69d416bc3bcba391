"""Tables of checks, uses, verdicts and the owner's word on them.

`check_result`, `verdict` and `credit_evidence` are append-only; triggers hold it (`append_only`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from creditline.records import CheckStatus, Disposition, VerdictKind
from creditline.store.columns import Base, CleanJson, CleanText, Name, UtcTime


def _one_of(column: str, members: type[CheckStatus] | type[Disposition] | type[VerdictKind]) -> str:
    return f"{column} IN ({', '.join(repr(member.value) for member in members)})"


class CheckResultRow(Base):
    """What one visit found on one page. Never changed."""

    __tablename__ = "check_result"
    __table_args__ = (
        UniqueConstraint("page_id", "load_id"),
        CheckConstraint(_one_of("status", CheckStatus), name="status"),
    )

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"))
    load_id: Mapped[str] = mapped_column(Name)
    status: Mapped[str] = mapped_column(Name)
    reason: Mapped[str | None] = mapped_column(CleanText)
    checked_at: Mapped[datetime] = mapped_column(UtcTime)
    final_url: Mapped[str | None] = mapped_column(CleanText)
    folds_into_url: Mapped[str | None] = mapped_column(CleanText)
    title: Mapped[str | None] = mapped_column(CleanText)
    language: Mapped[str | None] = mapped_column(Name)
    note: Mapped[str | None] = mapped_column(CleanText)
    complete_looks: Mapped[Any] = mapped_column(CleanJson)
    etag: Mapped[str | None] = mapped_column(CleanText)
    last_modified: Mapped[str | None] = mapped_column(CleanText)
    raw_sha256: Mapped[str | None] = mapped_column(Name)
    bytes_moved: Mapped[int] = mapped_column(BigInteger)
    fingerprint_version: Mapped[str] = mapped_column(Name)
    judge_version: Mapped[str] = mapped_column(Name)
    program_version: Mapped[str] = mapped_column(Name)
    lease_token: Mapped[int]


class UseRow(Base):
    """A verified work on a page, with what its latest check said.

    Natural key: owner, work, canonical page and content key of the copy. The id is made of the key
    it was first seen under and stays, also when the work or page is merged into another.
    """

    __tablename__ = "use"
    __table_args__ = (
        UniqueConstraint("natural_key"),
        Index(None, "owner_id", "work_id", "page_id"),
        CheckConstraint(_one_of("check_status", CheckStatus), name="check_status"),
        CheckConstraint(_one_of("disposition", Disposition), name="disposition"),
    )

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"))
    work_id: Mapped[str] = mapped_column(ForeignKey("work.id"), index=True)
    #: The canonical page, and the page whose check last showed the use there.
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), index=True)
    via_page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), index=True)
    content_key: Mapped[str] = mapped_column(Name)
    #: ``None`` only for a use that was merged into another.
    natural_key: Mapped[str | None] = mapped_column(Name)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("use.id"), index=True)
    content_sha256: Mapped[str] = mapped_column(Name)
    image_url: Mapped[str] = mapped_column(CleanText)
    hotlinked: Mapped[bool]
    role: Mapped[str] = mapped_column(Name)
    width: Mapped[int | None]
    height: Mapped[int | None]
    complete_looks: Mapped[Any] = mapped_column(CleanJson)
    evidence: Mapped[Any] = mapped_column(CleanJson)
    verdict_id: Mapped[str] = mapped_column(Name)
    check_status: Mapped[str] = mapped_column(CleanText)
    check_reason: Mapped[str | None] = mapped_column(CleanText)
    disposition: Mapped[str] = mapped_column(Name)
    verdict_by_owner: Mapped[str | None] = mapped_column(Name)
    first_seen: Mapped[datetime] = mapped_column(UtcTime)
    last_checked: Mapped[datetime] = mapped_column(UtcTime)


class VerdictRow(Base):
    """One verdict in a use's history, with the match it stood on. Never changed."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("use_id", "position"),
        CheckConstraint(_one_of("kind", VerdictKind), name="kind"),
    )

    id: Mapped[str] = mapped_column(Name, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    use_id: Mapped[str] = mapped_column(ForeignKey("use.id"))
    #: From 0, oldest first.
    position: Mapped[int]
    check_id: Mapped[str] = mapped_column(ForeignKey("check_result.id"))
    judged_at: Mapped[datetime] = mapped_column(UtcTime)
    kind: Mapped[str] = mapped_column(Name)
    nofollow: Mapped[bool]
    nofollow_cause: Mapped[str | None] = mapped_column(CleanText)
    reason: Mapped[str] = mapped_column(CleanText)
    link_target: Mapped[str | None] = mapped_column(CleanText)
    page_links_owner: Mapped[bool]
    metadata_credit: Mapped[bool]
    tasl: Mapped[Any] = mapped_column(CleanJson)
    credited_name: Mapped[str | None] = mapped_column(CleanText)
    mis_credit: Mapped[bool]
    #: The `records.Match`.
    proof: Mapped[Any] = mapped_column(CleanJson)


class CreditEvidenceRow(Base):
    """One observation for or against a credit. Never changed."""

    __tablename__ = "credit_evidence"

    verdict_id: Mapped[str] = mapped_column(ForeignKey("verdict.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    rule: Mapped[str] = mapped_column(CleanText)
    quote: Mapped[str] = mapped_column(CleanText)
    #: A `records.Where`.
    place: Mapped[str] = mapped_column(CleanText)
    href: Mapped[str | None] = mapped_column(CleanText)
    rel: Mapped[Any] = mapped_column(CleanJson)
    credits_owner: Mapped[bool | None]
    name: Mapped[str | None] = mapped_column(CleanText)
    rejected: Mapped[str | None] = mapped_column(CleanText)


class CheckUseRow(Base):
    """Which uses a check showed, with which verdict."""

    __tablename__ = "check_use"

    check_id: Mapped[str] = mapped_column(ForeignKey("check_result.id"), primary_key=True)
    use_id: Mapped[str] = mapped_column(ForeignKey("use.id"), primary_key=True, index=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    verdict_id: Mapped[str] = mapped_column(ForeignKey("verdict.id"))
    image_url: Mapped[str] = mapped_column(CleanText)
    #: Kind and hash of what this check proves it by: the documents it judged, the pictures it saw. The use
    #: itself only knows its latest evidence.
    evidence: Mapped[Any] = mapped_column(CleanJson)


class DispositionRow(Base):
    """What the owner said of a use, and when; the latest row also stands on the use."""

    __tablename__ = "disposition"
    __table_args__ = (CheckConstraint(_one_of("disposition", Disposition), name="disposition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    use_id: Mapped[str] = mapped_column(ForeignKey("use.id"), index=True)
    disposition: Mapped[str] = mapped_column(Name)
    #: ``owner``, ``site rule``, ``work rule``, or the use it was carried over from.
    cause: Mapped[str] = mapped_column(CleanText)
    said_at: Mapped[datetime] = mapped_column(UtcTime)


class VerdictCorrectionRow(Base):
    """The owner's correction of a verdict, or its withdrawal (``None``)."""

    __tablename__ = "verdict_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), index=True)
    use_id: Mapped[str] = mapped_column(ForeignKey("use.id"), index=True)
    kind: Mapped[str | None] = mapped_column(Name)
    said_at: Mapped[datetime] = mapped_column(UtcTime)


class DispositionRuleRow(Base):
    """The owner's word for all uses of a site or a work, present and future."""

    __tablename__ = "disposition_rule"
    __table_args__ = (CheckConstraint(_one_of("disposition", Disposition), name="disposition"),)

    owner_id: Mapped[str] = mapped_column(ForeignKey("owner.id"), primary_key=True)
    #: ``site`` or ``work``.
    scope: Mapped[str] = mapped_column(Name, primary_key=True)
    #: The registrable domain or the work's id.
    subject: Mapped[str] = mapped_column(Name, primary_key=True)
    disposition: Mapped[str] = mapped_column(Name)
    said_at: Mapped[datetime] = mapped_column(UtcTime)
