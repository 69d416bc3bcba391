"""What is kept of a use proves it together, and whatever is done to it is named."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import text
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from creditline.cli.main import cli
from creditline.credit import judge
from creditline.errors import UsageError
from creditline.pipeline.context import Context
from creditline.pipeline.seal import faults_of_seal
from creditline.pipeline.verify import verify_evidence
from creditline.records import ImageRef, Look, Owner, Use, VerdictKind


def test_a_use_is_sealed_with_everything_that_one_visit_saw(checked: Callable[..., object]) -> None:
    def look(context: Context, uses: list[Use]) -> tuple[dict[str, str], dict[str, object], bytes]:
        items = dict(uses[0].evidence)
        body = context.store.get
        return items, json.loads(body(items["seal"])), body(items["match_overlay"])

    items, seal, overlay = checked(look)  # type: ignore[misc]
    assert set(items) == {"raw_html", "headers", "warc", "copy_thumbnail", "match_overlay", "seal"}
    assert seal["items"] == {kind: sha256 for kind, sha256 in items.items() if kind != "seal"}
    assert seal["verdict"] == "linked"
    assert len(seal["image_sha256"]) == 64
    with Image.open(io.BytesIO(overlay)) as sheet:
        assert sheet.width > 2 * 200


def test_a_load_is_a_warc_file_and_an_unchanged_page_a_revisit(
    checked: Callable[..., object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def bodies(context: Context, uses: list[Use]) -> list[bytes]:
        kept = [dict(use.evidence) for use in uses]
        assert kept[0]["warc"] == kept[1]["warc_response"]
        return [context.store.get(items["warc"]) for items in kept]

    first, second = checked(bodies, times=2)  # type: ignore[misc]
    for name, body in (("first", first), ("second", second)):
        path = tmp_path / f"{name}.warc.gz"
        path.write_bytes(body)
        assert Checker(SimpleNamespace(inputs=[str(path)], verbose=True)).process_all() == 0
    assert "fail" not in capsys.readouterr().out
    records = [_records(body) for body in (first, second)]
    assert [list(each) for each in records] == [
        ["warcinfo", "response", "request"],
        ["warcinfo", "revisit", "request"],
    ]
    answer, again = records[0]["response"], records[1]["revisit"]
    assert answer["http"].get_statuscode() == "200"
    assert answer["http"].get_header("content-type").startswith("text/html")
    assert b"Jane Doe" in answer["body"]
    assert records[0]["request"]["http"].get_header("user-agent").startswith("creditline/")
    assert again["warc"].get_header("WARC-Refers-To") == answer["warc"].get_header("WARC-Record-ID")
    assert again["warc"].get_header("WARC-Payload-Digest") == answer["warc"].get_header("WARC-Payload-Digest")
    assert again["body"] == b""


def _records(warc: bytes) -> dict[str, dict[str, object]]:
    return {
        record.rec_type: {
            "warc": record.rec_headers,
            "http": record.http_headers,
            "body": record.content_stream().read(),
        }
        for record in ArchiveIterator(io.BytesIO(warc))
    }


def test_whatever_is_done_to_the_evidence_is_named(checked: Callable[..., object], tmp_path: Path) -> None:
    def harm(context: Context, uses: list[Use]) -> list[tuple[str | None, str | None, str]]:
        assert verify_evidence(context.store, context.owner_id).faults == ()
        items = dict(uses[0].evidence)
        paths = {kind: tmp_path / "evidence" / sha[:2] / sha[2:] for kind, sha in items.items()}
        paths["raw_html"].write_bytes(paths["raw_html"].read_bytes().replace(b"Jane", b"Joan"))
        paths["headers"].unlink()
        paths["copy_thumbnail"].write_bytes(paths["match_overlay"].read_bytes())
        found = verify_evidence(context.store, context.owner_id).faults
        return [(fault.path, fault.kind, fault.what) for fault in found], items  # type: ignore[return-value]

    faults, items = checked(harm)  # type: ignore[misc]

    def path(kind: str) -> str:
        return f"evidence/{items[kind][:2]}/{items[kind][2:]}"

    assert sorted(faults) == sorted(
        [
            (path("raw_html"), "raw_html", "its file was edited"),
            (path("headers"), "headers", "its file is missing"),
            (
                path("copy_thumbnail"),
                "copy_thumbnail",
                "its file was swapped: it holds another item, the match_overlay "
                + items["match_overlay"][:12],
            ),
        ]
    )


def test_an_item_that_takes_the_place_of_another_is_named(checked: Callable[..., object]) -> None:
    def swap(context: Context, uses: list[Use]) -> list[str]:
        other = context.store.put(b"<p>Photo: nobody", "raw_html", "text/html", context.clock.now())
        items = {**dict(uses[0].evidence), "raw_html": other.sha256, "headers": "0" * 64}
        pairs = json.dumps([list(pair) for pair in items.items()])
        context.store._db.write(  # type: ignore[attr-defined]
            lambda session: session.execute(text("UPDATE use SET evidence = :it"), {"it": pairs})
        )
        found = verify_evidence(context.store, context.owner_id).faults
        assert {fault.use for fault in found} == {uses[0].id}
        return sorted(fault.what.split(":")[0] for fault in found)

    assert checked(swap) == [
        "its headers was never stored",
        "its headers was swapped",
        "its raw html was swapped",
    ]


def test_what_a_use_says_and_its_seal_does_not_is_named(checked: Callable[..., object]) -> None:
    def edited(context: Context, uses: list[Use]) -> dict[str, list[str]]:
        (use,) = uses
        items = dict(use.evidence)
        seal = context.store.get(items["seal"])
        others = {
            "nothing": use,
            "page": replace(use, page_url="https://other.example/"),
            "work": replace(use, work_id="w000000000000"),
            "image": replace(use, image_url="https://other.example/x.jpg"),
            "verdict": replace(use, verdict=replace(use.verdict, kind=VerdictKind.NONE)),
            "match": replace(use, match=replace(use.match, inliers=99)),
            "looks": replace(use, complete_looks=frozenset(Look)),
            "item": replace(use, evidence=(*use.evidence, ("last_html", items["raw_html"]))),
        }
        found = {what: faults_of_seal(seal, each, {}, {use.work_id}) for what, each in others.items()}
        # A work that was merged into another, and a page that is another form of an article, say the same.
        moved = replace(use, work_id="w000000000000", page_url="https://other.example/")
        found["moved"] = faults_of_seal(seal, moved, {use.page_url: moved.page_url}, {moved.work_id})
        return {what: [fault.split(":")[0] for fault in faults] for what, faults in found.items()}

    found = checked(edited)  # type: ignore[misc]
    (item,) = found.pop("item")  # type: ignore[attr-defined]
    assert item.startswith("its last html")
    assert item.endswith("is not one that the seal names")
    assert found == {
        "nothing": [],
        "moved": [],
        "page": ["its page was edited"],
        "work": ["its work was edited"],
        "image": ["its image address was edited"],
        "verdict": ["its verdict was edited"],
        "match": ["its match's inliers was edited"],
        "looks": ["its list of complete looks was edited"],
    }


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        ("UPDATE verdict SET reason = 'edited'", "the reason of its check of"),
        ("UPDATE verdict SET kind = 'none'", "the verdict of its check of"),
        ("UPDATE credit_evidence SET quote = 'edited'", "the quotes of its check of"),
        ("DELETE FROM credit_evidence", "the quotes of its check of"),
        ("UPDATE check_result SET checked_at = '2020-01-01 00:00:00.000000'", "the time of its check of"),
        ("UPDATE check_result SET load_id = 'another'", "the load of its check of"),
        ("DELETE FROM check_result", "its verdict or its check is gone from the history"),
        ("DELETE FROM verdict", "its verdict or its check is gone from the history"),
        ("DELETE FROM check_use", "its latest check is gone from the history"),
        ("UPDATE use SET role = 'avatar'", "its role was edited: the seal says content, the use avatar"),
        ("UPDATE use SET hotlinked = 1", "its hot-link was edited"),
    ],
)
def test_an_edited_history_is_named(
    checked: Callable[..., object], tmp_path: Path, edit: str, fault: str
) -> None:
    def harm(context: Context, uses: list[Use]) -> tuple[list[str], list[str]]:
        before = verify_evidence(context.store, context.owner_id).faults
        with closing(sqlite3.connect(tmp_path / "db.sqlite")) as database, database:
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                database.execute(f"DROP TRIGGER {name}")
            database.execute(edit)
        after = verify_evidence(context.store, context.owner_id).faults
        return [each.what for each in before], [each.what for each in after]

    before, after = checked(harm)  # type: ignore[misc]
    assert before == []
    assert [what for what in after if what.startswith(fault)], after


def test_a_use_without_a_seal_and_a_file_that_is_none_are_named(
    checked: Callable[..., object], tmp_path: Path
) -> None:
    def harm(context: Context, uses: list[Use]) -> None:
        sha256 = dict(uses[0].evidence)["headers"]
        path = tmp_path / "evidence" / sha256[:2] / sha256[2:]
        path.unlink()
        os.mkfifo(path)  # who reads one waits for ever
        context.store._db.write(  # type: ignore[attr-defined]
            lambda session: session.execute(text("UPDATE use SET evidence = '[]'"))
        )

    checked(harm)
    (tmp_path / "creditline.toml").write_text('[owner]\nnames = ["test"]\n')
    where = ["--workspace", str(tmp_path), "--database-url", f"sqlite:///{tmp_path / 'db.sqlite'}"]
    told = CliRunner().invoke(cli, ["verify", *where], catch_exceptions=False)
    assert told.exit_code == 1
    assert ": it refers to no seal" in told.output
    assert "(headers): its file cannot be read" in told.output
    assert "evidence: 2 faults" in told.output


def test_a_use_is_explained_from_its_evidence(checked: Callable[..., object], tmp_path: Path) -> None:
    use_id = str(checked(lambda _, uses: uses[0].id))
    (tmp_path / "creditline.toml").write_text(
        '[owner]\nnames = ["test"]\n'
    )  # the owner's key in this database

    def explain(*words: str) -> str:
        where = ["--workspace", str(tmp_path), "--database-url", f"sqlite:///{tmp_path / 'db.sqlite'}"]
        command = ["explain", *words, "--owner-name", "Jane Doe", "--owner-domain", "jane.example", *where]
        return CliRunner().invoke(cli, command, catch_exceptions=False, standalone_mode=False).output

    told = explain(use_id)
    assert "verdict linked" in told
    assert "looks: raw" in told
    assert "evidence warc: evidence/" in told
    after = told[told.index("--- raw html") :]
    assert "verdict linked" in after
    assert "-> https://jane.example/" in after
    with pytest.raises(UsageError, match="no use 'u0123456789ab' here"):
        explain("u0123456789ab")
    with pytest.raises(UsageError, match="say which image"):
        explain("https://page.example/")


def test_a_correction_becomes_a_test_case(checked: Callable[..., object], tmp_path: Path) -> None:
    use_id = str(checked(lambda _, uses: uses[0].id))
    (tmp_path / "creditline.toml").write_text('[owner]\nnames = ["test"]\n')
    where = ["--workspace", str(tmp_path), "--database-url", f"sqlite:///{tmp_path / 'db.sqlite'}"]
    jane = ["--owner-name", "Jane Doe", "--owner-domain", "jane.example"]
    folder = tmp_path / "cases" / "my-page"

    def run(*words: str) -> None:
        CliRunner().invoke(cli, [*words, *where], catch_exceptions=False, standalone_mode=False)

    run("uses", "set", use_id, "--verdict", "text_only")
    run("explain", use_id, "--save-case", str(folder), *jane)
    saved = json.loads((folder / "expected.json").read_text("utf-8"))
    (case,) = saved["cases"]
    assert case["expect"] == {"kind": "text_only"}
    found = judge(
        (folder / "page.html").read_bytes(),
        page_url=saved["page_url"],
        image=ImageRef(index=case["image"]),
        owner=Owner(**case["owner"]),
    )
    assert found.kind == "linked"  # what the judge says without the correction
    with pytest.raises(UsageError, match="--save-case needs the id of a use"):
        run("explain", "page.html", "--image", "0", "--save-case", str(folder), *jane)
