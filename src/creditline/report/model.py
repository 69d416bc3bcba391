"""What a report is made from: records and thumbnails, nothing that was decided for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from creditline.fingerprint.algorithm import ALGORITHM
from creditline.records import Owner, PageCheck, Request, SearchOutcome, Use, Work


@dataclass(frozen=True, slots=True)
class ReportModel:
    """Everything that one report shows."""

    owner: Owner
    made_at: datetime
    #: Name and version of the program, for example ``creditline 0.1.0``.
    program: str
    works: tuple[Work, ...] = ()
    #: Ids of works that are recognised by no more than their own files: too plain, or outdated.
    own_files_only: frozenset[str] = frozenset()
    uses: tuple[Use, ...] = ()
    #: The latest check of every page, pages without uses too.
    page_checks: tuple[PageCheck, ...] = ()
    searches: tuple[SearchOutcome, ...] = ()
    #: JPEG, PNG or WebP bytes, freshly encoded by us, by SHA-256: what the ``copy_thumbnail`` and
    #: ``work_thumbnail`` of a use's evidence refer to.
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    #: SHA-256 of the thumbnail of each work, by work id, for works without uses.
    work_thumbnails: Mapping[str, str] = field(default_factory=dict)
    #: Letters, and where each one's file lies, relative to the report, by request id.
    requests: tuple[Request, ...] = ()
    letter_files: Mapping[str, str] = field(default_factory=dict)
    #: One line each on how the run went: "interrupted after 20 of 300 pages".
    notes: tuple[str, ...] = ()
    #: Whether a credit without a link is asked about too (``[outreach] ask_for_links``).
    ask_for_links: bool = False


def is_outdated(work: Work) -> bool:
    """Whether a work's fingerprint is of an earlier version, by which nothing is recognised any more."""
    return work.fingerprint is not None and work.fingerprint.algorithm != ALGORITHM
