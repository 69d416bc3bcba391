"""Runs pure functions on untrusted bytes in disposable children with limits.

A decoder or parser may crash, spin or eat memory: then one child dies and one page or picture is
marked. Not a library's process pool: there the parent would unpickle whatever a child that has been
taken over sends, all children would share one channel and its lock, and they would inherit our
environment and open files. Here each child has its own pair of pipes and an empty environment, and
of its answers only plain values and records are taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import pickle
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from creditline.errors import CreditlineError, GateError
from creditline.records import GateProblem

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: Packages whose module-level functions may run in a child: they do no input or output.
PURE_PACKAGES = tuple(
    f"creditline.{name}"
    for name in ("page", "credit", "fingerprint", "works", "render.pictures", "engine_replies")
)

#: Thumbnails that decoding makes are at most this long, pixels (a review page shows two beside
#: each other).
THUMBNAIL_PX = 480

#: Tasks after which a child is replaced, so that what libraries leak stays bounded. A new one costs a second
#: of processor time for its libraries: as much as a hundred pictures.
TASKS_PER_CHILD = 5000

#: Longest time a child may take to import its libraries on a busy machine, seconds.
LOAD_S = 120.0

#: Longest answer taken from a child, bytes: a page of 20 MB gives a reading of some megabytes.
ANSWER_CAP = 128 * 2**20

#: Bytes handed to the pipe at once, so that a picture of 32 MB is not copied whole once more.
WRITE_STEP = 2**20

_CHILD = Path(__file__).with_name("gate_child.py")

#: Libraries must not start a thread per processor in every child.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Canvases of millions of pixels go back to the system when they are freed (glibc, mallopt(3)).
    "MALLOC_MMAP_THRESHOLD_": "8388608",
}

_PLAIN_TYPES = {
    "builtins": {"set", "frozenset", "bytearray", "complex", "range", "slice"},
    "datetime": {"datetime", "date", "time", "timedelta", "timezone"},
    "collections": {"OrderedDict", "defaultdict", "deque", "Counter"},
}
_RECORD_MODULES = ("creditline.records", "creditline.urls", "creditline.errors")


class GatePool:
    """A few children that wait for work; fulfils `pipeline.ports.Gate`."""

    def __init__(
        self,
        workers: int = 2,
        memory_mb: int = 1024,
        cpu_s: float = 10.0,
        timeout_s: float = 12.0,
        packages: tuple[str, ...] = PURE_PACKAGES,
    ) -> None:
        """Set the limits of every task.

        Args:
            workers: Children at the same time; none is started before it is needed.
            memory_mb: Address space on top of what the loaded libraries map. Twice the 512 MB that a task may
                really take: what earlier tasks freed stays mapped in pieces.
            cpu_s: Processor seconds of one task.
            timeout_s: Wall seconds of one task, where the caller names no other.
            packages: Whose functions may run.
        """
        self._memory_mb = memory_mb
        self._cpu_s = cpu_s
        self._timeout_s = timeout_s
        self._packages = packages
        self._places = asyncio.Semaphore(workers)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()

    async def run(self, function: Callable[..., T], *args: Any, timeout_s: float | None = None) -> T:
        """Call a module-level function of a pure package in a child.

        Raises:
            GateError: The child was killed (time, memory) or died, or the function raised it.
            CreditlineError: Whatever else of ours the function raised.
        """
        module, name = self._address(function)
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        cpu_s = self._cpu_s if timeout_s is None else max(self._cpu_s, timeout_s)
        async with self._places:
            child = await self._take(module)
            try:
                answer = await child.ask(("run", module, name, args, cpu_s), limit_s)
            except BaseException:
                self._busy.discard(child)
                await child.kill()
                raise
            await self._give_back(child, answer)
        return _result(answer, f"{module}.{name}")  # type: ignore[no-any-return]

    async def close(self) -> None:
        """End every child."""
        for child in [*self._idle, *self._busy]:
            await child.kill()
        self._idle.clear()
        self._busy.clear()

    def _address(self, function: Callable[..., Any]) -> tuple[str, str]:
        module, name = function.__module__, function.__qualname__
        if not any(module == package or module.startswith(package + ".") for package in self._packages):
            raise TypeError(f"{module}.{name} is not of a pure package; the gate does not run it")
        if "<" in name:
            raise TypeError(f"{module}.{name} is not a module-level function")
        return module, name

    async def _take(self, module: str) -> _Child:
        child = self._pick_idle(module) or await _Child.start(self._packages)
        self._busy.add(child)
        try:
            if module not in child.loaded:
                await child.load(module, self._memory_mb)
        except BaseException:
            self._busy.discard(child)
            await child.kill()
            raise
        return child

    def _pick_idle(self, module: str) -> _Child | None:
        """An idle child, one that has the module loaded if there is any."""
        while self._idle:
            ready = [i for i, child in enumerate(self._idle) if module in child.loaded]
            child = self._idle.pop(ready[-1] if ready else -1)
            if child.alive:
                return child
        return None

    async def _give_back(self, child: _Child, answer: tuple[Any, ...]) -> None:
        self._busy.discard(child)
        child.tasks += 1
        if answer[0] == "memory" or child.tasks >= TASKS_PER_CHILD:
            await child.kill()
        else:
            self._idle.append(child)


class _Child:
    """One child process and what it has loaded."""

    def __init__(self, process: Process, packages: tuple[str, ...]) -> None:
        self._process = process
        self._packages = packages
        self.loaded: set[str] = set()
        self.tasks = 0

    @classmethod
    async def start(cls, packages: tuple[str, ...]) -> _Child:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-B",
            str(_CHILD),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        return cls(process, packages)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def load(self, module: str, memory_mb: int) -> None:
        """Have the child import a module, on a clock of its own."""
        answer = await self.ask(("load", module, sys.path, memory_mb), LOAD_S)
        if answer[0] != "loaded":
            raise GateError(GateProblem.DECODER_DIED, f"the gate's child cannot load {module}: {answer[1]}")
        self.loaded.add(module)

    async def ask(self, message: tuple[Any, ...], limit_s: float) -> tuple[Any, ...]:
        """Send one message and wait for its answer.

        Raises:
            GateError: It did not come in time, or the child died, or it is not one.
        """
        try:
            async with asyncio.timeout(limit_s):
                return self._plain(await self._exchange(pickle.dumps(message, protocol=5)))
        except TimeoutError:
            raise GateError(GateProblem.DECODER_TIMEOUT, f"not done after {limit_s:.0f} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise _death(await self._process.wait()) from None

    async def _exchange(self, frame: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(len(frame).to_bytes(8, "big"))
        for start in range(0, len(frame), WRITE_STEP):
            stdin.write(frame[start : start + WRITE_STEP])
            await stdin.drain()
        length = int.from_bytes(await stdout.readexactly(8), "big")
        if length > ANSWER_CAP:
            raise GateError(GateProblem.TOO_LARGE, f"the gate's child answered {length} bytes")
        return await stdout.readexactly(length)

    def _plain(self, frame: bytes) -> tuple[Any, ...]:
        try:
            answer = _PlainUnpickler(io.BytesIO(frame), self._packages).load()
        except Exception as error:
            raise GateError(
                GateProblem.DECODER_DIED, f"the gate's child gave no plain answer: {error}"
            ) from error
        if not isinstance(answer, tuple) or not answer:
            raise GateError(GateProblem.DECODER_DIED, "the gate's child gave no plain answer")
        return answer

    async def kill(self) -> None:
        """End the child and everything it may have started."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


