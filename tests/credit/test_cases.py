"""Saved pages with what is true of their images, compared field by field.

``tests/cases/<rule>/<case>/page.html`` and ``expected.json``: the page's address and, per question, the
image's index, the owner and the fields of the verdict that are given. ``rule`` names the rule of the
heaviest evidence.
"""

import json
from pathlib import Path

import pytest

from creditline.credit import judge
from creditline.records import ImageRef, Owner, Verdict

CASES = Path(__file__).parents[1] / "cases"
QUESTIONS = [
    pytest.param(folder, number, id=f"{folder.parent.name}/{folder.name}/{number}")
    for folder in sorted(CASES.glob("*/*"))
    for number in range(len(json.loads((folder / "expected.json").read_text("utf-8"))["cases"]))
]


def field(verdict: Verdict, name: str) -> object:
    """A field of a verdict, and the rule that its heaviest evidence comes from."""
    if name == "rule":
        return next(found.rule for found in verdict.evidence if found.rejected is None)
    return getattr(verdict, name)


@pytest.mark.parametrize(("folder", "number"), QUESTIONS)
def test_saved_page(folder, number):
    saved = json.loads((folder / "expected.json").read_text("utf-8"))
    question = saved["cases"][number]
    verdict = judge(
        (folder / "page.html").read_bytes(),
        page_url=saved["page_url"],
        image=ImageRef(index=question["image"]),
        owner=Owner(**question["owner"]),
    )
    expect = question["expect"]
    parts = expect.pop("tasl", {})
    assert {name: field(verdict, name) for name in expect} == expect, verdict
    assert {name: getattr(verdict.tasl, name) for name in parts} == parts
