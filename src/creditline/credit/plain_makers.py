"""Names of makers inside a sentence: "snapped by Jess on the bar team", "shot by our intern Jess Roe"."""

from __future__ import annotations

from dataclasses import replace

from creditline.credit.claims import Claim
from creditline.credit.grammar import grammar
from creditline.credit.naming import is_name_like
from creditline.credit.proper_names import HEAD
from creditline.credit.vocabulary import vocabulary

#: Words of what somebody is before the name: "our youngest intern".
_MAX_DESCRIBED = 3
#: Verbs whose past means something else as well: what was "shot by" somebody is no picture for sure.
_OTHERWISE = frozenset(("shot",))


def with_plain_name(claim: Claim) -> Claim:
    """A claim by a verb of the camera, with the name alone where words stand before it or go on behind it."""
    verb, _, joined = claim.keyword.partition(" ")
    if claim.credits_owner or not joined or not verb.startswith(vocabulary().making.nouns):
        return claim
    words = claim.name.split()
    if words and words[0].lower() in grammar().ours:
        place = next((n for n, word in enumerate(words[: _MAX_DESCRIBED + 1]) if word[0].isupper()), 0)
        return replace(claim, name=" ".join(words[place:]))
    if verb in _OTHERWISE or is_name_like(claim.name):
        return claim
    found = HEAD.match(claim.name)
    return replace(claim, name=found.group()) if found is not None else claim
