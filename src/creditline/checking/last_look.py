"""What the last look at a page, at the moment of its screenshot, does to a verdict that accuses.

Scripts add credits seconds after a page has loaded. So nothing is called missing, or somebody else's,
before the page was read once more after its timers had run out. The last look can only take an
accusation back, never make one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from creditline.checking.findings import accuses, kindest
from creditline.credit import names_owner
from creditline.records import Owner, PageReading, Placement, Rendering, Verdict, VerdictKind

_CREDITED = (VerdictKind.LINKED, VerdictKind.TEXT_ONLY)

#: The picture is no longer on the page, or not under the same address.
NOT_THERE = "looked at again, the page no longer showed the picture"


@dataclass(frozen=True, slots=True)
class LastLook:
    """What the last look saw of one picture."""

    #: Of every placement that shows it, empty when there is none.
    verdicts: tuple[Verdict, ...] = ()
    #: Why there was no last look, ``None`` when there was one.
    missing: str | None = None
    #: Why something on the page that we cannot judge may credit the owner, ``None`` when nothing may.
    doubt: str | None = None


def after_last_look(verdict: Verdict, last: LastLook) -> Verdict:
    """The verdict of all looks together: an owner credit wins, a difference leaves it open."""
    if not accuses(verdict):
        return verdict
    if last.missing is not None:
        return _open(verdict, f"looked at again: {last.missing}")
    said = kindest(last.verdicts)
    if said is None:
        return _open(verdict, NOT_THERE)
    if said.kind in _CREDITED:
        return replace(said, reason=f"{said.reason} (added to the page late, by a script)")
    if said.kind is VerdictKind.UNCLEAR:
        return _open(verdict, said.reason)
    if (said.kind, said.credited_name) != (verdict.kind, verdict.credited_name):
        return _open(verdict, "looked at again, the page credits it in another way")
    return _open(verdict, last.doubt) if last.doubt is not None else verdict


def placements_of(reading: PageReading, address: str, copy_sha256: str) -> list[Placement]:
    """The placements of a document that show a file which is known to be a copy of a work.

    Args:
        reading: The document.
        address: Under which the copy was seen; where no placement names it, what follows its ``?`` may
            be another one each time.
        copy_sha256: Hash of the copy's bytes, by which a picture in the page itself is known.
    """
    inline = [p for p in reading.placements if p.inline and sha256(p.inline).hexdigest() == copy_sha256]
    exact = [p for p in reading.placements if any(c.url.href == address for c in p.candidates)]
    bare = address.partition("?")[0]
    loose = [p for p in reading.placements if any(c.url.href.partition("?")[0] == bare for c in p.candidates)]
    return inline or exact or loose


def unjudged_doubt(rendering: Rendering, reading: PageReading | None, owner: Owner) -> str | None:
    """Why something that is not judged may hold the credit; ``None`` when nothing does.

    Args:
        rendering: The last look: its frames, what its document does not say as text, what is still to come.
        reading: Its document.
        owner: Who may be credited.
    """
    if any(names_owner(text, owner) for text in rendering.frame_texts):
        return "a frame on the page names you"
    if rendering.unread_frames:
        return f"a frame on the page could not be read ({rendering.unread_frames[0]})"
    if names_owner(rendering.unseen_text, owner):
        return "the page names you where only a style sheet, a field or a page without scripts says it"
    if names_owner(rendering.shown_text, owner) and not (reading and names_owner(reading.text, owner)):
        return "the browser shows your name, but the page's text does not say it"
    if rendering.waits_for:
        return "the page was still waiting for data of its own"
    return None


def _open(verdict: Verdict, reason: str) -> Verdict:
    return replace(verdict, kind=VerdictKind.UNCLEAR, reason=reason)
