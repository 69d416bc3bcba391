"""From uses without a credit to honest letters. Pure: nothing here sends or stores anything."""

from creditline.outreach.missing_credit import (
    MAX_CHECK_AGE,
    Refusal,
    missing_credit,
    missing_credits,
    why_not_asked,
)

__all__ = ["MAX_CHECK_AGE", "Refusal", "missing_credit", "missing_credits", "why_not_asked"]
