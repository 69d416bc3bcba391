"""Set-up: what it sees, what it says, and that two never work at once.

The whole of it, with packages and browser, is what runs before these tests can.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
ENTRANCES = ["bootstrap.py", "creditline", "test"]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The module, pointed at an empty project with a space in its path."""
    root = tmp_path / "a project"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "base.lock").write_text("alpha==1 \\\n    --hash=sha256:00\n")
    (root / "requirements" / "dev.lock").write_text("alpha==1 \\\n    --hash=sha256:00\nbeta-one==2\n")
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.ruff]\nline-length = 1\n")
    module = _load()
    for name in ("VENV", "PYTHON", "STAMP", "BROWSER_STAMP", "SET_UP_LOCK"):
        monkeypatch.setattr(module, name, str(root / Path(getattr(module, name)).relative_to(module.ROOT)))
    monkeypatch.setattr(module, "ROOT", str(root))
    return module


def _load():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPTS / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _finish(bootstrap, kind):
    """What a set-up leaves behind, without its packages."""
    Path(bootstrap.PYTHON).parent.mkdir(parents=True, exist_ok=True)
    if not Path(bootstrap.PYTHON).exists():
        Path(bootstrap.PYTHON).symlink_to(sys.executable)
    bootstrap._write(bootstrap.STAMP, bootstrap._stamp_of(kind))


@pytest.mark.parametrize("name", ENTRANCES)
def test_an_old_python_can_read_it(name):
    ast.parse((SCRIPTS / name).read_text(), feature_version=(3, 7))


def test_an_old_python_gets_a_sentence(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetUpError, match=r"3\.11 or newer is needed and python3 here is 3\.9"):
        bootstrap._find_python()


def test_an_old_python_uses_a_newer_one_on_the_path(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: "/opt/python3.12" if name.endswith("12") else None
    )
    assert bootstrap._find_python() == "/opt/python3.12"


@pytest.mark.parametrize(
    ("made_for", "base_is_current", "dev_is_current"),
    [(None, False, False), ("base", True, False), ("dev", True, True)],
)
def test_an_environment_for_the_tests_serves_both(bootstrap, made_for, base_is_current, dev_is_current):
    if made_for:
        _finish(bootstrap, made_for)
    assert bootstrap._is_current("base") is base_is_current
    assert bootstrap._is_current("dev") is dev_is_current


@pytest.mark.parametrize("file", ["requirements/base.lock", "pyproject.toml"])
def test_a_change_of_what_it_is_made_of_is_seen(bootstrap, file):
    _finish(bootstrap, "base")
    path = Path(bootstrap.ROOT, file)
    path.write_text("# changed\n" + path.read_text())
    assert not bootstrap._is_current("base")


def test_a_change_of_a_tools_settings_is_none(bootstrap):
    _finish(bootstrap, "base")
    path = Path(bootstrap.ROOT, "pyproject.toml")
    path.write_text(path.read_text().replace("line-length = 1", "line-length = 2"))
    assert bootstrap._is_current("base")


def test_an_environment_without_its_interpreter_is_not_current(bootstrap):
    _finish(bootstrap, "dev")
    Path(bootstrap.PYTHON).unlink()
    assert not bootstrap._is_current("dev")


def test_an_environment_copied_from_elsewhere_is_not_current(bootstrap, tmp_path, monkeypatch):
    _finish(bootstrap, "dev")
    moved = tmp_path / "moved"
    Path(bootstrap.ROOT).rename(moved)
    for name in ("VENV", "PYTHON", "STAMP"):
        monkeypatch.setattr(
            bootstrap, name, str(moved / Path(getattr(bootstrap, name)).relative_to(bootstrap.ROOT))
        )
    monkeypatch.setattr(bootstrap, "ROOT", str(moved))
    assert not bootstrap._is_current("dev")


@pytest.mark.parametrize("broken_off_at", ["venv", "packages"])
def test_a_set_up_broken_off_is_done_again(bootstrap, monkeypatch, broken_off_at):
    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "_run" if broken_off_at == "venv" else "_install", stop)
    with pytest.raises(KeyboardInterrupt):
        bootstrap._ensure_environment("base")
    assert not bootstrap._is_current("base")


def test_leftovers_of_a_broken_off_set_up_are_removed(bootstrap, monkeypatch):
    leftover = Path(bootstrap.VENV, "lib", "half.py")
    leftover.parent.mkdir(parents=True)
    leftover.touch()
    monkeypatch.setattr(bootstrap, "_install", lambda kind, held: _finish(bootstrap, kind))
    bootstrap._ensure_environment("base")
    assert not leftover.exists()
    assert bootstrap._is_current("base")


def test_a_changed_lock_updates_in_place_and_stays_fit_for_the_tests(bootstrap, monkeypatch):
    _finish(bootstrap, "dev")
    Path(bootstrap.VENV, "kept").touch()
    Path(bootstrap.ROOT, "requirements", "dev.lock").write_text("alpha==2\n")
    installed = []
    monkeypatch.setattr(bootstrap, "_install", lambda kind, held: installed.append(kind))
    bootstrap._ensure_environment("base")
    assert installed == ["dev"]
    assert Path(bootstrap.VENV, "kept").exists()
    assert bootstrap._is_current("dev")


