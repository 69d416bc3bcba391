"""The whole job on the miniature web, twice: the first result is true, the second costs next to nothing."""

import json
import os
import subprocess
import sys

import pytest

from creditline import fingerprint
from creditline.cli.demo import prepare
from creditline.demo import places, truth
from creditline.demo.server import MiniatureWeb

#: A second scan may move this share of the first one's bytes (the issue's figure).
MOST_BYTES_AGAIN = 0.10

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")


class Scan:
    """Runs commands in one workspace, as processes, against one running miniature web."""

    def __init__(self, web, folder):
        self.web, self.folder = web, folder
        self.proxy = ["--proxy", web.address.proxy_url, "--proxy-ca", str(web.address.ca_file)]

    def call(self, *args):
        command = [sys.executable, "-m", "creditline", *args, "--workspace", str(self.folder), *self.proxy]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=600, check=False, env=os.environ
        )

    def rows(self, *args):
        done = self.call(*args, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def scan(self):
        self.web.reset_counts()
        leads = places.sources()
        files = ["--pages", str(leads.pages), "--sites", str(leads.sites)]
        files += [part for path in leads.logs for part in ("--log", str(path))]
        files += [part for path in leads.links for part in ("--links", str(path))]
        done = self.call("scan", places.SITE, *files)
        # 3: some pages of the miniature web cannot be checked, and that is said.
        assert done.returncode == 3, done.stderr
        return done, self.web.counts


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """Two scans with nothing changed in between, and what each one said and cost."""
    folder = tmp_path_factory.mktemp("miniature")
    prepare(folder)
    with MiniatureWeb() as web:
        scan = Scan(web, folder)
        first = scan.scan()
        seen = scan.rows("uses"), scan.rows("works")
        second = scan.scan()
        again = scan.rows("uses"), scan.rows("works")
        yield scan, first, seen, second, again


def test_the_result_is_true_in_every_row(scanned):
    scan, _, (uses, works), _, _ = scanned
    from creditline.cli.options import Workspace
    from creditline.cli.stored import opened_store
    from creditline.report import page_check_row
    from creditline.settings import load_settings

    with opened_store(Workspace(scan.folder, load_settings(scan.folder, {}))) as (store, owner_id):
        checks = [page_check_row(check) for check in store.page_checks(owner_id)]
    differences = truth.compare(uses, checks, works, places.web_root(), fingerprint.METHODS)
    assert [str(each) for each in differences] == []


def test_a_second_scan_moves_next_to_nothing(scanned):
    _, (_, first), _, (_, second), _ = scanned
    assert sum(second.bytes.values()) < MOST_BYTES_AGAIN * sum(first.bytes.values())


def test_a_second_scan_downloads_no_picture(scanned):
    _, _, _, (_, second), _ = scanned
    moved = {
        key: count
        for key, count in second.statuses.items()
        if key[2] == 200 and key[1].partition("?")[0].lower().endswith(_PICTURES)
    }
    assert moved == {}


def test_a_second_scan_finds_the_same(scanned):
    _, _, (uses, works), _, (uses_again, works_again) = scanned

    def lasting(rows):
        return [{key: value for key, value in row.items() if key != "last_checked"} for row in rows]

    assert lasting(uses_again) == lasting(uses)
    assert works_again == works


def test_letters_ask_only_about_what_is_surely_missing(scanned):
    scan, _, (uses, _), _, _ = scanned
    missing = {
        use["use"]
        for use in uses
        if use["verdict"] in ("none", "credited_to_other")
        and use["role"] == "content"
        and not use["page_links_owner"]
    }
    asked = [use for letter in scan.rows("outreach", "list") for use in letter["uses"]]
    assert asked
    assert len(asked) == len(set(asked))
    assert set(asked) <= missing


def test_the_report_lies_beside_its_letters(scanned):
    scan, *_ = scanned
    report = scan.folder / "report"
    text = (report / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "Mira Solberg" in text
    assert list((report / "letters").glob("*.eml"))
    assert (report / "outreach.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_all_evidence_is_as_it_was_stored(scanned):
    scan, *_ = scanned
    done = scan.call("verify")
    assert done.returncode == 0, done.stdout + done.stderr
