"""What was found, for people (HTML) and for programs (CSV, JSON Lines). Pure."""

from creditline.report.html import render_report, report_files
from creditline.report.model import ReportModel
from creditline.report.pairs import wrong_pair_rows
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
    "ReportModel",
    "json_line",
    "match_row",
    "page_check_row",
    "render_report",
    "report_files",
    "search_row",
    "use_row",
    "uses_csv",
    "work_row",
    "works_csv",
    "wrong_pair_rows",
]
