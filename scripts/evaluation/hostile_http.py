"""A server that answers in every wrong way, and the product's fetcher asking it; deadlines and memory."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hostile_replies import PAGE, Case, Endless, Reset, Step, cases, whole

from creditline.fetch import EgressPolicy, FetchSettings
from creditline.fetch.client import HttpFetcher
from creditline.fetch.guard import Guard
from creditline.fetch.politeness import Politeness
from creditline.pipeline.memory import give_memory_back
from creditline.urls import Url

#: Short clocks, seconds: what is slow must not make the run slow.
SETTINGS = FetchSettings(
    page_delay_s=0.05,
    image_delay_s=0.01,
    connect_s=1.0,
    headers_s=1.0,
    total_s=3.0,
    rate_window_s=1.0,
    max_retries=0,
)
#: What a request may take beyond its deadline.
GRACE_S = 1.0
#: Requests at the same time where a reply is slow; large ones come one by one, so that memory is that of one.
AT_ONCE = 24


# --- the server ---------------------------------------------------------------------------------


async def serve(answers: list[Case]) -> None:
    """Answer by the number in the host's name until standard input ends; prints the port first."""
    server = await asyncio.start_server(lambda r, w: _serve_one(answers, r, w), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    server.close()


async def _serve_one(answers: list[Case], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # A cancelled answer ends in silence: asyncio before 3.11.9 reports each one as an error of its own.
    ending = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError)
    with contextlib.suppress(*ending):
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode("latin-1")
        host = re.search(rb"\r\nHost: ([^\r]+)", head)
        origin = f"http://{host.group(1).decode()}" if host else ""
        case = answers[int(origin.split("-")[1].split(".")[0])]
        for step in _steps(case, path, origin):
            await _take(step, writer)
    with contextlib.suppress(ConnectionError):
        writer.close()


def _steps(case: Case, path: str, origin: str) -> list[Step]:
    is_robots = path.startswith("/robots.txt")
    if case.robots:
        return case.answer(path, origin) if is_robots or "x" in path else [whole(PAGE)]
    return [b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"] if is_robots else case.answer(path, origin)


async def _take(step: Step, writer: asyncio.StreamWriter) -> None:
    match step:
        case Endless(body):
            while not writer.is_closing():
                writer.write(body)
                await writer.drain()
        case Reset():
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            writer.transport.abort()
        case bytes():
            writer.write(step)
            await writer.drain()
        case _:
            await asyncio.sleep(step)


# --- asking -------------------------------------------------------------------------------------


@dataclass
class ReplyTally:
    """What the replies ended as."""

    outcomes: Counter[str] = field(default_factory=Counter)
    raised: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    #: Broken ones that were taken for whole, and sound ones that did not arrive.
    misread: list[str] = field(default_factory=list)
    #: Longest time, while one reply was waited for, in which this process was ready and given no processor.
    waited_s: float = 0.0
    growth_mb: float = 0.0
    hungriest: str = ""

    @property
    def figures(self) -> dict[str, Any]:
        """What floors hold, and more."""
        return {
            "http_replies": sum(self.outcomes.values()),
            "http_outcomes": dict(self.outcomes.most_common()),
            "http_exceptions": len(self.raised),
            "http_past_deadline": len(self.late),
            "http_longest_without_processor_s": round(self.waited_s, 1),
            "http_misread": len(self.misread),
            "http_growth_mb": round(self.growth_mb, 1),
        }


class _Clock:
    """Real time, but nobody waits: politeness is not what is measured."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class _Budgets:
    def next_slot(self, domain: str, delay_s: float, now: datetime) -> float:
        return 0.0


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def ask(seed: int, count: int, data: Path | None, script: Path) -> ReplyTally:
    """Start the server as a process of its own and ask for every case once."""
    give_memory_back()  # as every run of the program does; else room left by the cases hides growth
    every = cases(seed, count, data)
    words = ["--serve", str(count), "--seed", str(seed), *(["--data", str(data)] if data else [])]
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(script), *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stdin is not None
    port = int(await server.stdout.readline())
    try:
        return await _Asker(every, port).run()
    finally:
        server.stdin.close()
        await server.wait()


class _Asker:
    def __init__(self, every: list[Case], port: int) -> None:
        self._cases = every
        self._hosts = [f"case-{number}.example:{port}" for number in range(len(every))]
        guard = Guard(EgressPolicy(private_hosts=frozenset(self._hosts)), _loopback)
        clock = _Clock()
        self._fetcher = HttpFetcher(guard, SETTINGS, Politeness(SETTINGS, _Budgets(), clock), clock)
        self._tally = ReplyTally()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> ReplyTally:
        await self._ask_one(next(number for number, case in enumerate(self._cases) if case.sound))
        idle = _own_mb("VmRSS")
        _forget_peak()
        slow = [number for number, case in enumerate(self._cases) if case.slow]
        await asyncio.gather(*(self._in_turn(number) for number in slow))
        for number, case in enumerate(self._cases):
            if not case.slow:
                await self._ask_one(number)
                growth = _own_mb("VmHWM") - idle
                if growth > self._tally.growth_mb:
                    self._tally.growth_mb, self._tally.hungriest = growth, case.kind
        await self._fetcher.close()
        return self._tally

    async def _in_turn(self, number: int) -> None:
        async with self._turns:
            await self._ask_one(number)

    async def _ask_one(self, number: int) -> None:
        case, tally = self._cases[number], self._tally
        as_image = number % 2 and not case.sound
        ask_for = self._fetcher.fetch_image if as_image else self._fetcher.fetch_page
        started, waited = time.monotonic(), _waited_s()
        try:
            reply = await ask_for(Url.parse(f"http://{self._hosts[number]}/"))
        except Exception as error:
            tally.raised.append(f"{case.kind}: {type(error).__name__}: {error}")
            return
        # On a busy machine nobody keeps a deadline who is given no processor: that time is not ours.
        waited = _waited_s() - waited
        taken = time.monotonic() - started - waited
        tally.waited_s = max(tally.waited_s, waited)
        if taken > SETTINGS.total_s * case.hops + GRACE_S:
            tally.late.append(f"{case.kind}: {taken:.1f} s, and {waited:.1f} s without a processor")
        tally.outcomes[
            reply.problem.value if reply.problem else f"status {(reply.status or 0) // 100}xx"
        ] += 1
        if (case.broken and reply.ok) or (case.sound and not reply.ok):
            tally.misread.append(
                f"{case.kind}: status {reply.status}, {reply.problem}, {len(reply.body)} bytes"
            )


def _own_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def _waited_s() -> float:
    """Seconds for which this thread was ready to run and had to wait (Linux, proc_pid_schedstat)."""
    return int(Path("/proc/self/schedstat").read_text("ascii").split()[1]) / 1e9


def _forget_peak() -> None:
    """Have Linux measure the peak of memory from here on."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
