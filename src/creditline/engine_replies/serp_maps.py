"""Where companies that search engines for others put things: data for `serp.read`."""

from __future__ import annotations

from creditline.engine_replies.base import Claim
from creditline.engine_replies.serp import FieldMap

#: SerpApi, ``google_lens`` with ``type=exact_matches``: pages, never the image's own address.
LENS_EXACT = FieldMap(
    claim=Claim.EXACT,
    results="exact_matches",
    page="link",
    width="actual_image_width",
    height="actual_image_height",
    echoes={"search_parameters.engine": "google_lens", "search_parameters.type": "exact_matches"},
    next_page="serpapi_pagination.next",
)
#: SerpApi, ``google_lens`` with ``type=visual_matches``: what only looks alike is among them.
LENS_VISUAL = FieldMap(
    claim=Claim.VISUAL,
    results="visual_matches",
    page="link",
    image="image",
    width="image_width",
    height="image_height",
    echoes={"search_parameters.engine": "google_lens"},
    next_page="serpapi_pagination.next",
)
#: SerpApi, ``yandex_images`` with the address of an image.
YANDEX_IMAGES = FieldMap(
    claim=Claim.VISUAL,
    results="image_results",
    page="link",
    image="original_image.link",
    width="original_image.width",
    height="original_image.height",
    echoes={"search_parameters.engine": "yandex_images"},
    next_page="serpapi_pagination.next",
)
