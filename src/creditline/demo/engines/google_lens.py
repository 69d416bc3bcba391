"""A replica of the way through Google Lens: upload, the tab "All", its link to "Exact matches".

The link is bound to the search's session. The exact tab grows while it is scrolled.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.base import (
    HTML,
    Replica,
    Session,
    class_name,
    form_value,
    page,
    quoted,
    redirect,
    uploaded,
    wall_form,
)
from creditline.demo.engines.knowledge import Listing, made_up

_WWW, _LENS, _CONSENT = "www.google.com", "lens.google.com", "consent.google.com"
_TABS = {"All": "26", "Exact matches": "48", "Visual matches": "44", "AI": "50"}
#: Results of the tab "All": pictures that only look alike.
_ALIKE = 6

_SCROLLED = """
<script>
let part = 1, busy = false;
addEventListener("scroll", async () => {
  if (busy || part >= PARTS || scrollY + innerHeight < document.body.scrollHeight - 400) return;
  busy = true;
  const reply = await fetch(location.href + "&start=" + part);
  if (!reply.ok) return;
  document.querySelector("#rso").insertAdjacentHTML("beforeend", await reply.text());
  part += 1;
  busy = false;
});
</script>"""


class GoogleLensReplica(Replica):
    """Google Lens."""

    engine: ClassVar[str] = "google_lens"
    hosts: ClassVar[tuple[str, ...]] = (_WWW, _LENS, _CONSENT)

    def respond(self, request: Request, path: str, query: Mapping[str, str]) -> Answer:
        """The form, the two ways of handing a picture in, and the tabs."""
        if request.host == _WWW and path in ("/", "/webhp"):
            return Answer(200, HTML, page("Search", _form()))
        if request.host == _LENS and path == "/v3/upload" and request.method == "POST":
            return self._to_answer(self.begin(uploaded(request), None))
        if request.host == _LENS and path == "/uploadbyurl":
            return self._to_answer(self.begin(None, query.get("url", "")))
        session = self.session(query.get("vsrid", ""))
        if request.host != _WWW or path != "/search" or session is None:
            return redirect(f"https://{_WWW}/webhp")
        if query.get("udm") == "48" and query.get("gsessionid") == session.secret:
            return self._exact(session, query)
        return Answer(200, HTML, self._page(session, "All", [*made_up(_ALIKE, "likeness")]))

    def is_data(self, request: Request, path: str) -> bool:
        """Further parts of the exact tab."""
        return "start=" in request.target

    def consent_wall(self, back: str) -> Answer | None:
        """A page on a host of its own."""
        if urlsplit(back).hostname == _CONSENT:
            form = wall_form(
                f"https://{_CONSENT}/save", _value(back, "continue"), "agree", "Before you go on"
            )
            return Answer(200, HTML, page("Before you go on", form))
        return redirect(f"https://{_CONSENT}/ml?continue={quoted(back)}", status=302)

    def captcha(self, back: str) -> Answer:
        """A page under ``/sorry`` with status 429."""
        if urlsplit(back).path.startswith("/sorry"):
            form = wall_form("/sorry/index", _value(back, "continue"), "captcha-form", "Unusual traffic")
            return Answer(429, HTML, page("Sorry", form))
        return redirect(f"https://{_WWW}/sorry/index?continue={quoted(back)}", status=302)

    def settled(self, request: Request, path: str) -> Answer | None:
        """Both walls send the person back to where they came from."""
        if request.method != "POST":
            return None
        if request.host == _CONSENT and path == "/save":
            return redirect(form_value(request, "back"), self.agreed("google.com"))
        if path == "/sorry/index":
            return redirect(form_value(request, "back"), self.seen_person("google.com"))
        return None

    def _to_answer(self, session: Session) -> Answer:
        return redirect(f"https://{_WWW}{_address(session, 'All')}")

    def _exact(self, session: Session, query: Mapping[str, str]) -> Answer:
        if self.switches.is_tab_wrong:
            return Answer(200, HTML, self._page(session, "All", [*made_up(_ALIKE, "likeness")]))
        if "start" in query:
            number = int(query["start"])
            return self.data("".join(map(self._card, self.part(session, number))).encode(), HTML, number)
        return Answer(200, HTML, self._page(session, "Exact matches", [*self.part(session, 0)]))

    def _page(self, session: Session, shown: str, listings: list[Listing]) -> bytes:
        tabs = "".join(self._tab(session, name, shown) for name in _TABS)
        nothing = "" if self.switches.is_mute else "<div>No matches for your search</div>"
        cards = "".join(map(self._card, listings)) or nothing
        more = _SCROLLED.replace("PARTS", str(self.parts(session))) if shown == "Exact matches" else ""
        return page(
            "Search",
            '<div role="navigation"><a href="https://policies.google.com/privacy">Privacy</a>'
            f'<div role="list">{tabs}</div></div><div role="main"><div id="search"><div id="rso">'
            f'<a href="/search?q=more">More</a>{cards}</div></div></div>'
            f'<footer style="height:40px">Are you a robot? No captcha today.</footer>{more}',
        )

    def _tab(self, session: Session, name: str, shown: str) -> str:
        if name == shown:
            inner = f'<a class="{class_name()}"><div aria-current="page" selected>{name}</div></a>'
        elif name == "Exact matches" and self.switches.is_tab_missing:
            return ""
        else:
            inner = f'<a href="{escape(_address(session, name))}"><div>{name}</div></a>'
        return f'<div role="listitem">{inner}</div>'

    def _card(self, listing: Listing) -> str:
        """A named picture on a button, then a link with the site, a heading and the size."""
        title, redesigned = escape(listing.title), self.switches.is_redesigned
        role = "" if redesigned else ' role="heading" aria-level="3"'
        label = f'title="{title}"' if redesigned else f'aria-label="{title}"'
        return (
            f'<div class="{class_name()}" style="min-height:160px">'
            f'<div role="button" tabindex="0"><div {label}><div><img alt="" src="data:,"></div></div></div>'
            f'<div><a href="{escape(listing.page_url)}" data-ved="{class_name()}" ping="/url?sa=t">'
            f'<div><img alt="" src="data:,"><div>{listing.site}</div></div>'
            f"<div{role}><span>{title}</span></div><div>1200x800</div></a></div></div>"
        )


def _address(session: Session, tab: str) -> str:
    return f"/search?vsrid={session.token}&gsessionid={session.secret}&udm={_TABS[tab]}"


def _value(address: str, name: str) -> str:
    return parse_qs(urlsplit(address).query).get(name, [f"https://{_WWW}/webhp"])[0]


def _form() -> str:
    """The search page: the camera opens a dialog whose form is sent as soon as a file is in it."""
    return (
        f'<div role="search"><div data-base-lens-url="https://{_LENS}" role="button" tabindex="0" '
        "onclick=\"document.querySelector('[role=dialog]').hidden = false\">Search by image</div></div>"
        f'<div role="dialog" hidden><form method="post" enctype="multipart/form-data" '
        f'action="https://{_LENS}/v3/upload"><input type="file" name="encoded_image" '
        'onchange="this.form.submit()"></form></div>'
    )
