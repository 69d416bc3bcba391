"""Ways in which a server can answer wrongly, as steps to take; recorded ones too."""

from __future__ import annotations

import base64
import contextlib
import functools
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

#: Every so many hostile replies one sound page must arrive.
SOUND_EVERY = 10

PAGE = b"<!doctype html><title>A page</title><p>Some words."
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@dataclass(frozen=True)
class Endless:
    """The same bytes again and again until the other side hangs up."""

    body: bytes


@dataclass(frozen=True)
class Reset:
    """The connection ends with a reset instead of an end."""


#: Bytes to send, seconds to wait, or one of the above.
Step = bytes | float | Endless | Reset
#: Path asked for, and the server's own address, to what is sent.
Answer = Callable[[str, str], list[Step]]


@dataclass(frozen=True)
class Case:
    """One way to answer."""

    kind: str
    answer: Answer
    #: Must not be taken for a whole page.
    broken: bool = False
    #: Must arrive whole.
    sound: bool = False
    slow: bool = False
    #: The answer is given to robots.txt, and the page itself is sound.
    robots: bool = False
    #: Requests that the fetcher may need; each has its own deadline.
    hops: int = 2


def cases(seed: int, count: int, data: Path | None) -> list[Case]:
    """The same cases for the same arguments, in the server and in whoever asks it."""
    draw = Random(seed)
    recorded = list(_recorded(data)) if data is not None else []
    own: list[Case] = []
    makers = [_status, _header, _length, _chunks, _encoding, _redirect, _large, _slow, _robots_txt]
    while len(own) < count:
        own.append(draw.choice(makers)(draw))
        if len(own) % SOUND_EVERY == 0:
            own.append(Case("sound", _fixed(whole(PAGE)), sound=True))
    return [*own, *recorded]


# --- ways to answer -----------------------------------------------------------------------------


def _fixed(*steps: Step) -> Answer:
    return lambda _path, _origin: list(steps)


