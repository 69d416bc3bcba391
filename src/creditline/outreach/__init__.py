"""From uses without a credit to honest letters. Pure: nothing here sends or stores anything."""

from creditline.outreach.contacts import why_not_written_to
from creditline.outreach.draft import LANGUAGES, draft_requests
from creditline.outreach.facts import LetterFacts, letter_facts
from creditline.outreach.files import (
    OUTREACH_COLUMNS,
    Sender,
    letter_file_name,
    outreach_csv,
    outreach_rows,
    to_eml,
    to_txt,
)
from creditline.outreach.linter import Finding, lint_letter, require_honest
from creditline.outreach.missing_credit import (
    MAX_CHECK_AGE,
    Refusal,
    missing_credit,
    missing_credits,
    why_not_asked,
)
from creditline.outreach.ranking import letters_by_worth

__all__ = [
    "LANGUAGES",
    "MAX_CHECK_AGE",
    "OUTREACH_COLUMNS",
    "Finding",
    "LetterFacts",
    "Refusal",
    "Sender",
    "draft_requests",
    "letter_facts",
    "letter_file_name",
    "letters_by_worth",
    "lint_letter",
    "missing_credit",
    "missing_credits",
    "outreach_csv",
    "outreach_rows",
    "require_honest",
    "to_eml",
    "to_txt",
    "why_not_asked",
    "why_not_written_to",
]
