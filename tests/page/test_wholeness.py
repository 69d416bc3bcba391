"""Half a page, and what is no page, are told from a whole one."""

from __future__ import annotations

import gzip

import pytest

from creditline.page import read_page

WHOLE = (
    "<!DOCTYPE html><html><head><title>Harbour</title><style>p { color: red }</style></head><body>"
    "<p>Boats &lt; ships, 3 < 4.</p><!-- a note --><img src=/a.jpg><figcaption>Photo: Jane Doe</figcaption>"
    "<script>if (1 <2) document.write('<scr' + 'ipt>')</script></body></html>"
)


def reading_of(text: str | bytes, kind: str = "text/html") -> object:
    body = text.encode() if isinstance(text, str) else text
    return read_page(body, "https://page.example/", (("content-type", kind),))


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.upper(),
        WHOLE + "\n<!-- made in 0.2 s -->\n",
        "<title>Harbour</title><p>A fragment has no end tags.<img src=/a.jpg>",
        "<p>3 <",
        WHOLE.replace("<p>", "<p data-markup='<script'>"),
        "",
    ],
)
def test_whole_documents_are_whole(text: str) -> None:
    reading = reading_of(text)
    assert (reading.incomplete, reading.unclosed) == (None, False)


@pytest.mark.parametrize(
    "sign", ["!DOCTYPE", "title>", "style>", "p {", "img src", "figcaption>", "Photo", "/fig"]
)
def test_a_document_cut_anywhere_is_not_whole(sign: str) -> None:
    reading = reading_of(WHOLE[: WHOLE.index(sign) + 2])
    assert reading.incomplete or reading.unclosed


@pytest.mark.parametrize(
    ("cut", "why"),
    [
        ("<p>text <a href='/x", "truncated: ends inside a tag"),
        ("<p>text <!-- more </p>", "truncated: ends inside a comment of 14 characters"),
        ("<p>text <script>let a = '<p>'", "truncated: ends inside <script>"),
        ("<p>text <textarea><p>more</p>", "truncated: ends inside <textarea>"),
    ],
)
def test_where_a_document_breaks_off_is_said(cut: str, why: str) -> None:
    assert reading_of(cut).incomplete == why


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (gzip.compress(WHOLE.encode() * 20), "text/html"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "text/html"),
        (WHOLE.encode("utf-16-le"), "text/html"),
        (WHOLE.encode("utf-32"), "text/html"),
        (WHOLE.encode(), "text/html; charset=utf-16"),
        (b'{"error": "slow down"}', "text/html"),
        ("Привет, это страница о море и кораблях".encode("cp1251"), "text/html; charset=utf-8"),
    ],
)
def test_what_is_no_document_is_no_empty_page(body: bytes, kind: str) -> None:
    assert reading_of(body, kind).incomplete in ("not a text that can be read", "not html")


def test_a_few_odd_signs_are_no_reason() -> None:
    body = WHOLE.replace("Boats", "B\0ats").encode() + "<p>Köln</p>".encode("latin-1")
    assert reading_of(body, "text/html; charset=utf-8").incomplete is None
