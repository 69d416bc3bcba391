"""Set up everything that creditline needs, on a machine that has only python3, pip and git.

`scripts/creditline` and `scripts/test` start here. Standard library only, and no syntax newer than
Python 3.6, so that a python3 that is too old gets a sentence instead of a traceback. Everything said goes
to stderr: stdout belongs to the command.

What a finished environment was made from stands in a stamp inside ``.venv``: kind and hash of the lock,
place of the project, interpreter. The stamp is removed before anything is changed and written last, so
that a set-up which was broken off is seen and done again.
"""

import contextlib
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "creditline-stamp")
#: Path of the browser found at set-up, or "none".
BROWSER_STAMP = os.path.join(VENV, "creditline-browser")
SET_UP_LOCK = os.path.join(ROOT, ".venv.lock")

OLDEST_PYTHON = (3, 11)
SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")
#: What the environment brings along by itself and no lock names.
SEEDED = {"pip", "setuptools", "creditline"}
#: Long enough for a browser of 100 MB on a slow line.
BROWSER_INSTALL_TIMEOUT_S = 1800


class SetUpError(Exception):
    """Something is missing that set-up cannot get; the message says what and what to type."""


# --- the two entrances ----------------------------------------------------------------------------


def run_creditline(arguments):
    """Make sure of the environment, then become ``python -m creditline``."""
    _prepare("base", _ensure_browser)
    # -I: no module of the current folder (a workspace) and no PYTHONPATH may stand in for one of ours.
    _become([PYTHON, "-I", "-m", "creditline", *arguments])


def run_tests(arguments):
    """Make sure of the environment, a browser and a PostgreSQL server, then become pytest."""
    _prepare("dev", _require_browser, _ensure_postgresql)
    os.chdir(ROOT)
    # The whole suite uses every core; a file's tests stay together, since they share their servers.
    _become([PYTHON, "-m", "pytest", *(arguments or ["-n", "auto", "--dist", "loadfile"])])


def prepare_tests():
    """Set up what the tests need and return; for `.ci/run`."""
    _prepare("dev", _require_browser, _ensure_postgresql)


def _prepare(kind, *further_steps):
    try:
        _append_sbin()
        _ensure_environment(kind)
        for step in further_steps:
            step()
    except SetUpError as error:
        _say(str(error))
        sys.exit(1)
    except OSError as error:
        _say(f"set-up failed: {error}. Put that right and start the same command again.")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("set-up interrupted; start the same command again and it goes on.")
        sys.exit(130)


def _become(command):
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)


def _say(message):
    sys.stderr.write(f"creditline: {message}\n")
    sys.stderr.flush()


def _append_sbin():
    """A plain user's PATH on Debian lacks the folders where servers and their tools lie."""
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += [folder for folder in SBIN if folder not in folders]
    os.environ["PATH"] = os.pathsep.join(folders)


# --- the virtual environment ----------------------------------------------------------------------


def _ensure_environment(kind):
    if _is_current(kind):
        return
    with _one_set_up_at_a_time() as held:
        if not _is_current(kind):
            _set_up_environment(kind, held)


def _is_current(kind):
    """Whether the environment holds exactly what the lock says; dev.lock is a superset of base.lock."""
    stamp = _read(STAMP)
    if stamp is None or not os.access(PYTHON, os.X_OK):
        return False
    return stamp == _stamp_of(kind) or stamp == _stamp_of("dev")


def _stamp_of(kind):
    with open(_lock_path(kind), "rb") as file:
        made_from = hashlib.sha256(file.read())
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        # Only what describes the package: settings of tools change nothing in the environment.
        made_from.update(file.read().split(b"\n[tool.")[0])
    return "\n".join((kind, made_from.hexdigest(), ROOT, os.path.realpath(PYTHON))) + "\n"


def _lock_path(kind):
    return os.path.join(ROOT, "requirements", kind + ".lock")


