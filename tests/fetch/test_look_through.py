"""Whatever waits for scrolling is seen, and the page is read as a window of the usual size shows it."""

from __future__ import annotations

from browsing import HTML, browse, needs_browser
from servers import ScriptedServer, reply

from creditline.fetch import Fetch
from creditline.fetch.pages import WINDOW
from creditline.records import Rendering

pytestmark = needs_browser

LOADER = """
const show = all => all.forEach(one => { if (one.isIntersecting) one.target.src = one.target.dataset.src });
const eye = new IntersectionObserver(show);
document.querySelectorAll('[data-src]').forEach(image => eye.observe(image));
"""

PAGES = {
    # The higher the window, the higher the page: what lies below is in no window at once.
    "/hero": f"""<div id=hero style="height:100vh"></div><div style="height:100vh"></div>
        <img data-src=/below.jpg width=300 height=200><script>{LOADER}
        const seen = new Set();
        addEventListener('resize', () => {{
          const sharp = matchMedia('(resolution: 1dppx)').matches;
          [devicePixelRatio, innerWidth, sharp].forEach(each => seen.add(each));
          document.body.dataset.seen = [...seen].join();
        }});</script>""",
    # The page itself stands still; a part of it scrolls.
    "/inside": f"""<body style="margin:0"><main style="height:100vh;overflow:auto">
        <div style="height:7000px"></div><img data-src=/inside.jpg width=300 height=200></main>
        <script>{LOADER}</script>""",
    "/inside-fixed": f"""<main style="height:600px;overflow:auto"><div style="height:7000px"></div>
        <img data-src=/fixed.jpg width=300 height=200></main><script>{LOADER}</script>""",
    # Loaders from before there were observers.
    "/listener": """<div style="height:9000px"></div><img data-src=/heard.jpg width=300 height=200><script>
        addEventListener('scroll', () => {
          const image = document.querySelector('img');
          if (image.getBoundingClientRect().top < innerHeight) image.src = image.dataset.src });</script>""",
    # More comes whenever its end is in view.
    "/endless": """<div id=all></div><p id=end>end</p><script>
        let count = 0;
        new IntersectionObserver(found => {
          if (!found.some(each => each.isIntersecting) || count > 3) return;
          all.insertAdjacentHTML('beforeend', `<img src=/part-${count++}.jpg width=300 height=12000><br>`);
        }).observe(end);</script>""",
    "/native": """<div style="height:30000px"></div>
        <img loading=lazy src=/native.jpg width=300 height=200>""",
}


def test_what_waits_for_scrolling_is_seen_whatever_the_page_scrolls_by() -> None:
    async def steps(fetch: Fetch, server: ScriptedServer) -> dict[str, Rendering]:
        return {path: await fetch.own_browser.render(server.url(path)) for path in PAGES}

    seen = browse({path: reply(200, text.encode(), HTML) for path, text in PAGES.items()}, steps)
    assert [(path, each.problem) for path, each in seen.items() if not each.ok] == []
    files = {path: {box.url.rsplit("/", 1)[1] for box in each.boxes} for path, each in seen.items()}
    assert files == {
        "/hero": {"below.jpg"},
        "/inside": {"inside.jpg"},
        "/inside-fixed": {"fixed.jpg"},
        "/listener": {"heard.jpg"},
        "/endless": {f"part-{number}.jpg" for number in range(4)},
        "/native": {"native.jpg"},
    }
    # Places are those in the usual window, and nothing but the window's height was ever seen to change.
    (below,) = seen["/hero"].boxes
    assert below.y == 2 * WINDOW[1] + 8
    assert f'data-seen="1,{WINDOW[0]},true"'.encode() in seen["/hero"].html
