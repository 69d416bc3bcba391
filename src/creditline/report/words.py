"""What the report says in words: plain sentences that say exactly what was looked at and found."""

from __future__ import annotations

from datetime import datetime

from creditline.records import (
    CheckStatus,
    LinkTarget,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Region,
    Role,
    SearchStatus,
    Use,
    Verdict,
    VerdictKind,
    Where,
)

#: Share of a picture from which on it counts as seen whole, in words and for drawing frames.
WHOLE_SHARE = 0.97

#: Longest name that stands in a sentence, in characters: beyond it, it is a sentence of the page.
NAME_CHARS = 40

_HASH_BITS = 256
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WHERE = {
    Where.WRAPS_IMAGE: "in a link around the picture",
    Where.CAPTION: "in the picture's caption",
    Where.NEAR: "beside the picture",
    Where.ATTRIBUTE: "in the picture's own attributes",
    Where.PAGE_LEVEL: "elsewhere on the page, for its pictures",
    Where.METADATA: "in the data inside the file or the page",
    Where.SITE_LEVEL: "on the site's credit page",
    Where.ELSEWHERE: "elsewhere on the page",
}

ROLE = {
    Role.CONTENT: "part of the page's content",
    Role.THUMBNAIL: "a thumbnail that leads to another page",
    Role.AVATAR: "somebody's avatar",
    Role.ADVERT: "an advert",
    Role.COMMENT: "part of a reader's comment",
    Role.LOGO: "a logo",
    Role.PREVIEW: "the preview for shared links only",
}

LINK_TARGET = {
    LinkTarget.LIVE: "The link leads to you.",
    LinkTarget.REDIRECTS: "The link reaches you through a redirect.",
    LinkTarget.DEAD: "The link leads to a page of yours that is gone; a redirect on your site mends it.",
    LinkTarget.WRONG_PAGE: "The link leads to a page that is not yours.",
}

SEARCH = {
    SearchStatus.RESULTS: "searched",
    SearchStatus.NONE_CONFIRMED: "searched, and it had nothing",
    SearchStatus.PARTIAL: "NOT SEARCHED to the end",
    SearchStatus.CAPTCHA: "NOT SEARCHED: it asked for a captcha",
    SearchStatus.CONSENT: "NOT SEARCHED: it asked for a consent first",
    SearchStatus.BLOCKED: "NOT SEARCHED: it refused us",
    SearchStatus.RATE_LIMITED: "NOT SEARCHED: it asked us to slow down",
    SearchStatus.QUOTA_EXHAUSTED: "NOT SEARCHED: its quota is used up",
    SearchStatus.AUTH_FAILED: "NOT SEARCHED: it did not accept the login",
    SearchStatus.BAD_INPUT: "NOT SEARCHED: what it was given could not be read",
    SearchStatus.REGION_BLOCKED: "NOT SEARCHED: it is closed to this region",
    SearchStatus.UNKNOWN_LAYOUT: "NOT SEARCHED: its answer could not be read",
    SearchStatus.NETWORK_ERROR: "NOT SEARCHED: it could not be reached",
    SearchStatus.NOT_ENABLED: "NOT SEARCHED: it is not switched on",
}

CHECK = {
    CheckStatus.SHOWN: "shows a work of yours",
    CheckStatus.NOT_SHOWN: "looked at whole; none of your works is on it",
    CheckStatus.GONE: "gone",
    CheckStatus.COULD_NOT_CHECK: "could not be checked",
}


def verdict_sentence(use: Use) -> str:
    """Say in one sentence how the page credits the picture."""
    if use.check_status is CheckStatus.COULD_NOT_CHECK:
        return "The page showed your picture before; this time it could not be looked at."
    if use.check_status is CheckStatus.GONE:
        return "The page that showed your picture is gone."
    if use.check_status is CheckStatus.NOT_SHOWN:
        return "The page does not show your picture any more."
    return f"{_subject(use)}{_credit(use)}"


