"""What was found, for people (HTML) and for programs (CSV, JSON Lines). Pure."""

from creditline.report.tables import (
    json_line,
    match_row,
    page_check_row,
    search_row,
    use_row,
    uses_csv,
    work_row,
    works_csv,
)

__all__ = [
    "json_line",
    "match_row",
    "page_check_row",
    "search_row",
    "use_row",
    "uses_csv",
    "work_row",
    "works_csv",
]
