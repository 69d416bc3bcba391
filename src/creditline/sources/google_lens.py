"""Google Lens in the person's own browser: the tab "Exact matches"."""

from creditline.engine_replies import google_lens
from creditline.sources._browsing import BrowserSource

SOURCE = BrowserSource(
    name="google_lens",
    description="Google Lens, exact matches, in your own browser: pages with one picture.",
    reader=google_lens.read,
    unproven=google_lens.UNPROVEN,
)
