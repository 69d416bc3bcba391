"""A replica of the way through Yandex Images: the page carries its state, and asks for more by JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.base import (
    HTML,
    JSON,
    Replica,
    Session,
    as_json,
    class_name,
    form_value,
    page,
    quoted,
    redirect,
    uploaded,
    wall_form,
)
from creditline.demo.engines.knowledge import Listing

_HOST = "yandex.com"

_SCROLLED = """
<script>
let next = NEXT, busy = false;
addEventListener("scroll", async () => {
  if (busy || !next || scrollY + innerHeight < document.body.scrollHeight - 300) return;
  busy = true;
  const reply = await fetch(next);
  if (!reply.ok) return;
  const sites = (await reply.json()).cbirSites;
  for (const site of sites.sites) {
    const item = document.createElement("li");
    item.style = "min-height:120px";
    item.textContent = site.title;
    document.querySelector("ul").append(item);
  }
  next = sites.loadMore && sites.loadMore.url;
  busy = false;
});
</script>"""


class YandexReplica(Replica):
    """Yandex Images."""

    engine: ClassVar[str] = "yandex_images"
    hosts: ClassVar[tuple[str, ...]] = (_HOST,)

    def respond(self, request: Request, path: str, query: Mapping[str, str]) -> Answer:
        """The form, the general page, the page of sites and its further parts."""
        if self.switches.region_blocked:
            return Answer(200, HTML, page("Yandex", "<h1>Yandex Images is under construction</h1>"))
        if path == "/images/":
            return Answer(200, HTML, page("Images", _form()))
        if path != "/images/search":
            return redirect("/images/", status=302)
        if request.method == "POST":
            session = self.begin(uploaded(request), None)
            return redirect(f"/images/search?cbir_id={session.token}&rpt=imageview", status=302)
        known = self.session(query.get("cbir_id", ""))
        if known is None and "url" in query:
            known = self.begin(None, query["url"])
        if known is None:
            return redirect("/images/", status=302)
        return self._results(known, query)

    def is_data(self, request: Request, path: str) -> bool:
        """Further parts of the page of sites."""
        return "&p=" in request.target

    def captcha(self, back: str) -> Answer:
        """A page under ``/showcaptcha``, said in a header too."""
        if urlsplit(back).path == "/showcaptcha":
            target = parse_qs(urlsplit(back).query).get("retpath", ["/images/"])[0]
            form = wall_form("/checkcaptcha", target, "smart", "Are you not a robot?")
            return Answer(200, HTML | {"x-yandex-captcha": "captcha"}, page("Captcha", form))
        return redirect(f"https://{_HOST}/showcaptcha?retpath={quoted(back)}", status=302)

    def settled(self, request: Request, path: str) -> Answer | None:
        """The captcha sends the person back."""
        if request.method == "POST" and path == "/checkcaptcha":
            return redirect(form_value(request, "back"), self.seen_person("yandex.com"))
        return None

    def _results(self, session: Session, query: Mapping[str, str]) -> Answer:
        if query.get("cbir_page") != "sites":
            return Answer(200, HTML, page("Image", self._general(session)))
        if "p" in query:
            number = int(query["p"])
            return self.data(as_json({"cbirSites": self._sites(session, number)}), JSON, number)
        return Answer(200, HTML, page("Sites", self._page(session)))

    def _general(self, session: Session) -> str:
        link = f'<a href="{escape(_address(session))}">Sites</a>' if not self.switches.is_tab_missing else ""
        return (
            f'<nav>{link}<a href="/images/search?cbir_page=similar">Similar</a></nav><p>A harbour, perhaps.'
        )

    def _page(self, session: Session) -> str:
        part = self._sites(session, 0)
        state = {"initialState": {"cbirSites": part, "cbirSimilar": {"thumbs": []}}}
        shown = "".join(
            f'<li class="CbirSites-Item {class_name()}" style="min-height:120px">'
            f'<a href="{escape(each.page_url)}">{escape(each.title)}</a></li>'
            for each in self.part(session, 0)
        )
        if not shown and not self.switches.is_mute:
            shown = "<li>No matching images found</li>"
        more = part.get("loadMore")
        following = more["url"] if isinstance(more, dict) else None
        # A script may not hold "</", wherever its JSON has it from.
        script = _SCROLLED.replace("NEXT", json.dumps(following).replace("</", "<\\/"))
        return (
            f'<nav><a href="{escape(_address(session, "similar"))}">Similar</a></nav>'
            f'<div class="Root" id="ImagesApp-{class_name()}" data-state="{escape(json.dumps(state))}">'
            f'<ul style="min-height:1200px">{shown}</ul></div>{script}'
        )

    def _sites(self, session: Session, number: int) -> dict[str, object]:
        key = "link" if self.switches.is_redesigned else "url"
        found: dict[str, object] = {"sites": [_site(each, key) for each in self.part(session, number)]}
        if number + 1 < self.parts(session):
            found["loadMore"] = {"url": f"{_address(session)}&p={number + 1}"}
        return found


def _address(session: Session, tab: str = "sites") -> str:
    return f"/images/search?cbir_id={session.token}&rpt=imageview&cbir_page={tab}"


def _site(listing: Listing, key: str) -> dict[str, object]:
    return {
        key: listing.page_url,
        "title": listing.title,
        "domain": listing.site,
        "description": "",
        "originalImage": {"url": listing.image_url, "width": 1200, "height": 800},
    }


def _form() -> str:
    return (
        '<button aria-label="Image search" onclick="document.querySelector(\'form\').hidden = false">'
        "Camera</button>"
        '<form hidden method="post" enctype="multipart/form-data" action="/images/search?rpt=imageview">'
        '<input type="file" name="upfile" accept="image/*" onchange="this.form.submit()"></form>'
    )
