"""Why nobody could say for sure that the owner is not credited: the net below every accusation.

Whatever the rules make of a page, an owner who stands in a place that looks like a credit is not accused:
in a part that was left out, in a line that could not be mapped to a picture, in data about a picture that
the page does not show. What plainly speaks of another picture is no doubt, nor is a byline, a credit for
other work or a link in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from creditline.credit.above import doubts_above
from creditline.credit.announced import announces_other
from creditline.credit.bare_names import MAX_BARE_LINE
from creditline.credit.below import doubts_below
from creditline.credit.captions import caption_lines, caption_mark
from creditline.credit.cited_works import CITED
from creditline.credit.claims import Claim, is_paid
from creditline.credit.folding import fold
from creditline.credit.grammar import grammar
from creditline.credit.labels import announces_credits, leads_to_credits
from creditline.credit.maker_lists import answers_to
from creditline.credit.naming import tidy_name
from creditline.credit.page_lines import numbered_links
from creditline.credit.pagewide import (
    ITEM_OF_OTHER,
    NAMES_OTHER,
    SPEAKS_OF_NUMBER,
    entry_claims,
    item_lines,
)
from creditline.credit.passages import LEAD_ONLY, OTHER_WORK, TEXT_SOURCE, phrase_claims
from creditline.credit.phrases import find_phrases
from creditline.credit.portraits import SHOWN
from creditline.credit.recommended import RECOMMENDED
from creditline.credit.scene import Scene
from creditline.credit.sentences import picture_sentences
from creditline.credit.sharing import is_share_link
from creditline.credit.speaks import (
    begins_with_role,
    ends_in_by,
    is_worded,
    speaks_of_picture,
    speaks_of_work,
)
from creditline.credit.terms import tokens_of
from creditline.credit.vocabulary import UNSPACED, Sense, vocabulary
from creditline.page.addresses import file_stem
from creditline.page.document import Element, Line, LinkSpan
from creditline.page.hints import hints_of
from creditline.page.pictures import Picture
from creditline.records import RightsMetadata, Where
from creditline.urls import Url

#: Lines after a picture in which a link to the owner may be meant as the picture's source.
LINK_LINES = 1
#: Lines between a picture and a credit line that is plainly its own: a caption.
CAPTION_LINES = 1
#: Rules that look into nothing but the picture's own caption.
OWN_RULES = frozenset(("caption", "credit_element", "licence"))
_IN_FILE = "in the file, not on the page"
#: Words of a title right below its picture, the "by" included.
MAX_TITLE_WORDS = 5
#: Words of a byline before its name: "By our reporter", "Recipe from".
MAX_ROLE_WORDS = 3
#: Characters of a caption that may end with its maker.
MAX_TAIL_LINE = 240
#: Characters of a line that lists pictures by name.
MAX_LABELLED_LINE = 400
_LABEL = re.compile(r"([^.;,:|()]{3,40})\s*(?::|\s[–—-])\s*$")
_LABEL_WORD = re.compile(r"[^\W_]{3,}")
#: What follows a maker's name in a museum's caption: a title and a year, and perhaps technique and size.
_ARTWORK = re.compile(r",[^.;]{3,80},\s*(?:c(?:a|irca)?\.?\s*|um\s+)?(?:1[5-9]|20)\d\d(?![\d-])")
_CREDIT_META = re.compile(r"copyright|credit|rights|photographer|image[-_.:]?author", re.IGNORECASE)
_QUOTE = 120


def doubt(scene: Scene, picture: Picture, claims: Sequence[Claim]) -> str | None:
    """Why the owner may be credited for a picture though no claim that counts says so."""
    return next(_doubts(scene, picture, claims), None)


def _doubts(scene: Scene, picture: Picture, claims: Sequence[Claim]) -> Iterator[str]:
    for claim in claims:
        if claim.rejected is not None and _is_open(scene, picture, claim):
            yield f"the owner is named here, perhaps for this picture ({claim.rejected}): {_cut(claim.quote)}"
    if scene.names_owner:
        yield from _unclaimed_lines(scene, picture, claims)
        yield from _sentences(scene, picture)
        yield from _labelled(scene, picture)
        yield from _tails(scene, picture)
        yield from _data(scene, picture)
    yield from doubts_below(scene, picture)
    yield from doubts_above(scene, picture)
    yield from _last_segments(scene, picture)
    if scene.owner_links:
        yield from _links_beside(scene, picture)


# --- claims that were rejected ------------------------------------------------------------------


def _is_open(scene: Scene, picture: Picture, claim: Claim) -> bool:
    """Whether a rejected claim for the owner leaves a doubt."""
    if not claim.credits_owner or claim.rejected is None:
        return False
    if claim.rejected.endswith(RECOMMENDED):
        return False
    if not (claim.owner_links or _names_in_full(scene, claim.name) or _names_in_full(scene, claim.quote)):
        return False
    if claim.rejected == LEAD_ONLY:
        return scene.may_be_lead(picture) and not _first_is_cover(scene, picture)
    if claim.rejected == ITEM_OF_OTHER:
        return picture not in scene.once(item_lines).values()
    return claim.rejected not in (
        OTHER_WORK,
        TEXT_SOURCE,
        NAMES_OTHER,
        CITED,
        SHOWN,
        _IN_FILE,
    ) and not claim.rejected.startswith(SPEAKS_OF_NUMBER)


def _first_is_cover(scene: Scene, picture: Picture) -> bool:
    """Whether the picture before is called a cover or the like, and this one is not."""
    first, _ = scene.neighbours(picture)
    return first is not None and _is_cover(first) and not _is_cover(picture)


def _is_cover(picture: Picture) -> bool:
    words = {token.text for token in tokens_of(" ".join((picture.attribute("alt"), *picture.stems)))}
    return not words.isdisjoint(grammar().lead)


def _names_in_full(scene: Scene, text: str) -> bool:
    """Whether a text holds the owner's domain or whole name; a name of one word must be all of it."""
    hit = scene.identity.find(text)
    if hit is None:
        return False
    named = text[hit.start : hit.end]
    whole = len(named.split()) > 1 or UNSPACED.search(named) is not None or hit.how == "domain"
    return whole or tidy_name(text) == tidy_name(named)


