"""The judge's contract on small pages."""

import pytest

from creditline.credit import JudgeContext, combine_looks, explain, foreign_credit, judge, judge_placements
from creditline.records import ImageRef, Owner, RightsMetadata, Verdict, VerdictKind

URL = "https://gazette.example/2024/harbour"
FIGURE = "<figure><img src=a.jpg><figcaption>{}</figcaption></figure>"
JANE = Owner(names=["Jane Doe"], domains=["jane.example"], profiles=["https://unsplash.com/@janedoe"])


def verdict(body, owner=JANE, *, index=0, context=None, head=""):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return judge(html, page_url=URL, image=ImageRef(index=index), owner=owner, context=context)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("linked", FIGURE.format('Boats. Photo: <a href="//jane.example/x">J</a>')),
        ("linked", '<p><img src=a.jpg></p><p>Foto: <a href="//unsplash.com/@janedoe?x=y">Jane Doe</a></p>'),
        ("linked", '<a href="https://www.jane.example/"><img src=a.jpg></a>'),
        ("text_only", FIGURE.format("Boats at dawn (Photo by Jane Doe)")),
        ("text_only", '<img src=a.jpg alt="Boats, Foto: Jane Doe">'),
        ("credited_to_other", FIGURE.format("Photo: Max Roe/Agency")),
        ("none", FIGURE.format("Boats at dawn") + "<p>Some words.</p>"),
        ("none", "<img src=a.jpg><p>By Jane Doe</p><p>The harbour woke early.</p>"),
    ],
)  # fmt: skip
def test_kinds(kind, body):
    assert verdict(body).kind == kind


def test_credit_of_the_neighbouring_picture_is_not_ours():
    body = (
        "<figure><img src=a.jpg><figcaption>Photo: Jane Doe</figcaption></figure>"
        "<figure><img src=b.jpg><figcaption>Photo: Max Roe</figcaption></figure>"
    )
    assert verdict(body, index=0).kind == "text_only"
    other = verdict(body, index=1)
    assert (other.kind, other.credited_name) == ("credited_to_other", "Max Roe")


def test_nofollow_and_its_cause():
    link = '<img src=a.jpg><p>Photo: <a rel="{}" href="https://jane.example/">Jane</a></p>'
    assert verdict(link.format("noopener ugc")).nofollow_cause == "attribute"
    assert not verdict(link.format("noopener “nofollow”")).nofollow
    by_meta = verdict(link.format(""), head='<meta name="robots" content="index, nofollow">')
    assert (by_meta.nofollow, by_meta.nofollow_cause) == (True, "robots meta")
    by_header = verdict(link.format(""), context=JudgeContext(headers=(("x-robots-tag", "none"),)))
    assert by_header.nofollow_cause == "x-robots-tag"


def test_link_elsewhere_is_no_credit():
    found = verdict(
        "<img src=a.jpg><p>The harbour.</p>"
        '<p>We met <a href="https://jane.example/">Jane Doe</a> in town for an interview.</p>'
    )
    assert (found.kind, found.page_links_owner) == ("none", True)


def test_evidence_quotes_the_page():
    found = verdict('<img src=a.jpg><p>Photo: <a rel=nofollow href="https://jane.example/">Jane Doe</a></p>')
    assert found.evidence[0].quote == "Photo: Jane Doe"
    assert (found.evidence[0].href, found.evidence[0].rel) == ("https://jane.example/", ("nofollow",))
    assert found.reason


def test_image_by_address_and_unknown_image():
    body = '<img src="/x/a.jpg"><p>Photo: Jane Doe</p>'
    for src in ("/x/a.jpg", "https://gazette.example/x/a.jpg"):
        assert judge(body, page_url=URL, image=ImageRef(src=src), owner=JANE).kind == "text_only"
    assert judge(body, page_url=URL, image=ImageRef(src="/b.jpg"), owner=JANE).kind == "unclear"
    assert judge(body, page_url=URL, image=ImageRef(index=7), owner=JANE).kind == "unclear"


def test_too_complex_is_unclear():
    found = judge("<div>" * 10_000 + "<img src=a.jpg>", page_url=URL, image=ImageRef(index=0), owner=JANE)
    assert found.kind == "unclear"
    assert "too complex" in found.reason


