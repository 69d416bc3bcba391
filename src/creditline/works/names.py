"""What the addresses of all sizes of one picture share.

Sites name the sizes of a picture in a few ways: ``photo-300x200.jpg`` and ``photo@2x.jpg`` in the
file's name, ``?w=800`` in the query, ``/w_800,c_fill/`` in the path of an image service, or the whole
original address inside another one. `family_key` removes what only says how large; two addresses with
one key are files of one picture. Words such as ``-small`` stay, since they also name rooms and dogs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from creditline.urls import Url, is_tracking_parameter

#: Endings of picture files that browsers show, and those that only folders hold.
PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".avif", ".tif", ".tiff", ".heic", ".heif", ".bmp"}
)
VECTOR_SUFFIXES = frozenset({".svg", ".svgz"})
ICON_SUFFIXES = frozenset({".ico", ".cur"})
_RAW = """
.3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .gpr .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2
.rwl .sr2 .srf .srw .x3f
"""
#: Camera RAW files, by the cameras' makers' documentation, and files of layers and drawings.
RAW_SUFFIXES = frozenset(_RAW.split())
LAYER_SUFFIXES = frozenset(
    {".psd", ".psb", ".ai", ".eps", ".xcf", ".afphoto", ".afdesign", ".indd", ".kra", ".clip"}
)

_SIZE_PARAMETERS = """
w h width height wid hei maxwidth maxheight max-w max-h mw mh imwidth imheight resize fit dpr
quality auto ixlib ixid ssl strip sharp blur itok cb cachebuster ver version timestamp optimize
iccembed
"""
#: Query parameters that choose size, crop, format or freshness of a file, never which picture it is.
#: From the documentation of imgix, Cloudinary, Cloudflare, Fastly, Shopify, Squarespace, Photon (WordPress),
#: Contentful, Sanity, Prismic, Next.js, and what themes add against stale caches.
SIZE_PARAMETERS = frozenset(_SIZE_PARAMETERS.split())
_SIZE_PARAMETERS_OF_FILES = """
s sz size c crop rect scale zoom q qlt fm fmt f format s-w bg ch cs v t ts time cache bust rev hash
fl canvas enable disable trim pad progressive lossless output maxage ext x y position gravity g
"""
#: Names that mean a size, crop, format or version beside a file's name, but may name the picture itself
#: where the address is a script's (``/image.php?f=beach``).
SIZE_PARAMETERS_OF_FILES = SIZE_PARAMETERS | frozenset(_SIZE_PARAMETERS_OF_FILES.split())

_SIZE_IN_NAME = re.compile(
    r"(?:[-_]\d{2,5}x\d{2,5}(?:_c)?|[-_]\d{2,4}[wh]|@\dx|-scaled|-e\d{10,})+$", re.IGNORECASE
)
_WIDTH_IN_NAME = re.compile(r"[-_](\d{2,5})x(\d{2,5})(?:_c)?(?=\.|$|@)|[-_](\d{2,4})w(?=\.|$)", re.IGNORECASE)
#: Path parts that tell an image service what to make of the file: Cloudinary ``w_300,c_fill``,
#: Cloudflare ``cdn-cgi/image/width=80,quality=75``, ImageKit ``tr:w-300``, Thumbor ``fit-in/300x200``.
_TRANSFORM_PART = re.compile(
    r"^(?:(?:[a-z]{1,3}_[\w.:\-]+)(?:,[a-z]{1,3}_[\w.:\-]+)*|(?:[a-z]+=[\w.\-]+)(?:,[a-z]+=[\w.\-]+)*|"
    r"tr:[\w\-,.:]+|fit-in|\d{2,5}x\d{2,5}|v\d{10,})$"
)
#: Hosts whose path parts may be transforms; elsewhere ``a_b`` is a folder's name.
_TRANSFORM_HOSTS = re.compile(
    r"(?:^|\.)(?:cloudinary\.com|imagekit\.io|imagedelivery\.net|thumbor\.\w+)$|^res\."
)
#: Wix puts the transform behind the media id: ``/media/<id>/v1/fill/w_300,h_200/<name>``.
_WIX = re.compile(r"^(/media/[^/]+)/v1/.*$")
#: Photon (WordPress.com's image proxy) and services that take the whole address: host/path inside the path.
_PHOTON_HOST = re.compile(r"^i[0-3]\.wp\.com$")
_WRAPPED_IN_QUERY = ("url", "src", "image", "img")
_WRAPPER_PATH = re.compile(
    r"/_next/image/?$|/_vercel/image|/_ipx/|/cdn-cgi/image/|/\.netlify/images|/image/?$|^/$|timthumb|phpthumb"
)


def suffix_of(url: Url) -> str:
    """The file's ending in lower case with its dot, ``""`` where the path has none."""
    name = url.path.rsplit("/", 1)[-1].lower()
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def is_picture_address(url: Url) -> bool:
    """Whether an address names a picture file by its ending."""
    return suffix_of(url) in PICTURE_SUFFIXES