# --- lines that no rule claimed -----------------------------------------------------------------


def _unclaimed_lines(scene: Scene, picture: Picture, claims: Sequence[Claim]) -> Iterator[str]:
    known = {entry.line.index for entry, claim in scene.once(entry_claims) if claim.credits_owner}
    for line, quote in scene.once(_owner_credits):
        if (
            line.index in known
            or scene.excluded(line) == RECOMMENDED
            or _is_anothers(scene, picture, line, plural=_says_made(line))
        ):
            continue
        if not (_has_line_below(claims) and _ends_item_before(scene, picture, line)):
            yield f"the owner is credited on the page, perhaps for this picture: {_cut(quote)}"


def _sentences(scene: Scene, picture: Picture) -> Iterator[str]:
    """Sentences that name the owner and speak of pictures, and are plainly neither a part's nor another's."""
    shown = {line.index for line in caption_lines(scene, picture)}
    below = scene.next_line(picture)
    for found in scene.once(picture_sentences):
        line = found.line
        if found.aside or scene.excluded(line, picture):
            continue
        if _is_anothers(scene, picture, line, plural=found.plural):
            continue
        captions = line.index in shown and (caption_mark(line) or line.block.closest("figure"))
        describes = captions or ((line is below or line.index in shown) and found.opens)
        if describes and not (found.bare or found.plural):
            continue  # a caption says who is shown
        yield f"the owner is named where pictures are spoken of: {_cut(line.text[found.start : found.end])}"


def _has_line_below(claims: Sequence[Claim]) -> bool:
    """Whether a line below the picture credits somebody else in sure words, as items of a list end."""
    return any(
        claim.rule == "following"
        and claim.rejected is None
        and claim.strong
        and claim.credits_other
        and not claim.source_only
        for claim in claims
    )


def _ends_item_before(scene: Scene, picture: Picture, line: Line) -> bool:
    """Whether a line stands in the reach of another picture, its item's, where this one has its own."""
    before, _ = scene.standing_around(line)
    if before is None or before is picture:
        return False
    return any(line.index == near.index for near in scene.zone(before).after)


def _labelled(scene: Scene, picture: Picture) -> Iterator[str]:
    """Lines that name the owner after a label of this picture: "Harbour: Jane Doe; Bakery: Max Roe"."""
    for line in scene.naming_lines:
        hit = scene.identity.find(line.text) if len(line.text) <= MAX_LABELLED_LINE else None
        if hit is not None and (label := _LABEL.search(line.text[: hit.start])) is not None:
            words = tuple(_LABEL_WORD.findall(fold(label.group(1))))
            if words and not is_worded(label.group(1)) and answers_to(scene, picture, words):
                yield f"the owner is named for something called like this picture: {_cut(line.text)}"


