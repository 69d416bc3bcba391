"""What children of the gate are made to do in the tests."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from typing import Any

from creditline.errors import GateError, UrlError
from creditline.records import GateProblem, RightsMetadata
from creditline.urls import Url


def add(a: int, b: int) -> int:
    return a + b


def pid() -> int:
    return os.getpid()


def record(text: str) -> tuple[RightsMetadata, Url]:
    return RightsMetadata(creator=("Ana",), title=text), Url.parse("https://a.example/")


def refuse() -> None:
    raise GateError(GateProblem.TOO_MANY_PIXELS, "60 megapixels, at most 50")


def bad_url() -> None:
    raise UrlError("not a web address")


def defect() -> None:
    raise IndexError("list index out of range")


def spin() -> None:
    while True:
        pass


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def segfault() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.abort()


def leave() -> None:
    os._exit(3)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat_memory() -> int:
    hoard = [bytearray(2**24) for _ in range(4096)]
    return len(hoard)


def connect(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        return str(connection.getpeername())


def run_program() -> int:
    return subprocess.run(["/bin/true"], check=False).returncode


def write_file(path: str) -> None:
    with open(path, "wb") as stream:
        stream.write(b"x" * 100)


def environment() -> dict[str, str]:
    return dict(os.environ)


def shout() -> str:
    print("something that a library prints")
    return "quiet"


class Trap:
    """Calls a function by name when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def trap() -> Any:
    return Trap()


def size(body: bytes) -> int:
    return len(body)
