"""Ctrl-C during work: a word, exit code 130, no traceback, nobody left behind."""

import signal
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def silent_proxy():
    """A proxy that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.fixture
def busy(silent_proxy, workspace):
    """A check that waits for the silent proxy, as a process."""
    port = silent_proxy.getsockname()[1]
    words = ["check", "http://quiet.example/", "--proxy", f"http://127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "creditline", *words, "--workspace", str(workspace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    connection, _ = silent_proxy.accept()
    yield process
    connection.close()
    process.kill()
    process.communicate()


def test_once_stops_cleanly_and_says_how_to_go_on(busy):
    busy.send_signal(signal.SIGINT)
    out, err = busy.communicate(timeout=60)
    assert busy.returncode == 130
    assert out == ""
    assert "press Ctrl-C again" in err
    assert err.rstrip().endswith("the same command goes on from here.")
    assert "Traceback" not in err


def test_twice_stops_at_once_without_a_traceback(busy):
    busy.send_signal(signal.SIGINT)
    while "press Ctrl-C again" not in busy.stderr.readline():
        assert busy.poll() is None
    busy.send_signal(signal.SIGINT)
    _, err = busy.communicate(timeout=60)
    assert busy.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in err
