"""The project's saved pages in other dresses: what a reader does not notice changes no verdict.

Every dress is tried on every fifth question, each dress on other ones, to stay within some seconds.
"""

import json
from pathlib import Path

import pytest

from credit import redress
from creditline.credit import judge
from creditline.records import ImageRef, Owner

STEP = 5
SAVED = [
    (folder, saved, question)
    for folder in sorted((Path(__file__).parents[1] / "cases").glob("*/*"))
    for saved in [json.loads((folder / "expected.json").read_text("utf-8"))]
    for question in saved["cases"]
]


def verdicts(dress, offset):
    """Name, expected kind and verdict of the sampled questions on the changed pages."""
    for folder, saved, question in SAVED[offset % STEP :: STEP]:
        found = judge(
            dress((folder / "page.html").read_text("utf-8")),
            page_url=saved["page_url"],
            image=ImageRef(index=question["image"]),
            owner=Owner(**question["owner"]),
        )
        yield (
            f"{folder.parent.name}/{folder.name} image {question['image']}",
            question["expect"]["kind"],
            found,
        )


@pytest.mark.parametrize("number", range(len(redress.DRESSES)), ids=list(redress.DRESSES))
def test_no_dress_changes_a_verdict(number):
    dress = list(redress.DRESSES.values())[number]
    changed = [(name, kind, found) for name, kind, found in verdicts(dress, number) if found.kind != kind]
    assert changed == []


@pytest.mark.parametrize("number", range(len(redress.PLAINER)), ids=list(redress.PLAINER))
def test_plainer_elements_accuse_nobody_who_is_credited(number):
    dress = list(redress.PLAINER.values())[number]
    accused = [
        (name, kind, found)
        for name, kind, found in verdicts(dress, number)
        if kind in ("linked", "text_only") and found.kind in ("none", "credited_to_other")
    ]
    assert accused == []


def test_every_dress_changes_something():
    folder, _, _ = SAVED[0]
    page = (folder / "page.html").read_text("utf-8") + '<p><a href="https://x.example/a#b">x</a></p>'
    assert [name for name, dress in redress.DRESSES.items() if dress(page) == page] == []
