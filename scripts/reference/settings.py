"""docs/reference/settings.md: every setting of creditline.toml."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, get_type_hints

from creditline.settings import FILE_NAME, Settings, SourceSettings
from reference.words import first_sentence, heading, joined, table


def page() -> str:
    """The whole page."""
    lines = heading(
        "Settings",
        f"They stand in `{FILE_NAME}` in the workspace. A variable of the environment outranks the file, a "
        "flag outranks both. In a variable the items of a list are separated by commas. Secrets are never "
        "settings.",
    )
    for section in fields(Settings):
        is_many = section.name == "sources"
        name = "sources.NAME" if is_many else section.name
        kind = SourceSettings if is_many else get_type_hints(Settings)[section.name]
        hints = get_type_hints(kind)
        lines += [f"## [{name}]", "", first_sentence(kind), ""]
        rows = [_row(name, setting, str(hints[setting.name])) for setting in fields(kind)]
        lines += table(("setting", "meaning", "kind", "default", "variable"), rows)
    return joined(lines)


def _row(section: str, setting: Field[Any], hint: str) -> tuple[str, ...]:
    meaning = setting.metadata.get("help")
    if not meaning:
        raise SystemExit(f"[{section}] {setting.name} has no help text")
    variable = f"CREDITLINE_{section}_{setting.name}".upper().replace(".", "_")
    return f"`{setting.name}`", meaning, _kind(hint, setting), _default(setting.default), f"`{variable}`"


def _kind(hint: str, setting: Field[Any]) -> str:
    if "tuple" in hint:
        return "list of texts"
    if "bool" in hint:
        return "true or false"
    least, most = setting.metadata.get("least"), setting.metadata.get("most")
    bounds = f", {least} to {most}" if least is not None and most is not None else ""
    if "int" in hint:
        return "whole number" + bounds
    return ("number" if "float" in hint else "text") + bounds


def _default(value: object) -> str:
    if value is None or value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
