"""How sources are found, and what is said of those that are not right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from creditline.errors import ConfigError
from creditline.plugins import find_plugins
from creditline.sources import all_sources
from creditline.sources.base import _checked


def make_package(folder: Path, name: str, **modules: str) -> str:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    for module, text in modules.items():
        (package / f"{module}.py").write_text(text)
    sys.path.insert(0, str(folder))
    return name


GOOD = """
class S:
    name, description, reads_file = {name!r}, "Reads.", True
    async def search(self, question, context):
        yield None
SOURCE = S()
"""


def find(package: str) -> list[str]:
    return list(find_plugins(package, "SOURCE", "creditline.nothing", _checked))


def test_the_built_in_sources_are_found() -> None:
    assert {"page_list", "server_log", "link_export", "watch_list"} <= set(all_sources())


def test_a_new_file_is_a_new_source(tmp_path: Path) -> None:
    package = make_package(
        tmp_path, "plugs_a", one=GOOD.format(name="one"), two=GOOD.format(name="two"), _help="", base=""
    )
    assert find(package) == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "modules", "message"),
    [
        ("plugs_b", {"one": "X = 1"}, "plugs_b.one sets no SOURCE"),
        ("plugs_c", {"one": "SOURCE = 1"}, "plugs_c.one is not a source: it has no name"),
        ("plugs_d", {"one": GOOD.format(name="Bad-Name")}, "'Bad-Name' is not a source's name"),
        (
            "plugs_e",
            {"one": GOOD.format(name="x"), "two": GOOD.format(name="x")},
            "two plugins are called 'x'",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, modules: dict[str, str], message: str) -> None:
    package = make_package(tmp_path, name, **modules)
    with pytest.raises(ConfigError, match=message):
        find(package)


def test_another_distribution_offers_a_source(tmp_path: Path) -> None:
    make_package(tmp_path, "plugs_f", thing=GOOD.format(name="thing"))
    info = tmp_path / "thing-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[plugs.group]\nthing = plugs_f.thing:SOURCE\nbad = plugs_f.nothing:X\n"
    )
    make_package(tmp_path, "plugs_none")
    with pytest.raises(ConfigError, match="entry point 'bad' of thing cannot be loaded: ModuleNotFoundError"):
        find_plugins("plugs_none", "SOURCE", "plugs.group", _checked)
    (info / "entry_points.txt").write_text("[plugs.group]\nthing = plugs_f.thing:SOURCE\n")
    assert list(find_plugins("plugs_none", "SOURCE", "plugs.group", _checked)) == ["thing"]
