"""Creative Commons attribution: who stands in a line that holds the licence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from creditline.credit.captions import caption_lines
from creditline.credit.claims import Claim, claim_of_part, is_party
from creditline.credit.naming import is_name_like
from creditline.credit.rules import Rule
from creditline.credit.scene import Scene
from creditline.credit.tasl import LICENSE_TEXT, license_of_url
from creditline.page.document import Line
from creditline.page.pictures import Picture
from creditline.records import Where

#: Characters of an attribution line: title, author, source and licence.
MAX_LINE_CHARS = 300
#: What stands between title and author, and between author and licence, in attributions as Creative
#: Commons suggests them ("best practices for attribution") and its tools write them.
_BY = re.compile(r"\s(?:by|von|par|por|di|door|av|af|de|oleh|przez|от|від)\s", re.IGNORECASE)
_BEFORE_LICENSE = re.compile(
    r"[\s,;|/(–—-]*(?:\b(?:is|are|ist|est|è|está|under|unter|sous|bajo|sob|con|mit|licen[sc]ed?|lizenziert|lizenz|"
    r"licencia|licença|licence|licenza|used|via|der|the|a|an|eine[rm]?|la|una|uma|CC|Creative|Commons|"
    r"Attribution)\b[\s,:]*)*$",
    re.IGNORECASE,
)


def find(scene: Scene, picture: Picture) -> Iterator[Claim]:
    """Claim the part before the licence; after a "by" where one divides title and author."""
    captions = caption_lines(scene, picture)
    known = {line.index for line in captions}
    nearby = [line for line in scene.zone(picture).after[:2] if line.index not in known]
    for where, lines in ((Where.CAPTION, captions), (Where.NEAR, nearby)):
        for line in lines:
            if len(line.text) <= MAX_LINE_CHARS and not scene.excluded(line, picture):
                yield from _attribution(scene, where, line)


def _attribution(scene: Scene, where: Where, line: Line) -> Iterator[Claim]:
    end = _license_start(line)
    if end is None:
        return
    end = len(_BEFORE_LICENSE.sub("", line.text[:end]))
    divided = list(_BY.finditer(line.text, 0, end))
    start = divided[-1].end() if divided else 0
    author = claim_of_part(scene, "licence", where, line, start, end)
    whole = claim_of_part(scene, "licence", where, line, 0, end, name_start=start)
    if whole.credits_owner or (is_party(author.name) and is_name_like(author.name)):
        yield whole


def _license_start(line: Line) -> int | None:
    """Where a line names its licence, by text or by link."""
    starts = [span.start for span in line.links if license_of_url(span.href)]
    found = LICENSE_TEXT.search(line.text)
    if found:
        starts.append(found.start())
    return min(starts, default=None)


RULE = Rule("licence", "a Creative Commons attribution names who made the picture", find)
