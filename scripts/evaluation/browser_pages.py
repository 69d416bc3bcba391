"""Pages that do to a browser what a page can, and what happens to browsers while they show one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

#: What the server does when it is asked for the page: send it, or one of these and then send it.
SEND, KILL_BROWSER, KILL_RENDERER, STAY_SILENT, CUT, CLOSE = range(6)

_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


@dataclass(frozen=True)
class HostileLoad:
    """One page to load."""

    kind: str
    #: The whole reply.
    reply: bytes
    does: int = SEND
    #: Whether it can be shown all the same, and must be.
    shown: bool = False


def page(markup: str) -> bytes:
    """A whole reply that shows some markup."""
    body = b"<!doctype html><title>x</title>" + markup.encode()
    return _HTML + b"Content-Length: %d\r\n\r\n" % len(body) + body


GOOD = page("<p>A sound page.<img src=/picture.jpg width=600 height=400>")


def loads(seed: int, count: int) -> list[HostileLoad]:
    """So many loads, every kind in turn, their numbers drawn."""
    draw = Random(seed)
    makers = [*_SHOWN.items(), *_OTHERS.items()]
    found = []
    for number in range(count):
        kind, make = makers[number % len(makers)]
        found.append(_load(kind, make(draw), shown=kind in _SHOWN))
    return found


def kinds() -> int:
    """How many kinds there are."""
    return len(_SHOWN) + len(_OTHERS)


def _load(kind: str, made: str | bytes | tuple[int, bytes], *, shown: bool) -> HostileLoad:
    if isinstance(made, str):
        return HostileLoad(kind, page(made), shown=shown)
    if isinstance(made, bytes):
        return HostileLoad(kind, made, shown=shown)
    return HostileLoad(kind, made[1], made[0], shown)


def _script(text: str) -> str:
    return f"<p>before</p><script>{text}</script><p>after</p>"


_Make = Callable[[Random], str | bytes | tuple[int, bytes]]

#: What a visitor would get to see in spite of it.
_SHOWN: dict[str, _Make] = {
    "dialogs": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(5, 60)}; n++) {{ alert(n); confirm(n); prompt(n) }}"
    ),
    "leaving is asked about": lambda _: _script(
        "onbeforeunload = e => { e.preventDefault(); return 'stay' };"
        "addEventListener('unload', () => alert(1))"
    ),
    "pop-ups": lambda draw: _script(f"for (let n = 0; n < {draw.randint(20, 300)}; n++) open('/good?' + n)"),
    "downloads": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(5, 40)}; n++) {{ const a = document.createElement('a');"
        "a.href = '/file'; a.download = 'x' + n; a.click() }"
    ),
    "a file from memory": lambda _: _script(
        "const a = document.createElement('a'); a.download = 'x.exe';"
        "a.href = URL.createObjectURL(new Blob(['MZ'.repeat(1e6)])); a.click()"
    ),
    "never idle": lambda draw: _script(
        f"setInterval(() => fetch('/x?' + Math.random()), {draw.randint(10, 90)})"
    ),
    "changes for ever": lambda draw: _script(
        f"setInterval(() => document.body.append('x'), {draw.randint(2, 20)})"
    ),
    "hanging frame": lambda _: "<p>text</p><iframe src=/never></iframe>",
    "hanging picture": lambda _: "<p>text</p><img src=/never><img src=/good>",
    "prints": lambda _: _script("print(); setInterval(print, 100)"),
    "asks for everything": lambda _: _script(
        "navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission();"
        "navigator.mediaDevices?.getUserMedia({audio: true, video: true}).catch(() => {});"
        "navigator.clipboard?.readText().catch(() => {});"
        "document.documentElement.requestFullscreen().catch(() => {})"
    ),
    "workers": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(2, 12)}; n++) new Worker(URL.createObjectURL("
        "new Blob(['for (;;) {}'])))"
    ),
    "broken prototypes": lambda _: _script(
        "Document.prototype.createTreeWalker = null; Element.prototype.querySelectorAll = () => [];"
        "JSON.stringify = null; window.Promise = null; window.MutationObserver = null;"
        "Array.prototype.map = null"
    ),
    "sockets": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(10, 200)}; n++) new WebSocket('ws://' + location.host + '/s' + n)"
    ),
    "history": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(100, 2000)}; n++) history.pushState(n, '', '?' + n)"
    ),
    "tall": lambda draw: f"<div style='height:{draw.randint(10**5, 10**8)}px'>tall</div>",
    "deep": lambda draw: "<div>" * draw.randint(500, 20_000),
}

#: What may end in any recorded way.
_OTHERS: dict[str, _Make] = {
    "endless loop": lambda _: _script("while (true);"),
    "endless microtasks": lambda _: _script("(function f() { Promise.resolve().then(f) })()"),
    "endless loop later": lambda draw: _script(f"setTimeout(() => {{ for (;;); }}, {draw.randint(0, 900)})"),
    "endless loop on scroll": lambda _: (
        _script("onscroll = () => { for (;;); }") + "<div style=height:9000px>"
    ),
    "endless height": lambda _: (
        "<div style=height:9000px></div>"
        + _script(
            "onscroll = () => document.body.append("
            "Object.assign(document.createElement('p'), {style: 'height:5000px'}))"
        )
    ),
    "memory": lambda _: _script("const a = []; for (;;) a.push(new Array(1e6).fill(Math.random()))"),
    "memory outside the heap": lambda _: _script(
        "const a = []; try { for (let n = 0; n < 64; n++) a.push(new Uint8Array(6e7).fill(1)) } catch {}"
    ),
    "goes elsewhere for ever": lambda _: _script("location = '/elsewhere?' + Math.random()"),
    "reloads": lambda _: "<meta http-equiv=refresh content=0>",
    "many elements": lambda draw: _script(
        f"for (let n = 0; n < {draw.randint(31_000, 90_000)}; n++)"
        "document.body.append(document.createElement('b'))"
    ),
    "no document element": lambda _: _script("document.documentElement.remove()"),
    "hanging script": lambda _: "<p>before</p><script src=/never></script><p>after</p>",
    "other schemes": lambda _: _script(
        "for (const u of ['mailto:a@b.example', 'steam://x', 'file:///etc/passwd', 'chrome://crash'])"
        "try { open(u); location = u } catch {}"
    ),
    "a download instead": lambda _: (
        b"HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=x.bin\r\nContent-Length: 4\r\n\r\nabcd"
    ),
    "no content": lambda _: b"HTTP/1.1 204 No\r\n\r\n",
    "asks who": lambda _: (
        b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
    ),
    "garbage": lambda draw: draw.randbytes(300),
    "bytes for a page": lambda draw: _HTML + b"\r\n" + draw.randbytes(100_000),
    "endless page": lambda _: _HTML + b"\r\n" + b"<p>more" * 200_000,
    "cut": lambda draw: (CUT, page("<p>text" * draw.randint(100, 9000))),
    "silent": lambda _: (STAY_SILENT, b""),
    "hangs up": lambda _: (CLOSE, b""),
    "renderer killed": lambda _: (KILL_RENDERER, GOOD),
    "browser killed": lambda _: (KILL_BROWSER, GOOD),
}
