"""A generated web of real weight, for `check`: pages, what they load, and which pictures each one shows.

Sizes and shares follow what was measured of real pages: documents of 60 to 200 KB, 10 to 25 content
pictures of 23 to 198 KB, 126 KB of style sheets, 585 KB of script that keeps a processor busy, fonts, frames
of advertisers and trackers. Everything is drawn by rule from one seed. Every picture's bytes differ from
every other's, so that nobody gains by knowing some bytes already.
"""

from __future__ import annotations

import html
import io
import json
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
from check_pictures import picture_id
from PIL import Image

#: Sites, and their pages by how they come to show their pictures; of each twenty pages so many.
HOSTS = 20
KINDS = ("plain",) * 13 + ("lazy",) * 3 + ("hydrated",) * 2 + ("script",) * 2
#: One page in so many asks its server for news for ever; one in so many shows a work of the owner's.
POLLS_EVERY, SHOWS_WORK_EVERY = 33, 10
#: Of the pages with pictures in the source, every third names them in several widths.
WIDTHS = (1200, 800, 400)
#: Different pictures drawn; pages show them under addresses, and with bytes, of their own.
STRANGERS, WORKS = 60, 10

OWNER, OWNER_SITE = "Ada Birch", "https://adabirch.example/"
ADVERTS, TRACKERS = "ads.adnet.example", "t.counting.example"

# fmt: off
_WORDS = [
    "harbour", "light", "morning", "boat", "river", "stone", "letter", "window", "garden", "paper",
    "winter", "market", "bridge", "road", "field", "kitchen", "story", "music", "summer", "colour",
    "glass", "mountain", "train", "station", "cloud", "forest", "table", "silver", "wooden",
    "long", "early", "quiet", "narrow", "open", "small", "bright", "under", "above", "between",
    "around", "after", "before", "people", "city", "village",
]
# fmt: on
_PICTURE_BYTES = (23_000, 198_000)
_VENDOR_BYTES, _STYLE_BYTES, _FONT_BYTES = 520_000, 126_000, 40_000
_BUSY_MS, _ADVERT_BUSY_MS = 110, 25


@dataclass(frozen=True)
class SitePage:
    """One page: its address, how it is built, and the pictures that it shows."""

    number: int
    host: str
    kind: str
    body: bytes
    #: What its script fetches, where the source shows nothing.
    data: bytes
    #: Content pictures, from 0; a picture's address holds page and number.
    pictures: int

    @property
    def url(self) -> str:
        return f"http://{self.host}/story/{self.number}"


def make_pages(count: int, seed: int = 1) -> list[SitePage]:
    """The first pages of the web; any twenty in a row hold every kind in its share."""
    return [_page(number, Random(f"{seed} page {number}")) for number in range(count)]


