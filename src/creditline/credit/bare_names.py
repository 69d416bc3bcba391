"""Credits without a keyword: an agency, "Name/Agency", the owner and nothing else, a link to another site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from creditline.credit.bylines import is_only_credit
from creditline.credit.caption_ends import MAX_CAPTION_LINE, MAX_TAIL_WORDS, by_tail, holding_tail, named_tail
from creditline.credit.claims import Claim, claim_of_part
from creditline.credit.fact_lists import labelled_otherwise
from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like, names_agency, names_holding, tidy_name
from creditline.credit.scene import Scene
from creditline.credit.sharing import is_share_line, is_share_link
from creditline.credit.tasl import LICENSE_TEXT
from creditline.credit.terms import has_trigger
from creditline.credit.vocabulary import words_of
from creditline.page.document import Line, LinkSpan
from creditline.records import Where

#: A caption's last part, set off by one of these, may be a credit without a keyword.
_SEGMENT = re.compile(
    r"\s*(?:[|•·~]|::|\s[-–—/]\s|(?<=[.!?…\"”»)])(?<![\s(/.&][^\W\d_]\.)\s+|(?<=\w)\s*[(（](?=[^()（）]*[)）]\W*$))\s*"
)
#: Parts of a caption, from its end, that are looked at for the owner.
MAX_PARTS = 3
#: Words of a credit without keyword: "Name Name / Agency", at most.
MAX_BARE_WORDS = 10
#: Characters of a line near a picture that is nothing but a credit.
MAX_BARE_LINE = 120


def _is_quoted(scene: Scene, line: Line) -> bool:
    """Whether a line is quoted speech, which ends with who said it; a quoted post holds its picture."""
    quote = line.block.closest("blockquote")
    return quote is not None and not scene.holds_picture(quote)


def is_labelled(scene: Scene, line: Line) -> bool:
    """Whether a line is a cell of a table or list of facts whose label says something else than a credit."""
    if labelled_otherwise(scene, line):
        return True
    cell = line.block.closest("td", "dd")
    row = cell.closest("tr", "dl") if cell is not None else None
    if row is None or line.index == 0:
        return False
    label = scene.document.lines[line.index - 1]
    return row.covers(label.start) and len(label.text) <= MAX_BARE_LINE and not has_trigger(label.text)


def bare_claims(
    scene: Scene, rule: str, where: Where, line: Line, *, whole: bool = False, directly: bool = False
) -> Iterator[Claim]:
    """The credit that a text names without a keyword, if any.

    Args:
        whole: It must be the whole text, as for lines that are not captions.
        directly: The line stands right below its picture, so that the owner may end it as a caption.
    """
    text = line.text
    if (is_share_line(line) and not scene.links_owner(line)) or _is_quoted(scene, line):
        return
    if names_advert(text):
        return
    if not whole:
        tail = named_tail(scene, line)
        if tail is None and where is Where.CAPTION:
            tail = by_tail(text) or holding_tail(text)
        if tail is not None:
            claim = claim_of_part(scene, rule, where, line, *tail)
            held = names_holding(line.text[slice(*tail)])
            yield replace(claim, keyword=claim.name.split(" ", 1)[0].lower()) if held else claim
            return
    own = _owner_part(scene, text) if not whole or directly else None
    if own is not None:
        yield claim_of_part(scene, rule, where, line, own, len(text.rstrip()))
        return
    for begin, finish in _last_parts(text):
        in_brackets = text[:begin].rstrip().endswith("(") and text.rstrip(" .").endswith(")")
        is_part = finish - begin < len(text.strip()) - 2 and not in_brackets
        if whole and is_part and not (directly and _is_owner_tail(scene, text, begin, finish)):
            continue
        if _is_bare_credit(scene, line, begin, finish, whole=whole):
            claim = claim_of_part(scene, rule, where, line, begin, finish)
            yield _with_owner_beside(scene, claim, line, begin)
            return


def names_advert(text: str) -> bool:
    """Whether a text names who paid, or is advertised, and not who made a picture: "Werbung | Roe"."""
    return not grammar().advert.isdisjoint(words_of(text))


def _is_bare_credit(scene: Scene, line: Line, begin: int, finish: int, *, whole: bool) -> bool:
    """Whether a part of a line is a credit by what it names."""
    bare = tidy_name(line.text[begin:finish])
    if not is_name_sized(bare):
        return False
    spans = scene.spans(line, begin, finish)
    return (
        names_agency(bare)
        or _is_owner_alone(scene, bare)
        or _is_owner_link(scene, line, spans, bare, whole=whole)
        or _is_foreign_link(scene, line, spans, bare, whole=whole)
        or (not whole and (_is_name_pair(bare) or _has_license(bare) or _has_job(bare)))
    )


def _with_owner_beside(scene: Scene, claim: Claim, line: Line, begin: int) -> Claim:
    """The claim of a part, with the owner's name before it: "Doe, Jane / Agency" credits both.

    Of "Jane Doe (Agency)" nobody can tell whether she is shown or made it.
    """
    before = line.text[:begin].rstrip(" (|/–-")
    if claim.credits_owner or not _is_owner_alone(scene, before):
        return claim
    joined = line.text[:begin].rstrip()[-1:] in ("/", "|")
    return replace(claim, names_owner=True) if joined else replace(claim, unmapped=True)


def _owner_part(scene: Scene, text: str) -> int | None:
    """Where the last parts of a caption begin that are the owner and words of credit alone."""
    if len(text) > MAX_CAPTION_LINE or any(sign in text for sign in '"“”„«»'):
        return None
    parts = [match.end() for match in _SEGMENT.finditer(text) if match.end() < len(text.rstrip())]
    for begin in reversed(parts[-MAX_PARTS:]):
        hit = scene.identity.find(text[begin:])
        if hit is not None:
            alone = hit.how != "domain" and is_only_credit(
                text[begin : begin + hit.start], text[begin + hit.end :], scene.site_name
            )
            return begin if alone else None
    return None


def _is_owner_tail(scene: Scene, text: str, begin: int, finish: int) -> bool:
    """Whether a short line ends as captions do, "The quay. Jane Doe", and is nothing that somebody says."""
    if len(text) > MAX_BARE_LINE or any(sign in text for sign in '"“”„«»'):
        return False
    hit = scene.identity.find(text[begin:finish])
    return hit is not None and hit.how != "domain" and _is_owner_alone(scene, text[begin:finish])


def is_name_sized(text: str) -> bool:
    """Whether a text is short enough to be nothing but names: `MAX_BARE_WORDS` words beside its signs."""
    words = words_of(tidy_name(text))
    return bool(words) and len([word for word in words if word[0].isalnum()]) <= MAX_BARE_WORDS


def _is_name_pair(bare: str) -> bool:
    """Whether a text reads "First Last/Somewhere": a name, a slash, another name."""
    sides = [side.strip() for side in bare.split("/")]
    if not 2 <= len(sides) <= 3 or not all(is_name_like(side) for side in sides):
        return False
    return any(len(side.split()) >= 2 for side in sides)


def _has_job(bare: str) -> bool:
    """Whether a text names somebody who makes pictures for a living: "Jane Doe, staff photographer"."""
    name, comma, job = bare.partition(",")
    return (
        bool(comma)
        and len(job.split()) <= MAX_TAIL_WORDS - 2
        and len(name.split()) >= 2
        and is_name_like(name)
        and any(word in grammar().jobs for word in words_of(job))
    )


def _has_license(bare: str) -> bool:
    """Whether a short text names somebody with a Creative Commons licence: "Jane Doe, CC BY 2.0"."""
    found = LICENSE_TEXT.search(bare)
    return found is not None and bool(tidy_name(bare[: found.start()]))


def _is_owner_alone(scene: Scene, bare: str) -> bool:
    """Whether a text is the owner's name and nothing else but words of credit."""
    hit = scene.identity.find(bare)
    return hit is not None and is_only_credit(bare[: hit.start], bare[hit.end :], scene.site_name)