def _subject(use: Use) -> str:
    if use.match.status is MatchStatus.REVIEW:
        return "The page shows what is probably your picture"
    if use.role is Role.PREVIEW:
        return "The page names your picture for link previews"
    return "The page shows your picture"


def _credit(use: Use) -> str:
    verdict = use.verdict
    match use.verdict_kind:
        case VerdictKind.LINKED:
            return " and credits you with a link."
        case VerdictKind.TEXT_ONLY:
            return " and names you, without a link."
        case VerdictKind.CREDITED_TO_OTHER if verdict.mis_credit and _short(verdict.credited_name):
            return f" and gives “{verdict.credited_name}” as its source, which cannot be its author."
        case VerdictKind.CREDITED_TO_OTHER:
            return f" and credits {_short(verdict.credited_name) or 'somebody else'}."
        case VerdictKind.NONE:
            return " and credits nobody."
        case VerdictKind.UNCLEAR:
            return "; whether it credits you could not be told."


def _short(name: str | None) -> str | None:
    """A name that reads like one; what is longer is quoted below the sentence anyway."""
    return name if name and len(name) <= NAME_CHARS else None


def qualifiers(verdict: Verdict) -> list[str]:
    """What else is to be said of a credit, a sentence each."""
    said = []
    if verdict.nofollow:
        cause = f" ({verdict.nofollow_cause})" if verdict.nofollow_cause else ""
        said.append(f"The link carries nofollow{cause}; it is a credit all the same.")
    if verdict.link_target and verdict.link_target is not LinkTarget.LIVE:
        said.append(LINK_TARGET[verdict.link_target])
    if verdict.metadata_credit:
        said.append("The file or the page's data name you, where readers do not see it.")
    return said


def looks_sentence(use: Use) -> str:
    """Say how the page was looked at, and when."""
    seen = {
        frozenset(Look): "Seen whole twice: as the server sends it and as a browser shows it",
        frozenset({Look.RAW}): "Seen whole only as the server sends it, not as a browser shows it",
        frozenset({Look.RENDERED}): "Seen whole only as a browser shows it, not as the server sends it",
    }.get(use.complete_looks, "Not seen whole")
    return f"{seen}; last looked at {moment(use.last_checked)}."


def match_sentence(use: Use) -> str:
    """Say how the picture was recognised."""
    told = recognised(use.match)
    if use.hotlinked:
        told.append("The page loads the file from your own server.")
    return " ".join(told)


def recognised(match: Match) -> list[str]:
    """Say in sentences what proves a match, and which parts of both pictures it is about."""
    told = [_proof(match)]
    if match.mirrored:
        told.append("It is mirrored left to right.")
    if share(match.our_region) < WHOLE_SHARE:
        told.append(f"What it shows lies within about {share(match.our_region):.0%} of your picture.")
    if share(match.region) < WHOLE_SHARE:
        told.append(f"Yours fills about {share(match.region):.0%} of theirs.")
    return told


def _proof(match: Match) -> str:
    if match.method is MatchMethod.BYTES:
        return "The file is byte for byte one of yours."
    if match.method is MatchMethod.HASH:
        how = "the fingerprints agree"
        if match.distance == 0:
            how = f"the fingerprints are the same in all {_HASH_BITS} bits"
        elif match.distance is not None:
            how = f"the fingerprints differ in {match.distance} of {_HASH_BITS} bits"
        return f"Recognised by its looks: {how}."
    details = "its details" if match.inliers is None else f"{match.inliers} details of it"
    return f"Recognised piece by piece: {details} lie as they do in yours."


def share(region: Region) -> float:
    """Which part of a picture's area a region covers, 0..1."""
    left, top, right, bottom = region
    return max(0.0, right - left) * max(0.0, bottom - top)


def moment(when: datetime) -> str:
    """A time for people, to the minute: ``3 May 2026, 12:00 UTC``."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M} UTC"


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 page``, ``2 pages``, ``2,000 pages``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