def picture_bytes(path: str, seed: int = 1) -> bytes | None:
    """The file behind a content picture's path."""
    found = picture_id(path)
    if found is None:
        return None
    page, number = found
    width = int(path.rsplit("-", 1)[1].split(".")[0])
    drawn = _drawn_file(_which(page, number), width, seed)
    # A comment of its own makes the bytes this address's alone (JPEG: SOI, then COM).
    comment = f"picture {number} of page {page}".encode()
    return drawn[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + drawn[2:]


def original(number: int, seed: int = 1) -> bytes:
    """The owner's own file of a work."""
    out = io.BytesIO()
    _drawing(number, seed).save(out, "JPEG", quality=92)
    return out.getvalue()


def assets() -> dict[str, tuple[str, bytes]]:
    """What every page loads besides pictures: path to media type and bytes."""
    icon = io.BytesIO()
    Image.new("RGB", (32, 32), (30, 90, 60)).save(icon, "PNG")
    pixel = io.BytesIO()
    Image.new("P", (1, 1)).save(pixel, "GIF")
    busy = "const until=performance.now()+%d;let n=0;while(performance.now()<until)n+=Math.sqrt(n+1);"
    return {
        "/a/style.css": ("text/css", _style()),
        "/a/vendor.js": ("text/javascript", _vendor() + (busy % _BUSY_MS).encode()),
        "/a/site.js": ("text/javascript", _SITE_SCRIPT.encode()),
        "/a/font-1.woff2": ("font/woff2", Random(1).randbytes(_FONT_BYTES)),
        "/a/font-2.woff2": ("font/woff2", Random(2).randbytes(_FONT_BYTES)),
        "/a/logo.png": ("image/png", icon.getvalue()),
        "/a/face.png": ("image/png", icon.getvalue()),
        "/frame": ("text/html", _advert(busy % _ADVERT_BUSY_MS)),
        "/pixel.gif": ("image/gif", pixel.getvalue()),
        "/poll": ("application/json", b'{"news":0}'),
        "/favicon.ico": ("image/png", icon.getvalue()),
    }


# --- pages ----------------------------------------------------------------------------------------


def _which(page: int, number: int) -> int:
    """Which drawing a picture shows: below `WORKS` it is a work of the owner's."""
    if number == 1 and page % SHOWS_WORK_EVERY == 3:
        return page // SHOWS_WORK_EVERY % WORKS
    return WORKS + (page * 7 + number * 13) % STRANGERS


def _page(number: int, draw: Random) -> SitePage:
    host, kind = f"site-{number % HOSTS:02d}.example", KINDS[number * 7 % len(KINDS)]
    count = draw.randint(10, 25)
    blocks = [_figure(number, each, kind, draw) for each in range(count)]
    polls = number % POLLS_EVERY == 7
    article = "".join(f"<p>{_prose(draw, 60)}</p>{block}" for block in blocks)
    story = f"<article><h1>{_prose(draw, 6)}</h1>{article}</article>"
    shell = f'<div id="app">{"" if kind == "script" else story}</div>'
    weight = draw.randint(60_000, 200_000)
    body = _document(shell, number, kind, polls, weight, draw).encode()
    data = json.dumps({"html": story}).encode() if kind in ("script", "hydrated") else b""
    return SitePage(number, host, kind, body, data, count)


def _figure(page: int, number: int, kind: str, draw: Random) -> str:
    address = f"/i/{page}/{number}-%d.jpg"
    wide = address % WIDTHS[0]
    work = _which(page, number) < WORKS
    said = f'Photo: <a href="{OWNER_SITE}">{OWNER}</a>' if work else f"{_prose(draw, 9)} Photo: {_name(draw)}"
    size = 'width="1200" height="800"'
    if kind == "lazy":
        image = (
            f'<img class="lazy" data-src="{wide}" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" {size}>'
        )
    elif kind == "hydrated":
        image = f'<img loading="lazy" src="{wide}" {size}>'
    elif page % 3 == 0:
        files = ", ".join(f"{address % width} {width}w" for width in WIDTHS)
        image = f'<img src="{wide}" srcset="{files}" sizes="(max-width: 700px) 100vw, 700px" {size}>'
    else:
        image = f'<img src="{wide}" {size}>'
    return f'<figure class="wide">{image}<figcaption>{said}</figcaption></figure>'


def _document(shell: str, number: int, kind: str, polls: bool, weight: int, draw: Random) -> str:
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_prose(draw, 7)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/a/style.css">'
        f'<script>window.page={{n:{number},kind:"{kind}",polls:{int(polls)}}}</script>'
        '<script defer src="/a/vendor.js"></script><script defer src="/a/site.js"></script></head><body>'
    )
    links = "".join(f'<li><a href="/topic/{k}">{_prose(draw, 2)}</a></li>' for k in range(60))
    frames = "".join(
        f'<iframe src="http://{ADVERTS}/frame?{k}" width=300 height=250></iframe>' for k in range(4)
    )
    pixels = "".join(
        f'<img src="http://{TRACKERS}/pixel.gif?{number}-{k}" width=1 height=1>' for k in range(2)
    )
    top = f'<header><img src="/a/logo.png" class="logo" alt="Site"><nav><ul>{links}</ul></nav></header>'
    foot = f"<aside>{frames}</aside><footer><ul>{links}</ul></footer>{pixels}</body></html>"
    left = weight - len(head) - len(shell) - len(top) - len(foot)
    return f"{head}{top}<main>{shell}{_rest(max(left, 0), draw)}</main>{foot}"


