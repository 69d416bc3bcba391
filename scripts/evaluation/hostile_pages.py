"""Hostile documents with a picture and its credit, which must be found or said to be out of reach."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from creditline.credit import judge_placements
from creditline.errors import GateError
from creditline.fetch.gate import GatePool
from creditline.page import read_page
from creditline.records import Owner, PageReading, VerdictKind

#: Wall seconds of one document, read and judged, and what killing and starting children may add.
LIMIT_S, GRACE_S = 24.0, 2.0

ADDRESS = "https://paper.example/story.html"
OWNER = Owner(names=["Mira Solberg"], domains=["mirasolberg.example"], profiles=[])
MARKER_FILE = "marker-photo.jpg"
MARKER = (
    f'<figure><img src="/{MARKER_FILE}" width="800" height="600" alt="A harbour"><figcaption>Photo: '
    '<a href="https://mirasolberg.example/">Mira Solberg</a></figcaption></figure>'
)

_CREDITED = (VerdictKind.LINKED, VerdictKind.TEXT_ONLY)
_Headers = tuple[tuple[str, str], ...]


@dataclass
class PageTally:
    """What became of the documents."""

    outcomes: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    accused: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    @property
    def figures(self) -> dict[str, Any]:
        """What floors hold, and more."""
        return {
            "html_pages": sum(self.outcomes.values()),
            "html_outcomes": dict(self.outcomes.most_common()),
            "html_silent": len(self.silent),
            "html_accused": len(self.accused),
            "html_parent_crashes": len(self.crashes),
            "html_defects": len(self.defects),
            "html_over_limit": len(self.late),
            "html_slowest_s": round(self.slowest_s, 1),
        }


@dataclass(frozen=True)
class HostilePage:
    """One document; ``headers`` as its reply would have them."""

    kind: str
    body: bytes
    headers: _Headers = ()


# --- documents ----------------------------------------------------------------------------------


def own_pages(draw: Random, count: int) -> Iterator[HostilePage]:
    """So many documents, each of a kind and a size drawn at random, the marker at their end."""
    for _ in range(count):
        name = draw.choice(tuple(_BEFORE))
        size = int(10 ** draw.uniform(1, 5.2))
        before = _BEFORE[name](size, draw)
        after = draw.choice(("", "</body></html>", "\0", "<", "<!--", "&", "</div>" * 50, "<p>" * 50))
        text = f"<!doctype html><html lang=en><title>Story</title><body>{before}\n{MARKER}{after}"
        yield _in_some_encoding(f"{name} x {size}", text, draw)


def corpus_pages(folder: Path) -> Iterator[HostilePage]:
    """The documents and test strings below a folder, each behind the marker: what follows cannot hide it."""
    start = f"<!doctype html><title>Story</title><body>{MARKER}".encode()
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".html", ".htm", ".xhtml", ".dat", ".test", ".txt", ".svg", ".md"):
            continue
        if path.is_file() and path.stat().st_size < 20 * 2**20:
            header = (("content-type", "text/html; charset=utf-8"),)
            yield HostilePage(f"corpus {path.name}", start + path.read_bytes(), header)


def _in_some_encoding(kind: str, text: str, draw: Random) -> HostilePage:
    codec = draw.choice(
        ("utf-8",) * 6 + ("utf-16", "utf-16-be", "shift_jis", "gb18030", "windows-1251", "koi8-r")
    )
    body = text.encode(codec, "replace")
    if codec == "utf-8":
        lie = draw.choice(("", "text/html", "image/png", "text/html; charset=", "text/html; charset=rubbish"))
        return HostilePage(kind, body, (("content-type", lie),) if lie else ())
    return HostilePage(f"{kind} in {codec}", body, (("content-type", f"text/html; charset={codec}"),))


def _nested(*tags: str) -> Callable[[int, Random], str]:
    return lambda size, _draw: "".join(f"<{tags[k % len(tags)]}>" for k in range(size))


def _repeated(text: str) -> Callable[[int, Random], str]:
    return lambda size, _draw: text * min(size, 8_000_000 // len(text))


def _around(before: str, text: str, after: str) -> Callable[[int, Random], str]:
    return lambda size, _draw: before + text * min(size, 8_000_000 // len(text)) + after


def _noise(size: int, draw: Random) -> str:
    """Marks and letters at random, ended where they could swallow what follows."""
    letters = "<>/=\"' \n\0&;abdivspntbleucfigure-!?[]"
    return "".join(draw.choices(letters, k=min(size, 50_000))) + "\"'>" + _CLOSERS


def _known_tags(size: int, draw: Random) -> str:
    """Known elements opened and closed in any order."""
    names = (
        "a",
        "b",
        "i",
        "p",
        "div",
        "table",
        "tr",
        "td",
        "ul",
        "li",
        "font",
        "figure",
        "figcaption",
        "form",
        "h1",
    )
    return "".join(
        f"<{draw.choice(('', '/'))}{draw.choice(names)}{draw.choice(('', ' class=x', ' id=y'))}>"
        for _ in range(min(size, 50_000))
    )


#: Ends whatever element or comment could hold the rest of the page as mere text.
_CLOSERS = (
    "--></script></style></title></textarea></noscript></template></iframe></xmp></svg></math></select>"
)

_BEFORE: dict[str, Callable[[int, Random], str]] = {
    "div nested": _nested("div"),
    "span nested": _nested("span"),
    "b nested": _nested("b"),
    "mixed formatting nested": _nested("b", "i", "u", "font", "a href=/x"),
    "font nested": _nested("font color=red"),
    "table nested": _nested("table", "tr", "td"),
    "table in table": _nested("table"),
    "list nested": _nested("ul", "li"),
    "quote nested": _nested("blockquote", "p"),
    "svg nested": lambda size, _: "<svg>" + "<g>" * size + "</svg>",
    "math nested": lambda size, _: "<math>" + "<mrow>" * size + "</math>",
    "button nested": _nested("button"),
    "figure nested": _nested("figure", "figcaption"),
    "links unclosed": _repeated("<a href=/other>word "),
    "paragraphs unclosed": _repeated("<p>word "),
    "ends without begin": _repeated("</div></p></b></table>"),
    "adoption": _repeated("<b><p></b></p>"),
    "foster": _around("<table>", "<div>x</div><tr>", "</table>"),
    "attributes": lambda size, _: "<p " + " ".join(f"a{k}=b" for k in range(size)) + ">",
    "same attribute": lambda size, _: "<p " + "class=x " * size + ">",
    "attributes of an image": (
        lambda size, _: "<img src=/a.jpg " + " ".join(f"d{k}=/b.jpg" for k in range(size)) + ">"
    ),
    "long attribute": _around('<p title="', "x" * 100, '">'),
    "long class": _around('<p class="', "abc ", '">'),
    "comments": _repeated("<!-- x -->"),
    "odd comments": _repeated("<!-->x<!--->y<!----!>z<!x><?x><!>"),
    "comment of marks": _around("<!--", "<img src=x>", "-->"),
    "script of marks": _around("<script>", "<img src=x><!-", "</script>"),
    "script in script": _around("<script><!--", "<script>", "--></script></script>"),
    "style of marks": _around("<style>", ".a{background:url(/x.jpg)}", "</style>"),
    "broken style": _around("<style>", "{{{url(((\"'/*", "*/</style>"),
    "style attributes": _repeated('<i style="background:url(/x.jpg);background:url(((">'),
    "textarea of marks": _around("<textarea>", "<p>", "</textarea>"),
    "noscript": _repeated("<noscript><img src=/n.jpg></noscript>"),
    "templates": _repeated("<template><img src=/t.jpg></template>"),
    "iframes": _repeated("<iframe srcdoc='<img src=x>'></iframe>"),
    "select": _around("<select>", "<option><p><div>", "</select>"),
    "images": _repeated("<img src=/i.jpg>"),
    "images with sizes": (
        lambda size, _: "".join(f"<img src=/{k}.jpg width={k}>" for k in range(min(size, 60_000)))
    ),
    "images of nothing": _repeated("<img><img src><img src=''><img src=#><img src=' '>"),
    "srcset": lambda size, _: '<img srcset="' + ",".join(f"/{k}.jpg {k + 1}w" for k in range(size)) + '">',
    "broken srcset": _around('<img srcset="', ",,/a 1w 2x (,", '">'),
    "sources": (
        _around("<picture>", "<source srcset='/a.webp 1x,/b 2x' media='(('>", "<img src=/p></picture>")
    ),
    "data addresses": _around("<img src='data:image/png;base64,", "AAAA", "'>"),
    "data drawings": _repeated("<img src='data:image/svg+xml,<svg>'>"),
    "long address": _around("<img src='https://a.example/", "x/../", "'>"),
    "odd addresses": (
        _repeated("<img src='http://[::1'><img src='//'><a href='http://a b'>x</a>")
    ),
    "json deep": _around("<script type='application/ld+json'>", '{"a":[', "</script>"),
    "json wide": (
        _around("<script type='application/ld+json'>[", '{"@type":"ImageObject","url":"/x"},', "1]</script>")
    ),
    "state": _around("<script>window.__STATE__={", '"image":"/s.jpg",', "}</script>"),
    "entities": _repeated("&amp;&#x41;&#99999999;&notanentity;&NotEqualTilde;&"),
    "one word": _around("<p>", "x", "</p>"),
    "credit words": _around("<p>", "Photo by Photo: © Foto ", "</p>"),
    "names in a row": _around("<p>Photo by ", "Anna-Maria de la ", "</p>"),
    "credits of others": (
        _repeated("<figure><img src=/o.jpg><figcaption>By Otto Berg</figcaption></figure>")
    ),
    "captions nested": _repeated("<figcaption>Photo by <b>© <i>"),
    "blanks": _around("<p>", " \u00a0\u200b\u3000\t", "</p>"),
    "combining": _around("<p>e", "\u0301\u0489", "</p>"),
    "directions": _around("<p>", "\u202e\u2066\u200f", "</p>"),
    "lone surrogates": _repeated("\ufffd\ufffe"),
    "zero bytes": _repeated("\0<\0p>"),
    "metas": _repeated("<meta property=og:image content=/m.jpg><meta charset=utf-7>"),
    "head links": _repeated("<link rel='canonical alternate stylesheet' href=/l><base href=//b.example/>"),
    "items": (
        _repeated("<div itemscope itemtype=https://schema.org/ImageObject><i itemprop=contentUrl>/x</i>")
    ),
    "bodies": _repeated("<html class=x><body bgcolor=red><head>"),
    "forms": _repeated("<form><input name=x><form>"),
    "headings": _repeated("<h1><h2>"),
    "rubies": _repeated("<ruby><rt><rp>"),
    "breaks": _repeated("<br><wbr><hr>"),
    "slow patterns": _around("<p>", "by by by of of (c) (c) / / | | ", "</p>"),
    "tags in any order": _known_tags,
    "noise": _noise,
}  # fmt: skip


class PageDriver:
    """Reads and judges every document through the gate, as a visit does."""

    def __init__(self) -> None:
        self.tally = PageTally()
        self._gate = GatePool(workers=1)

    async def run(self, pages: Iterator[HostilePage]) -> PageTally:
        """Read and judge everything."""
        try:
            for page in pages:
                started = time.monotonic()
                outcome = await self._outcome(page)
                taken = time.monotonic() - started
                self.tally.outcomes[outcome] += 1
                self.tally.slowest_s = max(self.tally.slowest_s, taken)
                if taken > LIMIT_S + GRACE_S:
                    self.tally.late.append(f"{page.kind}: {taken:.1f} s")
        finally:
            await self._gate.close()
        return self.tally

    async def _outcome(self, page: HostilePage) -> str:
        tally = self.tally
        try:
            reading = await self._gate.run(read_page, page.body, ADDRESS, page.headers)
            if reading.incomplete:
                return "said: too complex"
            ordinal = _marker_in(reading)
            if ordinal is None:
                tally.silent.append(f"{page.kind}: {len(reading.placements)} placements")
                return "silent"
            verdict = (await self._gate.run(judge_placements, page.body, ADDRESS, [ordinal], OWNER))[ordinal]
        except GateError as error:
            if " failed: " in str(error):
                tally.defects.append(f"{page.kind}: {error}")
            return f"said: {error.kind}"
        except Exception as error:
            tally.crashes.append(f"{page.kind}: {type(error).__name__}: {error}")
            return "crash"
        if verdict.kind in _CREDITED:
            return "found, credited"
        if verdict.kind is VerdictKind.UNCLEAR:
            return "found, unclear"
        tally.accused.append(f"{page.kind}: {verdict.kind}")
        return "found, accused"


def _marker_in(reading: PageReading) -> int | None:
    for placement in reading.placements:
        if any(candidate.url.href.endswith(MARKER_FILE) for candidate in placement.candidates):
            return placement.ordinal
    return None
