"""Reads the data files of flows and says what is wrong with one, in one line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from creditline.errors import ConfigError
from creditline.records import AnswerKind, EngineFlow, FlowStep, MoreKind, StepKind
from creditline.urls import Url

_OWN = Path(__file__).parent
#: Versions are dates with two digits behind them.
_VERSION = range(20200101_00, 21000101_00)
#: More parts than any person would look at.
_MOST_PARTS = 50
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

K = TypeVar("K", bound=StrEnum)


def engines() -> tuple[str, ...]:
    """The engines that flows came along for."""
    return tuple(sorted(path.stem for path in _OWN.glob("*.toml")))


def load_flow(engine: str, folder: Path | None = None) -> EngineFlow:
    """The newest flow of an engine: ours, or the one in a folder of newer ones.

    Raises:
        ConfigError: There is no such engine, or a file cannot be used; what is wrong with which.
    """
    if engine not in engines():
        raise ConfigError(f"no engine {engine!r}; there are {', '.join(engines())}")
    found = [_packaged(engine)]
    newer = folder / f"{engine}.toml" if folder is not None else None
    if newer is not None and newer.is_file():
        try:
            text = newer.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{newer}: cannot be read: {error}") from error
        found.append(read_flow(text, engine, str(newer)))
    return max(found, key=lambda flow: flow.version)


def read_flow(text: str, engine: str, place: str) -> EngineFlow:
    """Read one file.

    Args:
        text: TOML.
        engine: Whose flow it must be.
        place: Where it is from, for messages.

    Raises:
        ConfigError: It is not a flow of this engine.
    """
    try:
        table = _Table(tomllib.loads(text), place)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{place}: not valid TOML: {error}") from error
    if table.text("engine") != engine:
        raise ConfigError(f"{place}: it is the flow of {table.text('engine')!r}, not of {engine!r}")
    answer, more, canary = table.part("answer"), table.part("more"), table.part("canary")
    kind = answer.one_of("in", AnswerKind)
    return EngineFlow(
        engine=engine,
        version=table.number("version", _VERSION),
        title=table.text("title"),
        position=table.text("position"),
        terms_url=table.address("terms_url"),
        hosts=table.texts("hosts", _HOST),
        most_bytes=table.number("most_bytes", range(1, 2**26)),
        media_types=table.texts("media_types"),
        by_file=table.steps("by_file"),
        by_address=table.steps("by_address"),
        answer=kind,
        answer_at=answer.pattern("at"),
        tab=answer.text("tab"),
        more=more.one_of("by", MoreKind),
        more_at=more.pattern("at") if "at" in more.values else answer.pattern("at"),
        more_targets=more.texts("targets") if "targets" in more.values else (),
        most_parts=more.number("most_parts", range(1, _MOST_PARTS + 1)),
        canary_url=canary.address("url"),
        canary_least=canary.number("least_pages", range(1, 1000)),
        empty=answer.words("empty", kind) if "empty" in answer.values else (),
    )


@cache
def _packaged(engine: str) -> EngineFlow:
    path = _OWN / f"{engine}.toml"
    return read_flow(path.read_text(encoding="utf-8"), engine, path.name)


class _Table:
    """One table of a file, and where it stands."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values = values
        self._place = place

    def part(self, name: str) -> _Table:
        """A table inside."""
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "a table")
        return _Table(value, f"{self._place} [{name}]")

    def text(self, name: str) -> str:
        """A text that is not blank."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(name, "a text")
        return " ".join(value.split())

    def texts(self, name: str, form: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """A list of texts, at least one."""
        value = self.values.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            raise self._wrong(name, "a list of texts")
        if form is not None and not all(form.fullmatch(each) for each in value):
            raise self._wrong(name, "a list of host names")
        return tuple(value)

    def words(self, name: str, kind: AnswerKind) -> tuple[str, ...]:
        """Words of a page, folded to lower case; an answer in JSON has none."""
        if kind is not AnswerKind.DOCUMENT:
            raise self._wrong(name, "for answers in JSON")
        return tuple(" ".join(text.split()).casefold() for text in self.texts(name))

    def number(self, name: str, among: range) -> int:
        """A whole number."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value not in among:
            raise self._wrong(name, f"a whole number, {among.start} to {among.stop - 1}")
        return value

    def address(self, name: str) -> str:
        """A web address."""
        url = Url.try_parse(self.text(name))
        if url is None or url.scheme != "https":
            raise self._wrong(name, "an https address")
        return url.href

    def pattern(self, name: str) -> str:
        """A regular expression."""
        text = self.text(name)
        try:
            re.compile(text)
        except re.error as error:
            raise self._wrong(name, "a regular expression") from error
        return text

    def one_of(self, name: str, kinds: type[K]) -> K:
        """A word of some."""
        try:
            return kinds(self.text(name))
        except ValueError:
            raise self._wrong(name, f"one of {', '.join(kinds)}") from None

    def steps(self, name: str) -> tuple[FlowStep, ...]:
        """Steps in order; each is a table with the kind as its one key."""
        value = self.values.get(name)
        if not isinstance(value, list) or not value:
            raise self._wrong(name, "a list of steps")
        return tuple(self._step(name, each) for each in value)

    def _step(self, name: str, value: Any) -> FlowStep:
        kinds = set(StepKind)
        if not isinstance(value, dict) or len(value) != 1 or not set(value) <= kinds:
            raise self._wrong(name, f"a list of steps, each one of {', '.join(StepKind)}")
        kind = StepKind(next(iter(value)))
        table = _Table(value, f"{self._place} {name}")
        if kind is not StepKind.OPEN:
            return FlowStep(kind, table.texts(kind.value))
        address = table.text(kind.value)
        if Url.try_parse(address.replace("{url}", "x")) is None or not address.startswith("https://"):
            raise table._wrong(kind.value, "an https address")
        return FlowStep(kind, (address,))

    def _wrong(self, name: str, wanted: str) -> ConfigError:
        return ConfigError(f"{self._place}: {name} = {self.values.get(name)!r} is not {wanted}")
