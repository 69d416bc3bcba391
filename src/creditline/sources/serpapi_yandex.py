"""Yandex Images, pages with an image, through SerpApi."""

from __future__ import annotations

from creditline.engine_replies.serp_maps import YANDEX_IMAGES
from creditline.sources._serp import SerpSource, Vendor

SOURCE = SerpSource(
    Vendor(
        name="serpapi_yandex",
        description="Yandex Images through SerpApi: pages with an image, by its address (needs a key).",
        base_url="https://serpapi.com",
        key_name="CREDITLINE_SERPAPI_KEY",
        key_parameter="api_key",
        search_path="/search.json",
        parameters={"engine": "yandex_images"},
        url_parameter="url",
        fields=YANDEX_IMAGES,
        price_usd=0.015,
        price_note="75 USD per 5,000 searches (quoted 2025-12); failed ones are free",
        most_parts=3,
        account=("/account.json", "plan_searches_left"),
    )
)
