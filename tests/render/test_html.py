"""The HTML environment escapes everything and links nowhere but to http and https."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from creditline.render import html_environment, safe_href
from creditline.render.html import beside
from hostile import ADDRESSES, PAYLOADS


class Elements(HTMLParser):
    """Notes which elements and attributes a document has."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def test_a_value_makes_no_element_and_no_attribute(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text(
        '<p title="{{ x }}" lang=\'{{ x }}\'>{{ x }}</p><a href="{{ x|href }}">'
    )
    template = html_environment(tmp_path).get_template("page.html.j2")
    for payload in PAYLOADS:
        page = template.render(x=payload)
        elements = Elements()
        elements.feed(page)
        assert elements.seen == [("p", ("title", "lang")), ("a", ("href",))], payload
        page.encode()


def test_links_lead_to_the_web_or_nowhere() -> None:
    for address in [*PAYLOADS, None, ""]:
        href = str(safe_href(address))
        assert href == "" or href.startswith(("http://", "https://"))
        assert not set(href) & set("\"'<> \n\t\x00")


def test_good_links_stay() -> None:
    assert safe_href("https://jane.example/a?b=1&c=2#d") == "https://jane.example/a?b=1&amp;c=2#d"
    assert {str(safe_href(address)) for address in ADDRESSES[:12]} == {""}


def test_a_file_beside_is_never_elsewhere() -> None:
    for name in [*PAYLOADS, "letters/a b.eml"]:
        address = str(beside(name))
        assert address.startswith("./")
        assert not set(address) & set("\"'<> \n\t:?#")


def test_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text("{{ nobody }}")
    with pytest.raises(UndefinedError):
        html_environment(tmp_path).get_template("page.html.j2").render()


def test_nothing_known_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text("{{ x }}")
    assert html_environment(tmp_path).get_template("page.html.j2").render(x=None) == "not known"


def test_data_never_becomes_a_template(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text("<p>{{ x }}</p>")
    page = html_environment(tmp_path).get_template("page.html.j2").render(x="{{ 7*7 }}{% raw %}")
    assert page == "<p>{{ 7*7 }}{% raw %}</p>"
