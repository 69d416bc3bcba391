"""Bing Visual Search in the person's own browser: the pages that include the picture."""

from creditline.engine_replies import bing
from creditline.sources._browsing import BrowserSource

SOURCE = BrowserSource(
    name="bing_visual",
    description="Bing Visual Search, pages with this image, in your own browser.",
    reader=bing.read,
    unproven=bing.UNPROVEN,
)
