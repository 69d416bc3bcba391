"""What visits taught about pages that are built alike: does the browser show more of them than the source?

A site's pages of one kind share a template. Where the browser never showed more, a weak signal is not worth a
browser; where it did, pages without a signal are. A small share of pages is looked at all the same, so that
what was learnt can be wrong and be found so.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditline.checking.looks import FEW_IMAGES
from creditline.records import Match, PageReading, Role, TemplateLooks
from creditline.urls import Url

#: Looks in the browser that showed nothing more until a template's weak signals are no longer followed.
ENOUGH_LOOKS = 8

#: One page in so many is looked at whatever was learnt (research: stack, 1 to 2 %); without any signal only
#: until so many of a template's pages were.
AUDIT_ONE_IN = 50
AUDITS = 3

#: How long what a run learnt is trusted by later ones without a further look. Judgement: sites are rebuilt,
#: but seldom within a month; the audits of each run go on meanwhile.
TRUSTED_FOR = timedelta(days=30)

AUDIT = "an audit of what the browser adds"
LEARNT = "pages built like this one show more in the browser"

_NUMBERS = re.compile(r"\d+")


@dataclass(slots=True)
class _Template:
    looked: int = 0
    gained: int = 0


class TemplateMemory:
    """Learns within one run, and takes from earlier ones that the browser never showed more.

    That it did show more each run finds out anew: it would send all pages of a site to the browser for good.
    """

    def __init__(self) -> None:
        self._templates: dict[str, _Template] = {}

    def knows(self, url: Url) -> bool:
        """Whether anything was recalled or learnt of pages built like this one."""
        return template_of(url) in self._templates

    def recall(self, url: Url, looks: TemplateLooks | None, now: datetime) -> None:
        """Take what earlier runs learnt of pages built like this one, unless this run knows better."""
        trusted = looks is not None and not looks.gained and now - looks.last_at <= TRUSTED_FOR
        known = _Template(looked=looks.looked if looks is not None and trusted else 0)
        self._templates.setdefault(template_of(url), known)

    def need(self, url: Url, signal: str | None, *, expected: bool) -> str | None:
        """Why a page must be looked at in the browser, ``None`` when the raw look is enough.

        Args:
            url: The page.
            signal: What `looks.browser_need` says.
            expected: A source named this very page; nothing that was learnt speaks against a look then.
        """
        known = self._templates.get(template_of(url), _Template())
        audited = _draw(url) % AUDIT_ONE_IN == 0
        if signal is None:
            if known.gained:
                return LEARNT
            return AUDIT if audited and known.looked < AUDITS else None
        never_more = known.looked >= ENOUGH_LOOKS and not known.gained
        return None if signal.endswith(FEW_IMAGES) and never_more and not expected and not audited else signal

    def learn(self, url: Url, *, gained: bool) -> None:
        """Note whether the browser showed more of a page than its source."""
        known = self._templates.setdefault(template_of(url), _Template())
        known.looked += 1
        known.gained += gained


def template_of(url: Url) -> str:
    """Pages of one host whose paths have one shape: folders with numbers as such, any name at the end."""
    folders = url.path.split("/")[1:-1]
    return "/".join([url.host, *(_NUMBERS.sub("0", folder) for folder in folders[:3]), str(len(folders))])


def shows_more(
    raw: PageReading, raw_matches: list[Match], rendered: PageReading, rendered_matches: list[Match]
) -> bool:
    """Whether the browser showed works, or content pictures, that the source did not name."""
    if {match.work for match in rendered_matches} - {match.work for match in raw_matches}:
        return True
    named = {candidate.url for placement in raw.placements for candidate in placement.candidates}
    return any(
        placement.role is Role.CONTENT
        and placement.candidates
        and not any(candidate.url in named for candidate in placement.candidates)
        for placement in rendered.placements
    )


def _draw(url: Url) -> int:
    """A number that is the same whenever the page is asked for."""
    return int.from_bytes(hashlib.sha256(url.href.encode()).digest()[:4])
