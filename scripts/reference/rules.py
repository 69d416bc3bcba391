"""docs/reference/rules.md: the rules that look for a credit."""

from __future__ import annotations

from reference.plugins import found
from reference.words import heading, joined, table


def page() -> str:
    """The whole page."""
    lines = heading(
        "Rules",
        "Each rule looks for one kind of credit and gives evidence with the page's own words, or nothing. "
        "`creditline explain` shows what each saw on a page.",
    )
    rows = [(f"`{rule.name}`", rule.says) for _, rule in found("creditline.credit.rules", "RULE")]
    if not rows:
        raise SystemExit("creditline.credit.rules: no rule found")
    return joined([*lines, *table(("rule", "what it sees"), rows)])
