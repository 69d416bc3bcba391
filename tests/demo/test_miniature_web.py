"""The committed miniature web: does it hold what it promises?"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import imagehash
import pytest
from PIL import Image

from creditline.demo.answers import Request, answer, serves
from creditline.demo.places import OWNER, SITE, sources, web_root
from creditline.demo.truth import read_truth

ROOT = web_root()
TRUTH = read_truth(ROOT)
USES = [row for row in TRUTH.rows if "work" in row]
PAGES = {row["page"] for row in TRUTH.rows}

#: Values of which every pair must stand on some page (issue 2, item 8).
AXES = {
    "verdict": ("linked", "linked nofollow", "text_only", "credited_to_other", "none", "unclear"),
    "display": ("static", "script", "lazy", "srcset", "css"),
    "copy": ("hotlink", "resized", "cropped", "mirrored", "recompressed", "text"),
    "role": ("content", "thumbnail", "comment"),
}
#: Bits of 256, as scripts/fixtures/measure.py measures them.
HASH_BITS, UNLIKE_BITS = 28, 60
#: The whole web may take so much of a checkout, in bytes.
SIZE_CAP = 12_500_000


def _file(url: str) -> Path:
    split = urlsplit(url)
    return ROOT / split.netloc / unquote(split.path).lstrip("/")


def _ask(url: str) -> Any:
    split = urlsplit(url)
    target = split.path + (f"?{split.query}" if split.query else "")
    return answer(ROOT, Request(split.scheme, split.netloc, target))


def _value(axis: str, row: Any) -> str:
    return "linked nofollow" if axis == "verdict" and row["nofollow"] else row[axis]


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(AXES, 2)))
def test_every_pair_of_values_is_there(one: str, other: str) -> None:
    there = {(_value(one, row), _value(other, row)) for row in USES}
    assert set(itertools.product(AXES[one], AXES[other])) <= there


def test_sizes() -> None:
    kept = [row for row in TRUTH.works if row["excluded"] is None]
    hosts = {urlsplit(page).netloc for page in PAGES}
    infographics = [row for row in kept if "/infographics/" in row["url"]]
    assert len(kept) >= 30
    assert len(infographics) >= 9
    assert len(hosts) >= 20
    assert len(PAGES) >= 60
    assert "mirasolberg.example" not in hosts
    assert sum(file.stat().st_size for file in ROOT.rglob("*") if file.is_file()) < SIZE_CAP


def test_kinds_of_pages_that_tell_nothing() -> None:
    reasons = {row["reason"] for row in TRUTH.rows if row["check"] == "could_not_check"}
    assert {"robots", "403", "consent", "timeout|too slow", "challenge|captcha", "paywall|login"} <= reasons
    assert sum(row["check"] == "gone" for row in TRUTH.rows) >= 2
    assert sum("folds_into" in row for row in TRUTH.rows) >= 4
    assert sum(row["check"] == "not_shown" for row in TRUTH.rows) >= 9


def test_kinds_of_exclusions() -> None:
    reasons = {row["excluded"] for row in TRUTH.works}
    assert reasons >= {
        "logo",
        "icon|logo",
        "sprite",
        "avatar",
        "tracking pixel",
        "flat",
        "missing",
        "unreadable",
        "not yours?",
    }


def test_some_hosts_answer_on_https_only_and_one_leads_there() -> None:
    hosts = sorted({urlsplit(row["page"]).netloc for row in USES})
    without_http = [host for host in hosts if not serves(ROOT, host, "http")]
    leading = [host for host in hosts if _ask(f"http://{host}/").status == 301]
    assert len(without_http) >= 3
    assert leading
    assert _ask("http://mirasolberg.example/").headers["Location"] == SITE


def test_languages() -> None:
    languages = set()
    for row in USES:
        body = _ask(row["page"]).body.decode()
        languages |= set(re.findall(r'<html lang="(\w+)"', body))
    assert languages >= {"en", "de", "fr", "es", "it", "pl", "ja", "pt", "nl"}


@pytest.mark.parametrize("row", USES, ids=lambda row: f"{row['page']} {row['image_url'].rsplit('/', 1)[-1]}")
def test_what_recognition_needs_is_measured(row: Any) -> None:
    work = next(each for each in TRUTH.works if each["url"] == row["work"])
    owned = {hashlib.sha256(_file(url).read_bytes()).digest() for url in work["renditions"]}
    ours = imagehash.phash(Image.open(_file(work["url"])).convert("RGB"), hash_size=16)
    for url in row["image_urls"]:
        copy = Image.open(_file(url)).convert("RGB")
        turned = copy.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        bits = min(ours - imagehash.phash(each, hash_size=16) for each in (copy, turned))
        if row["needs"] == "bytes":
            assert hashlib.sha256(_file(url).read_bytes()).digest() in owned
        elif row["needs"] == "hash":
            assert bits <= HASH_BITS + 2
        else:
            assert bits > UNLIKE_BITS - 2


def test_no_two_works_look_alike() -> None:
    kept = [row for row in TRUTH.works if row["width"]]
    hashes = []
    for row in kept:
        picture = Image.open(_file(row["url"])).convert("RGB")
        assert picture.size == (row["width"], row["height"])
        turned = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        hashes.append([imagehash.phash(each, hash_size=16) for each in (picture, turned)])
    for one, other in itertools.combinations(hashes, 2):
        assert min(one[0] - each for each in other) > UNLIKE_BITS


def test_strangers_look_like_no_work() -> None:
    """Every picture file on other hosts that the truth does not name is far from every work."""
    named = {_file(url) for row in USES for url in row["image_urls"]}
    works = [
        imagehash.phash(Image.open(_file(row["url"])).convert("RGB"), hash_size=16)
        for row in TRUTH.works
        if row["excluded"] is None
    ]
    judged = 0
    for file in ROOT.rglob("*.jpg"):
        host = file.relative_to(ROOT).parts[0]
        if host in ("mirasolberg.example", "cdn.pixelbarn.example") or file in named or "face-" in file.name:
            continue
        if any(mark in file.name for mark in ("-druck-", "-amp-", "archive-1998")):
            continue  # copies on pages that fold or must not be read
        picture = Image.open(file).convert("RGB")
        turned = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        hashes = [imagehash.phash(each, hash_size=16) for each in (picture, turned)]
        assert min(work - each for work in works for each in hashes) > UNLIKE_BITS, file
        judged += 1
    assert judged >= 20


def test_every_picture_named_by_the_truth_is_served() -> None:
    for row in USES:
        for url in row["image_urls"]:
            reply = _ask(url)
            assert reply.status == 200, url
            assert reply.headers["Content-Type"].startswith("image/")


def test_every_page_answers_as_the_truth_says() -> None:
    for row in TRUTH.rows:
        reply = _ask(row["page"])
        if row["check"] in ("shown", "not_shown"):
            assert reply.status in (200, 301), row["page"]
        if row["check"] == "gone":
            assert reply.status in (404, 410)


def test_every_work_is_shown_or_linked_on_the_owners_site() -> None:
    folder = ROOT / "mirasolberg.example"
    texts = [file for file in folder.rglob("*") if file.suffix in (".html", ".json", ".xml", ".css")]
    everything = unquote("\n".join(file.read_text(encoding="utf-8") for file in texts))
    everything = everything.replace("&#39;", "'")
    for row in TRUTH.works:
        assert unquote(urlsplit(row["url"]).path.rsplit("/", 1)[-1]) in everything, row["url"]


def test_the_owner_is_who_the_truth_means() -> None:
    assert OWNER.domains == ("mirasolberg.example",)
    assert all(urlsplit(url).netloc not in {p.name for p in ROOT.iterdir()} for url in OWNER.profiles)


def test_leads_name_or_reach_every_page() -> None:
    given = sources()
    texts = [given.pages, given.sites, *given.logs, *given.links]
    read = [
        file.read_text("utf-16" if file.read_bytes()[:2] == b"\xff\xfe" else "utf-8-sig") for file in texts
    ]
    named = set(re.findall(r"https?://[^\s\",]+", "\n".join(read)))
    for page in PAGES - named:
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(page))
        assert origin in named, page
        assert page in _reachable(origin), page


def _reachable(origin: str) -> set[str]:
    """Pages that a site's map, feed or front page name."""
    texts = [_ask(origin + path) for path in ("sitemap.xml", "feed/", "")]
    body = "".join(reply.body.decode() for reply in texts if reply.status == 200)
    paths = re.findall(r'(?:<loc>|<link>|href=")([^"<]+)', body)
    return {path if path.startswith("http") else origin.rstrip("/") + path for path in paths}


