"""Which files are one work: by what is declared, by bytes, by looks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from creditline.records import (
    Decoded,
    Exclusion,
    Fingerprint,
    ImageCandidate,
    Owner,
    PlacementKind,
    Rendition,
    RightsMetadata,
    Work,
)
from creditline.urls import Url
from creditline.works import (
    Family,
    FileResult,
    FoundImage,
    Origin,
    Seen,
    declared_families,
    join_known,
    works_of,
)
from creditline.works.likeness import SAME_PICTURE_BITS, close_pairs

OWNER = Owner(names=("Jane Doe",))
ROOT = "https://jane.example/"


def bits(differing: int, seed: int = 0) -> bytes:
    """A hash that differs from `bits(0, seed)` in that many bits."""
    value = int.from_bytes(bytes([(seed * 37 + n) % 256 for n in range(32)]))
    return (value ^ ((1 << differing) - 1)).to_bytes(32)


def print_of(phash: bytes, size: tuple[int, int] = (600, 400), quality: int = 80) -> Fingerprint:
    return Fingerprint("x/1", phash.hex(), *size, phash, phash, quality)


def picture(phash: bytes, size: tuple[int, int] = (600, 400), sha: str = "", **more: object) -> Decoded:
    sha256 = sha or f"{phash.hex()}{size}"
    decoded = Decoded(sha256, "jpeg", *size, 1000, print_of(phash, size))
    return replace(decoded, **more)  # type: ignore[arg-type]


def found(*paths: str, kind: PlacementKind = PlacementKind.IMG, **more: object) -> FoundImage:
    candidates = tuple(
        ImageCandidate(
            Url.parse(path.removeprefix(">"), Url(ROOT)), None, "href" if path[0] == ">" else "src"
        )
        for path in paths
    )
    return replace(FoundImage(page=ROOT, candidates=candidates, kind=kind), **more)  # type: ignore[arg-type]


def families(*images: FoundImage) -> list[set[str]]:
    return [{url.path[1:] for url in family.urls} for family in declared_families(images)]


def test_one_img_is_one_picture() -> None:
    assert families(found("a1.jpg", "b2.jpg"), found("b2.jpg", "a1.jpg")) == [{"a1.jpg", "b2.jpg"}]
    assert families(found("x-300x200.jpg"), found("x.jpg")) == [{"x-300x200.jpg", "x.jpg"}]


def test_sources_of_a_picture_are_joined_by_name_only() -> None:
    art = found("wide.jpg", "wide.webp", "tall.jpg", kind=PlacementKind.PICTURE)
    assert families(art) == [{"tall.jpg"}, {"wide.jpg", "wide.webp"}]


def test_a_link_joins_by_name_only_and_is_remembered() -> None:
    same, other = found("fog-150x150.jpg", ">fog.jpg"), found("t7.jpg", ">sea.jpg")
    result = declared_families([same, other])
    assert [{url.path[1:] for url in family.urls} for family in result] == [
        {"fog.jpg", "fog-150x150.jpg"},
        {"sea.jpg"},
        {"t7.jpg"},
    ]
    assert result[2].links_to == {result[1].key}


def test_what_stands_in_for_many_joins_none() -> None:
    assert families(found("s.png", "a.jpg"), found("s.png", "b.jpg"), found("s.png", "c.jpg")) == [
        {"a.jpg"},
        {"b.jpg"},
        {"c.jpg"},
        {"s.png"},
    ]


def test_the_likely_largest_file_comes_first() -> None:
    image = replace(
        found("a-300x200.jpg"),
        candidates=(
            ImageCandidate(Url(ROOT + "a-300x200.jpg"), 300, "srcset"),
            ImageCandidate(Url(ROOT + "a-900x600.jpg"), 900, "srcset"),
            ImageCandidate(Url(ROOT + "a.jpg"), None, "data-full"),
        ),
    )
    (family,) = declared_families([image])
    assert [url.path for url in family.urls] == ["/a.jpg", "/a-900x600.jpg", "/a-300x200.jpg"]


def seen(path: str, decoded: Decoded | None, *images: FoundImage, **more: object) -> Seen:
    result = FileResult(
        ROOT + path, decoded, None if decoded else "http 404", None if decoded else Exclusion.MISSING
    )
    family = Family(f"jane.example/{path}", (Url(ROOT + path),), images or (found(path),))
    return Seen(replace(family, **more), (result,))  # type: ignore[arg-type]


def grouped(*each: Seen) -> list[set[str]]:
    return [{r.url.removeprefix(ROOT) for r in work.renditions} for work in works_of(each, OWNER, "o")]


def test_looks_join_within_bits_and_shape() -> None:
    one = picture(bits(0))
    assert grouped(seen("a.jpg", one), seen("b.jpg", picture(bits(8), (300, 200)))) == [{"a.jpg", "b.jpg"}]
    assert len(grouped(seen("a.jpg", one), seen("b.jpg", picture(bits(9), (300, 200))))) == 2
    assert len(grouped(seen("a.jpg", one), seen("b.jpg", picture(bits(0), (300, 300))))) == 2


def test_plain_pictures_join_by_bytes_only() -> None:
    plain = picture(bits(0), sha="p", fingerprint=print_of(bits(0), quality=10))
    other = replace(plain, sha256="q")
    assert len(grouped(seen("a.jpg", plain), seen("b.jpg", other))) == 2
    assert len(grouped(seen("a.jpg", plain), seen("b.jpg", plain))) == 1


def test_a_cropped_thumbnail_belongs_to_what_it_links_to() -> None:
    full = seen("sea.jpg", picture(bits(0), (1200, 800)))
    small = seen("t7.jpg", picture(bits(90), (300, 300)), links_to=frozenset({"jane.example/sea.jpg"}))
    large = seen("t8.jpg", picture(bits(120), (600, 600)), links_to=frozenset({"jane.example/sea.jpg"}))
    gone = seen("t9.jpg", None, links_to=frozenset({"jane.example/sea.jpg"}))
    assert grouped(full, small, large, gone) == [{"sea.jpg", "t7.jpg", "t9.jpg"}, {"t8.jpg"}]


def test_a_works_words_and_rights_come_from_all_its_files() -> None:
    file_rights = RightsMetadata(creator=("Jane Doe",), credit_line="Photo: Jane Doe")
    page_rights = RightsMetadata(creator=("Studio",), license_url="https://jane.example/l")
    listed = FoundImage(None, found("a.jpg").candidates, origin=Origin.SITEMAP, title="Listed")
    shown = found("a.jpg", alt=" Fog ", rights=page_rights)
    (work,) = works_of([seen("a.jpg", picture(bits(0), rights=file_rights), listed, shown)], OWNER, "o")
    assert (work.title, work.alt, work.pages) == ("Listed", "Fog", (ROOT,))
    assert work.rights == replace(file_rights, license_url="https://jane.example/l")


def known(path: str, phash: bytes, size: tuple[int, int]) -> Work:
    rendition = Rendition(ROOT + path, *size)
    return Work(
        "w1",
        "o",
        ROOT + path,
        width=size[0],
        height=size[1],
        renditions=(rendition,),
        fingerprint=print_of(phash, size),
    )


def test_known_works_bring_their_files_along() -> None:
    (work,) = works_of([seen("a.jpg", picture(bits(0), (600, 400)))], OWNER, "o")
    (larger,) = join_known([work], [known("big.jpg", bits(3), (1200, 800))])
    assert (larger.url, larger.width, len(larger.renditions)) == (ROOT + "big.jpg", 1200, 2)
    (smaller,) = join_known([work], [known("tiny.jpg", bits(3), (300, 200))])
    assert (smaller.url, smaller.width, len(smaller.renditions)) == (ROOT + "a.jpg", 600, 2)
    assert join_known([work], [known("other.jpg", bits(60), (1200, 800))]) == [work]


HASHES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([(600, 400), (300, 200), (400, 400)])), max_size=12
)


@given(HASHES)
def test_close_pairs_are_those_of_the_definition(drawn: list[tuple[int, tuple[int, int]]]) -> None:
    prints = [print_of(bits(differing), size) for differing, size in drawn]
    expected = {
        (i, j)
        for i in range(len(prints))
        for j in range(i + 1, len(prints))
        if sum((a ^ b).bit_count() for a, b in zip(prints[i].phash, prints[j].phash, strict=True))
        <= SAME_PICTURE_BITS
        and prints[i].width * prints[j].height == prints[j].width * prints[i].height
    }
    assert set(close_pairs(prints)) == expected


@given(HASHES)
def test_grouping_does_not_depend_on_the_order(drawn: list[tuple[int, tuple[int, int]]]) -> None:
    files = [seen(f"{n:02}.jpg", picture(bits(d), size, sha=str(n))) for n, (d, size) in enumerate(drawn)]
    assert works_of(files, OWNER, "o") == works_of(files[::-1], OWNER, "o")
