import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from creditline.errors import UrlError
from creditline.urls import Url, canonical, page_identity, parse_user_address, same_site


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("HTTP://Example.COM:80/a/../b?x=1#f", "http://example.com/b?x=1#f"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("https://exämple.com/", "https://xn--exmple-cua.com/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https:\\\\example.com\\x", "https://example.com/x"),
    ],
)
def test_parses_as_browsers_do(text, href):
    assert Url.parse(text).href == href


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://",
        "ftp://example.com/",
        "http://[::1",
    ],
)
def test_refuses_what_is_no_web_address(text):
    with pytest.raises(UrlError):
        Url.parse(text)


def test_refuses_overlong_addresses_in_one_short_line():
    with pytest.raises(UrlError) as caught:
        Url.parse("https://example.com/" + "a" * 9000)
    assert "too long" in str(caught.value)
    assert len(str(caught.value)) < 200


def test_registrable_domain_knows_the_private_section():
    assert Url.parse("https://jane.github.io/x").registrable_domain == "jane.github.io"
    assert Url.parse("https://a.b.example.co.uk/").registrable_domain == "example.co.uk"
    assert Url.parse("http://10.1.2.3/").registrable_domain == "10.1.2.3"
    assert not same_site(Url.parse("https://jane.github.io/"), Url.parse("https://joe.github.io/"))


def test_canonical_drops_tracking_and_keeps_everything_else():
    url = Url.parse("https://example.com/p?id=3&utm_source=x&b=&fbclid=9&a=1#top")
    assert canonical(url).href == "https://example.com/p?id=3&b=&a=1"
    assert canonical(Url.parse("https://example.com/p?utm_medium=a")).href == "https://example.com/p"


def test_page_identity_folds_scheme_and_www():
    one = Url.parse("http://www.example.com/p?utm_source=x")
    assert page_identity(one) == page_identity(Url.parse("https://example.com/p"))
    assert page_identity(one) != page_identity(Url.parse("https://example.com/p?page=2"))


def test_people_may_leave_out_the_scheme():
    assert parse_user_address("Example.com/x").href == "https://example.com/x"
    with pytest.raises(UrlError):
        parse_user_address("hello")


_PATHS = st.text(alphabet="abc/%20?&=.;+ü~", max_size=40)


@given(_PATHS)
def test_canonical_is_idempotent(path):
    url = Url.try_parse("https://example.com/" + path)
    if url is not None:
        assert canonical(canonical(url)) == canonical(url)
        assert Url.parse(url.href) == url
        assert len(url.key) == 64


_PIECES = st.sampled_from(
    [
        *"aZ0./?#@:'~|^[\\% \té",
        "b-",
        "1.2",
        "..",
        "xn--",
        "0x1f",
        "%2e",
        "//",
        "/.",
        ":80",
        ".com",
        "/a.jpg",
        "?a=1",
    ]
)


@given(st.sampled_from(["http://", "https://"]), st.lists(_PIECES, max_size=12).map("".join))
@example("https://", "a.example/img/1.jpg?x='1'")
@example("https://", "a.0x1f/x")
@example("https://", "a.example/x/%2E%2e/y")
def test_an_address_that_is_not_parsed_is_what_parsing_gives(scheme, rest):
    text = scheme + "host." + rest
    try:
        expected = ada_url.URL(text).href
    except ValueError:
        with pytest.raises(UrlError):
            Url.parse(text)
        return
    if "@" not in expected:
        assert Url.parse(text).href == expected
        assert Url.parse(text, Url("https://base.example/x/")).href == expected
