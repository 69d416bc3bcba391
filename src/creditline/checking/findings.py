"""From what two looks saw to the uses of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from creditline.credit import combine_looks
from creditline.records import (
    ElementBox,
    Look,
    Match,
    MatchStatus,
    Placement,
    Role,
    UseFinding,
    Verdict,
    VerdictKind,
)

#: Bits (of 256) within which two copies on one page are one copy re-encoded by its server. Measured on
#: the same picture at JPEG qualities 40..95 and as WebP: at most 8 bits (research: fingerprint).
SAME_COPY_BITS = 10

#: Which role a use has when a page shows the same copy several times: the most prominent one.
_PROMINENCE = (
    Role.CONTENT,
    Role.COMMENT,
    Role.THUMBNAIL,
    Role.ADVERT,
    Role.AVATAR,
    Role.LOGO,
    Role.PREVIEW,
)

#: Among several placements of one copy the best credit counts: a person who sees the picture credited
#: once on a page would not call it uncredited. Unclear beats an accusation.
_KINDNESS = (
    VerdictKind.LINKED,
    VerdictKind.TEXT_ONLY,
    VerdictKind.UNCLEAR,
    VerdictKind.CREDITED_TO_OTHER,
    VerdictKind.NONE,
)

_ACCUSING = (VerdictKind.NONE, VerdictKind.CREDITED_TO_OTHER)
_CREDITED = (VerdictKind.LINKED, VerdictKind.TEXT_ONLY)


@dataclass(frozen=True, slots=True)
class SeenPlacement:
    """One placement in one look that shows one of our works."""

    look: Look
    placement: Placement
    image_url: str
    hotlinked: bool
    match: Match
    verdict: Verdict
    sha256: str
    #: Perceptual hash of the copy, hexadecimal; ``""`` where the picture is too flat for one.
    phash: str
    width: int
    height: int


def accuses(verdict: Verdict) -> bool:
    """Whether a verdict says that the owner is not credited."""
    return verdict.kind in _ACCUSING


def kindest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Of several placements of one copy, the verdict that counts; ``None`` when there is none."""
    return min(verdicts, key=lambda v: (_KINDNESS.index(v.kind), v.nofollow), default=None)


def unless_hidden(item: SeenPlacement, boxes: Iterable[ElementBox]) -> SeenPlacement:
    """Take back an accusation over a picture that the browser holds but shows to nobody."""
    files = {candidate.url.href for candidate in item.placement.candidates} | {item.image_url}
    drawn = [box.visible for box in boxes if box.url in files]
    if item.verdict.kind not in _ACCUSING or not drawn or any(drawn):
        return item
    verdict = replace(item.verdict, kind=VerdictKind.UNCLEAR, reason="the page hides the picture")
    return replace(item, verdict=verdict)


def merge_findings(
    seen: Sequence[SeenPlacement],
    *,
    complete: frozenset[Look],
    known_keys: Iterable[tuple[str, str]] = (),
    missing_look: str | None = None,
) -> tuple[UseFinding, ...]:
    """Make uses of everything that the looks saw: one per work and copy.

    A work that is credited in one of its copies is not called uncredited in another one: which picture
    the credit is meant for is not ours to decide.

    Args:
        seen: Placements of both looks, in reading order within each look.
        complete: The looks that were complete.
        known_keys: ``(work id, content key)`` of uses known on this page, so that a copy that its
            server re-encodes stays the same use.
        missing_look: Why a look is missing, for the verdict's reason.
    """
    copies: dict[tuple[str, str], list[SeenPlacement]] = defaultdict(list)
    keys = list(known_keys)
    for item in seen:
        key = _key(item, keys)
        keys.append(key)
        copies[key].append(item)
    findings = [_finding(key, items, complete, missing_look) for key, items in copies.items()]
    return one_voice(findings)


def one_voice(findings: Sequence[UseFinding]) -> tuple[UseFinding, ...]:
    """Accuse nobody over a copy of a work of which another copy on the page is credited."""
    credited = {finding.work_id for finding in findings if finding.verdict.kind in _CREDITED}
    return tuple(
        _doubted(finding, "another copy of this picture on the page is credited to you")
        if finding.work_id in credited
        else finding
        for finding in findings
    )


def _doubted(finding: UseFinding, why: str) -> UseFinding:
    """A finding that accuses nobody, with the reason."""
    if finding.verdict.kind not in _ACCUSING:
        return finding
    return replace(finding, verdict=replace(finding.verdict, kind=VerdictKind.UNCLEAR, reason=why))


def _key(item: SeenPlacement, known: list[tuple[str, str]]) -> tuple[str, str]:
    work, fresh = item.match.work, item.phash or item.sha256
    for known_work, known_key in known:
        if known_work == work and _same_copy(known_key, fresh):
            return (known_work, known_key)
    return (work, fresh)


def _same_copy(one: str, other: str) -> bool:
    if one == other:
        return True
    return len(one) == len(other) and (int(one, 16) ^ int(other, 16)).bit_count() <= SAME_COPY_BITS


def _finding(
    key: tuple[str, str], items: list[SeenPlacement], complete: frozenset[Look], missing_look: str | None
) -> UseFinding:
    shown = [item for item in items if item.look is Look.RENDERED] or items
    role = min((item.placement.role for item in shown), key=_PROMINENCE.index)
    raw = kindest(item.verdict for item in items if item.look is Look.RAW)
    rendered = kindest(item.verdict for item in items if item.look is Look.RENDERED)
    best = max(shown, key=_proof)
    return UseFinding(
        work_id=key[0],
        image_url=best.image_url,
        hotlinked=any(item.hotlinked for item in items),
        role=role,
        match=best.match,
        verdict=_combined(raw, rendered, complete, missing_look),
        content_sha256=best.sha256,
        content_key=key[1],
        complete_looks=complete,
        width=best.width,
        height=best.height,
    )


def _proof(item: SeenPlacement) -> tuple[bool, bool, float, int]:
    confirmed = item.match.status is MatchStatus.CONFIRMED
    in_content = item.placement.role is Role.CONTENT
    return (confirmed, in_content, item.match.score, item.width)


def _combined(
    raw: Verdict | None, rendered: Verdict | None, complete: frozenset[Look], missing_look: str | None
) -> Verdict:
    if raw is not None and rendered is not None:
        verdict = combine_looks(raw, rendered)
    else:
        verdict = raw or rendered or Verdict(VerdictKind.UNCLEAR, reason="no look at the page")
    if verdict.kind in _ACCUSING and complete != frozenset(Look):
        return replace(verdict, kind=VerdictKind.UNCLEAR, reason=missing_look or "only one look at the page")
    if verdict.kind in _ACCUSING and rendered is None:
        # What readers see is the browser's look; this copy may be what a script replaced.
        reason = "it stands in the page's source, but the browser does not show it"
        return replace(verdict, kind=VerdictKind.UNCLEAR, reason=reason)
    return verdict
