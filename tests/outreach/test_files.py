"""Letters become files that every mail program and every file system takes, with nothing smuggled in."""

from __future__ import annotations

import csv
import email
import io
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditline.errors import OutreachError
from creditline.outreach import (
    OUTREACH_COLUMNS,
    Sender,
    draft_requests,
    letter_file_name,
    missing_credit,
    outreach_csv,
    outreach_rows,
    to_eml,
    to_txt,
)
from creditline.records import Contact, ContactKind, Owner, Request
from hostile import PAYLOADS

from .cases import NOW, OWNER, use, work

SENDER = Sender("Jané Doe", "jane@jane.example")
CONTACT = Contact(ContactKind.EMAIL, "hello@blog.example", "https://blog.example/contact", "hello@")
FORM = Contact(ContactKind.FORM, "https://blog.example/form", "https://blog.example/contact", "")


def letter(contact: Contact | None = CONTACT, **changes: object) -> Request:
    credits = [missing_credit(use(page_language="fr"), work(), NOW)]
    contacts = {"blog.example": contact} if contact else {}
    return replace(draft_requests(credits, OWNER, NOW, contacts=contacts)[0], **changes)


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_draft_opens_as_a_draft() -> None:
    request = letter()
    message = read(to_eml(request, SENDER, NOW))
    assert message["X-Unsent"] == "1"
    assert message["To"] == "hello@blog.example"
    assert message["From"] == "Jané Doe <jane@jane.example>"
    assert message["Subject"] == request.subject
    assert message["Date"] == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert message["Content-Language"] == "fr"
    assert message["Message-ID"].endswith("@jane.example>")
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == request.body
    assert not message.is_multipart()


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert to_eml(letter(), SENDER, NOW) == to_eml(letter(), SENDER, NOW)
    assert to_eml(letter(id="other"), SENDER, NOW) != to_eml(letter(), SENDER, NOW)


@pytest.mark.parametrize("contact", [None, FORM])
def test_without_an_address_there_is_no_recipient(contact: Contact | None) -> None:
    message = read(to_eml(letter(contact), None, NOW))
    assert message["To"] is None
    assert message["From"] is None


def test_an_international_domain_is_written_in_ascii() -> None:
    contact = replace(CONTACT, address="hallo@bücher.example")
    raw = to_eml(replace(letter(), contact=contact), Sender("Jane", "jane@bücher.example"), NOW)
    assert read(raw)["To"] == "hallo@xn--bcher-kva.example"
    assert read(raw)["Message-ID"].endswith("@xn--bcher-kva.example>")
    with pytest.raises(OutreachError, match="many mail servers"):
        to_eml(letter(), Sender("Jane", "jäne@jane.example"), NOW)


def test_lines_stay_within_the_mail_standard() -> None:
    long = letter(body="x" * 5000 + "\n" + "é" * 3000 + "\n.\n")
    raw = to_eml(long, SENDER, NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert read(raw).get_content().replace("\r\n", "\n") == long.body


HEADERS = (
    "content-language content-transfer-encoding content-type date from message-id "
    "mime-version subject to x-unsent"
)


def test_no_header_can_be_smuggled_in() -> None:
    written = 0
    for payload in PAYLOADS:
        hostile = letter(subject=payload, body=payload + "\n", language="en")
        try:
            message = read(to_eml(hostile, Sender(payload, "jane@jane.example"), NOW))
        except OutreachError:
            continue
        written += 1
        assert " ".join(sorted(key.lower() for key in message)) == HEADERS
        assert message["To"] == "hello@blog.example"
    assert written > len(PAYLOADS) / 2


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?a=0ABcc:_b@evil.example?=", "=?utf-8?b?YQpCY2M6IGJAZXZpbC5leGFtcGxl?="]
)
def test_an_encoded_word_hides_no_line_end(word: str) -> None:
    for text in (word, "Née " + word, f"{word} " * 20, "x" * 70 + word):
        message = read(to_eml(letter(subject=text), Sender(text, "jane@jane.example"), NOW))
        assert "Bcc" not in message
        assert message["Subject"].strip() == text.replace("=?", "= ?").strip()


