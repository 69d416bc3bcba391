"""Positions and ordinals of pictures: a browser's document order, the same for reading and judging."""

import pytest

from creditline.credit import judge, judge_placements
from creditline.fetch.locate import find_browser
from creditline.page import read_page
from creditline.page.limits import MAX_ITEM_ELEMENTS
from creditline.page.parse import parse_document
from creditline.records import ImageRef, Owner

URL = "https://gazette.example/2024/harbour"
JANE = Owner(names=["Jane Doe"], domains=["jane.example"], profiles=[])
#: Every way in which a parser may move, add or lose an image.
PAGES = {
    "plain": "<img src=1.jpg><p>a<img src=2.jpg>b</p><IMG SRC=3.jpg/>",
    "noscript": "<img data-src=1.jpg><noscript><img src=1.jpg></noscript><img src=2.jpg>",
    "noscript in head": "<head><noscript><img src=1.jpg></noscript></head><body><img src=2.jpg>",
    "picture": "<picture><source srcset=1.webp><img src=1.jpg></picture><picture><img src=2.jpg></picture>",
    "lazy": "<img src=data:image/gif;base64,R0 data-src=1.jpg loading=lazy><img data-lazy-src=2.jpg>",
    "template": "<img src=1.jpg><template><img src=2.jpg><template><img src=3.jpg></template></template>"
    "<img src=4.jpg>",
    "shadow root": "<div><template shadowrootmode=open><img src=1.jpg></template><img src=2.jpg></div>",
    "out of a table": "<img src=1.jpg><table><tr><td><img src=2.jpg></td></tr><img src=3.jpg><tr><td>"
    "<img src=4.jpg></table><img src=5.jpg>",
    "by another name": "<image src=1.jpg><svg><image href=2.jpg /><img src=3.jpg></svg><img src=4.jpg>",
    "in drawings": "<svg><foreignObject><img src=1.jpg></foreignObject></svg><math><mi><img src=2.jpg>",
    "overlapping": "<a href=x><b><p><img src=1.jpg><a href=y><img src=2.jpg></b></p><img src=3.jpg></a>",
    "never shown": "<title><img src=1.jpg></title><textarea><img src=2.jpg></textarea>"
    "<script>'<img src=3.jpg>'</script><style><img src=4.jpg></style><!-- <img src=5.jpg> -->"
    "<iframe><img src=6.jpg></iframe><img src=7.jpg>",
    "in choices": "<select><option><img src=1.jpg></select><button><img src=2.jpg></button><img src=3.jpg>",
    "after the end": "<body><img src=1.jpg></body></html><img src=2.jpg><p><img src=3.jpg>",
    "unclosed": "<div><span><p><img src=1.jpg><li><img src=2.jpg><dd><img src=3.jpg</dd><img src=4.jpg>",
}  # fmt: skip
#: The sources of all images in document order, those of templates at their place.
ORDER = """(html) => {
  const found = [];
  const walk = (node) => {
    for (const child of node.children || []) {
      if (child instanceof HTMLImageElement) found.push(child.getAttribute("src") || "");
      walk(child.localName === "template" && child.content ? child.content : child);
    }
  };
  walk(new DOMParser().parseFromString(html, "text/html"));
  return found;
}"""


@pytest.fixture(scope="module")
def browser_page():
    from playwright.sync_api import sync_playwright

    path = find_browser()
    assert path, "the tests need a browser; scripts/test installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("name", PAGES)
def test_images_stand_in_the_order_of_a_browser(browser_page, name):
    html = f"<!DOCTYPE html>{PAGES[name]}"
    assert [img.get("src") for img in parse_document(html).imgs] == browser_page.evaluate(ORDER, html)


@pytest.mark.parametrize("name", PAGES)
def test_ordinals_of_the_reading_are_those_of_the_judge(name):
    """Each placement is judged by its own words: its credit is its number."""
    body = PAGES[name]
    reading = read_page(body, URL)
    shown = [placement for placement in reading.placements if placement.img_indexes]
    found = judge_placements(body, URL, [placement.ordinal for placement in shown], JANE)
    for placement in shown:
        image = ImageRef(index=placement.img_indexes[0])
        assert found[placement.ordinal] == judge(body, page_url=URL, image=image, owner=JANE)


def test_each_ordinal_has_the_verdict_of_its_picture():
    kinds = {"a": "Jane Doe", "b": "Max Roe", "c": "Jane Doe", "d": "Max Roe", "e": "Jane Doe"}
    shapes = {
        "a": "<img src=data:image/gif;base64,R0 data-src={0}.jpg><noscript><img src={0}.jpg></noscript>",
        "b": "<picture><source srcset='{0}-300x200.jpg 300w'><img src={0}.jpg></picture>",
        "c": "<div style='background:url({0}.jpg)'></div>",
        "d": "<template></template><img src={0}.jpg srcset='{0}-600x400.jpg 600w'>",
        "e": "<amp-img src={0}.jpg></amp-img>",
    }
    body = "<img>".join(
        f"<figure>{shapes[name].format(name)}<figcaption>Photo: {maker}</figcaption></figure>"
        for name, maker in kinds.items()
    )
    placements = read_page(body, URL).placements
    found = judge_placements(body, URL, range(len(placements)), JANE)
    said = {
        placement.candidates[0].url.path[1:].removeprefix("2024/")[0]: found[placement.ordinal].kind
        for placement in placements
    }
    expected = {"Jane Doe": "text_only", "Max Roe": "credited_to_other"}
    assert said == {name: expected[maker] for name, maker in kinds.items()}


def item(count):
    return (
        "<div itemscope itemtype=https://schema.org/ImageObject><img src=a.jpg>"
        + "<i></i>" * count
        + "<meta itemprop=creator content='Jane Doe'></div>"
    )


def test_a_long_item_of_microdata_is_read_to_its_end():
    found = judge(item(1_000), page_url=URL, image=ImageRef(index=0), owner=JANE)
    assert found.kind == "text_only"


def test_too_much_microdata_is_too_complex():
    body = item(MAX_ITEM_ELEMENTS)
    found = judge(body, page_url=URL, image=ImageRef(index=0), owner=JANE)
    assert found.kind == "unclear"
    assert found.reason.startswith("too complex")
    assert read_page(body, URL).incomplete.startswith("too complex")
