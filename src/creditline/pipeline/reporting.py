"""Writes what was found: the HTML report, tables, letters. Reads the store, decides nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from creditline import fingerprint, outreach, report
from creditline.errors import OutreachError, StoreError
from creditline.pipeline.portfolio_index import own_files_only
from creditline.pipeline.ports import Store
from creditline.pipeline.search_plan import CANARY
from creditline.records import Owner, Request, RequestStatus, Use, Work
from creditline.settings import Settings

REPORT_NAME = "report.html"
LETTERS_FOLDER = "letters"

#: Letters that need nothing more.
_SETTLED = (RequestStatus.CLOSED, RequestStatus.WITHDRAWN)

#: Letters that nobody has sent yet: they are handed out only while all that they say still holds.
_UNSENT = (RequestStatus.DRAFT, RequestStatus.APPROVED)

#: Evidence that the report shows as pictures.
_SHOWN = ("copy_thumbnail", "screenshot_preview")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, for the summary line."""

    report: Path
    letters: int
    #: Letters that were held back, see `letters_to_write`.
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting came to."""

    letters: tuple[Request, ...]
    #: Uses that are asked about, and those that are not.
    asked: int
    refused: int
    #: Why no letter could be made at all, ``None`` when they could.
    problem: str | None = None


def draft_letters(store: Store, owner_id: str, owner: Owner, settings: Settings, now: datetime) -> Drafted:
    """Draft one letter per site about every use that is surely a missing credit.

    Drafts of sites that have none any more are taken back.
    """
    works = {work.id: work for work in store.works(owner_id, features=False)}
    credits, refusals = outreach.missing_credits(
        store.uses(owner_id), works, now, ask_for_links=settings.outreach.ask_for_links
    )
    problem = None
    drafts: list[Request] = []
    if credits:
        try:
            drafts = outreach.draft_requests(credits, owner, now, signature=settings.outreach.signature)
        except OutreachError as error:
            problem = str(error)
    drafts = [replace(draft, owner_id=owner_id) for draft in drafts]
    letters = tuple(store.save_drafts(owner_id, drafts, now))
    return Drafted(letters, len(credits), len(refusals), problem)


def letters_to_write(
    store: Store, owner_id: str, settings: Settings, now: datetime
) -> tuple[list[Request], list[Request]]:
    """Sort the letters that need something into those that may be handed out and those held back.

    An unsent letter is held back when one of the uses it names is no missing credit any more (the owner
    said so, the credit came, the work was excluded) or was looked at too long ago to write about.
    """
    works = {work.id: work for work in store.works(owner_id, features=False)}
    credits, _ = outreach.missing_credits(
        store.uses(owner_id), works, now, ask_for_links=settings.outreach.ask_for_links
    )
    missing = {credit.use.id for credit in credits}
    handed_out: list[Request] = []
    held_back: list[Request] = []
    for letter in store.requests(owner_id):
        if letter.status not in _SETTLED:
            holds = letter.status not in _UNSENT or missing.issuperset(letter.use_ids)
            (handed_out if holds else held_back).append(letter)
    return handed_out, held_back


def remove_old_files(
    folder: Path, files: Mapping[str, str | bytes], *, letters: str = LETTERS_FOLDER
) -> None:
    """Take away letters and report parts of ours that no longer stand.

    A credit that came must not be asked for, and a smaller report has fewer parts.

    Args:
        folder: Where they were written.
        files: What stands now, by path in the folder.
        letters: Where in the folder the letters lie; ``"."`` for the folder itself.

    Raises:
        StoreError: A file cannot be taken away.
    """
    below = folder / letters
    ours = [*below.glob("letter-*.eml"), *below.glob("letter-*.txt"), *folder.glob("report-*.html")]
    for path in ours:
        if path.relative_to(folder).as_posix() not in files:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(
                    f"{path} no longer holds, but cannot be removed: {error.strerror}"
                ) from error


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files whole or not at all: temporary name, then rename.

    Raises:
        StoreError: The folder cannot be written.
    """
    for name, content in files.items():
        path = folder / name
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content.encode() if isinstance(content, str) else content)
            temporary.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def write_report(
    store: Store,
    owner_id: str,
    owner: Owner,
    settings: Settings,
    folder: Path,
    now: datetime,
    program: str,
    index_folder: Path,
) -> Written:
    """Write report.html, the tables and the letters into a folder.

    Args:
        store: Where everything stands.
        owner_id: Whose.
        owner: As the settings name them.
        settings: In force.
        folder: Where to write.
        now: Stands in the report.
        program: Name and version of the program.
        index_folder: Where the index of local features is kept.
    """
    plain = own_files_only(store, owner_id, index_folder)
    works, uses = store.works(owner_id, features=False), store.uses(owner_id)
    by_id = {work.id: work for work in works}
    letters, held_back = letters_to_write(store, owner_id, settings, now)
    thumbnails, work_thumbnails = _thumbnails(store, works, uses)
    model = report.ReportModel(
        owner=owner,
        made_at=now,
        program=program,
        works=tuple(works),
        own_files_only=plain,
        uses=tuple(uses),
        page_checks=tuple(store.page_checks(owner_id)),
        searches=tuple(each for each in store.search_outcomes(owner_id) if each.query != CANARY),
        thumbnails=thumbnails,
        work_thumbnails=work_thumbnails,
        requests=tuple(letters),
        letter_files={letter.id: _letter_path(letter, "txt") for letter in letters},
        ask_for_links=settings.outreach.ask_for_links,
    )
    files: dict[str, str | bytes] = dict(report.report_files(model))
    files["uses.csv"] = report.uses_csv(uses, by_id).encode("utf-8-sig")
    files["uses.jsonl"] = "".join(
        report.json_line(report.use_row(use, by_id.get(use.work_id))) + "\n" for use in uses
    )
    files["works.csv"] = report.works_csv(works, plain).encode("utf-8-sig")
    files |= letter_files(letters, uses, works, sender_of(owner, settings), now)
    remove_old_files(folder, files)
    write_files(folder, files)
    return Written(folder / REPORT_NAME, len(letters), len(held_back))


