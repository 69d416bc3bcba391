"""The owner's word on engines that are searched in the browser, by the command line."""

from __future__ import annotations

from creditline.engine_flows import consent_subject, consent_wording, load_flow
from creditline.store import open_store


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


def test_consent_to_something_else_is_refused(creditline, workspace):
    ran = creditline("discover", "--source", "google_lens", "--consent", "wikimedia")
    assert ran.code == 2
    assert "wikimedia" in ran.message


def test_an_engine_that_is_none_is_named(creditline, workspace):
    ran = creditline("handoff", "wikimedia")
    assert ran.code == 2
    assert "google_lens" in ran.message


def test_replicas_must_be_on_this_machine(creditline, workspace):
    text = (workspace / "creditline.toml").read_text() + "[engines]\nreplicas = true\n"
    (workspace / "creditline.toml").write_text(text)
    for proxy in ([], ["--proxy", "http://proxy.example:3128"]):
        ran = creditline("discover", "--source", "google_lens", *proxy)
        assert ran.code == 2
        assert "replicas" in ran.message


def test_a_damaged_newer_flow_is_told(creditline, workspace):
    (workspace / "engines").mkdir()
    (workspace / "engines" / "google_lens.toml").write_text("engine = 7", encoding="utf-8")
    ran = creditline("discover", "--source", "google_lens", "--consent", "google_lens")
    assert ran.code == 2
    assert "google_lens.toml" in ran.message