def test_a_linked_environment_is_unlinked_never_emptied(bootstrap, tmp_path):
    other = tmp_path / "somebody else's"
    other.mkdir()
    (other / "theirs").touch()
    Path(bootstrap.VENV).symlink_to(other)
    bootstrap._remove_environment()
    assert (other / "theirs").exists()
    assert not Path(bootstrap.VENV).exists()


HOLD_THE_LOCK = """
import sys
sys.path.insert(0, {scripts!r})
import bootstrap
bootstrap.SET_UP_LOCK = {lock!r}
with bootstrap._one_set_up_at_a_time():
    print("held", flush=True)
    sys.stdin.readline()
    print("released", flush=True)
"""


def test_a_second_set_up_waits_and_says_so(bootstrap):
    program = HOLD_THE_LOCK.format(scripts=str(SCRIPTS), lock=bootstrap.SET_UP_LOCK)
    start = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([sys.executable, "-c", program], **start) as first,
        subprocess.Popen([sys.executable, "-c", "input()\n" + program], **start) as second,
    ):
        assert first.stdout.readline() == "held\n"
        second.stdin.write("go\n")
        second.stdin.flush()
        assert "another set-up is running" in second.stderr.readline()
        first.communicate("\n", timeout=30)
        assert second.stdout.readline() == "held\n"
        second.communicate("\n", timeout=30)


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        (lambda b: b._ensure_postgresql(), "sudo apt-get install -y postgresql"),
        (lambda b: b._ensure_venv_module("/opt/no-such-python"), "sudo apt-get install -y python3-venv"),
    ],
)
def test_without_root_the_line_to_type_is_said(bootstrap, monkeypatch, capsys, missing, line):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "_has_postgresql", lambda: False)
    monkeypatch.setattr(bootstrap, "_has_venv_module", lambda python: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "_ensure_environment", lambda kind: None)
    with pytest.raises(SystemExit) as stop:
        bootstrap._prepare("dev", lambda: missing(bootstrap))
    assert stop.value.code == 1
    assert line in capsys.readouterr().err


def test_without_a_browser_the_program_goes_on_and_asks_once(bootstrap, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(bootstrap, "_locate_browser", lambda: asked.append(1))
    _finish(bootstrap, "base")
    bootstrap._ensure_browser()
    bootstrap._ensure_browser()
    assert len(asked) == 1
    assert "no browser could be found" in capsys.readouterr().err
    bootstrap._ensure_browser_again()
    assert len(asked) == 2


def test_the_tests_do_not_start_without_a_browser(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "_locate_browser", lambda: None)
    _finish(bootstrap, "dev")
    with pytest.raises(SystemExit) as stop:
        bootstrap._prepare("dev", bootstrap._require_browser)
    assert stop.value.code == 1
    assert "apt-get install chromium-headless-shell" in capsys.readouterr().err


def test_a_driver_that_does_not_start_gets_its_library(bootstrap, monkeypatch):
    _finish(bootstrap, "base")
    driver = Path(bootstrap.VENV, "lib", "python3.11", "site-packages", "playwright", "driver", "node")
    driver.parent.mkdir(parents=True)
    driver.write_text("#!/bin/sh\nexit 127\n")
    driver.chmod(0o755)
    installed = []
    monkeypatch.setattr(bootstrap, "_apt_install", lambda package, purpose: installed.append(package))
    bootstrap._ensure_driver()
    driver.write_text("#!/bin/sh\nexit 0\n")
    bootstrap._ensure_driver()
    assert installed == ["libatomic1"]


def test_a_browser_that_vanished_is_looked_for_again(bootstrap, monkeypatch, tmp_path):
    _finish(bootstrap, "base")
    browser = tmp_path / "browser"
    browser.touch(mode=0o755)
    monkeypatch.setattr(bootstrap, "_locate_browser", lambda: str(browser))
    bootstrap._ensure_browser()
    assert bootstrap._browser_found()
    browser.unlink()
    assert not bootstrap._browser_found()


def test_packages_the_lock_does_not_name_are_found(bootstrap, monkeypatch):
    listed = "alpha\nBeta.One\npip\nleft-over\n"
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setattr(
        bootstrap.subprocess,
        "run",
        lambda *args, **kwargs: subprocess.CompletedProcess(args, 0, listed.encode(), b""),
    )
    assert bootstrap._surplus("base") == ["Beta.One", "left-over"]
    assert bootstrap._surplus("dev") == ["left-over"]


def test_the_folders_of_servers_are_on_the_path(bootstrap, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/sbin")
    bootstrap._append_sbin()
    assert os.environ["PATH"].split(":") == ["/usr/bin", "/sbin", "/usr/local/sbin", "/usr/sbin"]


def test_the_launcher_works_from_elsewhere_through_a_link_and_starts_at_once(tmp_path):
    """Below a second, and nearly all of it the program's own start; CPU, since machines are shared."""
    link = tmp_path / "my creditline"
    link.symlink_to(SCRIPTS / "creditline")
    bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path)}
    subprocess.run([link, "--version"], cwd=tmp_path, env=bare, capture_output=True, check=True)
    spent = []
    for _ in range(3):
        before = os.times()
        done = subprocess.run([link, "--version"], cwd=tmp_path, env=bare, capture_output=True, text=True)
        after = os.times()
        spent.append(_cpu_s(after) - _cpu_s(before))
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("creditline")
        assert done.stderr == ""
    assert min(spent) < 0.3


def _cpu_s(times):
    """User and system time of the children so far."""
    return times.children_user + times.children_system
