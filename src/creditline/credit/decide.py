"""Claims to verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from creditline.credit.claims import Claim, is_nofollow
from creditline.credit.doubts import OWN_RULES, doubt
from creditline.credit.scene import Scene
from creditline.credit.tasl import read_tasl
from creditline.credit.weights import MIN_SURE, TIE, weight
from creditline.page.pictures import Picture
from creditline.records import RightsMetadata, Tasl, Verdict, VerdictKind, Where

_ORDER = {where: number for number, where in enumerate(Where)}


def decide(scene: Scene, picture: Picture, claims: Sequence[Claim], rights: RightsMetadata | None) -> Verdict:
    """Weigh the claims about one picture."""
    counted = [claim for claim in claims if claim.rejected is None]
    ours = [claim for claim in counted if claim.credits_owner]
    theirs = [claim for claim in counted if claim.credits_other]
    our_weight = max((_weight(claim) for claim in ours), default=0.0)
    their_weight = max((_weight(claim) for claim in theirs), default=0.0)
    credit_links = {id(link) for claim in ours for link in claim.owner_links}
    page_links_owner = any(id(link) not in credit_links for link in scene.owner_links)
    metadata = rights is not None and _names_owner(scene, rights)
    evidence = tuple(claim.evidence() for claim in _sorted(claims))

    def verdict(kind: VerdictKind, reason: str, **more: object) -> Verdict:
        return Verdict(
            kind=kind,
            evidence=evidence,
            reason=reason,
            page_links_owner=page_links_owner,
            metadata_credit=metadata,
            **more,  # type: ignore[arg-type]
        )

    if ours and our_weight >= MIN_SURE and our_weight >= their_weight - TIE:
        best = _sorted(ours)[0]
        if best.unmapped:
            return verdict(
                VerdictKind.UNCLEAR, f"one of several names, nobody says whose this is: {best.quote[:120]}"
            )
        links = [link for claim in ours for link in claim.owner_links]
        opaque = [link for claim in ours for link in claim.links if scene.is_opaque(link)]
        if opaque and not links:
            return verdict(
                VerdictKind.UNCLEAR, f"named behind a link that tells no target: {best.quote[:120]}"
            )
        tasl: Tasl = read_tasl(scene, picture, ours)
        if links:
            nofollow, cause = _nofollow(scene, links)
            return verdict(
                VerdictKind.LINKED,
                f"credited and linked ({best.rule}): {best.quote[:120]}",
                nofollow=nofollow,
                nofollow_cause=cause,
                tasl=tasl,
            )
        return verdict(
            VerdictKind.TEXT_ONLY, f"named without a link ({best.rule}): {best.quote[:120]}", tasl=tasl
        )
    others = theirs and their_weight >= MIN_SURE
    doubtful = None if others and _has_own_credit(theirs) else doubt(scene, picture, claims)
    if doubtful is not None:
        return verdict(VerdictKind.UNCLEAR, doubtful)
    if others:
        best = _sorted(theirs)[0]
        return verdict(
            VerdictKind.CREDITED_TO_OTHER,
            f"credited to {(best.party or best.quote)[:80]!r} ({best.rule})",
            credited_name=best.party,
            mis_credit=best.is_mis_credit,
        )
    return verdict(VerdictKind.NONE, "no credit for this picture was found")


def _has_own_credit(theirs: Sequence[Claim]) -> bool:
    """Whether the picture's own caption credits somebody else by name, in words that leave no doubt."""
    return any(
        claim.rule in OWN_RULES and claim.strong and not claim.source_only and claim.party is not None
        for claim in theirs
    )


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
