"""Text from elsewhere is shown whole and obeyed by nobody."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from creditline.render import cut, mail_text, one_line, terminal_line, visible
from hostile import PAYLOADS

#: Everything that a terminal, a parser or the bidirectional algorithm acts on.
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
any_text = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(PAYLOADS)


@given(any_text)
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = visible(text)
    assert not ACTING.search(shown)
    assert visible(shown) == shown
    shown.encode()


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"], max_codepoint=0xDFFFF)))
def test_printable_text_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_hidden_things_can_be_seen() -> None:
    assert visible("a\x00b\x1b[31m") == "a␀b␛[31m"
    assert visible("x\u202egpj") == "x⟨U+202E⟩gpj"
    assert visible("one\r\ntwo\rthree") == "one\ntwo␍three"
    assert visible("\ud800") == "\ufffd"


@given(any_text, st.integers(1, 50))
def test_one_line_stays_one(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line.splitlines()) <= 1
    assert "\t" not in line
    assert len(line) <= 9 * limit + 40


def test_ten_megabytes_are_cut_and_said() -> None:
    line = one_line("a" * 10_000_000, 20)
    assert line == "a" * 20 + "… (+9999980 characters)"


def test_a_cut_never_parts_a_letter_from_its_accent() -> None:
    assert cut("cafe\u0301s", 4) == "caf… (+3 characters)"
    assert cut("cafe\u0301", 5) == "cafe\u0301"


def test_a_terminal_gets_no_orders() -> None:
    for line in map(terminal_line, PAYLOADS):
        inner = line.removeprefix("\u2068").removesuffix("\u2069")
        assert not ACTING.search(inner)
        assert len(line.splitlines()) <= 1
        turns = any(unicodedata.bidirectional(character) in ("R", "AL") for character in inner)
        assert turns == (line != inner)


LINK = re.compile(r"(?i)https?:|www\.|\w@\w|evil\.example|javascript:hit")


def test_a_quotation_in_a_letter_links_nowhere() -> None:
    for quoted in map(mail_text, PAYLOADS):
        assert not LINK.search(quoted)
        assert "<" not in quoted
        assert "\n" not in quoted
        assert not ACTING.search(quoted)


def test_ordinary_words_and_file_names_stay() -> None:
    for text in ("Foto: Jane Doe", "IMG_1234.jpg", "St. Moritz, z.B. 3.5 km", "A – B… “C”", "AC/DC: live"):
        assert mail_text(text) == text


@given(any_text.filter(lambda text: len(text) < 100))
def test_quoting_twice_changes_nothing(text: str) -> None:
    assert mail_text(mail_text(text, 400), 400) == mail_text(text, 400)


def test_a_quotation_is_short() -> None:
    assert mail_text("a" * 10_000_000, 10) == "a" * 10 + "…"
    assert mail_text("a" * 10, 10) == "a" * 10
