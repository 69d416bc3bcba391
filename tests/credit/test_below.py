"""What stands right below a picture and names the owner is a doubt, where it is not the text's own byline."""

from __future__ import annotations

import pytest

from creditline.credit import judge
from creditline.records import ImageRef, Owner, Verdict

JANE = Owner(names=["Jane Doe"], domains=["jane.example"], profiles=[])
TEXT = "<p>The harbour woke early, and the ice between the boats broke with a sound like glass on stone.</p>"


def verdict(above: str, below: str, owner: Owner = JANE) -> Verdict:
    picture = "<img src=a.jpg width=900 height=600>"
    html = f"<article><h1>The harbour in winter</h1>{above}{picture}{below}{TEXT}</article>"
    return judge(html, page_url="https://gazette.example/a", image=ImageRef(index=0), owner=owner)


@pytest.mark.parametrize(
    "line",
    [
        "You can see more of Jane Doe's work on her website.",
        "You can see more of Jane Doe's work on <a href='https://jane.example'>her website</a>.",
        "More of what Jane Doe does: jane.example",
        "Weitere Arbeiten von Jane Doe finden Sie auf ihrer Homepage.",
        "Retrouvez le travail de Jane Doe sur son site.",
        "Zobacz więcej prac Jane Doe na jej stronie.",
        "Больше работ Jane Doe — на её сайте.",
        "Jane Doeの作品はウェブサイトで。",
    ],
)
def test_where_to_see_more_is_a_doubt(line: str) -> None:
    assert verdict(TEXT, f"<p>{line}</p>").kind == "unclear"


@pytest.mark.parametrize(
    "line", ["by Jane Doe", "By J. Doe", "von Jane Doe", "par <em>Jane Doe</em>", "av Jane Doe"]
)
@pytest.mark.parametrize("above", ["<p>By Max Roe</p>", TEXT])
def test_a_by_below_a_picture_in_a_text_is_a_doubt(above: str, line: str) -> None:
    assert verdict(above, f"<p>{line}</p>").kind == "unclear"


@pytest.mark.parametrize("above", ["", "<p>12 May 2024</p>"])
def test_the_byline_of_a_text_is_none(above: str) -> None:
    assert verdict(above, "<p>By Jane Doe</p>").kind == "none"


@pytest.mark.parametrize(
    "line",
    [
        "The mayor, Jane Doe, opened the new quay on Monday.",
        "By Max Roe",
        "You can see more of Max Roe's work on his website.",
        "Recipe by Jane Doe",
    ],
)
def test_other_lines_below_are_no_doubt(line: str) -> None:
    assert verdict(TEXT, f"<p>{line}</p>").kind == "none"


@pytest.mark.parametrize("credit", ["Photo: J. Doe", "Photo: J.K. Doe", "Photo by J Doe"])
def test_an_initial_and_the_surname_may_be_the_owner(credit: str) -> None:
    assert verdict(TEXT, f"<p>{credit}</p>").kind == "unclear"


@pytest.mark.parametrize("credit", ["Photo: M. Doe", "Photo: J. Doering", "Photo: John Doe"])
def test_another_initial_or_surname_is_somebody_else(credit: str) -> None:
    assert verdict(TEXT, f"<p>{credit}</p>").kind == "credited_to_other"
