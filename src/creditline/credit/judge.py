"""The judge: one document, one owner, one verdict for each picture asked about."""

from __future__ import annotations

from collections.abc import Iterable

from creditline.credit.claims import Claim
from creditline.credit.decide import decide
from creditline.credit.identity import Identity, identity_of
from creditline.credit.oneself import settled
from creditline.credit.plain_makers import with_plain_name
from creditline.credit.portraits import unless_shown
from creditline.credit.rules import Rule, all_rules
from creditline.credit.rules.structured import claims_of_rights
from creditline.credit.scene import Scene
from creditline.credit.scene_base import JudgeContext
from creditline.credit.shown_things import unless_of_thing
from creditline.credit.told_names import told_claims
from creditline.page.addresses import resolve
from creditline.page.encoding import decode_html
from creditline.page.parse import parse_document
from creditline.page.pictures import Picture
from creditline.page.reading import PlacementReader
from creditline.records import ImageRef, Owner, Verdict, VerdictKind
from creditline.urls import Url

#: Stored with every verdict: which judge said it.
JUDGE_VERSION = "judge/9"
#: Lines of one page with words of credit; the labelled pages have at most some 300.
MAX_CREDIT_LINES = 20_000


def judge(
    html: bytes | str, *, page_url: str, image: ImageRef, owner: Owner, context: JudgeContext | None = None
) -> Verdict:
    """Say how a document credits the owner of one of its images.

    Args:
        html: The document's bytes, or the text of a DOM that a browser serialised.
        page_url: The address it came from, after redirects.
        image: Which image: position among all ``<img>``, or an address.
        owner: Whose image it is.
        context: What the caller knows beyond the document.

    Returns:
        A verdict; ``unclear`` with the reason where the document was too complex to be read whole or
        does not hold the image.
    """
    scene = make_scene(html, page_url, owner, context)
    if scene.document.incomplete:
        return unclear(scene.document.incomplete)
    picture = picture_of(scene, image)
    if picture is None:
        return unclear("the image asked for is not in this document")
    return judge_picture(scene, picture, ordinal=None)


def judge_placements(
    html: bytes | str,
    page_url: str,
    ordinals: Iterable[int],
    owner: Owner,
    context: JudgeContext | None = None,
) -> dict[int, Verdict]:
    """Judge several placements of one document, which is parsed once.

    Args:
        ordinals: Positions in `records.PageReading.placements`.

    Returns:
        A verdict for every ordinal; placements that the page does not show are ``unclear``.
    """
    wanted = list(ordinals)
    scene = make_scene(html, page_url, owner, context)
    if scene.document.incomplete:
        return {ordinal: unclear(scene.document.incomplete) for ordinal in wanted}
    shown = PlacementReader(scene.document, scene.base, scene.pictures).shown()
    return {
        ordinal: judge_picture(scene, shown[ordinal], ordinal)
        if 0 <= ordinal < len(shown)
        else unclear("the page names this image without showing it")
        for ordinal in wanted
    }


def make_scene(html: bytes | str, page_url: str, owner: Owner, context: JudgeContext | None) -> Scene:
    """Parse a document for judging."""
    context = context or JudgeContext()
    text = html if isinstance(html, str) else decode_html(html, context.headers)
    return Scene(parse_document(text), page_url, identity(owner), context)


def identity(owner: Owner) -> Identity:
    """The owner, prepared for comparison."""
    return identity_of(tuple(owner.names), tuple(owner.domains), tuple(owner.profiles))


def names_owner(text: str, owner: Owner) -> bool:
    """Whether a text names the owner, or one of the addresses in it (a line of its own) is theirs."""
    who = identity(owner)
    if who.find(text) is not None:
        return True
    urls = (Url.try_parse(line) for line in text.splitlines() if line.startswith(("http://", "https://")))
    return any(url is not None and who.owns(url) for url in urls)