def _tails(scene: Scene, picture: Picture) -> Iterator[str]:
    """Captions that end with "by" and the owner, or begin as an artwork's: its maker, or its subject."""
    for line in caption_lines(scene, picture):
        hit = scene.identity.find(line.text) if len(line.text) <= MAX_TAIL_LINE else None
        if hit is None or (
            begins_with_role(line.text) and len(line.text[: hit.start].split()) <= MAX_ROLE_WORDS
        ):
            continue
        after = line.text[hit.end :].strip(" .)]")
        if not line.text[: hit.start].strip() and _ARTWORK.match(after):
            yield f"the caption begins with the owner's name, as an artwork's does: {_cut(line.text)}"
        if after and not after.startswith("?"):
            continue
        if line.text[: hit.start].strip() and ends_in_by(line.text[: hit.start]):
            yield f"the caption ends with the owner's name: {_cut(line.text)}"
    below = scene.next_line(picture)
    if below is not None and len(below.text) <= MAX_BARE_LINE and not scene.excluded(below, picture):
        yield from _title_by(scene, below)
        hit = scene.identity.find(below.text)
        verbs = vocabulary().making.verbs
        if hit is not None and any(token.text in verbs for token in tokens_of(below.text[hit.end :])[:2]):
            yield f"right below the picture the owner is said to have made something: {_cut(below.text)}"


def _last_segments(scene: Scene, picture: Picture) -> Iterator[str]:
    """Captions that end with no more than the owner's surname: "Harbour at dusk | Doe", "Harbour (Doe)"."""
    below = scene.next_line(picture)
    for line in {line.index: line for line in (*caption_lines(scene, picture), below) if line}.values():
        parts = _SEGMENT.split(line.text.strip(" .)]")) if len(line.text) <= MAX_TAIL_LINE else []
        last = parts[-1].strip() if parts[1:] else ""
        if last[:1].isupper() and scene.identity.may_be_named(last) and not scene.excluded(line, picture):
            yield f"the caption ends with what may be the owner's name: {_cut(line.text)}"


_SEGMENT = re.compile(r"\s*[|/(\[·•;]\s*|\s[–—-]\s")


def _title_by(scene: Scene, line: Line) -> Iterator[str]:
    """A line that is a title and who made it: "Harbour at dusk by Jane Doe"."""
    hit = scene.identity.find(line.text)
    before = line.text[: hit.start] if hit is not None else ""
    if hit is None or line.text[hit.end :].strip(" .)]") or begins_with_role(before):
        return
    if speaks_of_work(" ".join(before.split()[:-1])):
        return
    if 1 < len(before.split()) <= MAX_TITLE_WORDS and ends_in_by(before):
        yield f"right below the picture a title ends with the owner's name: {_cut(line.text)}"


def names_credits_page(scene: Scene, picture: Picture) -> str | None:
    """Why nobody can say that a picture has no credit: the article leads to the site's page of credits."""
    for line, text in scene.once(_credits_page_links):
        if not scene.excluded(line, picture):
            return f"credits stand on another page of the site: {_cut(text)}"
    return None


def _credits_page_links(scene: Scene) -> list[tuple[Line, str]]:
    """The lines with a link of the site that announces credits, and its text."""
    known = {Url.try_parse(url) for url, _ in scene.context.credit_pages}
    return [
        (line, text)
        for line in (*scene.credit_lines, *scene.part_lines)
        for span in line.links
        if (
            announces_credits(text := line.text[span.start : span.end])
            or (len(line.text) <= MAX_BARE_LINE and leads_to_credits(line.text))
        )
        and (target := scene.target(span.element)) is not None
        and not scene.is_external(span.element)
        and target not in known
    ]


def _owner_credits(scene: Scene) -> list[tuple[Line, str]]:
    """The lines that credit the owner for a picture somewhere, by their words or by their mark."""
    found = []
    for line in scene.owner_lines:
        quote = _crediting(scene, line)
        if quote is not None:
            found.append((line, quote))
    return found