class _PlainUnpickler(pickle.Unpickler):
    """Takes plain values, our records and our errors; no function is ever called by name."""

    def __init__(self, stream: io.BytesIO, packages: tuple[str, ...]) -> None:
        super().__init__(stream)
        self._packages = packages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):
            return _enum_member  # how Python 3.11 pickles members of enumerations
        if name in _PLAIN_TYPES.get(module, ()):
            return super().find_class(module, name)
        ours = any(
            module == package or module.startswith(package + ".")
            for package in (*_RECORD_MODULES, *self._packages)
        )
        found = super().find_class(module, name) if ours else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is not a plain value")
        return found


def _enum_member(kind: type[Enum], name: str) -> Enum:
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        raise pickle.UnpicklingError("only members of enumerations are looked up")
    return kind[name]


def _death(code: int) -> GateError:
    """What the end of a child says."""
    if code == -getattr(signal, "SIGXCPU", 24):
        return GateError(GateProblem.DECODER_TIMEOUT, "used up its processor time")
    if code == -getattr(signal, "SIGKILL", 9):
        return GateError(GateProblem.OUT_OF_MEMORY, "killed by the system, most likely for memory")
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return GateError(GateProblem.DECODER_DIED, f"the child reading it died ({name})")


def _result(answer: tuple[Any, ...], function: str) -> Any:
    match answer:
        case ("value", value):
            return value
        case ("raised", CreditlineError() as error):
            raise error
        case ("memory",):
            raise GateError(GateProblem.OUT_OF_MEMORY, "needs more memory than it may have")
        case ("defect", str() as what, str() as place):
            _log.warning("gate function failed", extra={"function": function, "error": what, "at": place})
            raise GateError(GateProblem.DECODER_DIED, f"{function} failed: {what} ({place})")
    raise GateError(GateProblem.DECODER_DIED, "the gate's child gave no plain answer")
