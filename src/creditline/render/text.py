"""Text from elsewhere, made harmless without hiding anything: control characters become visible.

A page may hold characters that move the cursor, turn the reading direction round or end a string.
People must see that they are there (it is evidence), and nothing may obey them.
"""

from __future__ import annotations

import unicodedata

#: Longest text shown of any one field, in characters; longer ones are cut with their length said.
#: A page title of 10 MB must not make a report of 10 MB (research: catalogue row T07).
SHOWN_CHARS = 2000

#: Characters that turn the direction of what follows (Unicode Bidirectional Algorithm, UAX 9):
#: embeddings, overrides, isolates. The plain marks (U+200E, U+200F, U+061C) only act on themselves.
_TURNING = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_BREAKS = [0x2028, 0x2029]
#: Invisible: language tags carry hidden sentences, annotation marks hide parts of a text.
_HIDDEN = [*range(0xE0000, 0xE0080), *range(0xFFF9, 0xFFFC)]
_NO_CHARACTERS = [*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF]


def _pictures() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}  # Unicode block "Control Pictures"
    table[0x7F] = "\u2421"
    table |= {code: f"⟨U+{code:04X}⟩" for code in [*range(0x80, 0xA0), *_TURNING, *_BREAKS, *_HIDDEN]}
    return table | dict.fromkeys(_NO_CHARACTERS, "\ufffd")


_PICTURES = _pictures()
_KEEP_BLANKS = _PICTURES | {0x09: "\t", 0x0A: "\n"}


def visible(text: str) -> str:
    """Replace every character that would act by one that shows it; tabs and line ends stay.

    Applying it twice changes nothing more, and the result can always be encoded as UTF-8.
    """
    return text.replace("\r\n", "\n").translate(_KEEP_BLANKS)


def one_line(text: str, limit: int = SHOWN_CHARS) -> str:
    """Fold all blanks, make the rest visible and cut: a text that stays on its line."""
    head = text[: 2 * limit + 1]
    folded = " ".join(head.replace("\x85", " ").split())
    return cut(visible(folded), limit, len(text) - len(head))


def cut(text: str, limit: int = SHOWN_CHARS, beyond: int = 0) -> str:
    """Cut a text at so many characters, between characters as people see them, and say so.

    Args:
        text: What to cut.
        limit: Characters that stay, at least 1; the mark of the cut comes on top.
        beyond: Characters that were cut off before, for the figure in the mark.
    """
    if len(text) <= limit and not beyond:
        return text
    end = min(limit, len(text))
    while end > 1 and end < len(text) and _continues(text[end]):
        end -= 1
    return f"{text[:end].rstrip()}… (+{len(text) - end + beyond} characters)"


def _continues(character: str) -> bool:
    """Whether a character belongs to the one before it (combining mark, joiner, variant)."""
    return unicodedata.combining(character) > 0 or character in "\u200d\ufe0e\ufe0f"


def terminal_line(text: str, limit: int = SHOWN_CHARS) -> str:
    """Make a text safe for a terminal or a log line: one line, no escapes, direction kept inside.

    Text with right-to-left letters is wrapped in isolates, so that it cannot reorder what stands
    beside it (UAX 9 section 2.4.2).
    """
    line = one_line(text, limit)
    turns = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in line)
    return f"\u2068{line}\u2069" if turns else line
