"""Which addresses are sizes of one picture."""

import pytest

from creditline.urls import Url
from creditline.works.names import family_key, path_key, stem_key, unwrapped, width_hint

SAME = [
    ("https://jane.example/img/fog-300x200.jpg", "https://www.jane.example/img/fog.jpg"),
    ("https://jane.example/img/fog@2x.jpg", "http://jane.example/img/fog.JPG".replace("JPG", "jpg")),
    ("https://jane.example/img/fog-scaled.jpg", "https://jane.example/img/fog-1024x683.jpg"),
    ("https://jane.example/fog.jpg?w=800&q=75", "https://jane.example/fog.jpg?v=17"),
    ("https://jane.example/fog.jpg?utm_source=x", "https://jane.example/fog.jpg"),
    ("https://i0.wp.com/jane.example/a/fog.jpg?resize=300%2C200", "https://jane.example/a/fog.jpg"),
    ("https://jane.example/_next/image?url=%2Ffog.jpg&w=640&q=75", "https://jane.example/fog.jpg"),
    (
        "https://res.cloudinary.com/jane/image/upload/w_300,c_fill/v1700000000/fog.jpg",
        "https://res.cloudinary.com/jane/image/upload/fog.jpg",
    ),
    (
        "https://static.wixstatic.com/media/a1~mv2.jpg/v1/fill/w_300,h_200,al_c/fog.jpg",
        "https://static.wixstatic.com/media/a1~mv2.jpg",
    ),
    ("https://jane.example/my%20fog%20(1).jpg", "https://jane.example/my fog (1)-150x150.jpg"),
    ("https://jane.example/image.php?id=3&w=200", "https://jane.example/image.php?id=3&w=900"),
]
DIFFERENT = [
    ("https://jane.example/fog.jpg", "https://jane.example/fog-2.jpg"),
    ("https://jane.example/living-room-small.jpg", "https://jane.example/living-room-large.jpg"),
    ("https://jane.example/a/fog.jpg", "https://jane.example/b/fog.jpg"),
    ("https://jane.example/image.php?id=3", "https://jane.example/image.php?id=4"),
    ("https://jane.example/image.php?f=fog", "https://jane.example/image.php?f=sea"),
    ("https://jane.example/1024x768.jpg", "https://jane.example/800x600.jpg"),
    ("https://jane.example:8080/fog.jpg", "https://jane.example:9090/fog.jpg"),
    ("https://jane.example/a_b/fog.jpg", "https://jane.example/c_d/fog.jpg"),
    ("https://jane.example/fog.jpg", "https://joe.example/fog.jpg"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_sizes_of_one_picture_share_a_key(one: str, other: str) -> None:
    assert family_key(Url.parse(one)) == family_key(Url.parse(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pictures_do_not(one: str, other: str) -> None:
    assert family_key(Url.parse(one)) != family_key(Url.parse(other))


def test_a_path_is_known_on_every_host() -> None:
    assert path_key(Url.parse("https://cdn-a.example/fog-300x200.jpg")) == path_key(
        Url.parse("https://cdn-b.example/fog.jpg?v=2")
    )


def test_a_stem_ignores_endings() -> None:
    assert stem_key(Url.parse("https://a.example/x/Fog-800w.jpg.webp")) == "fog"
    assert stem_key(Url.parse("https://a.example/y/fog.avif")) == "fog"


@pytest.mark.parametrize(
    ("address", "width"),
    [
        ("https://a.example/fog-1024x683.jpg", 1024),
        ("https://a.example/fog_640w.jpg", 640),
        ("https://a.example/fog.jpg?width=900", 900),
        ("https://a.example/fog.jpg", None),
        ("https://a.example/fog.jpg?w=auto", None),
    ],
)
def test_a_width_is_read_where_it_is_stated(address: str, width: int | None) -> None:
    assert width_hint(Url.parse(address)) == width


def test_an_address_is_not_unwrapped_for_a_mere_parameter() -> None:
    url = Url.parse("https://jane.example/page?url=https://other.example/")
    assert unwrapped(url) == url
