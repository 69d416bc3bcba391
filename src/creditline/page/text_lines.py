"""Runs of text to the lines that a reader sees, with the links in them."""

from __future__ import annotations

from creditline.page.document import Element, Line, LinkSpan

#: Elements that begin and end a line, by the default style sheet of the HTML standard, and a few
#: (``td``, ``option``, ``button``) whose texts a reader sees apart.
BLOCKS = frozenset(
    ("address", "article", "aside", "audio", "blockquote", "body", "button", "canvas", "caption", "center",
     "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
     "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html",
     "iframe", "legend", "li", "listing", "main", "marquee", "menu", "nav", "noscript", "object", "ol",
     "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table",
     "tbody", "td", "template", "tfoot", "th", "thead", "tr", "ul", "video", "xmp")
)  # fmt: skip
#: Inline elements that style single letters; between others, words that touch are kept apart.
_LETTER_STYLES = frozenset(
    ("b", "bdi", "bdo", "big", "em", "font", "i", "mark", "rb", "rp", "rt", "ruby", "s", "strong", "sub",
     "sup", "tt", "u", "wbr")
)  # fmt: skip
#: What an element's borders do to the text around them: letters go on; words are kept apart; a line ends
#: where the element begins; and where it ends as well.
LETTERS, INLINE, BREAK, BLOCK = range(4)
BORDERS = dict.fromkeys(BLOCKS, BLOCK) | dict.fromkeys(_LETTER_STYLES, LETTERS) | {"br": BREAK}


#: One run of text that is more than blanks: the text as written, its tick, the element around it, the tick
#: at which the line before it ended (0 where it goes on), whether borders that keep words apart and whether
#: blanks lie between it and the run before, and the link around it.
Run = tuple[str, int, Element, int, bool, bool, Element | None]


def lines_of(runs: list[Run], end: int) -> list[Line]:
    """Join the runs of text of a document, in order, to lines; ``end`` is the tick after the last one."""
    lines: list[Line] = []
    line: Line | None = None
    opened: Element | None = None
    whole, start, ends_blank = "", 0, False
    for data, tick, element, broken, apart, blank, link in runs:
        text = " ".join(data.split())
        if not text.isascii():
            text = _visible(text) or text
        place = 0
        if line is None or broken:
            if line is not None:
                _finish(line, whole, broken, opened, start)
            line = Line(len(lines), "", tick, tick, element, [], [])
            lines.append(line)
            whole, opened = text, None
        else:
            place = len(whole)
            if opened is not None and link is not opened:
                line.links.append(LinkSpan(opened, start, place))
                opened = None
            touches = apart and whole[-1].isalnum() and text[0].isalnum()
            if blank or touches or ends_blank or data[0].isspace():
                text = " " + text
            whole += text
        if link is not opened:
            opened, start = link, place + (text[0] == " ")
        line.runs.append((tick, place))
        ends_blank = data[-1].isspace()
    if line is not None:
        _finish(line, whole, end, opened, start)
    return lines


def _visible(text: str) -> str:
    """A text without the signs that only say where a word may be divided."""
    for sign in _INVISIBLE:
        if sign in text:
            text = text.replace(sign, "")
    return text


#: Soft hyphen, blank of no width, word joiner, mark of byte order.
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"


def _finish(line: Line, text: str, end: int, link: Element | None, start: int) -> None:
    """End a line, and the link that is open in it and begins at ``start``."""
    line.text, line.end = text, end
    if link is not None:
        line.links.append(LinkSpan(link, start, len(text)))
