"""What counts as a missing credit: the only place that builds a `MissingCredit`.

A wrong accusation is the worst thing the program can do (docs/explanation.md), so every condition
below must hold, each says in one line why it does not, and nothing else in the program can get past
them: the record's constructor wants a seal that only this module names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditline.errors import NotAMissingCreditError
from creditline.records import (
    MISSING_CREDIT_SEAL,
    CheckStatus,
    Disposition,
    Look,
    MatchStatus,
    MissingCredit,
    Role,
    Use,
    VerdictKind,
    Work,
)

#: Longest time between the last look at a page and a letter about it; the promise of DESIGN 4.1.
MAX_CHECK_AGE = timedelta(hours=72)

#: What may be asked about, most worth asking first; ``text_only`` only where links are asked for.
ASKABLE = (VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER, VerdictKind.TEXT_ONLY)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A use that leads to no letter, and why."""

    use: Use
    why: str


def missing_credit(use: Use, work: Work, now: datetime, *, ask_for_links: bool = False) -> MissingCredit:
    """Build the record from which alone a letter can be made.

    Args:
        use: As the store has it, with its latest check and the owner's word.
        work: The work that it shows.
        now: Aware time of the letter.
        ask_for_links: Whether a credit without a link is asked about too (``[outreach]``).

    Raises:
        NotAMissingCreditError: A condition does not hold; the message is one line that says which.
    """
    why = why_not_asked(use, work, ask_for_links=ask_for_links) or why_too_old(use, now)
    if why is not None:
        raise NotAMissingCreditError(why)
    return MissingCredit(use, work, use.verdict_kind, MISSING_CREDIT_SEAL)


def missing_credits(
    uses: Iterable[Use], works: Mapping[str, Work], now: datetime, *, ask_for_links: bool = False
) -> tuple[list[MissingCredit], list[Refusal]]:
    """Sort uses into those that may lead to a letter and those that may not, with the reason.

    Args:
        uses: Any uses of one owner.
        works: Works by id; a use whose work is not among them is refused.
        now: Aware time of the letters.
        ask_for_links: See `missing_credit`.
    """
    credits: list[MissingCredit] = []
    refusals: list[Refusal] = []
    for use in uses:
        try:
            work = works[use.work_id]
            credits.append(missing_credit(use, work, now, ask_for_links=ask_for_links))
        except KeyError:
            refusals.append(Refusal(use, "its work is not known any more"))
        except NotAMissingCreditError as error:
            refusals.append(Refusal(use, str(error)))
    return credits, refusals


def why_not_asked(use: Use, work: Work, *, ask_for_links: bool = False) -> str | None:
    """Say why a use leads to no letter whenever it was last looked at; ``None`` when it may.

    Reports sort uses by it; a letter also needs a fresh look (`missing_credit`).
    """
    for obstacle in _OBSTACLES:
        why = obstacle(use, work)
        if why is not None:
            return why
    if use.verdict_kind is VerdictKind.TEXT_ONLY and not ask_for_links:
        return "you are named there; set ask_for_links in [outreach] to ask for a link too"
    return None


def why_too_old(use: Use, now: datetime) -> str | None:
    """Say why the last look at a page does not carry a letter of this time; ``None`` when it does."""
    age = now - use.last_checked
    if age < timedelta(0):
        return f"its last look lies in the future ({use.last_checked:%Y-%m-%d %H:%M} UTC); check the clock"
    if age > MAX_CHECK_AGE:
        return f"last looked at {use.last_checked:%Y-%m-%d}, more than 72 hours ago; check the page again"
    return None


def _why_wrong_work(use: Use, work: Work) -> str | None:
    if use.work_id != work.id or use.owner_id != work.owner_id:
        return f"the use shows work {use.work_id}, not {work.id}"
    if work.merged_into is not None:
        return f"its work was merged into {work.merged_into}"
    if work.excluded is not None:
        return f"its work takes no part ({work.excluded})"
    return None


def _why_set_aside(use: Use, work: Work) -> str | None:
    if use.disposition is Disposition.OPEN:
        return None
    return f"you said of it: {use.disposition.value.replace('_', ' ')}"


def _why_not_there(use: Use, work: Work) -> str | None:
    if use.check_status is CheckStatus.SHOWN:
        return None
    reason = f" ({use.check_reason})" if use.check_reason else ""
    return f"the latest look at the page ended: {use.check_status.value.replace('_', ' ')}{reason}"


def _why_not_surely_ours(use: Use, work: Work) -> str | None:
    if use.match.status is MatchStatus.CONFIRMED:
        return None
    return "the picture is only probably yours; look at it yourself first"


def _why_role(use: Use, work: Work) -> str | None:
    if use.role is Role.CONTENT:
        return None
    return f"shown there not as content but as {use.role.value}"


def _why_verdict(use: Use, work: Work) -> str | None:
    if use.verdict_kind is VerdictKind.UNCLEAR:
        return f"whether it is credited could not be told: {use.verdict.reason or 'no reason recorded'}"
    if use.verdict_kind not in ASKABLE:
        return "the page credits you"
    return None


def _why_incomplete(use: Use, work: Work) -> str | None:
    lacking = [look.value for look in Look if look not in use.complete_looks]
    if not lacking:
        return None
    return f"the page was not seen whole ({' and '.join(lacking)} look incomplete)"


def _why_linked_elsewhere(use: Use, work: Work) -> str | None:
    if not use.verdict.page_links_owner or use.verdict_by_owner is not None:
        return None
    return "the page links to you elsewhere; confirm the verdict if that is not this picture's credit"


#: In the order in which people want to hear them.
_OBSTACLES: tuple[Callable[[Use, Work], str | None], ...] = (
    _why_wrong_work,
    _why_set_aside,
    _why_not_there,
    _why_not_surely_ours,
    _why_role,
    _why_verdict,
    _why_incomplete,
    _why_linked_elsewhere,
)
