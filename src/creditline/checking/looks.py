"""Which replies can be judged at all, and which pages need the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from creditline.records import (
    CheckStatus,
    PageReading,
    Rendering,
    Reply,
    Verdict,
    VerdictKind,
)

#: Status codes by which a server says that the page is gone (RFC 9110 sections 15.5.5 and 15.5.11).
GONE = (404, 410)


#: How the weakest of the signals ends (`page`): hardly any picture, and scripts. Where the source
#: already shows our work, fully credited, it alone is no reason to start a browser.
FEW_IMAGES = "content images beside scripts"


@dataclass(frozen=True, slots=True)
class Ending:
    """A check that ends before anything was judged."""

    status: CheckStatus
    reason: str


def reply_ending(reply: Reply) -> Ending | None:
    """Why a raw reply ends the check; ``None`` when there is a document to read."""
    if reply.problem is not None:
        return Ending(CheckStatus.COULD_NOT_CHECK, reply.problem.value)
    if reply.status in GONE:
        return Ending(CheckStatus.GONE, f"http {reply.status}")
    return None


def rendering_ending(rendering: Rendering) -> Ending | None:
    """Why a rendering is no look at the page; ``None`` when it is one."""
    if rendering.problem is not None:
        return Ending(CheckStatus.COULD_NOT_CHECK, rendering.problem.value)
    if rendering.status is not None and not 200 <= rendering.status < 300:
        return Ending(CheckStatus.COULD_NOT_CHECK, f"http {rendering.status} in the browser")
    return None


def browser_need(
    reading: PageReading, verdicts: Sequence[Verdict], *, expected: bool, unmatched_raw: bool
) -> str | None:
    """Why this page must also be looked at in the browser; ``None`` when the raw look is enough.

    Args:
        reading: The raw look.
        verdicts: Of the matches that the raw look found.
        expected: A source named this very page (a crawl that merely passed by does not).
        unmatched_raw: Whether the raw look found no match at all.

    Returns:
        For people: "would be none", "script-built page: empty mount node" ...
    """
    if any(verdict.kind is not VerdictKind.LINKED for verdict in verdicts):
        return "a credit may be added by script"
    if reading.browser_signals and (unmatched_raw or not reading.browser_signals[0].endswith(FEW_IMAGES)):
        return f"script-built page: {reading.browser_signals[0]}"
    if unmatched_raw and expected:
        return "the image expected was not in the source"
    return None
