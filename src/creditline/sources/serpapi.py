"""Google Lens, exact matches, through SerpApi."""

from __future__ import annotations

from creditline.engine_replies.serp_maps import LENS_EXACT
from creditline.sources._serp import SerpSource, Upload, Vendor

SOURCE = SerpSource(
    Vendor(
        name="serpapi",
        description="Google Lens exact matches through SerpApi (needs a key).",
        base_url="https://serpapi.com",
        key_name="CREDITLINE_SERPAPI_KEY",
        key_parameter="api_key",
        search_path="/search.json",
        parameters={"engine": "google_lens", "type": "exact_matches"},
        url_parameter="url",
        fields=LENS_EXACT,
        price_usd=0.015,
        price_note="75 USD per 5,000 searches (quoted 2025-12); failed ones are free",
        most_parts=3,
        upload=Upload(path="/image", form_field="image", id_field="image_id", most_bytes=500_000),
        account=("/account.json", "plan_searches_left"),
    )
)
