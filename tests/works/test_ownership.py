"""Whose picture: by host and by what its metadata says."""

import pytest

from creditline.records import CreditEvidence, Owner, RightsMetadata, Verdict, VerdictKind, Where
from creditline.urls import Url
from creditline.works.hosts import HostKind, host_book
from creditline.works.ownership import credited_to_other, foreign_creator, likely_own_name

JANE = Owner(
    names=("Jane Doe", "Studio Fogfänger"),
    domains=("jane.example", "https://www.old-jane.example/"),
    profiles=("https://unsplash.com/@jane",),
)
SITE = Url.parse("https://www.jane.example/")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://cdn.jane.example/a.jpg", HostKind.OWN),
        ("https://old-jane.example/a.jpg", HostKind.OWN),
        ("https://static.wixstatic.com/media/a.jpg", HostKind.MEDIA),
        ("https://d1234.cloudfront.net/a.jpg", HostKind.MEDIA),
        ("https://images.unsplash.com/photo-1", HostKind.MEDIA),
        ("https://images.pexels.com/a.jpg", HostKind.STOCK),
        ("https://i.ytimg.com/vi/1/hq.jpg", HostKind.STOCK),
        ("https://secure.gravatar.com/avatar/1", HostKind.AVATAR),
        ("https://elsewhere.example/a.jpg", HostKind.UNKNOWN),
        ("https://notwixstatic.com/a.jpg", HostKind.UNKNOWN),
    ],
)
def test_hosts_are_told_apart(address: str, kind: HostKind) -> None:
    assert host_book(JANE, [SITE]).kind(Url.parse(address)) is kind


def test_a_host_that_serves_most_pictures_is_the_owners() -> None:
    bucket = [Url.parse(f"https://img.bucket.example/{n}.jpg") for n in range(6)]
    own = [Url.parse(f"https://jane.example/{n}.jpg") for n in range(6)]
    strangers = [Url.parse(f"https://blog{n}.example/x.jpg") for n in range(3)]
    assert host_book(JANE, [SITE], bucket + strangers).kind(bucket[0]) is HostKind.LEARNT
    assert host_book(JANE, [SITE], bucket + strangers).kind(strangers[0]) is HostKind.UNKNOWN
    assert host_book(JANE, [SITE], bucket[:4]).kind(bucket[0]) is HostKind.UNKNOWN
    assert host_book(JANE, [SITE], bucket[:5] + own).kind(bucket[0]) is HostKind.UNKNOWN
    stock = [Url.parse(f"https://images.pexels.com/{n}.jpg") for n in range(60)]
    assert host_book(JANE, [SITE], stock).kind(stock[0]) is HostKind.STOCK


@pytest.mark.parametrize(
    ("rights", "foreign"),
    [
        (RightsMetadata(creator=("Peter Smith",)), "Peter Smith"),
        (RightsMetadata(creator=("© Agence Lumière / P. Smith",)), "© Agence Lumière / P. Smith"),
        (RightsMetadata(creator=("JANE DOE",)), None),
        (RightsMetadata(creator=("Doe, Jane",)), None),
        (RightsMetadata(creator=("janedoe.photo",)), None),
        (RightsMetadata(creator=("Fogfanger Studio",)), None),
        (RightsMetadata(creator=("www.jane.example",)), None),
        (RightsMetadata(creator=("Assistant",), copyright_notice="(c) 2025 Jane Doe"), None),
        (RightsMetadata(creator=("Canon EOS R5",)), None),
        (RightsMetadata(creator=("Adobe Photoshop 25.0",)), None),
        (RightsMetadata(creator=("unknown",)), None),
        (RightsMetadata(creator=("2025",)), None),
        (RightsMetadata(copyright_notice="(c) Peter Smith"), None),
        (RightsMetadata(), None),
    ],
)
def test_only_a_surely_foreign_creator_counts(rights: RightsMetadata, foreign: str | None) -> None:
    assert foreign_creator(rights, JANE) == foreign


def test_without_a_name_nobody_is_foreign() -> None:
    assert foreign_creator(RightsMetadata(creator=("Peter Smith",)), Owner()) is None


def test_a_name_on_most_files_may_be_the_owners() -> None:
    assert likely_own_name(["J. Doe"] * 6 + ["Peter"] * 3) == "J. Doe"
    assert likely_own_name(["J. Doe"] * 4) is None
    assert likely_own_name(["J. Doe"] * 6 + [f"P{n}" for n in range(9)]) is None
    assert likely_own_name([]) is None


@pytest.mark.parametrize(
    ("name", "where", "href", "counts"),
    [
        ("Peter Smith", Where.NEAR, None, True),
        ("Reuters", Where.NEAR, None, True),
        ("山田太郎", Where.NEAR, None, True),
        ("Platon", Where.CAPTION, None, True),
        ("platon", Where.NEAR, "https://platon.example/", True),
        ("Upload", Where.NEAR, None, False),
        ("instagram", Where.ATTRIBUTE, None, False),
        ("Pinterest · WhatsApp", Where.NEAR, None, False),
        ("my own garden", Where.NEAR, None, False),
    ],
)
def test_a_word_near_a_picture_is_not_yet_a_name(
    name: str, where: Where, href: str | None, counts: bool
) -> None:
    evidence = CreditEvidence("rule", f"Photo {name}", where, href=href, credits_owner=False, name=name)
    verdict = Verdict(VerdictKind.CREDITED_TO_OTHER, evidence=(evidence,), credited_name=name)
    assert credited_to_other(verdict) == (name if counts else None)
    assert credited_to_other(Verdict(VerdictKind.NONE, evidence=(evidence,))) is None
