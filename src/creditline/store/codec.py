"""Records to nested values for JSON columns, and back to equal records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from creditline.records import (
    ElementBox,
    Fingerprint,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Region,
    RightsMetadata,
    Tasl,
)


def rights_to_json(rights: RightsMetadata) -> dict[str, Any]:
    """What is said only; an empty mapping where nothing is."""
    said = {key: value for key, value in asdict(rights).items() if value}
    return said | {"creator": list(rights.creator)} if rights.creator else said


def rights_from_json(value: dict[str, Any]) -> RightsMetadata:
    """The opposite of `rights_to_json`."""
    return RightsMetadata(**{**value, "creator": tuple(value.get("creator", ()))})


def match_to_json(match: Match) -> dict[str, Any]:
    """All but the work, which has a column of its own and may be merged into another."""
    return {key: value for key, value in asdict(match).items() if key != "work"}


def match_from_json(value: dict[str, Any], work_id: str) -> Match:
    """The opposite of `match_to_json`."""
    return Match(
        **{
            **value,
            "work": work_id,
            "status": MatchStatus(value["status"]),
            "method": MatchMethod(value["method"]),
            "region": _region(value["region"]),
            "our_region": _region(value["our_region"]),
            "to_ours": _map(value.get("to_ours")),
        }
    )


def _map(value: Sequence[float] | None) -> tuple[float, float, float, float, float, float] | None:
    """Matches stored by earlier versions have none."""
    if value is None:
        return None
    a, b, c, d, e, f = value
    return a, b, c, d, e, f


def _region(value: Sequence[float]) -> Region:
    x0, y0, x1, y1 = value
    return (x0, y0, x1, y1)


def tasl_from_json(value: dict[str, Any]) -> Tasl:
    """The opposite of `dataclasses.asdict`."""
    return Tasl(**value)


def looks_to_json(looks: Iterable[Look]) -> list[str]:
    """Sorted, so that equal sets are equal texts."""
    return sorted(look.value for look in looks)


def looks_from_json(value: Iterable[str]) -> frozenset[Look]:
    """The opposite of `looks_to_json`."""
    return frozenset(Look(look) for look in value)


def pairs_from_json(value: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Headers, or evidence kinds with hashes."""
    return tuple((first, second) for first, second in value)


def boxes_from_json(value: Iterable[dict[str, Any]]) -> tuple[ElementBox, ...]:
    """The opposite of `dataclasses.asdict` on each."""
    return tuple(ElementBox(**box) for box in value)


def fingerprint_columns(fingerprint: Fingerprint) -> dict[str, Any]:
    """Column values of a fingerprint, but its own hash and size."""
    return {
        "algorithm": fingerprint.algorithm,
        "phash": fingerprint.phash,
        "phash_mirrored": fingerprint.phash_mirrored,
        "quality": fingerprint.quality,
        "features": fingerprint.features,
    }