def _crediting(scene: Scene, line: Line) -> str | None:
    for claim in phrase_claims(scene, "doubt", Where.ELSEWHERE, line):
        sure = claim.strong or len(line.text) <= MAX_BARE_LINE
        # "Source:" away from pictures is the text's.
        if claim.rejected is not None or not sure or claim.source_only:
            continue
        if claim.owner_links or (claim.names_owner and _names_in_full(scene, claim.name)):
            return claim.quote
    mark = caption_mark(line)
    marked = mark is not None and "credit" in hints_of(mark)
    if marked and not begins_with_role(line.text) and len(line.text) <= MAX_BARE_LINE:
        return line.text
    return None


def _says_made(line: Line) -> bool:
    """Whether a line outside captions says who made pictures, without saying how many: "Captured by Jane"."""
    made = any(
        phrase.sense & Sense.MADE and not phrase.sense & Sense.PHOTO for phrase in find_phrases(line.text)
    )
    return made and caption_mark(line) is None


def _is_anothers(scene: Scene, picture: Picture, line: Line, *, plural: bool = False) -> bool:
    """Whether a line is plainly another picture's: in its figure or alone with it, or right below it.

    One that speaks of several pictures may stand below the last of them.
    """
    if announces_other(scene, line, picture) and not plural:
        return True
    before, after = scene.standing_around(line)
    for other in (before, after):
        if other is None or other is picture:
            continue
        zone = scene.zone(other)
        holders = (zone.frame, zone.shared_figure, zone.cell)
        if any(_holds_apart(holder, line, picture) for holder in holders if holder is not None):
            return True
    if plural or before is None or before is picture or picture in scene.group_before(line, picture)[:-1]:
        return False  # of pictures in a row the last one's caption may be all of theirs
    return len(scene.document.lines_between(before.end, line.start)) <= CAPTION_LINES


def _holds_apart(holder: Element, line: Line, picture: Picture) -> bool:
    return holder.covers(line.start) and not holder.covers(picture.start)


# --- data and links -----------------------------------------------------------------------------


def _data(scene: Scene, picture: Picture) -> Iterator[str]:
    """Rights data that names the owner, of a picture that the page does not show or of the page itself."""
    others = (other for other in scene.pictures if other is not picture)
    shown = {stem for other in others for stem in other.stems} if scene.image_rights else set()
    for address, rights in scene.image_rights:
        if file_stem(address) not in shown:
            for text in _texts(rights):
                if _names_in_full(scene, text):
                    yield f"the owner is credited in data about a picture of the page: {_cut(text)}"
    for content in scene.once(_holders_of_rights):
        yield f"the page's own data names the owner as holder of rights: {_cut(content)}"


def _holders_of_rights(scene: Scene) -> list[str]:
    """What the page's head says of who holds rights, where it names the owner."""
    metas = scene.document.metas
    marked = (meta for meta in metas if _CREDIT_META.search(meta.get("name") or meta.get("property")))
    return [content for meta in marked if _names_in_full(scene, content := meta.get("content"))]


def _texts(rights: RightsMetadata) -> list[str]:
    return [text for text in (*rights.creator, rights.credit_line, rights.copyright_notice) if text]


def _links_beside(scene: Scene, picture: Picture) -> Iterator[str]:
    for line in scene.zone(picture).after[:LINK_LINES]:
        if scene.excluded(line, picture) or begins_with_role(line.text) or numbered_links(line):
            continue
        links = [
            span.element
            for span in line.links
            if scene.is_owner_link(span.element) and not _is_other_works(line, span)
        ]
        if _speaks_of_lead(line) and not scene.may_be_lead(picture):
            continue
        if any(not is_paid(link) and not is_share_link(link) for link in links):
            yield f"linked beside the picture, perhaps as its source: {_cut(line.text)}"


def _speaks_of_lead(line: Line) -> bool:
    return any(phrase.sense & Sense.LEAD and phrase.strong for phrase in find_phrases(line.text))


def _is_other_works(line: Line, span: LinkSpan) -> bool:
    """Whether the sentence of a link speaks of a recipe, a song, a text, and of no picture."""
    start = max(line.text.rfind(sign, 0, span.start) for sign in ".!?") + 1
    ends = [end for sign in ".!?" if (end := line.text.find(sign, span.end)) >= 0]
    sentence = line.text[start : min(ends, default=len(line.text))]
    return speaks_of_work(sentence) and not speaks_of_picture(sentence)


def _cut(text: str) -> str:
    return text[:_QUOTE]
