"""Matches that the owner called wrong, as pairs that recognition can be tested with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from creditline.records import Fingerprint, Use, Work, WrongMatch
from creditline.report.tables import use_match_row

#: Evidence of a use that shows the copy itself, best first.
_COPIES = ("copy_thumbnail",)


def wrong_pair_rows(
    wrong: Iterable[WrongMatch],
    uses: Mapping[str, Use],
    works: Mapping[str, Work],
    path_of: Callable[[str], str | None],
) -> Iterator[dict[str, Any]]:
    """One row per picture and work that were taken for each other, as ``uses --wrong-matches`` prints it.

    Args:
        wrong: What the owner called wrong.
        uses: Every use by id.
        works: Every work by id.
        path_of: Where evidence with a hash lies on this machine; ``None`` where it does not.
    """
    for each in wrong:
        use, work = uses.get(each.use_id), works.get(each.work_id)
        if use is not None and work is not None:
            yield {
                "use": use.id,
                "same": False,
                "work": _work(work),
                "picture": _picture(each, use, path_of),
                "match": use_match_row(use.match),
            }


def _work(work: Work) -> dict[str, Any]:
    files = [each for each in work.renditions if each.sha256]
    best = next((each for each in files if each.url == work.url), None)
    return {
        "id": work.id,
        "url": work.url,
        "sha256": best.sha256 if best else work.fingerprint.sha256 if work.fingerprint else None,
        **_hashes([work.fingerprint] if work.fingerprint else []),
        "files": [{"url": each.url, "sha256": each.sha256} for each in files],
    }


def _picture(wrong: WrongMatch, use: Use, path_of: Callable[[str], str | None]) -> dict[str, Any]:
    kept = dict(use.evidence)
    paths = (path_of(kept[kind]) for kind in _COPIES if kind in kept)
    return {
        "url": use.image_url,
        "page_url": use.page_url,
        "sha256": wrong.sha256,
        **_hashes(wrong.fingerprints),
        "thumbnail": next((path for path in paths if path), None),
    }


def _hashes(prints: Iterable[Fingerprint]) -> dict[str, Any]:
    """The latest fingerprint's version and hash; hexadecimal."""
    last = next(reversed(list(prints)), None)
    return {"algorithm": last.algorithm if last else None, "phash": last.phash.hex() if last else None}
