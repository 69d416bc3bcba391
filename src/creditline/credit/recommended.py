"""Lists of sites that a page recommends, below "Links", "Friends" or the like: none of them is a credit."""

from __future__ import annotations

from functools import lru_cache

from creditline.credit.folding import composed, fold
from creditline.credit.grammar import grammar
from creditline.credit.scene_base import SceneBase
from creditline.page.document import Line

#: Why such a line credits nobody.
RECOMMENDED = "list of recommended sites"
#: Words and characters of what heads such a list.
_MAX_HEAD_WORDS = 4
_MAX_HEAD_CHARS = 60
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "strong", "b", "dt")


def recommended_lines(scene: SceneBase) -> frozenset[int]:
    """The lines that are nothing but a link and stand below a heading for links, by index."""
    if _friend_bytes().isdisjoint(scene.text.words):
        return frozenset()
    found: set[int] = set()
    headed = False
    for line in scene.document.lines:
        if not _is_link(line):
            headed = _heads_links(line)
        elif headed and line.block.closest("li") is not None:
            found.add(line.index)
    return frozenset(found)


@lru_cache(maxsize=1)
def _friend_bytes() -> frozenset[bytes]:
    """The words that head such lists, as `page_text.PageText` cuts pages into words."""
    return frozenset(word.encode() for word in grammar().friends)


def _is_link(line: Line) -> bool:
    """Whether all of a line is one link."""
    return (
        len(line.links) == 1
        and not line.text[: line.links[0].start].strip()
        and (not line.text[line.links[0].end :].strip())
    )


def _heads_links(line: Line) -> bool:
    """Whether a line is a heading for links to other sites."""
    if line.links or len(line.text) > _MAX_HEAD_CHARS:
        return False
    words = [word.strip(":.") for word in fold(composed(line.text)).split()]
    if len(words) > _MAX_HEAD_WORDS or grammar().friends.isdisjoint(words):
        return False
    return line.block.closest(*_HEADINGS) is not None
