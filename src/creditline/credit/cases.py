"""A judged page as a test case: what the project's own saved pages (tests/cases) look like."""

from __future__ import annotations

import json

from creditline.credit.judge import make_scene, picture_of
from creditline.records import ImageRef, Owner, VerdictKind


def saved_case(html: bytes, page_url: str, image_url: str, owner: Owner, right: VerdictKind) -> str | None:
    """The ``expected.json`` beside a saved page: its address, the image, the owner and the right verdict.

    Returns:
        JSON, ``None`` where the page does not show the image in an ``<img>``.
    """
    picture = picture_of(make_scene(html, page_url, owner, None), ImageRef(src=image_url))
    if picture is None or not picture.img_indexes:
        return None
    named = {"names": list(owner.names), "domains": list(owner.domains), "profiles": list(owner.profiles)}
    case = {"image": picture.img_indexes[0], "owner": named, "expect": {"kind": right.value}}
    return json.dumps({"page_url": page_url, "cases": [case]}, indent=2, ensure_ascii=False) + "\n"
