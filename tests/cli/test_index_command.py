"""``creditline index`` as a process, on a site of loopback."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def site(tmp_path, workspace):
    """A site of two pages with one picture each, which may be indexed though it is private."""
    root = tmp_path / "site"
    root.mkdir()
    for name, other in (("index", "second"), ("second", "index")):
        Image.effect_noise((640, 480), 90).convert("RGB").save(root / f"{name}.jpg")
        html = f'<title>{name}</title><p>Works.</p><img src="{name}.jpg"><a href="/{other}.html">more</a>'
        (root / f"{name}.html").write_text(html, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=root)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"127.0.0.1:{server.server_address[1]}"
        with (workspace / "creditline.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'private_hosts = ["{address}"]\n[fetch]\npage_delay_s = 0.05\n')
        yield f"http://{address}/"
        server.shutdown()


@pytest.mark.parametrize(("max_pages", "code"), [(10, 0), (1, 3)])
def test_an_index_that_stopped_at_a_bound_says_so_by_its_exit_code(creditline, site, max_pages, code):
    ran = creditline("index", site, env={"CREDITLINE_INDEX_MAX_PAGES": str(max_pages)})
    assert ran.code == code, ran.err
    assert "page" in ran.err
