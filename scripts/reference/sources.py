"""docs/reference/sources.md: where leads come from."""

from __future__ import annotations

from reference.plugins import found
from reference.words import heading, joined, table


def page() -> str:
    """The whole page."""
    lines = heading(
        "Sources",
        "Where leads come from. None of these needs an account, and none sends anything about your pictures "
        "to anybody. How each search ended is listed by `creditline discover` and in the report.",
    )
    rows = [(f"`{source.name}`", source.description) for _, source in found("creditline.sources", "SOURCE")]
    if not rows:
        raise SystemExit("creditline.sources: no source found")
    return joined([*lines, *table(("source", "what it reads"), rows)])
