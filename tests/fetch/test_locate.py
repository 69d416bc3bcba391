"""Which browser is taken, what is remembered, what is said when there is none."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import needs_browser

from creditline.errors import BrowserError
from creditline.fetch import locate


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser: an empty PATH, home and memory."""
    monkeypatch.delenv(locate.ENVIRONMENT_NAME, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setattr(locate, "_search_path", lambda: str(tmp_path / "bin"))
    monkeypatch.setattr(locate, "CHANNELS", {"chrome": (str(tmp_path / "opt" / "chrome"),)})
    monkeypatch.setattr(locate, "_memory_file", lambda: tmp_path / "memory.json")
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(path: Path, text: str = "#!/bin/sh\nexit 1\n") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_candidates_in_order(bare: Path) -> None:
    shell = program(bare / "bin" / "chromium-headless-shell")
    chrome = program(bare / "opt" / "chrome")
    own = program(bare / "browsers" / "chromium_headless_shell-1" / "linux" / "chrome-headless-shell")
    full = program(bare / "bin" / "chromium")
    assert list(locate.candidates()) == [own, chrome, shell, full]


def test_snap_stubs_and_links_to_the_same_program_are_left_out(bare: Path) -> None:
    shell = program(bare / "bin" / "chromium-headless-shell")
    (bare / "bin" / "chromium").symlink_to(shell)
    (bare / "bin" / "chromium-browser").symlink_to("/snap/bin/chromium")
    assert list(locate.candidates()) == [shell]


def test_no_browser_says_what_to_type(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert locate.main([]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "no browser found; type: " in said.err
    assert "playwright install" in locate.what_to_type()


@pytest.mark.parametrize(("root", "line"), [(True, "apt-get install"), (False, "sudo apt-get install")])
def test_the_line_fits_the_machine(
    bare: Path, monkeypatch: pytest.MonkeyPatch, root: bool, line: str
) -> None:
    program(bare / "bin" / "apt-get")
    monkeypatch.setattr(locate, "_is_root", lambda: root)
    assert locate.what_to_type().startswith(line)
    assert locate.what_to_type().endswith("chromium-headless-shell")


def test_a_program_that_is_no_browser_is_passed_over(bare: Path) -> None:
    program(bare / "bin" / "chromium-headless-shell")
    assert locate.find_browser() is None


@needs_browser
def test_the_one_that_works_is_found_and_remembered(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "opt" / "chrome")
    works = bare / "bin" / "chromium"
    works.symlink_to(_outside_browser())
    assert locate.find_browser() == str(works)
    monkeypatch.setattr(locate, "proves_itself", lambda path: pytest.fail("proven before"))
    assert locate.find_browser() == str(works)


@needs_browser
def test_a_changed_browser_is_proven_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'#!/bin/sh\nexec "{_outside_browser()}" "$@"\n'
    path = program(bare / "bin" / "chromium", text)
    assert locate.find_browser() == path
    program(Path(path), text + "# another version\n")
    proven: list[str] = []
    monkeypatch.setattr(locate, "proves_itself", lambda each: bool(proven.append(each)) or True)
    assert locate.find_browser() == path
    assert proven == [path]


@needs_browser
def test_the_environment_names_the_only_candidate(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin" / "chromium")
    monkeypatch.setenv(locate.ENVIRONMENT_NAME, _outside_browser())
    assert locate.find_browser() == _outside_browser()
    monkeypatch.setenv(locate.ENVIRONMENT_NAME, str(bare / "nothing"))
    with pytest.raises(BrowserError, match="there is no such browser"):
        locate.find_browser()
    monkeypatch.setenv(locate.ENVIRONMENT_NAME, "chromium")
    with pytest.raises(BrowserError, match="cannot be started"):
        locate.find_browser()


def test_installing_asks_the_package_manager(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(locate, "_run", lambda command, **_: bool(ran.append(command)) or True)
    monkeypatch.setattr(locate, "_is_root", lambda: True)
    program(bare / "bin" / "apt-get")
    assert locate.install() is None
    assert [command[-1] for command in ran] == ["chromium", "-qq", "chromium-headless-shell", "chromium"]


def test_without_root_the_package_manager_is_left_alone(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(locate, "_run", lambda command, **_: bool(ran.append(command)) or True)
    monkeypatch.setattr(locate, "_is_root", lambda: False)
    program(bare / "bin" / "apt-get")
    assert locate.install() is None
    assert len(ran) == 1


@needs_browser
def test_as_a_command_the_path_is_the_last_line() -> None:
    command = [sys.executable, "-m", "creditline.fetch.locate"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0
    assert os.access(done.stdout.strip().splitlines()[-1], os.X_OK)


_BROWSERS = list(locate.candidates())


def _outside_browser() -> str:
    """The real browser of this machine, found before the test emptied it."""
    return _BROWSERS[-1]
