"""``creditline init``: what is asked, and what is refused before it spoils every verdict."""

import os
import pty
import select
import sys
import tomllib

import pytest


def converse(folder, answers):
    """Run ``init`` on a terminal, answer each question in turn, and return all that stood there."""
    child, terminal = pty.fork()
    if child == 0:
        words = [sys.executable, "-m", "creditline", "init", "--workspace", str(folder)]
        os.execv(sys.executable, words)
    said, waiting = "", list(answers)
    heard = 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not chunk:
            break
        said += chunk.decode()
        if waiting and said[heard:].endswith(": "):
            heard = len(said)
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), said


def owner(folder):
    return tomllib.loads((folder / "creditline.toml").read_text(encoding="utf-8"))["owner"]


def test_a_conversation(tmp_path):
    answers = ["Zoë Doe", "Studio Zoë, Z. Doe", "https://www.zoë.example/fotos", "unsplash.com/@zoe", ""]
    code, said = converse(tmp_path, answers)
    assert code == 0, said
    assert owner(tmp_path) == {
        "names": ["Zoë Doe", "Studio Zoë", "Z. Doe"],
        "domains": ["xn--zo-ija.example"],
        "profiles": ["https://unsplash.com/@zoe"],
        "credit_line": "Photo: Zoë Doe",
    }


def test_what_cannot_be_read_is_asked_for_again(tmp_path):
    names = ["Jane Doe, Studio Doe", "https://jane.example/", "Jane Doe"]
    answers = [*names, "www.jane.example", "", "not a site", "jane.example", "", ""]
    code, said = converse(tmp_path, answers)
    assert code == 0, said
    assert "one name here" in said
    assert said.count("not a name") == 2
    assert "not a web address" in said
    assert owner(tmp_path)["names"] == ["Jane Doe"]
    assert owner(tmp_path)["domains"] == ["jane.example"]


@pytest.mark.parametrize("name", ["", "  ", "https://jane.example/", "www.jane.example"])
def test_a_name_that_no_credit_could_hold_is_refused(creditline, tmp_path, name):
    ran = creditline("init", "--name", "Jane Doe", "--name", name)
    assert ran.code == 2
    assert "not a name" in ran.message
    assert not (tmp_path / "ws" / "creditline.toml").exists()
