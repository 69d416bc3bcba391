"""The miniature web's proxy: what clients see of it."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from creditline.demo.server import MiniatureWeb


def test_a_folder_is_a_host(client: httpx.Client) -> None:
    reply = client.get("http://plain.example/")
    assert (reply.status_code, reply.text) == (200, "<h1>Plain</h1>")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_https_is_ended_with_the_webs_own_authority(client: httpx.Client) -> None:
    assert client.get("https://plain.example/").text == "<h1>Plain</h1>"


def test_without_the_authority_https_is_refused(web: MiniatureWeb) -> None:
    with httpx.Client(proxy=web.address.proxy_url) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get("https://plain.example/")


def test_plain_http_inside_a_tunnel(web: MiniatureWeb) -> None:
    port = int(web.address.proxy_url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"CONNECT plain.example:80 HTTP/1.1\r\nHost: plain.example:80\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HTTP/1.1\r\nHost: plain.example\r\nConnection: close\r\n\r\n")
        heard = b"".join(iter(lambda: connection.recv(1000), b""))
    assert heard.endswith(b"<h1>Plain</h1>")


def test_umlauts_and_blanks_in_paths(client: httpx.Client) -> None:
    reply = client.get("http://plain.example/bilder/Über See 1.jpg")
    assert reply.headers["content-type"] == "image/jpeg"
    assert len(reply.content) == 258


def test_folders_get_their_slash(client: httpx.Client) -> None:
    reply = client.get("http://plain.example/bilder?x=1")
    assert (reply.status_code, reply.headers["location"]) == (301, "/bilder/?x=1")


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/_behaviour.json", "/../plain.example/index.html", "/%2e%2e/plain.example/index.html"],
)
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    raw = httpx.URL("https://odd.example/").copy_with(raw_path=path.encode())
    assert client.get(raw).status_code == 404


@pytest.mark.parametrize("url", ["http://unknown.example/", "http://plain.example.evil/", "http://../"])
def test_unknown_hosts_are_502(client: httpx.Client, url: str) -> None:
    assert client.get(url).status_code == 502


def test_unknown_hosts_get_no_tunnel(client: httpx.Client) -> None:
    with pytest.raises(httpx.ProxyError, match="502"):
        client.get("https://unknown.example/")


def test_conditional_requests(client: httpx.Client) -> None:
    url = "http://plain.example/"
    first = client.get(url)
    by_tag = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    by_date = client.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})
    other_tag = {"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert by_tag.content == b""
    assert client.get(url, headers=other_tag).status_code == 200


def test_head_says_the_length_and_sends_nothing(web: MiniatureWeb, client: httpx.Client) -> None:
    reply = client.head("http://plain.example/bilder/Über See 1.jpg")
    assert (reply.headers["content-length"], reply.content) == ("258", b"")
    assert sum(web.counts.bytes.values()) == 0


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [("bytes=0-9", 206, 10), ("bytes=250-", 206, 8), ("bytes=-4", 206, 4), ("bytes=900-", 200, 258)],
)
def test_ranges(client: httpx.Client, asked: str, status: int, length: int) -> None:
    reply = client.get("http://plain.example/bilder/Über See 1.jpg", headers={"Range": asked})
    assert (reply.status_code, len(reply.content)) == (status, length)


def test_behaviours(client: httpx.Client) -> None:
    assert client.get("http://odd.example/a?b=1").headers["location"] == "https://odd.example/a?b=1"
    assert client.get("https://odd.example/away/x").headers["location"] == "https://odd.example/"
    assert client.get("https://odd.example/soft/").status_code == 200
    refused = client.get("https://odd.example/no/")
    assert (refused.status_code, refused.headers["retry-after"]) == (403, "60")
    assert client.get("https://odd.example/list?page=2").status_code == 400
    assert client.get("https://odd.example/list?page=1").status_code == 200


def test_a_cut_reply_is_an_error_of_the_transport(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("https://odd.example/cut/")


def test_a_held_reply_times_out(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.get("https://odd.example/held/", timeout=0.3)


def test_closing_ends_held_replies_and_threads(root: Path) -> None:
    before = set(threading.enumerate())
    with MiniatureWeb(root) as web, ThreadPoolExecutor(1) as pool:
        ca_file = web.address.ca_file
        with httpx.Client(proxy=web.address.proxy_url, verify=False, timeout=20) as client:
            held = pool.submit(client.get, "https://odd.example/held/")
            while not web.counts.requests:
                time.sleep(0.01)
            web.close()
            assert isinstance(held.exception(timeout=5), httpx.TransportError)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert not ca_file.exists()


def test_counts_by_host_and_path(web: MiniatureWeb, client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(client.get, ["https://plain.example/?n=1"] * 40))
    assert web.counts.requests == {("plain.example", "/?n=1"): 40}
    assert web.counts.bytes == {("plain.example", "/?n=1"): 40 * len("<h1>Plain</h1>")}
    assert web.counts.statuses == {("plain.example", "/?n=1", 200): 40}
    web.reset_counts()
    assert not web.counts.requests
