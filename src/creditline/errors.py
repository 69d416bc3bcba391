"""The errors that a person may see: one base, one family per edge.

Every message says what happened, to which thing, and what to do next, in one line.
Anything that is not one of these is a defect of the program and surfaces as it is.
"""

from __future__ import annotations


class CreditlineError(Exception):
    """Base of every expected failure."""

    #: What the command line exits with when this reaches it (docs/reference/exit-codes.md).
    exit_code = 1


class UsageError(CreditlineError):
    """What was asked for cannot be understood: a bad address, a bad option value."""

    exit_code = 2


class ConfigError(UsageError):
    """``creditline.toml`` or the environment holds a setting that cannot be used."""


class UrlError(UsageError):
    """A text is not an address that creditline may use."""


class InputFileError(UsageError):
    """A file given by the user cannot be read as what it should be."""


class SourceError(CreditlineError):
    """A discovery source could not do what was asked of it."""

    exit_code = 3


class BudgetError(SourceError):
    """A paid request would cost more than may be spent; it was not sent."""


class FetchError(CreditlineError):
    """The way out itself does not work (single failed pages are results, not errors)."""


class BrowserError(FetchError):
    """No browser could be started."""

    exit_code = 3


class IndexingError(CreditlineError):
    """A site or folder as a whole could not be indexed (single failed pages are results)."""


class GateError(CreditlineError):
    """Bytes were refused by the decode gate. ``kind`` is a `records.GateProblem`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[GateError], tuple[str, str]]:
        """Pickle with both arguments: the error crosses from the gate's child to us."""
        return type(self), (self.kind, str(self))


class FingerprintError(CreditlineError):
    """Fingerprints cannot be compared or made."""


class StoreError(CreditlineError):
    """The database or the evidence folder cannot be used."""


class StoreLockedError(StoreError):
    """Another process holds the database for longer than we wait."""


class StoreNewerError(StoreError):
    """The database was written by a newer creditline."""


class DiskFullError(StoreError):
    """There is no room left where the workspace lies."""


class LeaseLostError(StoreError):
    """A late write was refused: another process has taken the work over."""


class OutreachError(CreditlineError):
    """A letter cannot be made, approved or sent."""


class NotAMissingCreditError(OutreachError):
    """A use does not fulfil every condition of a missing credit."""


class MailError(CreditlineError):
    """The mail server refused or broke off."""
