"""The data files of flows: those that come along, newer ones, and what is wrong with bad ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from creditline import engine_flows
from creditline.engine_flows import consent_wording, engines, load_flow, read_flow
from creditline.errors import ConfigError
from creditline.records import AnswerKind, MoreKind, StepKind

OWN = Path(engine_flows.__file__).parent
GENERATED_CLASS = re.compile(r"\.[A-Za-z]*[A-Z][A-Za-z0-9_-]{4,}")


def text_of(engine: str) -> str:
    return (OWN / f"{engine}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("engine", engines())
def test_what_comes_along_is_whole(engine):
    flow = load_flow(engine)
    assert flow.engine == engine
    assert StepKind.FILE in {step.kind for step in flow.by_file}
    assert any("{url}" in step.targets[0] for step in flow.by_address if step.kind is StepKind.OPEN)
    assert all(re.match(flow.answer_at, f"{host}/x") is None for host in ("evil.example",))
    assert flow.more is not MoreKind.CLICK or any("{next}" in target for target in flow.more_targets)
    assert flow.answer in AnswerKind


@pytest.mark.parametrize("engine", engines())
def test_nothing_is_found_by_a_generated_class_name(engine):
    flow = load_flow(engine)
    selectors = [t for step in flow.by_file if step.kind is not StepKind.OPEN for t in step.targets]
    assert [each for each in [*selectors, *flow.more_targets] if GENERATED_CLASS.search(each)] == []


@pytest.mark.parametrize("engine", engines())
def test_the_consent_says_where_the_engine_stands(engine):
    wording = consent_wording(load_flow(engine))
    assert load_flow(engine).terms_url in wording
    assert load_flow(engine).position in wording
    assert "captcha" in wording.lower()


def test_a_newer_file_of_a_workspace_counts_and_an_older_one_does_not(tmp_path):
    ours = load_flow("tineye_web")
    newer = (
        text_of("tineye_web")
        .replace(str(ours.version), str(ours.version + 1))
        .replace("upload-box", "new-box")
    )
    (tmp_path / "tineye_web.toml").write_text(newer, encoding="utf-8")
    assert "input#new-box" in load_flow("tineye_web", tmp_path).by_file[-1].targets
    older = newer.replace(str(ours.version + 1), str(ours.version - 1))
    (tmp_path / "tineye_web.toml").write_text(older, encoding="utf-8")
    assert load_flow("tineye_web", tmp_path) == ours
    assert load_flow("google_lens", tmp_path) == load_flow("google_lens")


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('engine = "tineye_web"', 'engine = "google_lens"', "it is the flow of 'google_lens'"),
        ("version = 20", 'version = "20', "not valid TOML"),
        ("version = 2026112001", "version = 7", "version = 7 is not a whole number"),
        ("most_bytes = 10_485_760", "most_bytes = 0", "most_bytes"),
        ('hosts = ["tineye.com"', 'hosts = ["https://tineye.com"', "a list of host names"),
        ("open = ", "push = ", "a list of steps"),
        ('"https://tineye.com/search?url={url}"', '"file:///etc/passwd"', "an https address"),
        ('in = "json"', 'in = "telepathy"', "one of document, json"),
        (
            'in = "json"',
            'in = "json"\nempty = ["0 results"]',
            "empty = ['0 results'] is not for answers in JSON",
        ),
        ("result_json'", "result_json('", "a regular expression"),
        ('by = "click"', 'by = "magic"', "one of none, scroll, click"),
        ("[canary]", "[bird]", "canary = None is not a table"),
        ("least_pages = 5", "least_pages = true", "least_pages"),
        ("most_parts = 20", "most_parts = 5000", "most_parts"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(before, after, complaint):
    text = text_of("tineye_web")
    assert before in text
    with pytest.raises(ConfigError) as raised:
        read_flow(text.replace(before, after), "tineye_web", "tineye_web.toml")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("tineye_web.toml")


def test_words_for_nothing_may_come_with_a_newer_file(tmp_path):
    ours = load_flow("yandex_images")
    newer = text_of("yandex_images").replace(str(ours.version), str(ours.version + 1))
    (tmp_path / "yandex_images.toml").write_text(
        newer.replace("empty = [", 'empty = ["Keine  Bilder GEFUNDEN", '), encoding="utf-8"
    )
    assert load_flow("yandex_images", tmp_path).empty == ("keine bilder gefunden", *ours.empty)
    assert all(words == words.casefold() for words in ours.empty)


def test_an_unknown_engine_is_named():
    with pytest.raises(ConfigError, match=r"altavista.*google_lens"):
        load_flow("altavista")
