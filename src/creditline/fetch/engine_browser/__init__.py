"""Search engines in the person's own browser: driven as a person drives it, and not disguised.

A window that the person sees, a profile of its own, pauses of a minute, a share a day, and a stop at the
first block. Captchas and consent pages are the person's. Everything goes out through the guard's proxy.
"""

from creditline.fetch.engine_browser.pace import PaceSettings
from creditline.fetch.engine_browser.settings import EngineBrowserSettings
from creditline.fetch.engine_browser.worker import OwnBrowser

__all__ = ["EngineBrowserSettings", "OwnBrowser", "PaceSettings"]