def test_placements_share_one_parse():
    body = "<img src=a.jpg><p>Photo: Jane Doe</p><img src=b.jpg><p>Photo: Max Roe</p><a href=c.jpg>c</a>"
    found = judge_placements(body, URL, [0, 1, 2], JANE)
    assert [found[n].kind for n in (0, 1, 2)] == ["text_only", "credited_to_other", "unclear"]
    assert foreign_credit(body, URL, [0, 1], JANE) == {0: None, 1: "Max Roe"}


def test_combined_looks():
    def of(kind, **more):
        return Verdict(kind, **more)

    none, linked, unclear = (
        of(VerdictKind.NONE),
        of(VerdictKind.LINKED),
        of(VerdictKind.UNCLEAR, reason="captcha"),
    )
    assert combine_looks(none, linked) is linked
    assert combine_looks(linked, None) is linked
    assert combine_looks(none, none).kind is VerdictKind.NONE
    for raw, rendered in ((none, None), (None, none), (None, None)):
        assert combine_looks(raw, rendered).kind is VerdictKind.UNCLEAR
    assert combine_looks(none, unclear).reason == "captcha"
    assert combine_looks(of(VerdictKind.TEXT_ONLY), linked) is linked
    followed, nofollow = linked, of(VerdictKind.LINKED, nofollow=True)
    assert combine_looks(nofollow, followed) is followed


def test_explanation_shows_what_was_read_found_and_left_out():
    body = (
        '<figure><img src="/a.jpg" alt="Boats"><figcaption>Boats. Photo: Jane Doe</figcaption></figure>'
        '<p>The harbour.</p><p>Text: <a href="https://jane.example/">Jane Doe</a></p>'
    )
    found = explain(body, page_url=URL, image=ImageRef(index=0), owner=JANE)
    assert found.verdict == judge(body, page_url=URL, image=ImageRef(index=0), owner=JANE)
    assert (found.image, found.role) == ("/a.jpg", "content")
    assert [(seen.where, seen.quote) for seen in found.looked_at][:2] == [
        ("caption", "Boats. Photo: Jane Doe"),
        ("near", "The harbour."),
    ]
    assert found.found[0].weight == 95
    assert {name for name, _, _ in found.rules} >= {"caption", "following", "page_line"}


def test_rights_in_the_file_qualify_the_verdict_without_deciding_it():
    rights = RightsMetadata(creator=("Jane Doe",), copyright_notice="© Jane Doe")
    found = judge_placements(
        "<img src=a.jpg><p>Words.</p>", URL, [0], JANE, JudgeContext(rights={0: rights})
    )[0]
    assert (found.kind, found.metadata_credit) == ("none", True)
    assert found.evidence[0].where == "metadata"
    assert found.evidence[0].rejected == "in the file, not on the page"


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("text_only", "<h1>Bildnachweis</h1><p>Alle Fotos: Jane Doe</p>"),
        ("linked", '<p>quay.jpg: <a href="https://jane.example/">Jane Doe</a></p><p>pier.jpg: Max Roe</p>'),
        ("unclear", "<p>Fotos: Jane Doe</p><p>Bild: Max Roe</p><p>Bild: Lena Fell</p>"),
        ("none", "<p>Fotos: Max Roe</p>"),
    ],
)
def test_credits_page_of_the_site(kind, page):
    context = JudgeContext(credit_pages=(("https://gazette.example/imprint", page),))
    assert verdict('<img src="/files/quay.jpg"><p>Words.</p>', context=context).kind == kind


def test_credits_page_outranks_no_caption():
    context = JudgeContext(credit_pages=(("https://gazette.example/imprint", "<p>Alle Fotos: Jane Doe</p>"),))
    assert verdict(FIGURE.format("Foto: Max Roe"), context=context).kind == "credited_to_other"


def test_resolved_redirects_are_followed():
    body = '<img src=a.jpg><p>Photo: <a href="https://bit.ly/x1">Jane Doe</a></p>'
    assert verdict(body).kind == "unclear"
    context = JudgeContext(resolved_redirects={"https://bit.ly/x1": "https://jane.example/quay"})
    assert verdict(body, context=context).kind == "linked"
    context = JudgeContext(resolved_redirects={"https://bit.ly/x1": "https://elsewhere.example/"})
    assert verdict(body, context=context).kind == "text_only"
