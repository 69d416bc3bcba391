"""``-vv`` shows every request, one safe line each; less shows none."""

from __future__ import annotations

import logging

import pytest

from creditline.cli.request_log import request_log

LOG = logging.getLogger("creditline.fetch.client")


def ask(url: str) -> None:
    LOG.info(
        "request", extra={"url": url, "kind": "page", "status": 200, "problem": None, "bytes": 12, "ms": 3}
    )


@pytest.mark.parametrize("verbose", [0, 1])
def test_requests_are_not_shown_unasked(verbose: int, capsys: pytest.CaptureFixture[str]) -> None:
    with request_log(verbose):
        ask("https://a.example/")
    assert capsys.readouterr() == ("", "")


def test_a_request_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with request_log(2):
        ask("https://a.example/\x1b[2J")
    ask("https://a.example/later")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("request kind=page status=200 bytes=12 ms=3 url=https://a.example/")
    assert err.count("\n") == 1
    assert "\x1b" not in err
