"""``discover`` with services, as a person types it: the plan, the yes, the ledger, the exit codes."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "engine_replies"))
sys.path.insert(0, str(Path(__file__).parents[1] / "pipeline"))

import replicas
from loopback import photo

KEY = "key-that-nobody-may-see"


class Vision(ThreadingHTTPServer):
    """A stub of Cloud Vision that knows three pages of every picture."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[bytes] = []

    @property
    def environment(self) -> dict[str, str]:
        """What leads the program to the stub."""
        return {
            "CREDITLINE_SOURCES_GOOGLE_VISION_BASE_URL": f"http://127.0.0.1:{self.server_address[1]}",
            "CREDITLINE_GOOGLE_VISION_KEY": KEY,
            "CREDITLINE_FETCH_PAGE_DELAY_S": "0.05",
        }


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append(body)  # type: ignore[attr-defined]
        answer = json.dumps(replicas.vision_reply(3)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def vision() -> Iterator[Vision]:
    with Vision() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_service_is_asked_as_a_person_agrees_to(creditline, workspace, tmp_path, vision):
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "harbour.jpg").write_bytes(photo(5))
    assert creditline("index", tmp_path / "originals").code == 0
    ask = ("discover", "--source", "google_vision")

    planned = creditline(*ask, "--dry-run", env=vision.environment)
    assert planned.code == 0
    assert "google vision (127.0.0.1): 2 searches, one of them its canary" in planned.out
    assert "sends a reduced copy of the picture" in planned.out
    assert "in all 2 searches, at most 0.0070 USD" in planned.out
    assert "spent this month: 0.0000 of 20.00 USD; nothing was asked" in planned.out
    assert vision.asked == []
    without = creditline(
        *ask, "--dry-run", "--json", env=vision.environment | {"CREDITLINE_GOOGLE_VISION_KEY": ""}
    )
    (row,) = [json.loads(line) for line in without.out.splitlines()]
    assert (row["asked"], row["source"], row["recipient"]) == (False, "google_vision", None)
    assert row["why"].startswith("no key")

    refused = creditline(*ask, env=vision.environment)
    assert refused.code == 3
    assert "google vision: NOT SEARCHED, costs money and was not agreed to" in refused.err
    assert vision.asked == []

    asked = creditline(*ask, "--yes", "--json", env=vision.environment)
    assert asked.code == 0, asked.err
    (row,) = [json.loads(line) for line in asked.out.splitlines()]
    assert (row["status"], row["kept"], row["cost_usd"]) == ("results", 3, 0.0035)
    assert len(vision.asked) == 2

    ledger = creditline("discover", "--ledger")
    assert ledger.code == 0
    assert "a copy of the picture (image/jpeg" in ledger.out
    assert "2 disclosures; 0.0070 USD spent on searches in all" in ledger.out
    rows = [json.loads(line) for line in creditline("discover", "--ledger", "--json").out.splitlines()]
    assert [row["recipient"] for row in rows] == ["127.0.0.1"] * 2

    again = creditline(*ask, "--yes", env=vision.environment)
    assert again.code == 0
    assert "1 answered lately and not asked again" in again.err
    assert len(vision.asked) == 2
    everything = "".join(run.out + run.err for run in (planned, refused, asked, ledger, again))
    assert KEY not in everything
    assert KEY.encode() not in (workspace / "creditline.sqlite").read_bytes()


def test_what_cannot_be_asked_is_told_in_one_line(creditline, workspace):
    unknown = creditline("discover", "--source", "askjeeves")
    assert unknown.code == 2
    assert "no source 'askjeeves'; there are" in unknown.message
    nothing = creditline("discover")
    assert nothing.code == 2
    assert "nothing to read or ask" in nothing.message
    without = creditline("discover", "--source", "tineye_api", "--yes")
    assert without.code == 3
    assert "tineye api: NOT SEARCHED, no work to search for; index your site first" in without.err


def test_resume_without_anything_unfinished_says_so(creditline, workspace):
    resumed = creditline("discover", "--resume", "--source", "wikimedia")
    assert resumed.code == 0
    assert resumed.message == "no search is unfinished"


def test_what_no_question_can_come_of_is_refused_before_anything_is_asked(creditline, workspace, tmp_path):
    log = creditline("discover", "--source", "server_log", "--source", "wikimedia")
    assert (log.code, log.message) == (
        2, "creditline: --source server_log reads a file; give one with --log",
    )  # fmt: skip
    scan = creditline("scan", "https://jane.example/", "--source", "link_export")
    assert (scan.code, "give one with --links" in scan.message) == (2, True)
    work = creditline("discover", "--source", "wikimedia", "--work", "w000000000000")
    assert (work.code, work.message) == (
        2, "creditline: no work 'w000000000000' here; `creditline works` lists them",
    )  # fmt: skip
    budget = creditline("discover", "--source", "google_vision", "--budget", "nan")
    assert (budget.code, "'nan' is not a number" in budget.err) == (2, True)
    settings = (workspace / "creditline.toml").read_text() + '[discover]\nsources = ["common_crawl"]\n'
    (workspace / "creditline.toml").write_text(settings)
    named = creditline("discover", "--source", "wikimedia")
    assert (named.code, "common_crawl reads a file; take it out and use --crawl" in named.message) == (
        2,
        True,
    )