def _is_owner_link(scene: Scene, line: Line, spans: list[LinkSpan], bare: str, *, whole: bool) -> bool:
    """Whether a short text leads to the owner; outside captions the link must be all of it."""
    ours = [span for span in spans if scene.is_owner_link(span.element)]
    if not ours:
        return False
    if not whole:
        return True
    inside = line.text[ours[0].start : ours[-1].end]
    return not tidy_name(bare.replace(tidy_name(inside), "")) and is_name_like(bare)


def _is_foreign_link(scene: Scene, line: Line, spans: list[LinkSpan], bare: str, *, whole: bool) -> bool:
    """Whether a text of few words is a link to another site and nothing else."""
    linked = [span for span in spans if scene.is_external(span.element)]
    if not linked or len(words_of(bare)) > MAX_BARE_WORDS // 2:
        return False
    if len(scene.document.lines_in(linked[0].element)) > 1:
        return False  # a card that shows another page
    inside = tidy_name(line.text[linked[0].start : linked[-1].end])
    if tidy_name(bare.replace(inside, "")) or any(is_share_link(span.element) for span in linked):
        return False
    if " " in bare:
        return is_name_like(bare)
    # A single word: in a caption a name, beside a picture only a host or a handle ("Pin" is a button).
    return not whole or "." in bare or bare.startswith("@")


def _last_parts(text: str) -> Iterator[tuple[int, int]]:
    """The last part of a text set off by a separator, and the whole text where nothing is."""
    stripped = len(text.rstrip())
    found = [match for match in _SEGMENT.finditer(text) if match.end() < stripped]
    if found:
        last = found[-1]
        before = found[-2].end() if len(found) > 1 else 0
        part = text[before : last.start()]
        joined = ("/" in last.group() and is_name_like(part.lstrip(" ("))) or (
            "|" in last.group() and names_agency(part)
        )
        yield (before if joined else last.end()), stripped
    yield 0, stripped
