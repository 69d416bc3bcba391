"""Why the judge says what it says: what it looked at, what it found, what it left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from creditline.credit.captions import caption_lines
from creditline.credit.claims import QUOTE_CAP, Claim
from creditline.credit.decide import decide
from creditline.credit.judge import JUDGE_VERSION, claims_about, make_scene, picture_of, unclear
from creditline.credit.page_lines import page_lines
from creditline.credit.rules import all_rules
from creditline.credit.scene import Scene
from creditline.credit.scene_base import JudgeContext
from creditline.credit.weights import weight
from creditline.page.pictures import Picture
from creditline.page.roles import RoleReader
from creditline.records import CreditEvidence, ImageRef, Owner, Role, Verdict, Where


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One piece of the page that was read for credits."""

    where: Where
    #: The page's own words, cut at `QUOTE_CAP` characters.
    quote: str
    #: Why nothing there can be a credit ("stands in: comment"); ``None`` where it can.
    excluded: str | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One piece of evidence with what it weighs; 0 when it was rejected."""

    evidence: CreditEvidence
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole way to one verdict."""

    verdict: Verdict
    judge: str
    #: The image's address as the page writes it, and what it is for on the page.
    image: str | None = None
    role: Role | None = None
    role_note: str | None = None
    looked_at: tuple[LookedAt, ...] = ()
    #: Heaviest first, rejected evidence last.
    found: tuple[Weighed, ...] = ()
    #: Every rule with what it says, in words, and its weight.
    rules: tuple[tuple[str, str, float], ...] = ()


def explain(
    html: bytes | str, page_url: str, image: ImageRef, owner: Owner, context: JudgeContext | None = None
) -> Explanation:
    """Judge one image as `judge` does, and keep everything that led to the verdict."""
    scene = make_scene(html, page_url, owner, context)
    rules = tuple((rule.name, rule.says, weight(rule.name, strong=True)) for rule in all_rules())
    if scene.document.incomplete:
        return Explanation(unclear(scene.document.incomplete), JUDGE_VERSION, rules=rules)
    picture = picture_of(scene, image)
    if picture is None:
        verdict = unclear("the image asked for is not in this document")
        return Explanation(verdict, JUDGE_VERSION, rules=rules)
    claims = claims_about(scene, picture)
    role, note = RoleReader(scene.document, scene.base).role(picture)
    return Explanation(
        verdict=decide(scene, picture, claims, None),
        judge=JUDGE_VERSION,
        image=picture.sources[0].address if picture.sources else None,
        role=role,
        role_note=note,
        looked_at=tuple(_looked_at(scene, picture)),
        found=tuple(sorted(map(_weighed, claims), key=lambda found: -found.weight)),
        rules=rules,
    )


def _weighed(claim: Claim) -> Weighed:
    counted = 0.0 if claim.rejected else weight(claim.rule, strong=claim.strong)
    return Weighed(claim.evidence(), counted)


def _looked_at(scene: Scene, picture: Picture) -> Iterator[LookedAt]:
    zone = scene.zone(picture)
    seen: set[int] = set()
    groups = ((Where.CAPTION, caption_lines(scene, picture)), (Where.NEAR, [*zone.before, *zone.after]))
    for where, lines in groups:
        for line in lines:
            if line.index not in seen:
                seen.add(line.index)
                yield LookedAt(where, line.text[:QUOTE_CAP], scene.excluded(line, picture))
    for name in ("alt", "title"):
        if picture.attribute(name):
            yield LookedAt(Where.ATTRIBUTE, f"{name}: {picture.attribute(name)}"[:QUOTE_CAP])
    for entry in scene.once(page_lines):
        if entry.line.index not in seen:
            seen.add(entry.line.index)
            yield LookedAt(Where.PAGE_LEVEL, entry.line.text[:QUOTE_CAP])
    for link in scene.owner_links:
        yield LookedAt(Where.ELSEWHERE, f"link to the owner: {link.get('href')}"[:QUOTE_CAP])
