"""Other dresses for a page: what a reader does not notice, so that no verdict may change."""

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"\s+([^\s=\"'<>/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_RAW = re.compile(r"(<(script|style|textarea|noscript)\b.*?</\2>)", re.IGNORECASE | re.DOTALL)


def _outside_scripts(html, change):
    parts = _RAW.split(html)
    # The expression gives text, raw element and its tag in turn.
    for number in range(0, len(parts), 3):
        parts[number] = change(parts[number])
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2)


def _each_tag(html, change):
    return _outside_scripts(html, lambda text: _TAG.sub(change, text))


def blanks_between_blocks(html):
    """Line breaks and tabs where blocks begin and end."""
    blocks = (
        r"(</?(?:div|p|figure|figcaption|article|main|section|ul|ol|li|h\d|aside|header|footer|table|tr)\b)"
    )
    return _outside_scripts(html, lambda text: re.sub(blocks, r"\n\t  \1", text))


def attributes_turned(html):
    """Attributes in the opposite order."""

    def turned(match):
        close, tag, rest = match.groups()
        slash = "/" if rest.rstrip().endswith("/") and not close else ""
        found = [whole.group(0) for whole in _ATTRIBUTE.finditer(rest)]
        return f"<{close}{tag}{''.join(reversed(found))}{' ' + slash if slash else ''}>"

    return _each_tag(html, turned)


def upper_case_tags(html):
    """Tags and names of attributes in capitals."""
    return _each_tag(html, lambda match: f"<{match[1]}{match[2].upper()}{match[3]}>")


def pictures_wrapped(html):
    """Two inline wrappers around every image."""
    return _outside_scripts(
        html, lambda text: re.sub(r"(<img\b[^>]*>)", r"<span><span>\1</span></span>", text)
    )


def body_wrapped(html):
    """Plain blocks around everything."""
    return re.sub(
        r"(<body[^>]*>)(.*)(</body>)", r"\1<div><div><div>\2</div></div></div>\3", html, flags=re.DOTALL
    )


def inline_dressed(html):
    """The text of paragraphs and captions in inline elements."""
    return _outside_scripts(
        html,
        lambda text: re.sub(
            r"(<(p|figcaption)\b[^>]*>)(.*?)(</\2>)", r"\1<span>\3</span>\4", text, flags=re.DOTALL
        ),
    )


def links_tracked(html):
    """Tracking parameters on links to other sites."""

    def tracked(match):
        address = match[2]
        joint = "&amp;" if "?" in address else "?"
        head, sign, fragment = address.partition("#")
        return f"{match[1]}{head}{joint}utm_source=mail&amp;fbclid=x1{sign}{fragment}{match[3]}"

    return _outside_scripts(
        html, lambda text: re.sub(r"(<a\b[^>]*?\bhref=[\"'])(https?://[^\"']+)([\"'])", tracked, text)
    )


def scripts_between(html):
    """Scripts, comments and style sheets between the blocks."""
    noise = "<!-- x --><script>var x = 'Photo: Nobody Atall';</script><style>.x{color:red}</style>"
    return _outside_scripts(html, lambda text: re.sub(r"(</(?:p|figure|h2|ul)>)", r"\1" + noise, text))


def paragraphs_around(html):
    """Unrelated paragraphs at the page's beginning and end."""
    text = (
        "<p>"
        + "The town council met on Tuesday and spoke about the budget of the library for a long time. " * 3
        + "</p>"
    )
    return re.sub(
        r"(<body[^>]*>)(.*)(</body>)", lambda m: f"{m[1]}{text}{m[2]}{text}{m[3]}", html, flags=re.DOTALL
    )


def classes_renamed(html):
    """Classes that say nothing get one more that says nothing."""
    return _each_tag(html, lambda match: match[0].replace('class="', 'class="css-1x9 '))


DRESSES = {
    dress.__name__: dress
    for dress in (
        blanks_between_blocks,
        attributes_turned,
        upper_case_tags,
        pictures_wrapped,
        body_wrapped,
        inline_dressed,
        links_tracked,
        scripts_between,
        paragraphs_around,
        classes_renamed,
    )
}


def _kinds(*changes):
    def change(html):
        for tags, tag in changes:
            html = re.sub(rf"<(/?)(?:{tags})\b", rf"<\1{tag}", html)
        return html

    return change


#: Pages whose elements say less of what they are: a verdict may become unclear, never an accusation.
PLAINER = {
    "paragraphs are blocks": _kinds(("p", "div")),
    "figures are blocks": _kinds(("figure|figcaption", "div")),
    "articles are blocks": _kinds(("article|main|section", "div")),
    "lists are blocks": _kinds(("ul|ol|li", "div")),
}
