"""Yandex Images in the person's own browser: the sites that show the picture."""

from creditline.engine_replies import yandex
from creditline.sources._browsing import BrowserSource

SOURCE = BrowserSource(
    name="yandex_images",
    description="Yandex Images, sites with the image, in your own browser.",
    reader=yandex.read,
    unproven=yandex.UNPROVEN,
)
