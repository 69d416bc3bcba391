"""Names of persons as they stand in sentences: words with capitals, small words of names between."""

from __future__ import annotations

import re

_CAPITAL = r"[^\W\d_a-zß-ÿа-яёіїєґά-ώ][\w.'’-]*"
NAME = re.compile(
    rf"(?<![\w.]){_CAPITAL}(?:\s(?:v[ao]n|der|den|de|di|da|del|della|du|dos|la|le|af|av|zu|ter|&)){{0,2}}"
    rf"(?:\s{_CAPITAL}){{1,3}}"
)
#: The words with capitals that begin a text: "Jess on the bar team".
HEAD = re.compile(rf"{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}(?=\s)")
