"""The disposable child of the decode gate: runs one pure function after the other, and nothing else.

Started as a script of its own, with an empty environment, so it imports nothing of creditline until
it is told to. Talks in frames (8 bytes length, then a pickle) over standard input and output. Before
it reads anything untrusted it gives up what it can: network (own network namespace where the system
lets it), new files, subprocesses, core dumps; memory and processor time are bounded per task.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import signal
import sys
from typing import Any, BinaryIO

#: Audit events that no pure function has a reason to cause.
_FORBIDDEN_EVENTS = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "pty.",
    "ftplib.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
)

#: Open files a child may hold: standard streams, a picture, libraries while they load.
_OPEN_FILES = 64

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def main() -> None:
    """Serve frames until the parent closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb", buffering=1 << 20)
    replies = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    _die_with_parent()
    _leave_network()
    _limit_for_good()
    sys.addaudithook(_audit)
    while (frame := read_frame(requests)) is not None:
        write_frame(replies, _serve(pickle.loads(frame)))  # noqa: S301 (the parent's words are trusted)


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame; ``None`` at the end."""
    head = stream.read(8)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 8 else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame."""
    stream.write(len(body).to_bytes(8, "big"))
    stream.write(body)
    stream.flush()


def _serve(message: tuple[Any, ...]) -> bytes:
    if message[0] == "load":
        return _load(*message[1:])
    return _run(*message[1:])


def _load(module: str, path: list[str], memory_mb: int) -> bytes:
    """Import a module outside the memory limit, then set the limit on top of what is mapped."""
    sys.path[:] = path
    _limit_memory(None)
    try:
        importlib.import_module(module)
    except Exception as error:
        return pickle.dumps(("broken", f"{type(error).__name__}: {error}"))
    finally:
        _limit_memory(memory_mb)
    # What libraries made stays for good: the collector need not look through it with every page (a tenth of
    # the time of reading one).
    gc.collect()
    gc.freeze()
    return pickle.dumps(("loaded",))


def _run(module: str, name: str, args: tuple[Any, ...], cpu_s: float) -> bytes:
    from creditline.errors import CreditlineError

    _limit_cpu(cpu_s)
    try:
        function: Any = importlib.import_module(module)
        for part in name.split("."):
            function = getattr(function, part)
        return pickle.dumps(("value", function(*args)), protocol=5)
    except CreditlineError as error:
        return pickle.dumps(("raised", error))
    except MemoryError:
        return pickle.dumps(("memory",))
    except Exception as error:
        return pickle.dumps(("defect", f"{type(error).__name__}: {error}"[:300], _place(error)))


def _place(error: BaseException) -> str:
    """Where an unexpected exception was raised, for the log."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119


def _audit(event: str, _args: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(f"the decode gate does not allow {event}")


def _limit_for_good() -> None:
    with contextlib.suppress(ImportError):
        import resource

        for limit, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (value, value))


def _limit_memory(megabytes: int | None) -> None:
    """Bound the address space to what is mapped now plus this much; ``None`` lifts the bound."""
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = hard if megabytes is None else _mapped_bytes() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ImportError, ValueError, OSError):
        return


def _mapped_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 (no import for one line)
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _limit_cpu(seconds: float) -> None:
    """Bound the processor time of the next task; the limit counts from the process's start."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(usage.ru_utime + usage.ru_stime + seconds) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _die_with_parent() -> None:
    """Ask Linux to kill us with the parent; elsewhere the closed pipe ends us."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _leave_network() -> None:
    """Move into a network namespace without any interface, where the system allows it."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


if __name__ == "__main__":
    main()
