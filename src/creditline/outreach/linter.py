"""The letter linter: what keeps every letter, drafted or edited, honest (docs/explanation.md).

A request for credit looks like a known kind of fraud. What tells ours apart must hold for every
letter: no threat, no accusation, no money, no deadline, no demand for followed links; a proof link on
the owner's own domain; no other link but the pages it is about; plain text of a sane length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from creditline.errors import OutreachError
from creditline.outreach.facts import LetterFacts
from creditline.outreach.wordlists import AMOUNT, WORDS, Rule
from creditline.render import visible
from creditline.render.letters import INVISIBLE, LINKABLE
from creditline.urls import Url

#: Bounds of a body in characters. A one-picture letter of ours has about 900; the longest list that
#: is drafted stays below (`draft.LISTED_CHARS`); above, nobody reads it.
BODY_CHARS = (120, 16_000)
SUBJECT_CHARS = (8, 120)

_SNIPPET = re.compile(r'<a href="([^"<>]*)">([^<>]*)</a>')
_TAG = re.compile(r"<\s*[/!?]?\s*[a-zA-Z]|&(?!amp;)(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\$\{|\{[a-z_ ]{2,30}\}|\[[a-z][a-z_ ]{1,30}\]|<[a-z_ ]{2,30}>", re.IGNORECASE
)
_OPENING = '“„«"‘'
_CLOSING = '”“»"’'
_TRAILING = ".,;:!?)}»”“’'\""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a letter may not be used as it is."""

    rule: Rule
    #: The words that broke the rule, ``""`` where something is lacking.
    excerpt: str
    message: str

    def __str__(self) -> str:
        return self.message


def lint_letter(subject: str, body: str, facts: LetterFacts) -> list[Finding]:
    """Hold a letter against every rule.

    Args:
        subject: Its subject line.
        body: Its plain text.
        facts: What it is about: whose letter, which pages, which quotations.

    Returns:
        What is wrong, in the order of the rules; empty for an honest letter.
    """
    findings = [*_shape(subject, body)]
    if len(body) > BODY_CHARS[1] or len(subject) > SUBJECT_CHARS[1]:
        return findings
    plain, links = _without_links(f"{subject}\n{body}", facts)
    said = _own_words(plain, facts)
    return [*findings, *_markup(said), *_link_findings(links, facts), *_word_findings(said)]


def require_honest(subject: str, body: str, facts: LetterFacts) -> None:
    """Refuse a letter that the linter finds fault with.

    Raises:
        OutreachError: With the first three findings in one line.
    """
    findings = lint_letter(subject, body, facts)
    if findings:
        told = "; ".join(str(finding) for finding in findings[:3])
        raise OutreachError(f"the letter to {facts.site} cannot be used as it is: {told}")


def _shape(subject: str, body: str) -> Iterator[Finding]:
    for name, text, (least, most) in (("subject", subject, SUBJECT_CHARS), ("text", body, BODY_CHARS)):
        if not least <= len(text.strip()) or len(text) > most:
            yield Finding(Rule.LENGTH, "", f"its {name} has {len(text)} characters, not {least} to {most}")
    if visible(body) != body or "\t" in body:
        yield Finding(Rule.CONTROL, "", "its text holds control characters; type it as plain text")
    if visible(subject) != subject or "\n" in subject or "\t" in subject:
        yield Finding(Rule.CONTROL, "", "its subject holds control characters or a line end")
    if INVISIBLE.search(f"{subject}{body}"):
        yield Finding(Rule.CONTROL, "", "it holds invisible characters; type the words anew")


def _without_links(text: str, facts: LetterFacts) -> tuple[str, list[str]]:
    """Take all links out, those of credit snippets too (whose words stay), and list them."""
    links = [unescape(found[1]) for found in _SNIPPET.finditer(text)]
    text = _SNIPPET.sub(lambda found: unescape(found[2]), text)
    for address in sorted(facts.addresses, key=len, reverse=True):
        # As a whole only: a longer address that begins alike is another page.
        text, times = re.subn(rf"(?<![^\s(]){re.escape(address)}(?=[{_TRAILING}]*(?:\s|$))", " ", text)
        links += [address] * bool(times)
    links += [found.group().rstrip(_TRAILING) for found in LINKABLE.finditer(text)]
    return LINKABLE.sub(" ", text), links


def _own_words(text: str, facts: LetterFacts) -> str:
    """What the writer says in words of their own: without quotations and names."""
    for quote in sorted(facts.quotes, key=len, reverse=True):
        text = re.sub(f"[{_OPENING}] ?{re.escape(quote)} ?[{_CLOSING}]", " ", text)
    for name in sorted(facts.owner.names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return text


def _markup(text: str) -> Iterator[Finding]:
    for rule, pattern, told in (
        (Rule.MARKUP, _TAG, "it holds HTML beyond the credit line"),
        (Rule.PLACEHOLDER, _PLACEHOLDER, "something was not filled in"),
    ):
        found = pattern.search(text)
        if found:
            yield Finding(rule, found.group(), f"{told} ({found.group()!r})")


def _link_findings(links: list[str], facts: LetterFacts) -> Iterator[Finding]:
    for link in dict.fromkeys(links):
        if not facts.allows_link(link):
            yield Finding(
                Rule.FOREIGN_LINK, link, f"it links elsewhere than to you and the pages it is about ({link})"
            )
    urls = [url for url in (Url.try_parse(link) for link in links) if url is not None]
    if not any(facts.is_own(url) for url in urls):
        yield Finding(Rule.PROOF, "", "it links no page on your own domain that proves the picture yours")
    if not any(url.href in facts.pages for url in urls):
        yield Finding(Rule.PAGE, "", "it does not say which page it is about")


def _word_findings(text: str) -> Iterator[Finding]:
    folded = fold(text)
    for rule, pattern in _patterns().items():
        found = pattern.search(folded)
        if found:
            words = found.group().strip()
            yield Finding(rule, words, f"{rule.value}: please do without “{words}”")


def fold(text: str) -> str:
    """Fold a text for the word lists: lower case, no accents, no invisible characters, single blanks."""
    plain = unicodedata.normalize("NFKD", INVISIBLE.sub("", text)).casefold()
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(bare.replace("’", "'").split())


@lru_cache(maxsize=1)
def _patterns() -> dict[Rule, re.Pattern[str]]:
    patterns = {}
    for rule, lists in WORDS.items():
        words = "|".join(word for language in lists.values() for word in language)
        amount = f"|{AMOUNT}" if rule is Rule.MONEY else ""
        patterns[rule] = re.compile(rf"(?<!\w)(?:{words})(?!\w){amount}")
    return patterns
