"""docs/reference/exit-codes.md: what the program ends with, and which errors lead there."""

from __future__ import annotations

from collections.abc import Iterator

from creditline.errors import CreditlineError
from reference.words import first_sentence, heading, joined, table

CODES = {
    0: "Done.",
    1: "Failed. Standard error says what, which and what next.",
    2: "Usage: a command, option, address, file or setting that cannot be understood. Nothing was done.",
    3: "Done, but something asked for could not be done: a source was not searched, a page could not be "
    "checked. The report and `--json` name each.",
    130: "Interrupted with Ctrl-C. What was done is kept; the same command goes on from there.",
}


def page() -> str:
    """The whole page."""
    lines = heading("Exit codes", "The same for every command.")
    lines += table(("code", "meaning"), CODES.items())
    lines += [
        "`demo` ends with 0 exactly when its result equals the truth that comes with the miniature web.",
        "",
        "## Errors",
        "",
        "Every expected failure belongs to one of these families.",
        "",
    ]
    lines += table(("error", "code", "meaning"), _errors(CreditlineError))
    return joined(lines)


def _errors(base: type[CreditlineError]) -> Iterator[tuple[str, int, str]]:
    for error in base.__subclasses__():
        yield f"`{error.__name__}`", error.exit_code, first_sentence(error)
        yield from _errors(error)
