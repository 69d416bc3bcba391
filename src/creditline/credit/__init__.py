"""The credit judge: does this page credit the owner of this image, and how? Pure."""

from creditline.credit.cases import saved_case
from creditline.credit.claims import QUOTE_CAP
from creditline.credit.explain import Explanation, LookedAt, Weighed, explain
from creditline.credit.judge import (
    JUDGE_VERSION,
    combine_looks,
    foreign_credit,
    judge,
    judge_placements,
    names_owner,
)
from creditline.credit.scene_base import JudgeContext

__all__ = [
    "JUDGE_VERSION",
    "QUOTE_CAP",
    "Explanation",
    "JudgeContext",
    "LookedAt",
    "Weighed",
    "combine_looks",
    "explain",
    "foreign_credit",
    "judge",
    "judge_placements",
    "names_owner",
    "saved_case",
]
