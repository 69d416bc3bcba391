"""`discover` reads files: a pipe once only, and a long one on from where it was killed."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pipeline"))

from loopback import photo

PAGES = 1_700
#: Calls the program and kills it in the middle of storing the third batch of a file.
KILLED = """
import os, signal, sys
from creditline.cli.main import main
from creditline.store.discovery import Discovery
save, calls = Discovery.save_search, []
def save_search(self, *args, **more):
    calls.append(None)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return save(self, *args, **more)
Discovery.save_search = save_search
sys.argv = ["creditline", *sys.argv[1:]]
main()
"""


def record(number):
    """A page that shows a picture of the owner's, as Common Crawl tells of it."""
    link = {"path": "IMG@/src", "url": f"https://jane.example/{number}.jpg"}
    html = {"HTTP-Response-Metadata": {"HTML-Metadata": {"Links": [link]}}}
    block = json.dumps({"Envelope": {"Payload-Metadata": html}}).encode()
    head = f"WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Target-URI: https://a{number}.example/\r\n"
    return gzip.compress(
        head.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    )


def test_a_killed_search_of_an_archive_goes_on_at_its_record(creditline, workspace, tmp_path):
    archive = tmp_path / "CC-MAIN.warc.wat.gz"
    archive.write_bytes(b"".join(map(record, range(PAGES))))
    asked = ["discover", "--crawl", str(archive), "--workspace", str(workspace)]
    killed = subprocess.run([sys.executable, "-c", KILLED, *asked], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    ran = creditline(*asked)
    assert (ran.code, "taken up after record 1,000" in ran.err) == (0, True), ran.err
    assert f"{PAGES:,} kept" in ran.err
    assert "700 new" in ran.err
    again = creditline(*asked)
    assert (again.code, "0 new" in again.err, "taken up" in again.err) == (0, True, False)


def test_a_pipe_is_read_whole(creditline, workspace, tmp_path):
    pipe = tmp_path / "pages"
    os.mkfifo(pipe)
    text = "".join(f"https://blog{n}.example/a\n" for n in range(300))
    writer = threading.Thread(target=pipe.write_text, args=[text])
    writer.start()
    ran = creditline("discover", "--pages", str(pipe))
    writer.join()
    assert ran.code == 0
    assert "300 lines, 300 different addresses; 300 new" in ran.err


def test_one_bad_file_of_several_is_told_and_the_others_are_read(creditline, workspace, tmp_path):
    (tmp_path / "pages.txt").write_text("https://blog.example/a\n")
    (tmp_path / "empty.log").write_text("")
    (tmp_path / "links.csv").write_text("Linking page,Last crawled\nhttps://forum.example/b,2026-11-01\n")
    asked = [
        "--pages",
        tmp_path / "pages.txt",
        "--log",
        tmp_path / "empty.log",
        "--links",
        tmp_path / "links.csv",
    ]
    ran = creditline("discover", *asked, "--json")
    assert ran.code == 3
    pages, log, links = ran.err.splitlines()
    assert "1 new" in pages
    assert "1 new" in links
    assert "server log empty.log: NOT SEARCHED, bad input: " in log
    assert [json.loads(row)["status"] for row in ran.out.splitlines()] == ["results", "bad_input", "results"]
    alone = creditline("discover", "--log", tmp_path / "empty.log")
    assert (alone.code, "is empty" in alone.message) == (2, True)


def test_files_of_one_name_have_an_outcome_each(creditline, workspace, tmp_path):
    asked = []
    for folder, text in (("old", "no log at all\n"), ("new", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "access.log").write_text(text)
        asked += ["--log", tmp_path / folder / "access.log"]
    ran = creditline("discover", *asked, "--json")
    assert ran.code == 3
    rows = [json.loads(row) for row in ran.out.splitlines()]
    assert [row["query"] for row in rows] == [str(path) for path in asked[1::2]]


def test_a_scan_goes_on_without_a_file_that_cannot_be_read(creditline, workspace, tmp_path):
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "harbour.jpg").write_bytes(photo(5))
    (tmp_path / "empty.log").write_text("")
    ran = creditline("scan", tmp_path / "originals", "--log", tmp_path / "empty.log")
    assert ran.code == 3
    assert "server log empty.log: NOT SEARCHED, bad input: " in ran.err
    report = (workspace / "report" / "report.html").read_text()
    assert "NOT SEARCHED: what it was given could not be read" in report