def test_link_exports_have_the_forms_that_they_have_outside() -> None:
    by_name = {file.name: file.read_bytes() for file in sources().links}
    assert by_name["links-ahrefs.tsv"].startswith(b"\xff\xfe")
    assert by_name["links-majestic.csv"].startswith(b"\xef\xbb\xbf")
    assert by_name["links-search-console.csv"].startswith(b"Verlinkende Seite,")


def test_logs_hold_noise_and_only_documentation_addresses() -> None:
    for log in sources().logs:
        lines = log.read_text(encoding="utf-8").splitlines()
        assert any("Googlebot" in line for line in lines)
        assert all(re.match(r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8::", line) for line in lines)


def test_the_media_interface_lists_files_that_exist() -> None:
    reply = _ask(f"{SITE}wp-json/wp/v2/media?per_page=100")
    assert reply.headers["Content-Type"].startswith("application/json")
    items = json.loads(reply.body)
    assert reply.headers["X-WP-Total"] == str(len(items))
    assert _ask(f"{SITE}wp-json/wp/v2/media?per_page=100&page=2").status == 400
    for item in items:
        for size in item["media_details"]["sizes"].values():
            assert _ask(size["source_url"]).status == 200


def test_no_page_names_a_file_that_is_not_there() -> None:
    """But for the one picture of the owner that is missing on purpose."""
    missing = defaultdict(list)
    for file in ROOT.rglob("*.html"):
        host = file.relative_to(ROOT).parts[0]
        for path in re.findall(
            r'(?:src|data-src|data-lazy-src)="(/[^"]+)"', file.read_text(encoding="utf-8")
        ):
            scheme = "https" if serves(ROOT, host, "https") else "http"
            if _ask(f"{scheme}://{host}{path.replace('&#39;', chr(39))}").status != 200:
                missing[path].append(host)
    assert dict(missing) == {"/photos/lost-ridge.jpg": ["mirasolberg.example"]}


def test_the_committed_pages_are_what_the_recipes_make() -> None:
    script = Path(__file__).parents[2] / "scripts" / "fixtures" / "main.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
