"""Renditions to works: one picture as a creation, with all its files, pages, words and rights.

Files belong together when they are declared to be sizes of one picture (`declared`), hold the same
bytes, or look the same to the perceptual hash and have the same shape. Crops of a different shape
stay works of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from creditline.records import Decoded, Exclusion, Owner, Rendition, RightsMetadata, Work
from creditline.works.declared import Family, Sets
from creditline.works.exclusion import Reason, after_fetch
from creditline.works.finds import FileResult, FoundImage, Origin
from creditline.works.likeness import close_pairs

#: Longer side in pixels up to which a picture that links to an image file is its thumbnail, even when
#: it was cropped: largest square thumbnail of WordPress and gallery themes.
THUMBNAIL_PX = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """One family with what fetching its files gave."""

    family: Family
    #: In the order in which they were asked for.
    results: tuple[FileResult, ...] = ()
    #: Why none was asked for.
    reason: Reason | None = None

    @property
    def best(self) -> FileResult | None:
        """The best file that was decoded."""
        decoded = [(result.decoded, result) for result in self.results if result.decoded is not None]
        return min(decoded, key=lambda pair: _rank(pair[0], pair[1].url))[1] if decoded else None


def works_of(seen: Sequence[Seen], owner: Owner, owner_id: str) -> list[Work]:
    """Group families to works, excluded ones included, ordered by address.

    The ids of the works are empty: the store gives them.
    """
    ordered = sorted(seen, key=lambda each: each.family.key)
    groups: dict[str, list[Seen]] = defaultdict(list)
    sets = _same_pictures(ordered)
    for each in ordered:
        groups[sets.find(each.family.key)].append(each)
    works = [_work(members, owner, owner_id) for members in groups.values()]
    return sorted(works, key=lambda work: work.url)


def _same_pictures(seen: Sequence[Seen]) -> Sets:
    sets = Sets()
    by_key = {each.family.key: each for each in seen}
    decoded = [(each.family.key, each.best.decoded) for each in seen if each.best and each.best.decoded]
    by_bytes: dict[str, str] = {}
    for key, picture in decoded:
        sets.join(key, by_bytes.setdefault(picture.sha256, key))
    for one, other in close_pairs([picture.fingerprint for _, picture in decoded]):
        sets.join(decoded[one][0], decoded[other][0])
    for each in seen:
        for key in each.family.links_to:
            if key in by_key and _is_thumbnail_of(each, by_key[key]):
                sets.join(each.family.key, key)
    return sets


def _is_thumbnail_of(small: Seen, large: Seen) -> bool:
    """Whether a family that links to another one shows its thumbnail, by size or for want of a file."""
    if large.best is None or large.best.decoded is None:
        return False
    if small.best is None or small.best.decoded is None:
        return small.reason is None and bool(small.results)
    mine, theirs = small.best.decoded, large.best.decoded
    return max(mine.width, mine.height) <= THUMBNAIL_PX < max(theirs.width, theirs.height)


# --- one work -----------------------------------------------------------------------------------


def _work(members: Sequence[Seen], owner: Owner, owner_id: str) -> Work:
    results = [result for each in members for result in each.results]
    decoded = sorted(((r.decoded, r.url) for r in results if r.decoded), key=lambda pair: _rank(*pair))
    found = list(dict.fromkeys(image for each in members for image in each.family.found))
    best, url = decoded[0] if decoded else (None, _first_address(members))
    rights = _rights(best, found)
    reason = _reason(members, best, url, found, owner)
    return Work(
        id="",
        owner_id=owner_id,
        url=url,
        title=rights.title or _first(image.title for image in found),
        alt=_first(image.alt for image in found),
        width=best.width if best else None,
        height=best.height if best else None,
        renditions=_renditions(members, results),
        pages=tuple(dict.fromkeys(image.page for image in found if image.page)),
        rights=rights,
        fingerprint=best.fingerprint if best else None,
        exclusion=reason[0] if reason else None,
        exclusion_note=reason[1] if reason else None,
    )


def _rank(decoded: Decoded, url: str) -> tuple[bool, int, int, int, str]:
    """Pictures before plain surfaces, then most pixels, most bytes, the shortest address."""
    return (decoded.flat, -decoded.width * decoded.height, -decoded.bytes_len, len(url), url)


def _reason(
    members: Sequence[Seen], best: Decoded | None, url: str, found: Sequence[FoundImage], owner: Owner
) -> Reason | None:
    if best is not None:
        return after_fetch(found, url, best, owner)
    told = next((each.reason for each in members if each.reason), None)
    if told is not None:
        return told
    failed = [result for each in members for result in each.results]
    excluded = [result for result in failed if result.exclusion]
    first = (excluded or failed)[0]
    return first.exclusion or Exclusion.MISSING, "; ".join(
        dict.fromkeys(result.problem or "no file" for result in failed)
    )


def _first_address(members: Sequence[Seen]) -> str:
    return next(
        (url for each in members for url in _addresses(each)),
        members[0].family.key,
    )


def _addresses(seen: Seen) -> list[str]:
    return [result.url for result in seen.results] or [url.href for url in seen.family.urls]


def _renditions(members: Sequence[Seen], results: Sequence[FileResult]) -> tuple[Rendition, ...]:
    """Every file of the work, fetched or only named, the largest first."""
    by_url = {result.url: _rendition(result) for result in results}
    for each in members:
        widths = dict(each.family.widths)
        for url in each.family.urls:
            by_url.setdefault(url.href, Rendition(url=url.href, width=widths.get(url)))
    return tuple(sorted(by_url.values(), key=lambda r: (-(r.width or 0) * (r.height or 1), r.url)))


def _rendition(result: FileResult) -> Rendition:
    decoded = result.decoded
    if decoded is None:
        return Rendition(url=result.url, problem=result.problem)
    return Rendition(
        url=result.url,
        width=decoded.width,
        height=decoded.height,
        format=decoded.format,
        bytes_len=decoded.bytes_len,
        sha256=decoded.sha256,
    )


def _rights(best: Decoded | None, found: Sequence[FoundImage]) -> RightsMetadata:
    """What the file says, completed by what structured data, sitemap and media library say."""
    rights = best.rights if best else RightsMetadata()
    order = sorted(found, key=lambda image: (image.origin is not Origin.PAGE, image.origin.value))
    for image in order:
        missing = {
            field.name: getattr(image.rights, field.name)
            for field in fields(RightsMetadata)
            if not getattr(rights, field.name) and getattr(image.rights, field.name)
        }
        rights = replace(rights, **missing) if missing else rights
    return rights


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text.strip() for text in texts if text and text.strip()), None)
