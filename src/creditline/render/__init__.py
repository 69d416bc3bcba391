"""The one escaping layer: every text that came from elsewhere passes here before anybody sees it.

HTML goes through `html_environment`, tables through `csv_text`, terminals through `terminal_line`,
letters through `mail_text` and `letter_environment`. Nothing else in the program escapes anything.
"""

from creditline.render.html import data_uri, html_environment, safe_href
from creditline.render.letters import letter_environment, mail_text
from creditline.render.sheet import csv_text, neutralise, restore
from creditline.render.text import cut, one_line, terminal_line, visible

__all__ = [
    "csv_text",
    "cut",
    "data_uri",
    "html_environment",
    "letter_environment",
    "mail_text",
    "neutralise",
    "one_line",
    "restore",
    "safe_href",
    "terminal_line",
    "visible",
]
