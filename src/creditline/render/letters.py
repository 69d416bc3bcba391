"""Text for letters: plain, short, on one line, and without anything that a mail program would link.

What a page says may stand in our letters only as a quotation. Addresses in it are taken out: the
letter's own links are then the only ones that can be clicked (research: catalogue row E10).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from creditline.render.text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

#: Longest quotation of a page in a letter, in characters: enough for any credit line or title.
QUOTE_CHARS = 120

#: File names of pictures look like host names; they may stay.
PICTURE_ENDINGS = "jpe?g|png|webp|gif|tiff?|heic|avif|bmp|svg"

_STAY = "[^\\s\"'<>‹›“”]*"

#: What mail programs turn into a link: a scheme, ``www.``, a mail address, or a host name.
LINKABLE = re.compile(
    rf"""(?xi)
    \b[a-z][a-z0-9+.-]{{1,30}}:/+{_STAY}                      # scheme and slashes
    | \b(?:https?|mailto|tel|sms|data|javascript|vbscript|magnet):{_STAY}
    | [^\s"'<>‹›“”@]{{1,256}}@{_STAY}                           # mail address, fediverse handle
    | \bwww[.。．｡]{_STAY}
    | (?<![\w.-]) (?:[\w-]{{1,63}}[.。．｡]){{1,9}}           # host name, with path or without
      (?!(?:{PICTURE_ENDINGS})\b) (?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]{{1,59}}) (?![\w-])
      (?:[:/?\#]{_STAY})?
    """
)

#: Invisible characters that could glue or split what a reader sees.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]")


def mail_text(text: str, limit: int = QUOTE_CHARS) -> str:
    """Make a text from elsewhere safe to quote in a letter."""
    plain = one_line(INVISIBLE.sub("", text[: 4 * limit]))
    if len(plain) > limit or len(text) > 4 * limit:
        plain = plain[:limit].rstrip() + "…"
    return LINKABLE.sub("[…]", plain.replace("<", "‹").replace(">", "›"))


def letter_environment(folder: Path) -> Environment:
    """Build the environment for the letter templates of one folder.

    An unknown name is an error. Values are put in as they are: whoever fills a template hands over
    `mail_text` for everything that a page said (`creditline.outreach.draft` does).
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to import, seldom needed

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,  # noqa: S701 - plain text: there is nothing to escape to
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
