"""A replica of the way through TinEye's website: one page whose script asks for ten matches at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.base import (
    HTML,
    JSON,
    Replica,
    Session,
    as_json,
    form_value,
    page,
    redirect,
    uploaded,
    wall_form,
)
from creditline.demo.engines.knowledge import Listing

_HOST = "tineye.com"
_DATA = "/api/v1/result_json/"

_APP = """
<input type="file" id="upload-box" name="image">
<main></main>
<script>
async function ask(address, options) {
  const reply = await fetch("/api/v1/result_json/" + address, options);
  const found = await reply.json();
  history.pushState({}, "", "/search/" + found.query.hash + "?page=" + found.page);
  const main = document.querySelector("main");
  main.textContent = "";
  for (let number = 1; number <= found.total_pages; number++) {
    const link = document.createElement("a");
    link.href = "/search/" + found.query.hash + "?page=" + number;
    link.textContent = " " + number;
    link.onclick = (event) => {
      event.preventDefault();
      ask(found.query.hash + "?page=" + number);
    };
    main.append(link);
  }
}
document.querySelector("#upload-box").onchange = (event) => {
  const form = new FormData();
  form.append("image", event.target.files[0]);
  ask("?sort=score", { method: "POST", body: form });
};
const address = ADDRESS;
if (address) ask("?url=" + encodeURIComponent(address));
</script>"""


class TineyeReplica(Replica):
    """TinEye's website."""

    engine: ClassVar[str] = "tineye_web"
    hosts: ClassVar[tuple[str, ...]] = (_HOST,)

    def respond(self, request: Request, path: str, query: Mapping[str, str]) -> Answer:
        """The one page, and the matches."""
        if path.startswith(_DATA):
            return self._matches(request, path.removeprefix(_DATA), query)
        if path not in ("/", "/search"):
            return redirect("/", status=302)
        address = json.dumps(query.get("url")).replace("</", "<\\/")
        return Answer(200, HTML, page("Reverse image search", _APP.replace("ADDRESS", address)))

    def is_data(self, request: Request, path: str) -> bool:
        """The matches."""
        return path.startswith(_DATA)

    def captcha(self, back: str) -> Answer:
        """A challenge in the place of the page, with status 403."""
        form = wall_form("/cdn-cgi/challenge", back, "challenge-form", "Checking your browser")
        return Answer(403, HTML | {"cf-mitigated": "challenge"}, page("Just a moment", form))

    def settled(self, request: Request, path: str) -> Answer | None:
        """The challenge sends the person back."""
        if request.method == "POST" and path == "/cdn-cgi/challenge":
            return redirect(form_value(request, "back"), self.seen_person(_HOST))
        return None

    def _matches(self, request: Request, token: str, query: Mapping[str, str]) -> Answer:
        session = self.session(token)
        if session is None:
            body = uploaded(request) if request.method == "POST" else None
            session = self.begin(body, query.get("url"))
        number = int(query.get("page", "1")) - 1
        return self.data(as_json(self._found(session, number)), JSON, number)

    def _found(self, session: Session, number: int) -> dict[str, object]:
        key = "hits" if self.switches.is_redesigned else "matches"
        return {
            "query": {"hash": session.token},
            "num_matches": len(session.listings),
            "total_pages": self.parts(session) if session.listings else 0,
            "page": number + 1,
            key: [_match(each) for each in self.part(session, number)],
        }


def _match(listing: Listing) -> dict[str, object]:
    return {
        "domain": listing.site,
        "score": 60.0,
        "width": 1200,
        "height": 800,
        "format": "JPEG",
        "tags": [],
        "image_url": f"https://img.tineye.com/result/{len(listing.page_url)}",
        "backlinks": [{"url": listing.image_url, "backlink": listing.page_url, "crawl_date": "2026-01-02"}],
    }
