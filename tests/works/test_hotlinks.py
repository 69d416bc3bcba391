"""Which addresses on other pages are the owner's own files."""

import pytest

from creditline.records import Exclusion, Rendition, Work
from creditline.urls import Url
from creditline.works import Hotlinks


def work(work_id: str, *urls: str, exclusion: Exclusion | None = None) -> Work:
    return Work(
        id=work_id,
        owner_id="o",
        url=urls[0],
        renditions=tuple(Rendition(url) for url in urls),
        exclusion=exclusion,
    )


LINKS = Hotlinks.from_works(
    [
        work("fog", "https://jane.example/img/fog.jpg", "https://jane.example/img/fog-300x200.jpg"),
        work("sea", "https://d1.cloudfront.net/u/sea.jpg", "https://img.bucket.example/u/sea.jpg"),
        work("file", "file:///home/jane/fog.jpg"),
        work("twin1", "https://jane.example/t.jpg"),
        work("twin2", "https://jane.example/t.jpg?w=3"),
        work("logo", "https://jane.example/logo.png", exclusion=Exclusion.LOGO),
    ],
    ["jane.example"],
)


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("https://jane.example/img/fog.jpg", "fog"),
        ("http://www.jane.example/img/fog.jpg?v=99&w=400", "fog"),
        ("https://jane.example/img/fog-1024x683.jpg", "fog"),
        ("https://i0.wp.com/jane.example/img/fog.jpg?resize=300,200", "fog"),
        ("https://cdn.jane.example/img/fog.jpg", "fog"),
        ("https://img.bucket.example/u/sea.jpg?cache=1", "sea"),
        ("https://jane.example/img/fog2.jpg", None),
        ("https://jane.example/other/fog.jpg", None),
        ("https://d2.cloudfront.net/u/sea.jpg", None),
        ("https://elsewhere.example/img/fog.jpg", None),
        ("https://jane.example/t.jpg", None),
        ("https://jane.example/logo.png", None),
    ],
)
def test_addresses_are_recognised(address: str, owner: str | None) -> None:
    assert LINKS.work_of(Url.parse(address)) == owner
    assert LINKS.is_ours(Url.parse(address)) is (owner is not None)