def claims_about(scene: Scene, picture: Picture, rules: Iterable[Rule] | None = None) -> list[Claim]:
    """What the rules find about one picture: all of them, or those given."""
    asked = all_rules() if rules is None else rules
    claims = [_reviewed(scene, picture, claim) for rule in asked for claim in rule.find(scene, picture)]
    if not any(claim.rejected is None and (claim.credits_owner or claim.credits_other) for claim in claims):
        claims.extend(told_claims(scene, picture))
    return claims


def _reviewed(scene: Scene, picture: Picture, claim: Claim) -> Claim:
    """A claim as the page around it lets one understand it: who is meant, who is shown, what was made."""
    settled_claim = with_plain_name(settled(scene, claim))
    return unless_of_thing(scene, unless_shown(scene, picture, settled_claim))


def judge_picture(scene: Scene, picture: Picture, ordinal: int | None) -> Verdict:
    """Judge one picture of a parsed document."""
    rights = scene.context.rights.get(ordinal) if ordinal is not None else None
    lines = len(scene.credit_lines) + len(scene.part_lines)
    if lines > MAX_CREDIT_LINES:
        return unclear(f"too complex: {lines} lines with words of credit")
    claims = claims_about(scene, picture)
    if rights is not None:
        embedded = claims_of_rights(scene, "file_metadata", rights)
        claims.extend(claim.but_rejected("in the file, not on the page") for claim in embedded)
    return decide(scene, picture, claims, rights)


def picture_of(scene: Scene, image: ImageRef) -> Picture | None:
    """The picture that a reference means; by address, a content picture before a preview of it."""
    if image.index is not None:
        return next((picture for picture in scene.pictures if image.index in picture.img_indexes), None)
    wanted = (image.src or "").strip()
    absolute = resolve(wanted, scene.base)
    for picture in scene.pictures:
        for source in picture.sources:
            if source.address.strip() == wanted or (
                absolute and resolve(source.address, scene.base) == absolute
            ):
                return picture
    return None


def unclear(reason: str) -> Verdict:
    """A verdict that accuses nobody."""
    return Verdict(VerdictKind.UNCLEAR, reason=reason)


def combine_looks(raw: Verdict | None, rendered: Verdict | None) -> Verdict:
    """One verdict of the two looks at a page, ``None`` for a look that was not complete.

    An owner credit in either look wins, the better one of both. To say that something is missing or
    credited to somebody else, both looks must be complete and agree that the owner is not credited.
    """
    looks = [look for look in (raw, rendered) if look is not None]
    credited = [look for look in looks if look.kind in _CREDITED]
    if credited:
        return min(credited, key=lambda look: (_CREDITED.index(look.kind), look.nofollow))
    open_looks = [look for look in looks if look.kind is VerdictKind.UNCLEAR]
    if open_looks:
        return open_looks[0]
    if raw is None or rendered is None:
        missing = "the page as sent" if raw is None else "the page as the browser shows it"
        evidence = looks[0].evidence if looks else ()
        return Verdict(VerdictKind.UNCLEAR, evidence=evidence, reason=f"{missing} was not seen whole")
    # The browser's look is what a reader sees; the raw one only counts where they agree.
    return rendered if rendered.kind is VerdictKind.CREDITED_TO_OTHER or raw.kind is rendered.kind else raw


_CREDITED = (VerdictKind.LINKED, VerdictKind.TEXT_ONLY)


def foreign_credit(
    html: bytes | str, page_url: str, ordinals: Iterable[int], owner: Owner
) -> dict[int, str | None]:
    """On the owner's own site: who else is credited for each image, ``None`` where nobody is.

    Raises nothing; a document that is too complex credits nobody.
    """
    verdicts = judge_placements(html, page_url, ordinals, owner)
    return {
        ordinal: verdict.credited_name if verdict.kind is VerdictKind.CREDITED_TO_OTHER else None
        for ordinal, verdict in verdicts.items()
    }