def _rest(length: int, draw: Random) -> str:
    """Comments of readers, then the state that frameworks leave in a page."""
    parts, have = [], 0
    while have < length * 2 // 3:
        parts.append(
            f'<div class="comment"><img src="/a/face.png" class="avatar" width=32 height=32 alt="">'
            f'<b>{_name(draw)}</b><p>{html.escape(_prose(draw, 130))}</p><a href="#reply">Reply</a></div>'
        )
        have += len(parts[-1])
    state = json.dumps({"items": [_prose(draw, 12) for _ in range(max(0, length - have) // 90)]})
    return f'{"".join(parts)}<script type="application/json" id="state">{state}</script>'


def _prose(draw: Random, words: int) -> str:
    return " ".join(draw.choices(_WORDS, k=words)).capitalize()


def _name(draw: Random) -> str:
    return " ".join(word.capitalize() for word in draw.choices(_WORDS, k=2))


# --- what pages load ------------------------------------------------------------------------------

_SITE_SCRIPT = """
addEventListener('DOMContentLoaded', async () => {
  const app = document.getElementById('app');
  if (page.kind === 'script' || page.kind === 'hydrated') {
    const data = await (await fetch('/data/' + page.n)).json();
    app.innerHTML = data.html;
  }
  const lazy = new IntersectionObserver(seen => {
    for (const each of seen) if (each.isIntersecting) {
      each.target.src = each.target.dataset.src;
      lazy.unobserve(each.target);
    }
  });
  for (const image of document.querySelectorAll('img.lazy')) lazy.observe(image);
  if (page.polls) setInterval(() => fetch('/poll?' + Math.random()), 200);
});
"""


def _style() -> bytes:
    draw = Random("style")
    rules = [
        "@font-face{font-family:A;src:url(/a/font-1.woff2)}@font-face{font-family:B;src:url(/a/font-2.woff2)}"
        "body{font-family:A,serif}h1,b{font-family:B,sans-serif}figure{margin:1em auto;max-width:700px}"
        "img{max-width:100%;height:auto}"
    ]
    length = len(rules[0])
    while length < _STYLE_BYTES:
        rules.append(
            f".{draw.choice(_WORDS)}-{len(rules)} .{draw.choice(_WORDS)}>a:hover"
            f"{{color:#{draw.randrange(16**6):06x};"
            f"padding:{draw.randrange(40)}px;transition:all .{draw.randrange(9)}s}}"
        )
        length += len(rules[-1])
    return "\n".join(rules).encode()


def _vendor() -> bytes:
    """Functions that a browser has to read, a tenth of which run."""
    draw = Random("vendor")
    parts, length = [], 0
    while length < _VENDOR_BYTES:
        name = f"f{len(parts)}"
        body = ";".join(
            f"const {word}{k}=(a||{draw.randrange(99)})*{draw.randrange(9)}+'{draw.choice(_WORDS)}'.length"
            for k, word in enumerate(draw.choices(_WORDS, k=8))
        )
        parts.append(
            f"function {name}(a,b){{{body};return {{a,b,c:[a,b]}}}}" + f"{name}(1,2);" * (draw.random() < 0.1)
        )
        length += len(parts[-1])
    return "\n".join(parts).encode()


def _advert(busy: str) -> bytes:
    filler = "/*" + " ".join(Random("advert").choices(_WORDS, k=3000)) + "*/"
    return f"<!doctype html><body><script>{filler}{busy}</script><p>Advertisement</p>".encode()


# --- pictures -------------------------------------------------------------------------------------


@cache
def _drawn_file(which: int, width: int, seed: int) -> bytes:
    """A drawing as JPEG of a given width, every other one progressive, within the bounds of size."""
    picture = _drawing(which, seed)
    small = picture.resize((width, width * picture.height // picture.width), Image.Resampling.LANCZOS)
    wanted = Random(f"{seed} size {which}").lognormvariate(11.3, 0.5) * (width / WIDTHS[0]) ** 1.6
    least, most = (bound * (width / WIDTHS[0]) ** 1.6 for bound in _PICTURE_BYTES)
    files = (_encoded(small, quality, progressive=which % 2 == 0) for quality in (88, 80, 70, 60, 48, 35))
    fitting = [body for body in files if least <= len(body) <= most]
    return min(
        fitting or [_encoded(small, 60, progressive=which % 2 == 0)], key=lambda body: abs(len(body) - wanted)
    )


def _encoded(picture: Image.Image, quality: int, *, progressive: bool) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, progressive=progressive)
    return out.getvalue()


@cache
def _drawing(which: int, seed: int) -> Image.Image:
    """A scene of clouds at several scales with sharp-edged shapes, 1,200 x 800 pixels."""
    draw = np.random.default_rng((seed, which))
    width, height = WIDTHS[0], WIDTHS[0] * 2 // 3
    layers = np.zeros((height, width, 3), np.float32)
    for step in (3, 12, 60, 250, 700):
        noise = draw.standard_normal((max(2, step * 2 // 3), step, 3), np.float32)
        for plane in range(3):
            cloud = Image.fromarray(noise[..., plane], "F").resize((width, height), Image.Resampling.BILINEAR)
            layers[..., plane] += np.asarray(cloud) * (60 / step**0.45)
    for _ in range(14):
        left, top = draw.integers(-100, width), draw.integers(-100, height)
        right, bottom = left + draw.integers(60, 500), top + draw.integers(60, 400)
        layers[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] += draw.uniform(-70, 70, 3)
    levels = (layers - layers.mean()) / layers.std() * 55 + 128
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8), "RGB")
