"""PURE decisions of a check: was this the page, which looks does it need, what are its uses.

`pipeline.check` fetches and calls; everything that has to be decided on the way is decided here.
"""

from creditline.checking.findings import SeenPlacement, accuses, merge_findings, one_voice, unless_hidden
from creditline.checking.last_look import LastLook, after_last_look, placements_of, unjudged_doubt
from creditline.checking.links import best_target, link_target, links_to_follow
from creditline.checking.looks import browser_need, rendering_ending, reply_ending
from creditline.checking.pages import different_page, fold_target, redirected_away, sends_away, teaser_targets
from creditline.checking.selection import choose_candidate, may_be_a_picture, worth_comparing
from creditline.checking.templates import AUDIT, TRUSTED_FOR, TemplateMemory, shows_more, template_of

__all__ = [
    "AUDIT",
    "TRUSTED_FOR",
    "LastLook",
    "SeenPlacement",
    "TemplateMemory",
    "accuses",
    "after_last_look",
    "best_target",
    "browser_need",
    "choose_candidate",
    "different_page",
    "fold_target",
    "link_target",
    "links_to_follow",
    "may_be_a_picture",
    "merge_findings",
    "one_voice",
    "placements_of",
    "redirected_away",
    "rendering_ending",
    "reply_ending",
    "sends_away",
    "shows_more",
    "teaser_targets",
    "template_of",
    "unjudged_doubt",
    "unless_hidden",
    "worth_comparing",
]
