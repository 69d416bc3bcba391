"""The documents say what the program does: generated pages, links, commands, options and settings."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from creditline.settings import load_settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PEOPLE = [page for page in PAGES if "reference" not in page.parts]


@pytest.fixture(scope="module")
def contexts():
    """Every command by its path, ``uses set`` for example."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        commands = importlib.import_module("reference.commands")
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return {
        context.command_path.removeprefix("creditline").strip(): context for context in commands.contexts()
    }


def test_the_generated_pages_are_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "docs", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_has_help_with_an_example(contexts):
    lacking = [path for path, context in contexts.items() if "Example:" not in (context.command.help or "")]
    assert lacking == []


def test_every_option_has_help(contexts):
    lacking = [
        f"{path} {option.opts[0]}"
        for path, context in contexts.items()
        for option in context.command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert lacking == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    lost = [
        target
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert lost == []


def _calls(lines: list[str]) -> list[list[str]]:
    """The calls of creditline among some lines, as words."""
    found = [re.search(r"(?:^|/|\s)creditline (.+)$", line.strip()) for line in lines]
    return [shlex.split(call[1], comments=True) for call in found if call]


def _assert_possible(calls, contexts):
    """Each call names a command that exists, and only options that the command has."""
    for words in calls:
        path = " ".join(words[:2]) if " ".join(words[:2]) in contexts else words[0]
        assert path in contexts, f"no command {words}"
        known = {
            name for option in contexts[path].command.params for name in option.opts + option.secondary_opts
        }
        used = {word.split("=")[0] for word in words if word.startswith("--")} - {"--help"}
        assert used <= known, f"{path} has no {used - known}"


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_on_pages_are_possible(page, contexts):
    blocks = re.findall(r"```[a-z]*\n(.*?)```", page.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    _assert_possible(_calls(lines), contexts)


def test_examples_in_help_are_possible(contexts):
    for context in contexts.values():
        calls = _calls((context.command.help or "").split("Example:")[-1].splitlines())
        assert calls, f"{context.command_path}: the example does not call it"
        _assert_possible(calls, contexts)


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_in_examples_are_read(page, tmp_path):
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL):
        (tmp_path / "creditline.toml").write_text(block)
        load_settings(tmp_path, {})
