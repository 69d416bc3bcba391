"""What is decoration and what is a picture: the edges of the rules."""

import pytest

from creditline.records import Decoded, Exclusion, Fingerprint, ImageCandidate, Owner, Role
from creditline.urls import Url
from creditline.works import FoundImage
from creditline.works.exclusion import after_fetch

OWNER = Owner(names=("Jane Doe",), domains=("jane.example",))


def decoded(width: int, height: int, file_format: str) -> Decoded:
    hashes = Fingerprint("x/1", "0" * 64, width, height, b"\1" * 32, b"\2" * 32, 80)
    return Decoded("0" * 64, file_format, width, height, 1000, hashes)


def judge(
    path: str = "a.jpg",
    size: tuple[int, int] = (900, 600),
    role: Role = Role.CONTENT,
    *,
    alt: str | None = None,
    link: str | None = None,
    note: str | None = None,
    declared: tuple[int, int] | None = None,
) -> Exclusion | None:
    url = f"https://jane.example/{path}"
    found = FoundImage(
        page="https://jane.example/",
        candidates=(ImageCandidate(Url.parse(url)),),
        role=role,
        role_note=note,
        alt=alt,
        link=Url.parse(link) if link else None,
        declared_width=declared[0] if declared else None,
        declared_height=declared[1] if declared else None,
    )
    reason = after_fetch([found], url, decoded(*size, "png" if path.endswith("png") else "jpeg"), OWNER)
    return reason[0] if reason else None


@pytest.mark.parametrize(
    ("options", "exclusion"),
    [
        ({}, None),
        ({"size": (200, 130)}, None),
        ({"size": (199, 199)}, Exclusion.TOO_SMALL),
        ({"size": (1200, 40)}, Exclusion.TOO_SMALL),
        ({"size": (2, 2)}, Exclusion.TRACKING_PIXEL),
        ({"path": "logo.png"}, Exclusion.LOGO),
        ({"path": "logo/mark%20(6).png"}, Exclusion.LOGO),
        ({"path": "jane-doe-logo-white.png"}, Exclusion.LOGO),
        ({"alt": "Jane Doe logo"}, Exclusion.LOGO),
        ({"alt": "A truck with a logo passes the old harbour at dawn"}, None),
        ({"path": "logotherapy-session.jpg"}, None),
        ({"path": "logos-of-the-city/street.jpg"}, None),
        ({"path": "branding-shoot-12.jpg"}, None),
        ({"path": "icon-phone.png", "size": (128, 128)}, Exclusion.ICON),
        ({"path": "iconic-view.jpg"}, None),
        ({"path": "style-icon-portrait.jpg", "size": (2000, 1500)}, None),
        ({"path": "buttons-on-a-coat.jpg", "size": (1600, 1200)}, None),
        ({"declared": (24, 24)}, Exclusion.ICON),
        ({"declared": (120, 80)}, None),
        ({"role": Role.LOGO, "note": "<header> site-header", "size": (1600, 700)}, None),
        ({"role": Role.LOGO, "note": "<div> site-logo", "size": (500, 200)}, Exclusion.LOGO),
        ({"role": Role.LOGO, "size": (500, 200), "link": "https://jane.example/"}, Exclusion.LOGO),
        ({"role": Role.LOGO, "note": "<header>", "size": (180, 90)}, Exclusion.ICON),
        ({"role": Role.AVATAR, "size": (600, 400)}, Exclusion.AVATAR),
        ({"role": Role.COMMENT}, Exclusion.NOT_YOURS),
        ({"role": Role.ADVERT, "link": "https://shop.example/"}, Exclusion.NOT_YOURS),
        ({"role": Role.ADVERT}, None),
        ({"role": Role.AVATAR, "size": (2000, 3000)}, None),
        ({"role": Role.THUMBNAIL}, None),
        ({"path": "instagram.png", "link": "https://www.instagram.com/jane"}, Exclusion.ICON),
        ({"path": "fog.jpg", "alt": "Fog", "link": "https://www.instagram.com/p/1"}, None),
        ({"path": "instagram-office-berlin.jpg"}, None),
        ({"path": "css-sprite.png"}, Exclusion.SPRITE),
        ({"path": "water-sprites-dance.jpg"}, None),
    ],
)  # fmt: skip
def test_rules_and_their_limits(options: dict[str, object], exclusion: Exclusion | None) -> None:
    assert judge(**options) is exclusion  # type: ignore[arg-type]