def whole(body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return _OK + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _status(draw: Random) -> Case:
    line = draw.choice((
        b"", b"\0", b"HTTP", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 20", b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 -20 OK",
        b"HTTP/1.1 OK", b"HTTP/9.9 200 OK", b"HTTP/2 200", b"HTTP/0.9 200 OK", b"ICY 200 OK",
        b"http/1.1 200 ok",
        b"HTTP/1.1 999 X", b"HTTP/1.1 099 X", b"HTTP/1.1 200 " + b"x" * 200_000, b" HTTP/1.1 200 OK",
        b"HTTP/1.1\t200\tOK", b"HTTP/1.1 2\xb200 OK", b"<html>HTTP/0.9", draw.randbytes(200),
    ))  # fmt: skip
    if draw.random() < 0.3:
        code = draw.choice(
            (100, 101, 102, 103, 204, 205, 206, 304, 306, 401, 407, 416, 426, 429, 451, 503, 530)
        )
        retry = draw.choice(
            (b"-1", b"99999999999999999999", b"NaN", b"Thu, 99 Foo 2026", b"\xff", b"1e9", b"")
        )
        lines = b"HTTP/1.1 %d X\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % (code, retry)
        return Case(f"status {code}", _fixed(lines * draw.choice((1, 2, 500))), broken=code < 300)
    return Case("status line", _fixed(line + b"\r\nContent-Length: 3\r\n\r\nabc"))


def _header(draw: Random) -> Case:
    kind, lines, broken = draw.choice((
        ("one of 10 MB", b"X: " + b"x" * 10_000_000 + b"\r\n", True),
        ("100,000 lines", b"X: x\r\n" * 100_000, True),
        ("70 KB", b"X: " + b"y" * 70_000 + b"\r\n", True),
        ("40 KB of cookies", b"Set-Cookie: a=" + b"b" * 40_000 + b"\r\n", False),
        ("500 cookies", b"".join(b"Set-Cookie: a%d=b; Domain=.example\r\n" % k for k in range(500)), False),
        ("no colon", b"nonsense\r\n", False),
        ("empty name", b": x\r\n", False),
        ("blank before colon", b"X : x\r\n", False),
        ("folded", b"X: a\r\n b\r\n\tc\r\n", False),
        ("NUL", b"X: a\0b\r\n", False),
        ("bare CR", b"X: a\rY: b\r\n", False),
        ("bytes", b"X: " + draw.randbytes(50) + b"\r\n", False),
        ("name of bytes", bytes(draw.sample(range(128, 256), 20)) + b": x\r\n", False),
        ("injection", b"X: a\r\n\r\nHTTP/1.1 200 OK\r\n", False),
    ))  # fmt: skip
    return Case(f"header {kind}", _fixed(_OK + lines + b"Content-Length: 3\r\n\r\nabc"), broken=broken)


def _length(draw: Random) -> Case:
    body = PAGE * draw.randrange(1, 40)
    said = draw.choice((
        b"%d" % (len(body) + draw.randrange(1, 10_000)), b"-1", b"-9223372036854775808",
        b"99999999999999999999",
        b"0x10", b"1e3", b"abc", b"+3", b"3, 4", b"%d\r\nContent-Length: %d" % (len(body), len(body) + 7),
        b"%d\r\nContent-Length: 3" % len(body), b"\xb2", b"5 5", b"1" * 5_000,
    ))  # fmt: skip
    if draw.random() < 0.2:
        ends: Step = draw.choice((Reset(), b""))
        return Case("cut", _fixed(whole(body)[: -draw.randrange(1, len(body))], ends), broken=True)
    if draw.random() < 0.15:
        behind = whole(body) + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        return Case("bytes behind", _fixed(behind))
    return Case("length", _fixed(_OK + b"Content-Length: " + said + b"\r\n\r\n" + body), broken=True)


def _chunks(draw: Random) -> Case:
    head = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
    good = b"%x\r\n%s\r\n" % (len(PAGE), PAGE)
    tail = draw.choice((
        b"", b"0", b"0\r\n", b"-5\r\nabcde\r\n0\r\n\r\n", b"zz\r\nabc\r\n",
        b"ffffffffffffffffffff\r\nabc", b"5\r\nab",
        b"5\r\nabcdefgh\r\n0\r\n\r\n", b"\r\n\r\n", b"3;" + b"x" * 200_000 + b"\r\nabc\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n",
        b" 3\r\nabc\r\n", b"3\nabc\n0\n\n", draw.randbytes(100), b"7fffffff\r\n" + b"a" * 1_000,
    ))  # fmt: skip
    if draw.random() < 0.25:
        lines = draw.choice((
            b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip, chunked",
            b"Transfer-Encoding: what",
            b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"Transfer-Encoding:\x0bchunked",
        ))  # fmt: skip
        return Case("transfer encoding", _fixed(_OK + lines + b"\r\n\r\n" + good + b"0\r\n\r\n"))
    if draw.random() < 0.2:
        return Case("trailer of 200 KB", _fixed(head + good + b"0\r\n" + b"X: x\r\n" * 30_000 + b"\r\n"))
    if draw.random() < 0.2:
        small = b"".join(b"1\r\nx\r\n" for _ in range(50_000)) + b"0\r\n\r\n"
        return Case("50,000 chunks", _fixed(head + small))
    # An extension is ignored, however long it is (RFC 9112 section 7.1.1): what comes is the whole body.
    is_whole = tail.startswith(b"3;")
    return Case("chunks", _fixed(head + good * draw.randrange(1, 4) + tail), broken=not is_whole)


def _encoding(draw: Random) -> Case:
    packed = gzip.compress(PAGE * 100)
    kind, said, body, broken = draw.choice((
        ("gzip cut", b"gzip", packed[: draw.randrange(12, len(packed) - 1)], True),
        ("gzip with a wrong sum", b"gzip", packed[:-8] + b"\0" * 8, True),
        ("gzip with a flipped bit", b"gzip", _flipped(packed, draw), False),
        ("no gzip at all", b"gzip", PAGE, True),
        ("gzip in gzip", b"gzip", gzip.compress(packed), False),
        ("gzip twice said", b"gzip, gzip", gzip.compress(packed), True),
        ("gzip and rubbish", b"gzip", packed + b"rubbish", True),
        ("1,000 empty members", b"gzip", gzip.compress(b"") * 1_000 + packed, False),
        ("zeros behind", b"gzip", packed + b"\0" * 1_000, False),
        ("brotli", b"br", b"\x0b\x02\x80" + draw.randbytes(300), True),
        ("zstd", b"zstd", b"\x28\xb5\x2f\xfd" + draw.randbytes(300), True),
        ("deflate", b"deflate", zlib.compress(PAGE * 100), True),
        ("unknown", b"x-" + b"y" * 3_000, PAGE, True),
        ("bytes", bytes(draw.sample(range(128, 256), 9)), PAGE, True),
    ))  # fmt: skip
    return Case(f"encoding {kind}", _fixed(whole(body, b"Content-Encoding: " + said)), broken=broken)


def _flipped(body: bytes, draw: Random) -> bytes:
    changed = bytearray(body)
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _redirect(draw: Random) -> Case:
    code = draw.choice((301, 302, 303, 307, 308))
    away = draw.choice((
        "http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/",
        "http://0/",
        "http://2130706433/", "http://localhost/", "file:///etc/passwd", "ftp://evil.example/",
        "javascript:hit()",
        "data:text/html,x", "http://evil.example:22/", "", "http://", "http://[", "//", "http://a b/",
        "http://%00/",
        "https://user:secret@127.0.0.1/", "\\\\server\\share", "x" * 50_000, "http://" + "a." * 5_000 + "b/",
    ))  # fmt: skip

    def answer(path: str, origin: str) -> list[Step]:
        step = path.count("x")
        place = {
            "loop": f"{origin}/",
            "chain": f"{origin}/{'x' * (step + 1)}",
            "cookies": f"{origin}/{'x' * (step + 1)}",
            "away": away,
        }[kind]
        cookies = b"Set-Cookie: c%d=%s\r\n" % (step, b"v" * 3_900) if kind == "cookies" else b""
        lines = b"HTTP/1.1 %d X\r\n%sLocation: %s\r\nContent-Length: 0\r\n\r\n"
        return [lines % (code, cookies, place.encode("latin-1", "replace"))]

    kind = draw.choice(("loop", "chain", "cookies", "away", "away", "away", "away"))
    return Case(f"redirect {kind}", answer, broken=True, hops=2 if kind == "away" else 13)


def _large(draw: Random) -> Case:
    kind = draw.randrange(6)
    if kind == 0:
        bomb = _gzip_bomb(draw.choice((50, 200)))
        return Case("large gzip bomb", _fixed(whole(bomb, b"Content-Encoding: gzip")), broken=True)
    if kind == 1:
        endless = Endless(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        return Case(
            "large endless chunks", _fixed(_OK + b"Transfer-Encoding: chunked\r\n\r\n", endless), broken=True
        )
    if kind == 2:
        return Case("large endless body", _fixed(_OK + b"\r\n", Endless(b"x" * 65_536)), broken=True)
    if kind == 3:
        return Case("large endless headers", _fixed(_OK, Endless(b"X: xxxxxxxxxxxx\r\n" * 500)), broken=True)
    if kind == 4:
        return Case(
            "large early answers", _fixed(Endless(b"HTTP/1.1 103 X\r\nLink: </x>\r\n\r\n" * 500)), broken=True
        )
    return Case("large page within the cap", _fixed(whole(b"<p>" + b"x" * (19 * 2**20))), sound=True)


@functools.cache
def _gzip_bomb(megabytes: int) -> bytes:
    packer, million = zlib.compressobj(9, wbits=31), b"\0" * 2**20
    return b"".join(packer.compress(million) for _ in range(megabytes)) + packer.flush()


def _slow(draw: Random) -> Case:
    kind = draw.randrange(8)
    body = whole(PAGE * 20)
    dripped: list[Step] = [step for byte in body[:200] for step in (bytes((byte,)), 0.2)]
    half = len(body) // 2
    steps: dict[int, list[Step]] = {
        0: [30.0],
        1: dripped,
        2: [_OK, 30.0],
        3: [_OK + b"Content-Length: 100000\r\n\r\n", *([b"x", 0.3] * 50)],
        4: [body[:half], 30.0],
        5: [_OK + b"Transfer-Encoding: chunked\r\n\r\n", *([b"1\r\nx\r\n", 0.25] * 60)],
        6: [*([b"HTTP/1.1 103 X\r\n\r\n", 0.25] * 60)],
        7: [_OK + b"Content-Length: 100000\r\n\r\n", *([b"x" * 900, 0.4] * 50)],
    }
    return Case(f"slow {kind}", _fixed(*steps[kind]), broken=True, slow=True)


def _robots_txt(draw: Random) -> Case:
    body = draw.choice((
        draw.randbytes(5_000), b"User-agent: *\n" + b"Disallow: /x*y*z$\n" * 40_000, b"x" * 3_000_000,
        b"\xef\xbb\xbf\0\0User-agent: *\nDisallow: /\0",
        b"Crawl-delay: 1e999\nUser-agent: *\nCrawl-delay: -5\n",
        b"User-agent: *\nCrawl-delay: NaN\nRequest-rate: 0/0\nVisit-time: x-y\nSitemap: http://[\n", b"",
    ))  # fmt: skip
    inner = draw.choice((_status, _header, _length, _chunks, _encoding, _redirect, _slow))(draw)
    if draw.random() < 0.4:
        return Case("robots text", _fixed(whole(body)), robots=True)
    return Case(f"robots {inner.kind}", inner.answer, slow=inner.slow, robots=True, hops=inner.hops + 1)


def _recorded(data: Path) -> Iterator[Case]:
    """The replies in curl's test files below a folder, as raw bytes."""
    for path in sorted(data.rglob("test[0-9]*")):
        if not path.is_file():
            continue
        text = path.read_bytes()
        reply = re.search(rb"<reply>(.*?)</reply>", text, re.DOTALL)
        for number, found in enumerate(
            re.finditer(rb"<data\d*([^>]*)>\r?\n(.*?)</data\d*>", reply.group(1) if reply else b"", re.DOTALL)
        ):
            yield Case(f"recorded {path.name}/{number}", _fixed(_as_sent(found.group(1), found.group(2))))


def _as_sent(attributes: bytes, text: bytes) -> bytes:
    """Undo the escapes of the recording."""
    if b"base64" in attributes:
        with contextlib.suppress(ValueError):
            return base64.b64decode(text, validate=False)
    if b"hex" in attributes:
        return bytes(int(pair, 16) for pair in re.findall(rb"\b[0-9a-fA-F]{2}\b", text))
    text = re.sub(
        rb"%hex\[(.*?)\]hex%", lambda m: re.sub(rb"%([0-9a-fA-F]{2})", _byte, m.group(1)), text, flags=re.S
    )
    text = re.sub(rb"%b64\[(.*?)\]b64%", lambda m: base64.b64encode(m.group(1)), text, flags=re.S)
    text = re.sub(rb"%repeat\[(\d{1,7}) x (.*?)\]%", lambda m: (m.group(2) * int(m.group(1)))[: 2**20], text)
    text = text.replace(b"%CR", b"\r").replace(b"%LF", b"\n").replace(b"%spc%", b" ").replace(b"%tab", b"\t")
    if b"crlf" in attributes:
        head, blank, body = text.partition(b"\n\n")
        text = (head + blank).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + body
    return text


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes((int(found.group(1), 16),))
