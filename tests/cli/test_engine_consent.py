"""The owner's word on engines that are searched in the browser, by the command line.

Called in this process: a new one would cost more than the command.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from creditline.cli.main import cli
from creditline.demo.engines import Knowledge, Replicas
from creditline.demo.engines.knowledge import made_up
from creditline.demo.server import MiniatureWeb
from creditline.engine_flows import consent_subject, consent_wording, load_flow
from creditline.errors import CreditlineError
from creditline.store import open_store


@dataclass(frozen=True)
class Ran:
    """What a call came to."""

    code: int
    err: str


@pytest.fixture
def creditline(workspace):
    """Call a command in the workspace; gives its exit code and what it said on stderr."""

    def call(*arguments):
        words = [str(each) for each in arguments] + ["--workspace", str(workspace)]
        done = CliRunner().invoke(cli, words)
        if isinstance(done.exception, CreditlineError):
            return Ran(done.exception.exit_code, f"{done.stderr}{done.exception}\n")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ran(done.exit_code, done.stderr)

    return call


def agreed(folder):
    from creditline.config import SystemClock

    store = open_store(
        f"sqlite:///{folder / 'creditline.sqlite'}", evidence_dir=folder / "evidence", clock=SystemClock()
    )
    try:
        owner_id = store.ensure_owner("workspace", ("Jane Doe",), SystemClock().now())
        return store.agreed(owner_id)
    finally:
        store.close()


def test_without_a_terminal_nothing_is_agreed_to(creditline, workspace):
    ran = creditline("discover", "--source", "google_lens")
    assert ran.code == 3
    assert load_flow("google_lens").position in ran.err
    assert "--consent google_lens" in ran.err
    assert "NOT SEARCHED" in ran.err
    assert agreed(workspace) == {}


def test_consent_is_kept_with_its_words_and_can_be_taken_back(creditline, workspace):
    flow = load_flow("tineye_web")
    ran = creditline("discover", "--source", "tineye_web", "--consent", "tineye_web")
    assert ran.code == 3, "there is no work to search for"
    assert agreed(workspace) == {consent_subject(flow): (consent_wording(flow),)}
    assert flow.position not in creditline("discover", "--source", "tineye_web").err, "asked once only"
    ran = creditline("handoff", "tineye_web", "--withdraw")
    assert ran.code == 0
    assert agreed(workspace) == {}


def test_going_on_asks_about_no_engine_that_was_never_used(creditline, workspace):
    ran = creditline("discover", "--resume")
    assert "Agree" not in ran.err
    assert "terms" not in ran.err
    assert agreed(workspace) == {}


def test_consent_to_something_else_is_refused(creditline, workspace):
    ran = creditline("discover", "--source", "google_lens", "--consent", "wikimedia")
    assert ran.code == 2
    assert "wikimedia" in ran.err


def test_an_engine_that_is_none_is_named(creditline, workspace):
    ran = creditline("handoff", "wikimedia")
    assert ran.code == 2
    assert "google_lens" in ran.err


def test_replicas_must_be_on_this_machine(creditline, workspace):
    text = (workspace / "creditline.toml").read_text() + "[engines]\nreplicas = true\n"
    (workspace / "creditline.toml").write_text(text)
    for proxy in ([], ["--proxy", "http://proxy.example:3128"]):
        ran = creditline("discover", "--source", "google_lens", *proxy)
        assert ran.code == 2
        assert "replicas" in ran.err


def test_a_damaged_newer_flow_is_told(creditline, workspace):
    (workspace / "engines").mkdir()
    (workspace / "engines" / "google_lens.toml").write_text("engine = 7", encoding="utf-8")
    ran = creditline("discover", "--source", "google_lens", "--consent", "google_lens")
    assert ran.code == 2
    assert "google_lens.toml" in ran.err


@pytest.fixture
def tineye():
    """A replica of TinEye behind a proxy, and the options that lead there."""
    replicas = Replicas.all_with(lambda _engine: Knowledge.same_for_all(made_up(3)))
    with MiniatureWeb(engines=replicas) as web:
        yield replicas["tineye_web"], ["--proxy", web.address.proxy_url, "--proxy-ca", web.address.ca_file]


def test_handoff_opens_the_wall_and_says_whether_it_is_gone(creditline, workspace, tineye):
    replica, proxy = tineye
    text = (workspace / "creditline.toml").read_text() + "[engines]\nreplicas = true\n"
    (workspace / "creditline.toml").write_text(text)
    creditline("discover", "--source", "tineye_web", "--consent", "tineye_web", *proxy)
    ran = creditline("handoff", "tineye_web", *proxy)
    assert ran.code == 0, ran.err
    assert "discover --resume" in ran.err
    replica.switches.captcha_at = 1
    ran = creditline("handoff", "tineye_web", "--wait", "0.02", *proxy)
    assert ran.code == 3, ran.err
    assert "see to it in the browser's window" in ran.err
    assert replica.searches == 0, "no picture is handed in"
