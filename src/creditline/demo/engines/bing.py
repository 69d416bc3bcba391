"""A replica of the way through Bing Visual Search: the page asks for what it shows by signed requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.base import (
    HTML,
    JSON,
    Replica,
    Session,
    as_json,
    form_value,
    page,
    quoted,
    redirect,
    signature,
    uploaded,
    wall_form,
)
from creditline.demo.engines.knowledge import Listing

_HOST = "www.bing.com"
_DATA = "/images/api/custom/knowledge"

_DETAIL = """
<div id="pages" style="min-height:1500px"></div>
<script>
const signed = SIGNED, token = "TOKEN", held = HELD;
let part = 0, busy = false;
async function load() {
  if (busy || part >= signed.length) return;
  busy = true;
  const reply = await fetch("/images/api/custom/knowledge?skey=" + token + "&part=" + part, {
    method: "POST",
    headers: { "X-Image-Knowledge-Signature": signed[part] },
    body: "{}",
  });
  if (!reply.ok) return;
  const found = await reply.json();
  for (const tag of found.tags) for (const action of tag.actions)
    for (const item of (action.data && action.data.value) || []) {
      const link = document.createElement("a");
      link.href = item.hostPageUrl;
      link.textContent = item.name;
      link.style = "display:block; min-height:90px";
      document.querySelector("#pages").append(link);
    }
  part += 1;
  busy = false;
}
addEventListener("scroll", () => {
  if (part && scrollY + innerHeight > document.body.scrollHeight - 300) load();
});
if (!held) load();
</script>"""

_BANNER = """
<div id="bnp_container"><div id="bnp_cookie_banner">We use cookies
<button id="settle" onclick="document.cookie = 'agreed=MARK; Path=/; Max-Age=9999999; Secure';
this.closest('#bnp_container').remove(); load()">Accept</button></div></div>"""


class BingReplica(Replica):
    """Bing Visual Search."""

    engine: ClassVar[str] = "bing_visual"
    hosts: ClassVar[tuple[str, ...]] = (_HOST,)

    def respond(self, request: Request, path: str, query: Mapping[str, str]) -> Answer:
        """The form, the detail page, and what it asks for."""
        if path == _DATA:
            return self._knowledge(request, query)
        if path == "/images" or (path == "/images/search" and not query and request.method == "GET"):
            return Answer(200, HTML, page("Images", _form()))
        if path == "/images/search" and request.method == "POST":
            session = self.begin(uploaded(request), None)
            return redirect(f"/images/search?view=detailV2&insightstoken={session.token}", status=302)
        known = self.session(query.get("insightstoken", ""))
        if known is None and query.get("q", "").startswith("imgurl:"):
            known = self.begin(None, query["q"].removeprefix("imgurl:"))
        if path != "/images/search" or known is None:
            return redirect("/images", status=302)
        return Answer(200, HTML, page("Image", self._detail(known, self._is_held(request))))

    def is_data(self, request: Request, path: str) -> bool:
        """What the detail page asks for."""
        return path == _DATA

    def captcha(self, back: str) -> Answer:
        """A page with a form of its own."""
        if urlsplit(back).path.startswith("/challenge"):
            target = parse_qs(urlsplit(back).query).get("back", ["/images"])[0]
            form = wall_form("/challenge/verify", target, "challenge", "One last step")
            return Answer(200, HTML, page("One last step", form))
        return redirect(f"https://{_HOST}/challenge/verify?back={quoted(back)}", status=302)

    def settled(self, request: Request, path: str) -> Answer | None:
        """The challenge sends the person back."""
        if request.method == "POST" and path == "/challenge/verify":
            return redirect(form_value(request, "back"), self.seen_person("bing.com"))
        return None

    def _is_held(self, request: Request) -> bool:
        """Whether the banner waits for a person; nothing is loaded before."""
        return self.switches.consent and not self.has_agreed(request)

    def _detail(self, session: Session, is_held: bool) -> str:
        signed = [signature(session.secret, number) for number in range(self.parts(session))]
        script = _DETAIL.replace("SIGNED", str(signed)).replace("TOKEN", session.token)
        banner = _BANNER.replace("MARK", self.mark) if is_held else ""
        return banner + script.replace("HELD", "true" if is_held else "false")

    def _knowledge(self, request: Request, query: Mapping[str, str]) -> Answer:
        session, number = self.session(query.get("skey", "")), int(query.get("part", "0"))
        signed = request.headers.get("x-image-knowledge-signature")
        if session is None or signed != signature(session.secret, number):
            return Answer(403, HTML, page("No", "<p>Not signed."))
        return self.data(as_json(self._found(self.part(session, number))), JSON, number)

    def _found(self, listings: tuple[Listing, ...]) -> dict[str, object]:
        actions: list[dict[str, object]] = [{"actionType": "VisualSearch", "data": {"value": []}}]
        if listings:
            key = "pageUrl" if self.switches.is_redesigned else "hostPageUrl"
            actions.append(
                {"actionType": "PagesIncluding", "data": {"value": [_item(each, key) for each in listings]}}
            )
        return {"_type": "ImageKnowledge", "tags": [{"displayName": "", "actions": actions}]}


def _item(listing: Listing, key: str) -> dict[str, object]:
    return {
        "name": listing.title,
        key: listing.page_url,
        "contentUrl": listing.image_url,
        "hostPageDisplayUrl": listing.page_url.partition("://")[2],
        "width": 1200,
        "height": 800,
    }


def _form() -> str:
    return (
        '<div id="sb_sbi" role="button" tabindex="0" aria-label="Search by image" '
        "onclick=\"document.querySelector('#upload').hidden = false\">Camera</div>"
        '<form id="upload" hidden method="post" enctype="multipart/form-data" '
        'action="/images/search?view=detailv2&amp;iss=sbiupload"><input type="file" id="sb_fileinput" '
        'name="image" accept="image/*" onchange="this.form.submit()"></form>'
    )
