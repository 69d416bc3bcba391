"""Names as languages with cases write them: "fot. Jana Nowaka", "Jono Petraičio nuotr.", "Ελένης …".

Endings are those of the genitive (and of the instrumental, where it credits) in school grammars of Polish,
Czech, Slovak, Slovene, Croatian, Russian, Ukrainian, Lithuanian, Latvian, Greek and Finnish, folded as
`folding.fold` does. Pairs that are also somebody else's nominative are left out: "Petra Novotná" is not
a form of "Petr Novotný".
"""

from __future__ import annotations

import re

from creditline.credit.name_words import name_words

#: Ending of the nominative, endings of its other forms; "" fits every word that ends in a consonant.
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("nen", ("sen",)),
    ("tis", ("cio",)), ("dis", ("dzio",)), ("is", ("io",)), ("ys", ("io",)), ("as", ("o",)), ("us", ("aus",)),
    ("el", ("la",)), ("ek", ("ka",)), ("ec", ("ce", "ca")), ("er", ("ra",)),
    ("ki", ("kiego", "kog", "keho")), ("i", ("iego", "og", "iho")), ("y", ("ego", "eho", "ho")),
    ("ka", ("ki", "ky", "ke")), ("ova", ("ove", "ovej", "ou")), ("a", ("y", "i", "os", "ej", "iej", "ou")),
    ("o", ("a", "y")), ("a", ("as",)), ("e", ("es",)),
    ("ос", ("а",)), ("ии", ("ого", "ия", "ія")), ("ыи", ("ого",)), ("еи", ("ея", "ія")), ("ко", ("ка",)),
    ("ь", ("я",)), ("ец", ("ца",)), ("ия", ("ии", "іі")), ("я", ("и", "і", "оі")),
    ("а", ("и", "ы", "оі", "ои", "і")),
    ("η", ("ης",)), ("α", ("ας",)), ("ος", ("ου",)), ("ης", ("η",)), ("ας", ("α",)), ("ω", ("ως",)),
    ("ии", ("ому",)), ("ыи", ("ому",)), ("а", ("е", "ои")), ("я", ("е",)), ("", ("у", "ым", "ом")),
    ("", ("a", "а", "u", "em", "om", "ovi", "ові", "еві")),
)  # fmt: skip
#: Ends of surnames whose form for women looks like the genitive of the form for men.
_PAIRED = ("ov", "ev", "in", "ow", "ов", "ев", "ин", "ів")
#: Given names of women, whose forms stand beside a surname that stays as it is.
_FEMININE = ("a", "а", "я", "η", "α")
#: Letters of a word that has forms, at least.
_MIN_LETTERS = 3
_VOWELS = "aeiouyаеиоуыэюяіїєαεηιουω"
#: Letters by which a form may differ from the name, on either side.
_MAX_ENDING = 4
#: Letters of a surname that may stand for the whole name.
_MIN_SURNAME = 4
_WORD = re.compile(r"[^\W\d_]+")


def oblique_forms(word: str) -> tuple[str, ...]:
    """The other cases of one folded word of a name; none where it has no form of its own."""
    if len(word) < _MIN_LETTERS:
        return ()
    found: list[str] = []
    for ending, others in _ENDINGS:
        if ending and word.endswith(ending):
            found += [word[: len(word) - len(ending)] + other for other in others]
        elif not ending and word[-1] not in _VOWELS:
            found += [word + other for other in others]
    return tuple(dict.fromkeys(found))


def inflected_patterns(first: str, last: str) -> list[str]:
    """Expressions for a name of which both words stand in another case, or one where that is telling."""
    forms = [_any(oblique_forms(first)), _any(oblique_forms(last))]
    found = []
    if all(forms) and not last.endswith(_PAIRED):
        found += [rf"{forms[0]}\s{forms[1]}", rf"{forms[1]}\s{forms[0]}"]
    if forms[0] and first.endswith(_FEMININE):
        found.append(rf"{forms[0]}\s{re.escape(last)}")
    if last[-1] not in _VOWELS:
        # The genitive of Finnish and Estonian, which leaves the given name as it is: "Jane Doen kuva".
        found.append(rf"{re.escape(first)}\s{re.escape(last)}(?:in|i)(?=\s(?:kuva|valokuv|foto|pil[dt]))")
    else:
        found.append(rf"{re.escape(first)}\s{re.escape(last)}n(?=\s(?:kuva|valokuv))")
    if last.endswith("nen"):
        found.append(rf"{re.escape(first)}\s{re.escape(last[:-3])}sen")
    return found


def resembles(name: str, words: list[str]) -> bool:
    """Whether a folded text may be a name in a form, or with a slip, that no list of ours holds.

    Also true for a surname or a given name alone, and for an initial with a surname ("J. Doe"): nobody can
    tell who is meant.
    """
    found = _WORD.findall(name)
    if not words or not found:
        return False
    if len(found) == 1:
        return len(words) > 1 and (
            (len(words[-1]) >= _MIN_SURNAME and found[0] == words[-1])
            or (len(words[0]) >= _MIN_LETTERS and found[0] == words[0])
        )
    if len(words) > 1 and len(found[0]) == 1 and found[0] == words[0][0] and found[-1] == words[-1]:
        return True
    if _is_part(found, words):
        return True
    if len(words) < 2 or not all(any(_alike(word, other) for other in found) for word in words):
        return False
    return any(other == word or other in oblique_forms(word) for word in words for other in found)


def _is_part(found: list[str], words: list[str]) -> bool:
    """Whether each word that is written stands for another word of the name, one of them for itself.

    "Jane Doe" for "Jane Mary Doe-Roe", "J. Doe", "JM Doe", "Kasia Nowak" for "Katarzyna Nowak",
    "Foto Doe" for "Fotostudio Doe".
    """
    left = list(words)
    whole = 0
    for word in found:
        if word in name_words().trade:
            continue
        match = next((own for own in left if own == word or own in oblique_forms(word)), None)
        whole += match is not None and len(match) >= _MIN_LETTERS
        match = match or next((own for own in left if _stands_for(word, own)), None)
        if match is None:
            if word == "".join(own[0] for own in left[: len(word)]) and len(word) <= _MIN_LETTERS:
                continue
            return False
        left.remove(match)
    return whole > 0


def _stands_for(word: str, own: str) -> bool:
    """Whether a word may be short for another one: an initial, a pet name."""
    if len(word) == 1 or len(own) == 1:
        return word[0] == own[0]
    if word in name_words().particles or own in name_words().particles:
        return word[0] == own[0]
    return (
        _alike(own, word)
        or word[:2] == own[:2]
        or name_words().short.get(word) == own
        or name_words().short.get(own) == word
    )


def _alike(word: str, other: str) -> bool:
    same = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        same += 1
    rest = max(len(word), len(other)) - same
    return same >= min(_MIN_LETTERS, len(word)) and rest <= _MAX_ENDING and same >= rest


def _any(forms: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(map(re.escape, forms))})" if forms else ""
