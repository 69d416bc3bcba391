"""A list of pages that somebody already knows: one address a line."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from creditline.errors import InputFileError, UrlError
from creditline.records import PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.sources._files import decode_text, file_of, read_whole
from creditline.sources.base import BATCH, Batch, Question, SearchContext
from creditline.urls import Url, canonical, parse_user_address

#: Largest list that is read, in bytes: some two million addresses.
MAX_BYTES = 256 * 2**20
#: Lines that are no addresses and are shown as examples.
_SHOWN = 3
#: What follows an address in the row of a table, and never within one: another address, or a quoted cell.
_IN_TABLE = re.compile(r'[,;\t]\s*"?https?://|[,;\t]\s*"')


@dataclass(frozen=True, slots=True)
class AddressList:
    """A source that reads addresses, one a line; blank lines and lines that begin with # are skipped."""

    name: str
    description: str
    #: What the addresses name.
    kind: PageUrlKind
    #: What one line should look like, for error messages.
    example: str
    reads_file: bool = True

    async def search(self, question: Question, context: SearchContext) -> AsyncIterator[Batch]:
        """Read the list (see `base.Source.search`)."""
        path, label = file_of(question, self.name)
        lines = decode_text(read_whole(path, label, limit=MAX_BYTES), label).splitlines()
        found, wrong, own, seen = self._read(lines, label, context)
        if not found and not own:
            hint = "; a table of links is for --links" if any(map(_IN_TABLE.search, lines)) else ""
            raise InputFileError(
                f"{label} holds no addresses ({len(wrong)} other lines); write one a line, "
                f"like {self.example}{hint}"
            )
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            is_last = start + BATCH >= len(found)
            yield Batch(
                tuple(part), self._outcome(question, found, wrong, own, seen, is_last=is_last), is_last
            )
        if not found:
            yield Batch((), self._outcome(question, found, wrong, own, seen, is_last=True), is_last=True)

    def _read(
        self, lines: list[str], label: str, context: SearchContext
    ) -> tuple[list[Sighting], list[str], int, int]:
        found: dict[Url, Sighting] = {}
        wrong: list[str] = []
        own = seen = 0
        for number, line in enumerate(lines, 1):
            text = line.strip().strip("\"'<>,;").strip()
            if not text or text.startswith("#"):
                continue
            seen += 1
            url = _address(text)
            if url is None:
                wrong.append(f"line {number}")
                continue
            if url.registrable_domain in context.own_domains:
                own += 1
                continue
            found.setdefault(
                url,
                Sighting(self.name, url, self.kind, provenance=f"{label} line {number}", seen_at=context.now),
            )
        return list(found.values()), wrong, own, seen

    def _outcome(
        self,
        question: Question,
        found: list[Sighting],
        wrong: list[str],
        own: int,
        seen: int,
        *,
        is_last: bool,
    ) -> SearchOutcome:
        notes = [f"{seen:,} lines, {len(found):,} different addresses"]
        if own:
            notes.append(f"{own:,} on your own sites left out")
        if wrong:
            more = ", ..." if len(wrong) > _SHOWN else ""
            notes.append(f"{len(wrong):,} lines are no addresses ({', '.join(wrong[:_SHOWN])}{more})")
        done = SearchStatus.RESULTS if found else SearchStatus.NONE_CONFIRMED
        return SearchOutcome(
            source=self.name,
            status=done if is_last else SearchStatus.PARTIAL,
            query=question.query,
            seen=seen,
            parsed=seen - len(wrong),
            kept=len(found),
            note="; ".join(notes),
        )


def _address(text: str) -> Url | None:
    if _IN_TABLE.search(text):
        return None
    try:
        return canonical(parse_user_address(text))
    except UrlError:
        return None


SOURCE = AddressList(
    name="page_list",
    description="A list of page addresses, one a line.",
    kind=PageUrlKind.PAGE,
    example="https://example.com/article",
)
