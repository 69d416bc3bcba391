"""PURE decisions of a check: was this the page, which looks does it need, what are its uses.

`pipeline.check` fetches and calls; everything that has to be decided on the way is decided here.
"""

from creditline.checking.findings import SeenPlacement, merge_findings
from creditline.checking.looks import browser_need, rendering_ending, reply_ending
from creditline.checking.pages import fold_target, redirected_away, teaser_targets
from creditline.checking.selection import choose_candidate, worth_comparing

__all__ = [
    "SeenPlacement",
    "browser_need",
    "choose_candidate",
    "fold_target",
    "merge_findings",
    "redirected_away",
    "rendering_ending",
    "reply_ending",
    "teaser_targets",
    "worth_comparing",
]