def _set_up_environment(kind, held):
    stamp = _read(STAMP)
    in_place = stamp is not None and stamp.split("\n")[2:] == _stamp_of(kind).split("\n")[2:]
    in_place = in_place and os.access(PYTHON, os.X_OK)
    if in_place:
        _say("bringing the environment up to date (some seconds to a minute) ...")
        kind = "dev" if stamp.startswith("dev\n") else kind
        os.remove(STAMP)
        _forget_missing_browser()
    else:
        python = _find_python()
        _ensure_venv_module(python)
        _say(f"setting up in {VENV}, once: packages of about 300 MB, one to three minutes ...")
        _remove_environment()
        _run([python, "-m", "venv", VENV], "make a virtual environment")
    started = time.time()
    _install(kind, held)
    _write(STAMP, _stamp_of(kind))
    _say(f"packages are ready ({time.time() - started:.0f} s).")


def _remove_environment():
    if os.path.islink(VENV):
        os.remove(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)


def _install(kind, held):
    """Install what the lock names, nothing else, then the package itself from its sources."""
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", _lock_path(kind)]
    uv = shutil.which("uv")
    installed = False
    if uv and not _pip_is_configured():
        installed = _run_quietly([uv, "pip", "install", "--quiet", "--python", PYTHON, *locked], held)
        if not installed:
            _say("uv could not install the packages; trying with pip ...")
    if not installed:
        _run(_pip("install", "--quiet", *locked), "install the packages", held)
    surplus = _surplus(kind)
    if surplus:
        _run(_pip("uninstall", "--quiet", "--yes", *surplus), "remove packages no longer used", held)
    editable = ("install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT)
    _run(_pip(*editable), "install creditline itself", held)


def _pip(*arguments):
    return [PYTHON, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def _pip_is_configured():
    """Whether this machine tells pip where packages come from; uv does not read that."""
    told = subprocess.run(_pip("config", "list"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return any(word in told.stdout for word in (b"index", b"find-links", b"proxy", b"cert"))


def _surplus(kind):
    """Installed packages that the lock does not name, for example of an older lock."""
    named = set(SEEDED)
    with open(_lock_path(kind)) as file:
        named.update(line.split("==")[0].strip() for line in file if "==" in line)
    program = "import importlib.metadata as m; print('\\n'.join({d.name for d in m.distributions()}))"
    listed = subprocess.run([PYTHON, "-I", "-c", program], stdout=subprocess.PIPE, check=True)
    names = listed.stdout.decode().split()
    return sorted(name for name in names if _normal(name) not in named)


def _normal(name):
    return name.lower().replace("_", "-").replace(".", "-")


def _find_python():
    """This interpreter if it is new enough, else another one on the PATH."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(OLDEST_PYTHON[1], OLDEST_PYTHON[1] + 10):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    wanted, here = (".".join(map(str, version)) for version in (OLDEST_PYTHON, sys.version_info[:2]))
    raise SetUpError(
        f"Python {wanted} or newer is needed and python3 here is {here}. Install a newer one, for example:  "
        f"{_sudo()}apt-get install -y python{wanted} python{wanted}-venv"
    )


def _ensure_venv_module(python):
    if _has_venv_module(python):
        return
    package = "python3-venv"
    if os.path.realpath(python).startswith("/usr/bin/python3."):
        package = os.path.basename(os.path.realpath(python)) + "-venv"
    _apt_install(package, "to make a virtual environment")
    if not _has_venv_module(python):
        raise SetUpError(f"{python} still cannot make virtual environments; another Python may help.")


def _has_venv_module(python):
    check = subprocess.run([python, "-I", "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL)
    return check.returncode == 0


# --- what is not a Python package -----------------------------------------------------------------


def _ensure_browser():
    """Look for a browser once; the program goes on without one."""
    if _browser_found() or _read(BROWSER_STAMP) == "none\n":
        return
    _ensure_browser_again()


def _browser_found():
    path = (_read(BROWSER_STAMP) or "none\n").strip()
    return os.access(path, os.X_OK)


def _forget_missing_browser():
    """Let the next start look again for a browser that was not to be had before."""
    if not _browser_found() and os.path.exists(BROWSER_STAMP):
        os.remove(BROWSER_STAMP)


def _ensure_browser_again():
    """Look for a browser, install one where there is none, remember what came of it."""
    if _browser_found():
        return
    with _one_set_up_at_a_time():
        if _browser_found():
            return
        _say("looking for a browser; where there is none, one is installed (about 100 MB) ...")
        _ensure_driver()
        path = _locate_browser()
        _write(BROWSER_STAMP, (path or "none") + "\n")
    if path:
        _say(f"browser: {path}")
    else:
        _say(
            "NOTE: no browser could be found or installed. Pages that need one end as unclear (no browser). "
            f"Install one with:  {_sudo()}apt-get install chromium-headless-shell"
        )


def _require_browser():
    """The tests need a browser: without one they would not say much."""
    _ensure_browser_again()
    if not _browser_found():
        raise SetUpError("the tests need a browser; install one as said above.")


def _ensure_driver():
    """Make Playwright's driver start; it wants a library that a small Debian lacks."""
    drivers = glob.glob(
        os.path.join(VENV, "lib", "python3*", "site-packages", "playwright", "driver", "node")
    )
    if all(_starts(driver) for driver in drivers):
        return
    try:
        _apt_install("libatomic1", "to drive the browser")
    except SetUpError as error:
        _say(str(error))


def _starts(program):
    started = subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return started.returncode == 0


def _locate_browser():
    # The package imports the module before it is run; runpy would warn of that.
    quiet = ["-W", "ignore::RuntimeWarning:runpy"]
    command = [PYTHON, "-I", *quiet, "-m", "creditline.fetch.locate", "--install"]
    try:
        found = subprocess.run(
            command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=BROWSER_INSTALL_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return None
    lines = found.stdout.decode(errors="replace").split("\n")
    path = ([line.strip() for line in lines if line.strip()] or [""])[-1]
    return path if found.returncode == 0 and os.access(path, os.X_OK) else None


def _ensure_postgresql():
    """The tests start servers of their own; here only the programs are needed."""
    if _has_postgresql():
        return
    with _one_set_up_at_a_time():
        if not _has_postgresql():
            _apt_install("postgresql", "to test with PostgreSQL")
    if not _has_postgresql():
        raise SetUpError("initdb was not found after installing postgresql; the tests need it on the PATH.")


def _has_postgresql():
    return bool(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or shutil.which("initdb") is not None


def _apt_install(package, purpose):
    """Install a package of the distribution, or say what to type."""
    line = f"{_sudo()}apt-get install -y {package}"
    apt = shutil.which("apt-get")
    if apt is None:
        raise SetUpError(f"{package} is needed {purpose}. Install it with this system's package manager.")
    if os.geteuid() != 0:
        raise SetUpError(f"{package} is needed {purpose}. Type:  {line}")
    _say(f"installing {package} {purpose} (apt-get, up to a minute) ...")
    options = ["-y", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update"], ["install", "--no-install-recommends", package]):
        done = subprocess.run(
            [apt, *options, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        # A failed update is no reason to give up: the lists at hand may do.
        if done.returncode != 0 and command[0] == "install":
            sys.stderr.write(done.stdout.decode(errors="replace"))
            raise SetUpError(f"apt-get could not install {package}. Put that right, then type:  {line}")


def _sudo():
    return "" if os.geteuid() == 0 else "sudo "


# --- running and locking --------------------------------------------------------------------------


@contextlib.contextmanager
def _one_set_up_at_a_time():
    """Hold the set-up lock; a second caller waits and says so."""
    import fcntl

    with open(SET_UP_LOCK, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("another set-up is running here; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _run(command, purpose, held=None):
    if not _run_quietly(command, held):
        raise SetUpError(f"could not {purpose}; what was said above is the reason.")


def _run_quietly(command, held=None):
    # A child that changes the environment holds the lock too: when we are killed it may still be at work.
    kept_open = (held.fileno(),) if held else ()
    environment = dict(os.environ, PIP_USER="0")
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, pass_fds=kept_open
    )
    return done.returncode == 0


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def _write(path, text):
    """Write a small file at once or not at all."""
    with open(path + ".new", "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