@pytest.mark.parametrize(
    "ending", ["\r", "\n", "\r\n", "\x00", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1d"]
)
def test_line_ends_in_headers_are_refused(ending: str) -> None:
    with pytest.raises(OutreachError, match="control characters"):
        to_eml(letter(subject=f"Credit{ending}Bcc: b@evil.example"), SENDER, NOW)
    with pytest.raises(OutreachError):
        to_eml(letter(), Sender(f"Jane{ending}Bcc: b@evil.example", "jane@jane.example"), NOW)
    with pytest.raises(OutreachError):
        to_eml(letter(), Sender("Jane", f"jane@jane.example{ending}Bcc: b@evil.example"), NOW)
    contact = replace(CONTACT, address=f"a@blog.example{ending}Bcc: b@evil.example")
    with pytest.raises(OutreachError) as caught:
        to_eml(replace(letter(), contact=contact), SENDER, NOW)
    assert len(str(caught.value).splitlines()) == 1


def test_the_plain_text_says_where_to() -> None:
    assert to_txt(letter()).startswith(
        "To: hello@blog.example (found on https://blog.example/contact)\nSubject: "
    )
    assert to_txt(letter(FORM)).startswith("To: the form on https://blog.example/form\n")
    assert to_txt(letter(None)).startswith("To: not known")
    assert to_txt(letter()).endswith(letter().body)


RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{at}" for port in ("com", "lpt") for at in range(1, 10))}


@given(st.text(max_size=300) | st.sampled_from([*PAYLOADS, "con", "NUL.example", "x" * 300, "..", "[::1]"]))
def test_file_names_are_safe_on_every_system(site: str) -> None:
    name = letter_file_name(letter(site=site), "eml")
    assert name.startswith("letter-")
    assert name.endswith(".eml")
    assert len(name) <= 110
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert name.split(".")[0] not in RESERVED


def test_file_names_differ_by_letter() -> None:
    assert letter_file_name(letter(id="a"), "txt") != letter_file_name(letter(id="b"), "txt")


def test_the_list_has_a_row_per_use() -> None:
    uses = [use(id="u1"), use(id="u2", page_url="https://blog.example/2", page_title="=1+1")]
    requests = draft_requests([missing_credit(each, work(), NOW) for each in uses], OWNER, NOW)
    by_id = {each.id: each for each in uses}
    files = {requests[0].id: "letter.eml"}
    rows = list(outreach_rows(requests, by_id, {"w1": work()}, files))
    assert [set(row) for row in rows] == [set(OUTREACH_COLUMNS)] * 2
    assert [row["use"] for row in rows] == ["u2", "u1"]
    assert {row["missing"] for row in rows} == {"credit"}
    table = list(
        csv.DictReader(io.StringIO(outreach_csv(requests, by_id, {"w1": work()}, files), newline=""))
    )
    assert table[0]["page_title"] == "'=1+1"
    assert table[1]["work"] == "The pier at dawn"
    assert table[1]["letter"] == "letter.eml"
    assert table[1]["first_seen"] == "2026-11-17"


def test_the_list_begins_with_what_is_most_worth_asking() -> None:
    uses = [use(id=f"u{at}", page_url=f"https://site{at % 3}.example/{at}", width=at + 1) for at in range(7)]
    requests = draft_requests([missing_credit(each, work(), NOW) for each in uses], OWNER, NOW)
    by_id = {each.id: each for each in uses}
    rows = list(outreach_rows(requests[::-1], by_id, {}))
    assert list(dict.fromkeys(row["site"] for row in rows)) == [request.site for request in requests]
    assert [row["rank"] for row in rows] == [1, 1, 1, 2, 2, 3, 3]


def test_a_use_that_is_gone_keeps_its_row() -> None:
    requests = draft_requests([missing_credit(use(), work(), NOW)], OWNER, NOW)
    (row,) = outreach_rows(requests, {}, {})
    assert (row["use"], row["site"], row["page_url"]) == ("u1", "blog.example", None)


def test_an_international_owner_can_write() -> None:
    owner = Owner(("李雷",), ("例子.example",))
    (request,) = draft_requests(
        [missing_credit(use(), work(pages=("https://例子.example/p",)), NOW)], owner, NOW
    )
    message = read(to_eml(request, Sender("李雷", "li@xn--fsqu00a.example"), NOW))
    assert "李雷" in str(message["From"])
    assert "https://xn--fsqu00a.example/p" in message.get_content()
