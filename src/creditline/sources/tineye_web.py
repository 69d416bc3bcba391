"""TinEye's website in the person's own browser: copies of the picture."""

from creditline.engine_replies import tineye
from creditline.sources._browsing import BrowserSource

SOURCE = BrowserSource(
    name="tineye_web",
    description="TinEye's website, in your own browser: copies of one picture with their pages.",
    reader=tineye.read,
    unproven=tineye.UNPROVEN,
)
