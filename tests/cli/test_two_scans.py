"""Two scans of one site started beside each other: the second one says so."""

import os
import signal
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def scanning(workspace):
    """A scan that waits for a proxy that never answers, and the words that started it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
        words = ["scan", "http://quiet.example/", "--proxy", proxy]
        command = [sys.executable, "-m", "creditline", *words, "--workspace", str(workspace)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        connection, _ = server.accept()
        yield process, words
        connection.close()
        process.kill()
        process.communicate()


def test_the_second_one_says_that_another_is_running(scanning, creditline):
    first, words = scanning
    second = creditline(*words)
    assert second.code == 1
    assert second.message.startswith(f"creditline: another scan is running here (process {first.pid}, begun ")


def test_after_a_kill_the_scan_goes_on(scanning, creditline):
    first, words = scanning
    os.kill(first.pid, signal.SIGKILL)
    first.wait(timeout=60)
    again = creditline(*words, env={"CREDITLINE_FETCH_TIMEOUT_S": "2"})
    assert "going on with the scan that was interrupted" in again.err
    assert "another scan" not in again.err
