"""The gate's children: what they may do, how they die, what is taken from them."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import gate_functions as functions
import pytest

from creditline.errors import GateError, UrlError
from creditline.fetch import gate
from creditline.fetch.gate import GatePool
from creditline.records import GateProblem


def in_pool(steps: Callable[[GatePool], Awaitable[Any]], **limits: Any) -> Any:
    async def scenario() -> Any:
        pool = GatePool(packages=("gate_functions",), **limits)
        try:
            return await steps(pool)
        finally:
            await pool.close()

    return asyncio.run(scenario())


def problem_of(function: Callable[..., Any], *args: Any, **limits: Any) -> GateError:
    """How a call fails, after which the same pool must still work."""

    async def steps(pool: GatePool) -> GateError:
        with pytest.raises(GateError) as caught:
            await pool.run(function, *args)
        assert await pool.run(functions.add, 2, 3) == 5
        return caught.value

    return in_pool(steps, **limits)


def test_values_and_records_come_back() -> None:
    async def steps(pool: GatePool) -> None:
        assert await pool.run(functions.add, 1, 2) == 3
        rights, url = await pool.run(functions.record, "Dawn")
        assert (rights.creator, rights.title, url.host) == (("Ana",), "Dawn", "a.example")
        assert await pool.run(functions.size, b"x" * (25 * 2**20)) == 25 * 2**20

    in_pool(steps)


def test_children_are_reused_and_replaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "TASKS_PER_CHILD", 3)

    async def steps(pool: GatePool) -> list[int]:
        return [await pool.run(functions.pid) for _ in range(6)]

    pids = in_pool(steps, workers=1)
    assert len(set(pids)) == 2
    assert pids[0] == pids[2] != pids[3] == pids[5] != os.getpid()


def test_as_many_at_once_as_there_are_workers() -> None:
    async def steps(pool: GatePool) -> set[int]:
        return set(await asyncio.gather(*(pool.run(functions.pid) for _ in range(8))))

    assert 1 <= len(in_pool(steps, workers=2)) <= 2


def test_our_errors_pass_through() -> None:
    refused = problem_of(functions.refuse)
    assert (refused.kind, str(refused)) == (GateProblem.TOO_MANY_PIXELS, "60 megapixels, at most 50")

    async def steps(pool: GatePool) -> None:
        with pytest.raises(UrlError, match="not a web address"):
            await pool.run(functions.bad_url)

    in_pool(steps)


def test_a_gate_error_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(GateError(GateProblem.DAMAGED, "cut short")))
    assert (copy.kind, str(copy)) == (GateProblem.DAMAGED, "cut short")


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (functions.segfault, GateProblem.DECODER_DIED),
        (functions.abort, GateProblem.DECODER_DIED),
        (functions.leave, GateProblem.DECODER_DIED),
        (functions.kill_itself, GateProblem.OUT_OF_MEMORY),
        (functions.eat_memory, GateProblem.OUT_OF_MEMORY),
        (functions.defect, GateProblem.DECODER_DIED),
    ],
)
def test_only_the_child_dies(function: Callable[[], Any], kind: GateProblem) -> None:
    assert problem_of(function, memory_mb=200).kind == kind


def test_an_unexpected_exception_names_its_place() -> None:
    assert "IndexError: list index out of range (gate_functions.py:" in str(problem_of(functions.defect))


def test_wall_time_is_bounded() -> None:
    assert problem_of(functions.sleep, 600, timeout_s=0.3).kind == GateProblem.DECODER_TIMEOUT


def test_a_caller_may_name_another_time() -> None:
    async def steps(pool: GatePool) -> None:
        with pytest.raises(GateError, match="not done after"):
            await pool.run(functions.sleep, 600, timeout_s=0.2)

    in_pool(steps)


def test_processor_time_is_bounded() -> None:
    assert problem_of(functions.spin, cpu_s=0.2, timeout_s=30).kind == GateProblem.DECODER_TIMEOUT


def test_a_caller_that_gives_up_frees_the_place() -> None:
    async def steps(pool: GatePool) -> int:
        task = asyncio.create_task(pool.run(functions.sleep, 600))
        await pool.run(functions.add, 1, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await asyncio.gather(pool.run(functions.add, 1, 2), pool.run(functions.add, 3, 4)))[1]

    assert in_pool(steps, workers=2) == 7


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        problem = problem_of(functions.connect, canary.getsockname()[1])
        canary.settimeout(0)
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert "does not allow socket." in str(problem)


def test_no_programs_and_no_files(tmp_path: Path) -> None:
    assert "does not allow subprocess.Popen" in str(problem_of(functions.run_program))
    problem_of(functions.write_file, str(tmp_path / "left-behind"))
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


def test_the_environment_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITLINE_SECRET", "swordfish")

    async def steps(pool: GatePool) -> Any:
        return await pool.run(functions.environment)

    assert "swordfish" not in str(in_pool(steps))


def test_printing_libraries_do_not_break_the_talk() -> None:
    async def steps(pool: GatePool) -> Any:
        return await pool.run(functions.shout)

    assert in_pool(steps) == "quiet"


def test_answers_that_call_functions_are_refused() -> None:
    assert "not a plain value" in str(problem_of(functions.trap))


def test_only_module_level_functions_of_pure_packages_run() -> None:
    async def steps(pool: GatePool) -> None:
        with pytest.raises(TypeError, match="not of a pure package"):
            await pool.run(os.getcwd)
        with pytest.raises(TypeError, match="not a module-level function"):
            await pool.run(_local())

    in_pool(steps)


def _local() -> Callable[[], int]:
    def inner() -> int:
        return 1

    inner.__module__ = "gate_functions"
    return inner
