"""Text as it is compared: lower case, without accents, every character in its old place."""

from __future__ import annotations

import unicodedata


def _table() -> dict[int, str]:
    """One base character for every precomposed Latin, Greek and Cyrillic letter, and for signs that vary."""
    table: dict[int, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x386, 0x3CF), *range(0x400, 0x460), *range(0x1E00, 0x2000)):
        base = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if len(base) == 1 and base != chr(code):
            table[code] = base
    table |= {ord(odd): plain for odd, plain in zip("øØđĐłŁıİßæÆœŒ", "oOdDlLiIsaAoO".lower(), strict=True)}
    table |= {ord(odd): "'" for odd in "’‘ʼ`´ʹ"} | {ord(odd): '"' for odd in "“”„«»"}
    table |= {ord(odd): "-" for odd in "‐‑‒–—―−"} | {
        ord("："): ":",
        ord("／"): "/",
        ord("｜"): "|",
        ord("ㅣ"): "|",
    }
    table |= {ord("（"): "(", ord("）"): ")", ord("【"): "[", ord("】"): "]", ord("＝"): "=", ord("＠"): "@"}
    table |= {
        ord("ё"): "е",
        ord("Ё"): "е",
        ord("й"): "и",
        ord("Й"): "и",
        ord("\xa0"): " ",
        ord("\u202f"): " ",
    }
    # Arabic and Persian forms of one letter, and marks that are written or not.
    return table | {ord("ي"): "ی", ord("ك"): "ک", ord("أ"): "ا", ord("إ"): "ا", ord("آ"): "ا", ord("ة"): "ه"}


_FOLD = _table()
_FOLDED = frozenset(map(chr, _FOLD))


def fold(text: str) -> str:
    """Fold a text for comparison; the result has the same length, so that places carry over."""
    return text.lower() if text.isascii() else fold_letters(text, foreign_letters(text))


def fold_letters(text: str, foreign: frozenset[str]) -> str:
    """The same, of a text whose letters and signs beyond ASCII are known."""
    plain = text
    # Replacing the few letters that a text holds is far quicker than translating all of it.
    for char in _FOLDED & foreign:
        plain = plain.replace(char, _FOLD[ord(char)])
    rest = "".join(foreign - _FOLDED)
    if rest.lower() == rest:
        # Only ASCII is left to be lowered, which bytes do at once and texts letter by letter.
        return plain.encode("utf-8", _ODD).lower().decode("utf-8", _ODD)
    folded = plain.lower()
    if len(folded) != len(text):  # a few capitals grow when they are lowered
        folded = "".join(char.lower()[:1] or " " for char in plain)
    return folded


def foreign_letters(text: str) -> frozenset[str]:
    """The different letters and signs of a text beyond ASCII."""
    # Deleting bytes is a tenth of the work of looking for letters.
    return frozenset(text.encode("utf-8", _ODD).translate(None, _ASCII).decode("utf-8", _ODD))


_ASCII = bytes(range(128))
#: Half a surrogate pair, which a browser's DOM may hold, is kept as it is.
_ODD = "surrogatepass"


def composed(text: str) -> str:
    """The text with letters and accents in one character each (NFC), as `fold` expects it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
