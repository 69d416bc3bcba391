"""What was found, for people (HTML) and for programs (CSV, JSON Lines). Pure."""

from creditline.report.explanation import Explained, Library, render_explanation
from creditline.report.html import render_report, report_files
from creditline.report.model import ReportModel
from creditline.report.pairs import wrong_pair_rows
from creditline.report.tables import (
    disclosure_row,
    json_line,
    match_row,
    page_check_row,
    passed_row,
    plan_row,
    search_row,
    use_row,
    uses_csv,
    work_row,
    works_csv,
)

__all__ = [
    "Explained",
    "Library",
    "ReportModel",
    "disclosure_row",
    "json_line",
    "match_row",
    "page_check_row",
    "passed_row",
    "plan_row",
    "render_explanation",
    "render_report",
    "report_files",
    "search_row",
    "use_row",
    "uses_csv",
    "work_row",
    "works_csv",
    "wrong_pair_rows",
]
