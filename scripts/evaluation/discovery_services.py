"""Services on loopback, paid and free, for the evaluation of discovery: it knows what they were asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: US dollars of one request, by source, as the sources themselves count it.
PRICES = {"google_vision": 0.0035, "tineye_api": 0.04, "serpapi": 0.015, "wikimedia": 0.0}
#: Parts of each source's answer about one work.
PARTS = {"google_vision": 1, "tineye_api": 2, "serpapi": 2, "wikimedia": 2}
#: Results in one part; TinEye's parts have this size by its own rule.
PER_PART = {"google_vision": 3, "tineye_api": 100, "serpapi": 3, "wikimedia": 3}
#: TinEye's last part is not full.
TINEYE_TOTAL = 103
#: Seconds that an answer takes, so that kills fall into requests.
ANSWER_S = 0.03

#: What a part was asked for: source, work (``canary`` for the canary), number of the part.
Asked = tuple[str, str, int]
#: One sighting: page, image or ``None``, source, work.
Seen = tuple[str, str | None, str, str]


def page_of(work: str, number: int) -> str:
    """Pages are shared by the services, so that sightings have to be merged."""
    return f"https://place{number % 40}.example/{work}/{number}"


def image_of(work: str, number: int) -> str:
    """The copy on that page."""
    return f"https://files.place{number % 40}.example/{work}-{number}.jpg"


def numbers_of(source: str, part: int) -> range:
    """Which pages a part names."""
    first = part * PER_PART[source]
    last = min(first + PER_PART[source], TINEYE_TOTAL) if source == "tineye_api" else first + PER_PART[source]
    return range(first, last)


def sightings_of(source: str, work: str, part: int) -> set[Seen]:
    """What must be stored of one part."""
    has_image = source in ("google_vision", "tineye_api")
    return {
        (page_of(work, n), image_of(work, n) if has_image else None, source, work)
        for n in numbers_of(source, part)
    }


class Services(ThreadingHTTPServer):
    """All services at one address; whoever asks is known by the path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[Asked] = Counter()
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Services:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What leads the program here."""
        base = f"http://127.0.0.1:{self.server_address[1]}"
        keys = {
            f"CREDITLINE_{name}_KEY": "a-key-of-the-owner" for name in ("GOOGLE_VISION", "TINEYE", "SERPAPI")
        }
        return keys | {f"CREDITLINE_SOURCES_{name.upper()}_BASE_URL": base for name in PRICES}

    def note(self, asked: Asked) -> None:
        """Keep a request that has arrived, before it is answered."""
        with self._arrived:
            self.asked[asked] += 1
            self._arrived.notify_all()

    def wait_for(self, count: int, limit_s: float) -> bool:
        """Wait until so many requests have arrived."""
        with self._arrived:
            return self._arrived.wait_for(lambda: self.asked.total() >= count, limit_s)


class _Handler(BaseHTTPRequestHandler):
    server: Services

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/w/api.php":
            work = query["titles"].removeprefix("File:").removesuffix(".jpg")
            number = int(query.get("gucontinue", "0"))
            self._answer("wikimedia", work, number, _wikimedia(query["titles"], work, number))
        elif parts.path == "/search.json":
            work, number = _work(query["url"]), int(query.get("p", "0"))
            self._answer("serpapi", work, number, _serpapi(query["url"], work, number))
        elif parts.path == "/rest/search/":
            work, number = _work(query["image_url"]), int(query["offset"]) // 100
            self._answer("tineye_api", work, number, _tineye(work, number))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        work = _work(asked["requests"][0]["image"]["source"]["imageUri"])
        self._answer("google_vision", work, 0, _vision(work))

    def _answer(self, source: str, work: str, part: int, body: dict[str, Any]) -> None:
        self.server.note((source, _name(work), part))
        time.sleep(ANSWER_S)
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        pass


def _work(address: str) -> str:
    return urlsplit(address).path.rsplit("/", 1)[-1].removesuffix(".jpg")


def _name(work: str) -> str:
    return "canary" if "Mona" in work else work


def _vision(work: str) -> dict[str, Any]:
    pages = [
        {
            "url": page_of(work, n),
            "pageTitle": f"Place {n}",
            "fullMatchingImages": [{"url": image_of(work, n)}],
        }
        for n in numbers_of("google_vision", 0)
    ]
    return {"responses": [{"webDetection": {"pagesWithMatchingImages": pages}}]}


def _tineye(work: str, part: int) -> dict[str, Any]:
    matches = [
        {
            "image_url": f"https://img.tineye.example/{n}",
            "domain": f"place{n % 40}.example",
            "score": 90.0,
            "width": 1200,
            "height": 800,
            "size": 960_000,
            "format": "JPEG",
            "filesize": 100_000,
            "overlay": f"overlay/{n}",
            "tags": [],
            "query_hash": "a1",
            "backlinks": [
                {"url": image_of(work, n), "backlink": page_of(work, n), "crawl_date": "2025-01-02"}
            ],
        }
        for n in numbers_of("tineye_api", part)
    ]
    stats = {
        "query_time": "0.2",
        "total_results": TINEYE_TOTAL,
        "total_filtered_results": TINEYE_TOTAL,
        "total_backlinks": TINEYE_TOTAL,
    }
    return {"stats": stats, "code": 200, "messages": [], "results": {"matches": matches}}


def _serpapi(address: str, work: str, part: int) -> dict[str, Any]:
    items = [
        {
            "position": at,
            "title": f"Place {n}",
            "source": f"Place {n}",
            "link": page_of(work, n),
            "thumbnail": f"https://thumbs.engine.example/{n}",
            "actual_image_width": 1200,
            "actual_image_height": 800,
        }
        for at, n in enumerate(numbers_of("serpapi", part), 1)
    ]
    whole: dict[str, Any] = {
        "search_metadata": {"id": "s1", "status": "Success"},
        "search_parameters": {"engine": "google_lens", "type": "exact_matches", "url": address},
        "exact_matches": items,
    }
    if part + 1 < PARTS["serpapi"]:
        query = f"engine=google_lens&type=exact_matches&url={address}&p={part + 1}"
        whole["serpapi_pagination"] = {"next": f"https://serpapi.com/search.json?{query}"}
    return whole


def _wikimedia(title: str, work: str, part: int) -> dict[str, Any]:
    uses = [
        {
            "title": f"Place {n}",
            "wiki": "en.wikipedia.org",
            "url": page_of(work, n),
            "pageid": str(n),
            "ns": "0",
        }
        for n in numbers_of("wikimedia", part)
    ]
    file = {"pageid": 1, "ns": 6, "title": title, "globalusage": uses}
    whole: dict[str, Any] = {"query": {"pages": [file]}}
    if part + 1 < PARTS["wikimedia"]:
        whole["continue"] = {"gucontinue": str(part + 1), "continue": "||"}
    else:
        whole["batchcomplete"] = True
    return whole
