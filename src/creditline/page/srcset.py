"""The ``srcset`` attribute, read as the HTML standard says ("parse a srcset attribute"), in linear time."""

from __future__ import annotations

import re
from typing import NamedTuple

from creditline.page.limits import MAX_CANDIDATES

_BLANKS = " \t\n\f\r"
_ADDRESS = re.compile(r"[^ \t\n\f\r]+")
_SKIP = re.compile(r"[ \t\n\f\r,]*")
_WIDTH = re.compile(r"^(\d{1,6})w$")
#: A candidate as most pages write it, read at once: "photo-300.jpg 300w,".
_PLAIN = re.compile(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)(?<!,)[ \t\n\f\r]++(\d{1,6})w[ \t\n\f\r]*+(?:,|\Z)")
_DENSITY = re.compile(r"^(\d{1,3}(?:\.\d{1,4})?)x$")


class SrcsetCandidate(NamedTuple):
    """One address of a srcset; at most one of the descriptors is set."""

    address: str
    width: int | None = None
    density: float | None = None


def parse_srcset(text: str) -> list[SrcsetCandidate]:
    """Read the candidates in order, at most `MAX_CANDIDATES`; malformed ones are left out as browsers do."""
    found: list[SrcsetCandidate] = []
    position = 0
    while len(found) < MAX_CANDIDATES:
        plain = _PLAIN.match(text, position)
        if plain is not None:
            found.append(SrcsetCandidate(plain.group(1), int(plain.group(2))))
            position = plain.end()
            continue
        skip = _SKIP.match(text, position)
        position = skip.end() if skip else position
        address = _ADDRESS.match(text, position)
        if address is None:
            break
        position = address.end()
        word = address.group()
        if word.endswith(","):
            found.append(SrcsetCandidate(word.rstrip(",")))
            continue
        descriptor, position = _descriptor(text, position)
        candidate = _candidate(word, descriptor)
        if candidate is not None:
            found.append(candidate)
    return [candidate for candidate in found if candidate.address]


def _descriptor(text: str, position: int) -> tuple[str, int]:
    """The descriptors after an address, up to a comma outside parentheses, and where to go on."""
    comma = text.find(",", position)
    end = comma if comma >= 0 else len(text)
    if text.find("(", position, end) < 0:
        return text[position:end].strip(_BLANKS), end + 1
    depth = 0
    start = position
    while position < len(text):
        sign = text[position]
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif sign == "," and not depth:
            return text[start:position].strip(_BLANKS), position + 1
        position += 1
    return text[start:].strip(_BLANKS), position


def _candidate(address: str, descriptor: str) -> SrcsetCandidate | None:
    if not descriptor:
        return SrcsetCandidate(address)
    width, density = None, None
    for part in descriptor.split():
        by_width, by_density = _WIDTH.match(part), _DENSITY.match(part)
        if by_width:
            width = int(by_width.group(1))
        elif by_density:
            density = float(by_density.group(1))
        elif not re.match(r"^\d{1,6}h$", part):
            return None
    return SrcsetCandidate(address, width, density)
