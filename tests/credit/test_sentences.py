"""Sentences away from the picture that name the owner and speak of pictures."""

import pytest

from creditline.credit import judge
from creditline.records import ImageRef, Owner, VerdictKind

OWNER = Owner(names=["Orla Brandvik"], domains=["brandvik.example"])
PAGE = "https://harbour-post.example/a/1"
FILLER = "<p>" + "The tide left early and the quay stayed empty until the ferry came. " * 6 + "</p>"


def said(line: str) -> VerdictKind:
    html = f'<body><main><p><img src="/q.jpg"></p>{FILLER}{FILLER}{line}</main></body>'
    return judge(html, page_url=PAGE, image=ImageRef(index=0), owner=OWNER).kind


@pytest.mark.parametrize(
    "line",
    [
        "<p>Ein Dank geht an Orla Brandvik für die Fotos.</p>",
        "<p>Alle Aufnahmen auf dieser Seite: Orla Brandvik</p>",
        "<p>Las imágenes de esta página son obra de Orla Brandvik.</p>",
        "<p>Words &amp; pictures Orla Brandvik</p>",
        "<p>Af Ditte Moril og Orla Brandvik (foto)</p>",
        "<dl><dt>Year</dt><dd>2022</dd><dt>Photography</dt><dd>Orla Brandvik</dd></dl>",
    ],
)
def test_a_sentence_that_says_who_made_the_pictures_is_a_credit(line):
    assert said(line) is VerdictKind.TEXT_ONLY


@pytest.mark.parametrize(
    "line",
    [
        "<p>Our friend Orla Brandvik came over and took these pictures before the rain.</p>",
        "<p>Orla Brandvik is a writer and photographer living on the coast.</p>",
        "<p>Toutes les photos sont la propriété de Orla Brandvik, reproduction interdite.</p>",
    ],
)
def test_a_sentence_that_may_say_so_leaves_a_doubt(line):
    assert said(line) is VerdictKind.UNCLEAR


@pytest.mark.parametrize(
    "line",
    [
        "<p>The council gave its prize to Orla Brandvik on Friday.</p>",
        "<p>Orla Brandvik: The picture has changed since then.</p>",
        "<aside><p>Workshop: photography with Orla Brandvik. Book now.</p></aside>",
    ],
)
def test_other_sentences_credit_nobody(line):
    assert said(line) is VerdictKind.NONE
