"""Bad input: one line that says what, which and what next; the documented exit code; nothing lost."""

import sqlite3

import pytest

from creditline.demo.server import MiniatureWeb


def test_not_an_address(creditline, workspace):
    ran = creditline("scan", "hello world")
    assert ran.code == 2
    assert "not a web address: 'hello world'" in ran.message


def test_no_such_folder(creditline, workspace):
    ran = creditline("scan", "./pictures-of-mine")
    assert ran.code == 2
    assert "no folder ./pictures-of-mine" in ran.message


def test_unknown_host(creditline, workspace):
    with MiniatureWeb() as web:
        ran = creditline(
            "scan", "https://no-such-host.example/",
            "--proxy", web.address.proxy_url, "--proxy-ca", web.address.ca_file,
        )  # fmt: skip
    assert ran.code == 1
    assert "no-such-host.example" in ran.message


def test_private_address_without_leave(creditline, workspace):
    ran = creditline("scan", "http://127.0.0.1:9/")
    assert ran.code == 1
    assert "private_hosts" in ran.message


def test_folder_without_pictures(creditline, workspace, tmp_path):
    (tmp_path / "empty").mkdir()
    ran = creditline("scan", tmp_path / "empty")
    assert ran.code == 1
    assert "holds no picture files" in ran.message


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (bytes(range(256)) * 8, "binary data")])
def test_empty_or_binary_page_list(creditline, workspace, tmp_path, content, words):
    (tmp_path / "pages.txt").write_bytes(content)
    ran = creditline("discover", "--pages", tmp_path / "pages.txt")
    assert ran.code == 2
    assert "pages.txt" in ran.message
    assert words in ran.message


def test_log_in_an_unknown_format(creditline, workspace, tmp_path):
    (tmp_path / "app.log").write_text("2026-01-01 INFO started\n" * 20, encoding="utf-8")
    ran = creditline("discover", "--log", tmp_path / "app.log")
    assert ran.code == 2
    assert "app.log" in ran.message
    assert "should look like" in ran.message


def test_missing_input_file_is_said_before_anything_is_done(creditline, workspace):
    ran = creditline("scan", "https://no-such-host.invalid/", "--pages", "nowhere.txt")
    assert ran.code == 2
    assert "no file nowhere.txt" in ran.message


def test_wrong_settings_key_names_the_nearest_right_one(creditline, workspace):
    (workspace / "creditline.toml").write_text("[fetch]\npage_delai_s = 2\n", encoding="utf-8")
    ran = creditline("works")
    assert ran.code == 2
    assert "did you mean 'page_delay_s'" in ran.message


def test_nothing_known_yet(creditline, workspace):
    ran = creditline("uses")
    assert ran.code == 1
    assert "run `creditline scan`" in ran.message
    assert list(workspace.iterdir()) == [workspace / "creditline.toml"]


def test_judging_needs_a_name(creditline, tmp_path):
    ran = creditline("check", "https://magazine.example/story")
    assert ran.code == 2
    assert "creditline init" in ran.message


def test_lines_of_a_page_list_that_are_no_addresses_are_told(creditline, workspace, tmp_path):
    (tmp_path / "pages.txt").write_text("https://no-such-host.invalid/a\nnot an address\n", encoding="utf-8")
    ran = creditline("check", "--pages", tmp_path / "pages.txt", "--json")
    assert ran.code == 3
    assert "1 lines are no addresses (line 2)" in ran.err
    assert len(ran.out.splitlines()) == 1


def test_standard_input_leaves_no_copy_behind(creditline, workspace, tmp_path):
    spool = tmp_path / "tmp"
    spool.mkdir()
    ran = creditline("discover", "--log", "-", stdin=b"no log\n" * 20, env={"TMPDIR": str(spool)})
    assert ran.code == 2
    assert list(spool.iterdir()) == []


def test_two_inputs_from_stdin(creditline, workspace):
    ran = creditline("discover", "--pages", "-", "--sites", "-")
    assert ran.code == 2
    assert "standard input" in ran.message


@pytest.fixture
def database(creditline, workspace, tmp_path):
    """A workspace with a database: one picture of a folder is indexed."""
    from PIL import Image

    folder = tmp_path / "originals"
    folder.mkdir()
    noise = Image.effect_noise((320, 240), 90).convert("RGB")
    noise.save(folder / "noise.jpg")
    ran = creditline("index", folder)
    assert ran.code == 0, ran.err
    return workspace / "creditline.sqlite"


def test_locked_database(creditline, database, tmp_path):
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        short = {"CREDITLINE_STORE_BUSY_TIMEOUT_S": "0.5"}
        ran = creditline("index", tmp_path / "originals", env=short)
        other.execute("ROLLBACK")
    assert ran.code == 1
    assert "creditline.sqlite" in ran.message
    again = creditline("works", "--json")
    assert again.code == 0
    assert len(again.out.splitlines()) == 1


def test_database_newer_than_the_program(creditline, database):
    with sqlite3.connect(database) as other:
        other.execute("UPDATE alembic_version SET version_num = 'zzzz_from_the_future'")
        before = list(other.iterdump())
    ran = creditline("works")
    assert ran.code == 1
    assert "newer" in ran.message
    with sqlite3.connect(database) as other:
        assert list(other.iterdump()) == before


def test_an_older_database_is_migrated_and_that_is_said_once(creditline, database):
    from alembic import command

    from creditline.store.connections import Database
    from creditline.store.schema import REVISIONS, alembic_config

    older = Database(f"sqlite:///{database}")
    with older.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            command.downgrade(alembic_config(connection), REVISIONS[-2])
    older.close()
    first, second = creditline("works", "--json"), creditline("works", "--json")
    assert "was migrated from" in first.message
    assert ".bak" in first.message
    assert (second.err, second.out) == ("", first.out)


def test_a_database_that_is_none(creditline, workspace):
    (workspace / "creditline.sqlite").write_bytes(b"this is no database at all" * 100)
    ran = creditline("works")
    assert ran.code == 1
    assert "creditline.sqlite" in ran.message


def test_unreachable_server_database(creditline, workspace):
    ran = creditline("works", "--database-url", "postgresql://nobody@127.0.0.1:9/none")
    assert ran.code == 1
    assert "127.0.0.1" in ran.message


def test_a_mistyped_command_gets_the_nearest(creditline):
    ran = creditline("scam")
    assert ran.code == 2
    assert "Did you mean 'scan'?" in ran.err
    assert "Did you mean" not in creditline("xyzzy").err


def test_a_folder_that_is_not_there(creditline, workspace):
    ran = creditline("index", "nosuchfolder")
    assert ran.code == 2
    assert "'nosuchfolder', and no folder of that name" in ran.message


def test_an_address_of_another_kind(creditline, workspace):
    ran = creditline("index", "ftp://jane.example/")
    assert ran.code == 2
    assert "ftp" in ran.message
    assert "folder" not in ran.message
