"""Claims to verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from creditline.credit.claims import Claim, is_nofollow
from creditline.credit.doubts import OWN_RULES, doubt, names_credits_page
from creditline.credit.scene import Scene
from creditline.credit.speaks import begins_with_role
from creditline.credit.tasl import read_tasl
from creditline.credit.weights import MIN_SURE, TIE, weight
from creditline.page.pictures import Picture
from creditline.records import RightsMetadata, Verdict, VerdictKind, Where

#: Characters of the page's own words in a reason.
_QUOTE = 120
_ORDER = {where: number for number, where in enumerate(Where)}


def decide(scene: Scene, picture: Picture, claims: Sequence[Claim], rights: RightsMetadata | None) -> Verdict:
    """Weigh the claims about one picture."""
    counted = [claim for claim in claims if claim.rejected is None]
    ours = [claim for claim in counted if claim.credits_owner]
    theirs = [claim for claim in counted if claim.credits_other]
    if any(claim.rule in OWN_RULES and claim.keyword for claim in theirs):
        # A name alone in alt says who is shown where the caption's words credit somebody else.
        ours = [claim for claim in ours if claim.rule != "attributes" or claim.strong]
    our_weight = max((_weight(claim) for claim in ours), default=0.0)
    their_weight = max((_weight(claim) for claim in theirs), default=0.0)
    if ours and our_weight >= MIN_SURE and our_weight >= their_weight - TIE:
        verdict = _credited(scene, picture, ours)
    else:
        verdict = _not_credited(scene, picture, claims, theirs if their_weight >= MIN_SURE else [])
        heavier = [claim for claim in theirs if _weight(claim) > our_weight + TIE]
        if verdict.kind is VerdictKind.CREDITED_TO_OTHER and _is_bare(heavier):
            verdict = _said_of_owner(ours) or verdict
    credit_links = {id(link) for claim in ours for link in claim.owner_links}
    return replace(
        verdict,
        evidence=tuple(claim.evidence() for claim in _sorted(claims)),
        page_links_owner=any(id(link) not in credit_links for link in scene.owner_links),
        metadata_credit=rights is not None and _names_owner(scene, rights),
    )


def _credited(scene: Scene, picture: Picture, ours: Sequence[Claim]) -> Verdict:
    """The verdict where the owner's claims are the heaviest."""
    best = _sorted(ours)[0]
    quote = best.quote[:_QUOTE]
    if best.unmapped:
        return Verdict(
            VerdictKind.UNCLEAR, reason=f"one of several names, nobody says whose this is: {quote}"
        )
    links = [link for claim in ours for link in claim.owner_links]
    if not links and any(scene.is_opaque(link) for claim in ours for link in claim.links):
        return Verdict(VerdictKind.UNCLEAR, reason=f"named behind a link that tells no target: {quote}")
    tasl = read_tasl(scene, picture, ours)
    if not links:
        reason = f"named without a link ({best.rule}): {quote}"
        return Verdict(VerdictKind.TEXT_ONLY, reason=reason, tasl=tasl)
    nofollow, cause = _nofollow(scene, links)
    return Verdict(
        VerdictKind.LINKED,
        reason=f"credited and linked ({best.rule}): {quote}",
        nofollow=nofollow,
        nofollow_cause=cause,
        tasl=tasl,
    )


def _not_credited(
    scene: Scene, picture: Picture, claims: Sequence[Claim], theirs: Sequence[Claim]
) -> Verdict:
    """The verdict where no claim credits the owner: a doubt, somebody else, or nobody."""
    alike = next((claim for claim in theirs if _may_name(scene, claim.name)), None)
    if alike is not None:
        reason = f"perhaps the owner's name in another form: {alike.quote[:_QUOTE]}"
        return Verdict(VerdictKind.UNCLEAR, reason=reason)
    doubtful = None if _has_own_credit(theirs) else doubt(scene, picture, claims)
    if doubtful is not None:
        return Verdict(VerdictKind.UNCLEAR, reason=doubtful)
    elsewhere = names_credits_page(scene, picture) if not theirs else None
    if elsewhere is not None:
        return Verdict(VerdictKind.UNCLEAR, reason=elsewhere)
    if not theirs:
        return Verdict(VerdictKind.NONE, reason="no credit for this picture was found")
    best = _sorted(theirs)[0]
    return Verdict(
        VerdictKind.CREDITED_TO_OTHER,
        reason=f"credited to {(best.party or best.quote)[:80]!r} ({best.rule})",
        credited_name=best.party,
        mis_credit=best.is_mis_credit,
    )


def _is_bare(theirs: Sequence[Claim]) -> bool:
    """Whether no word of credit stands with any of the other names."""
    return not any(claim.keyword for claim in theirs)


def _said_of_owner(ours: Sequence[Claim]) -> Verdict | None:
    """A doubt where the page credits the owner in so many words, and another name merely stands nearer."""
    said = next((claim for claim in _sorted(ours) if claim.strong and claim.keyword), None)
    if said is None:
        return None
    reason = f"the owner is credited on the page, and another name stands nearer: {said.quote[:_QUOTE]}"
    return Verdict(VerdictKind.UNCLEAR, reason=reason)


def _may_name(scene: Scene, name: str) -> bool:
    """Whether a credited name, or one of several, may be the owner's: "Roe, Doe, archive"."""
    return any(scene.identity.may_be_named(part) for part in (name, *_BETWEEN_NAMES.split(name)))


_BETWEEN_NAMES = re.compile(r"\s*[,;/&+|]\s*")


def _has_own_credit(theirs: Sequence[Claim]) -> bool:
    """Whether the picture's own caption credits somebody else by name, in words that leave no doubt."""
    return any(
        claim.rule in OWN_RULES
        and (claim.rule != "credit_element" or not _is_byline(claim))
        and claim.strong
        and not claim.source_only
        and claim.party is not None
        for claim in theirs
    )


def _is_byline(claim: Claim) -> bool:
    """Whether a marked element may name who wrote or posted instead: "Post by Jane", "Jane"."""
    return not claim.keyword or begins_with_role(claim.quote)


def _weight(claim: Claim) -> float:
    return weight(claim.rule, strong=claim.strong)


def _sorted(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(
        claims, key=lambda claim: (claim.rejected is not None, -_weight(claim), _ORDER[claim.where])
    )


def _nofollow(scene: Scene, links: Sequence[object]) -> tuple[bool, str | None]:
    if all(is_nofollow(link) for link in links):  # type: ignore[arg-type]
        return True, "attribute"
    for directive in scene.robots:
        if directive.removeprefix("x-robots-tag:") in ("nofollow", "none"):
            return True, "x-robots-tag" if directive.startswith("x-robots-tag:") else "robots meta"
    return False, None


def _names_owner(scene: Scene, rights: RightsMetadata) -> bool:
    texts = (*rights.creator, rights.credit_line or "", rights.copyright_notice or "")
    return any(text and scene.identity.find(text) is not None for text in texts)
