"""Sorts uses into the sections of the report: each use stands in exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from creditline.outreach import why_not_asked
from creditline.records import CheckStatus, Disposition, Look, MatchStatus, Role, Use, VerdictKind, Work


class Group(StrEnum):
    """The sections of the report, in their order; the value is the anchor's name."""

    MISSING = "missing"
    OTHER = "other"
    NAMED = "named"
    YOUR_CALL = "your-call"
    LINKED = "linked"
    UNCLEAR = "unclear"
    GONE = "gone"
    PASSING = "passing"
    ASIDE = "aside"


#: Sections whose uses a letter may be about.
ASKED = (Group.MISSING, Group.OTHER)


@dataclass(frozen=True, slots=True)
class Placed:
    """In which section a use stands, and why it is not asked about, where that needs saying."""

    group: Group
    note: str | None = None


_BY_KIND = {
    VerdictKind.NONE: Group.MISSING,
    VerdictKind.CREDITED_TO_OTHER: Group.OTHER,
    VerdictKind.TEXT_ONLY: Group.NAMED,
    VerdictKind.LINKED: Group.LINKED,
    VerdictKind.UNCLEAR: Group.UNCLEAR,
}


def place(use: Use, work: Work | None) -> Placed:
    """Find the section of a use.

    `Group.MISSING` and `Group.OTHER` hold exactly the uses that `outreach.why_not_asked` lets pass
    (whose page may need a fresh look before a letter).
    """
    if work is None:
        return Placed(Group.ASIDE, "its work is not known any more")
    why = why_not_asked(use, work, ask_for_links=True)
    if why is None:
        return Placed(_BY_KIND[use.verdict_kind])
    return Placed(_group_of_refused(use, work), why)


def _group_of_refused(use: Use, work: Work) -> Group:
    if work.excluded or work.merged_into or work.id != use.work_id or use.disposition is not Disposition.OPEN:
        return Group.ASIDE
    if use.check_status is not CheckStatus.SHOWN:
        return Group.UNCLEAR if use.check_status is CheckStatus.COULD_NOT_CHECK else Group.GONE
    if use.match.status is MatchStatus.REVIEW:
        return Group.YOUR_CALL
    if use.verdict_kind in (VerdictKind.LINKED, VerdictKind.UNCLEAR):
        return _BY_KIND[use.verdict_kind]
    if use.role is not Role.CONTENT:
        return Group.PASSING
    if use.complete_looks != frozenset(Look):
        return Group.NAMED if use.verdict_kind is VerdictKind.TEXT_ONLY else Group.UNCLEAR
    return Group.YOUR_CALL