@lru_cache(maxsize=65536)
def family_key(url: Url) -> str:
    """What the addresses of all sizes of one picture share: host, path and query without sizes."""
    url = unwrapped(url)
    host = url.host.removeprefix("www.")
    port = "" if url.port in (80, 443) else f":{url.port}"
    return f"{host}{port}{path_key(url)}"


@lru_cache(maxsize=65536)
def path_key(url: Url) -> str:
    """The part of `family_key` that is the same on every host that serves the file."""
    url = unwrapped(url)
    path = _WIX.sub(r"\1", url.path)
    parts = path.split("/")
    if _TRANSFORM_HOSTS.search(url.host):
        parts = [part for part in parts if not _TRANSFORM_PART.match(unquote(part))]
    parts[-1] = _name_without_size(parts[-1])
    sizes = SIZE_PARAMETERS_OF_FILES if is_picture_address(url) else SIZE_PARAMETERS
    query = "&".join(sorted(part for part in url.query.split("&") if part and not _is_size(part, sizes)))
    return unquote("/".join(parts)) + (f"?{query}" if query else "")


@lru_cache(maxsize=65536)
def stem_key(url: Url) -> str:
    """The file's name without size and ending, lower case; ``""`` where it has none of its own."""
    name = unquote(_name_without_size(unwrapped(url).path.rsplit("/", 1)[-1])).lower()
    while "." in name and "." + name.rsplit(".", 1)[1] in PICTURE_SUFFIXES:
        name = name.rsplit(".", 1)[0]
    return _SIZE_IN_NAME.sub("", name) or name


def width_hint(url: Url) -> int | None:
    """The width in pixels that an address states (``photo-1024x683.jpg``, ``?w=800``), if it does."""
    found = _WIDTH_IN_NAME.search(url.path.rsplit("/", 1)[-1])
    if found:
        return int(found.group(1) or found.group(3))
    for part in url.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower() in ("w", "width", "wid", "imwidth") and value.isdigit() and len(value) < 6:
            return int(value)
    return None


@lru_cache(maxsize=65536)
def unwrapped(url: Url) -> Url:
    """The original address inside that of an image proxy (Photon, Next.js, timthumb), else the same."""
    if _PHOTON_HOST.match(url.host):
        inner = Url.try_parse("https:/" + url.path)
        return inner or url
    if _WRAPPER_PATH.search(url.path):
        for part in url.query.split("&"):
            name, _, value = part.partition("=")
            if name in _WRAPPED_IN_QUERY and value:
                inner = Url.try_parse(unquote(value), url)
                if inner is not None and inner != url:
                    return inner
    return url


def _name_without_size(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return name
    shorter = _SIZE_IN_NAME.sub("", unquote(stem))
    return f"{shorter or stem}.{suffix.lower()}"


def _is_size(part: str, sizes: frozenset[str]) -> bool:
    name, _, value = part.partition("=")
    return name.lower() in sizes or is_tracking_parameter(name) or (name.isdigit() and not value)
