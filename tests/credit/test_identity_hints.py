"""Asking all links of a page at once gives what asking one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from creditline.credit.identity import identity_of

JANE = identity_of(("Jane Doe",), ("jane.example",), ("https://unsplash.com/@jane",))
_HREFS = st.text(st.sampled_from("aäİ/.:#xn-@%"), max_size=12) | st.sampled_from(
    ("https://JANE.example/a", "/jane", "https://unsplash.com/@Jane", "http://xn--jane-0.example", "")
)


@given(st.lists(_HREFS, max_size=8))
def test_hints_in_all_links(hrefs: list[str]) -> None:
    one_by_one = [number for number, href in enumerate(hrefs) if JANE.hints_at_owner(href)]
    assert JANE.hints_in(hrefs) == one_by_one