def letter_files(
    letters: list[Request], uses: list[Use], works: list[Work], sender: outreach.Sender | None, now: datetime
) -> dict[str, str | bytes]:
    """Each letter as .eml and .txt, and the outreach list as CSV, by file name."""
    files: dict[str, str | bytes] = {}
    for letter in letters:
        files[_letter_path(letter, "eml")] = outreach.to_eml(letter, sender, now)
        files[_letter_path(letter, "txt")] = outreach.to_txt(letter)
    names = {letter.id: _letter_path(letter, "txt") for letter in letters}
    table = outreach.outreach_csv(
        letters, {use.id: use for use in uses}, {work.id: work for work in works}, names
    )
    files["outreach.csv"] = table.encode("utf-8-sig")
    return files


def sender_of(owner: Owner, settings: Settings) -> outreach.Sender | None:
    """Who the drafts come from, ``None`` while no address is set."""
    if settings.outreach.sender is None:
        return None
    return outreach.Sender(name=next(iter(owner.names), ""), address=settings.outreach.sender)


def _letter_path(letter: Request, ending: str) -> str:
    return f"{LETTERS_FOLDER}/{outreach.letter_file_name(letter, ending)}"


def _thumbnails(store: Store, works: list[Work], uses: list[Use]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Thumbnails by hash, and each work's by work id."""
    bodies: dict[str, bytes] = {}
    of_works: dict[str, str] = {}
    for work in works:
        if work.fingerprint is None:
            continue
        decoded = store.known_decoded(work.fingerprint.sha256, fingerprint.ALGORITHM)
        if decoded is not None and decoded.thumbnail:
            sha256 = hashlib.sha256(decoded.thumbnail).hexdigest()
            bodies[sha256], of_works[work.id] = decoded.thumbnail, sha256
    for use in uses:
        for kind, sha256 in use.evidence:
            body = store.body(sha256) if kind in _SHOWN and sha256 not in bodies else None
            if body is not None:
                bodies[sha256] = body
    return bodies, of_works
