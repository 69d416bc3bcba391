"""A meta refresh that leaves no time to look at the page."""

import pytest

from creditline.page import read_page


@pytest.mark.parametrize(
    ("meta", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=http://127.0.0.1/">', "http://127.0.0.1/"),
        ("<meta http-equiv=REFRESH content=\"3; URL='/next'\">", "/next"),
        ('<meta http-equiv="refresh" content="0, /next">', "/next"),
        ('<meta http-equiv="refresh" content="600;url=/">', None),
        ('<meta http-equiv="refresh" content="2">', None),
        ('<meta http-equiv="refresh" content="soon">', None),
        ('<noscript><meta http-equiv="refresh" content="0;url=/nojs"></noscript>', None),
        ("", None),
    ],
)
def test_where_a_quick_refresh_leads(meta, target):
    html = f"<html><head>{meta}</head><body><img src=a.jpg></body></html>"
    assert read_page(html, "https://magazine.example/story").refresh == target
