"""All traffic through an explicit upstream proxy, whose authority signs the tunnels."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import trustme
from browsing import needs_browser
from servers import FAST, FakeClock, FreeBudgets, TestProxy, fetching, proxying, reply

from creditline.errors import FetchError
from creditline.fetch import EgressPolicy, Fetch, open_fetch
from creditline.records import FetchProblem, Reply
from creditline.urls import Url

HTML = (("Content-Type", "text/html"),)
BIG = b"<p>" + b"word " * 400_000 + b"</p>"

PAGES = {
    "ana.example/": reply(200, b"<h1>plain</h1><img src=/a.jpg>", HTML),
    "safe.example/": reply(200, b"<h1>secure</h1>", HTML),
    "safe.example/big": reply(200, BIG, HTML),
    "forged.example/": reply(200, b"<h1>forged</h1>", HTML),
    "away.example/": reply(302, headers=(("Location", "http://169.254.169.254/latest/"),)),
    "lan.example/": reply(
        200, b"<img src=http://10.0.0.1/a.png><iframe src=http://localhost/></iframe>", HTML
    ),
}


def policy_for(proxy: TestProxy, folder: Path) -> EgressPolicy:
    file = folder / "authority.pem"
    file.write_bytes(proxy.authority.cert_pem.bytes())
    return EgressPolicy(upstream_proxy=proxy.url, upstream_ca=file)


def get(address: str, folder: Path) -> tuple[Reply, TestProxy]:
    async def scenario() -> tuple[Reply, TestProxy]:
        async with proxying(PAGES) as proxy:
            proxy.forged["forged.example"] = trustme.CA()
            async with fetching(policy=policy_for(proxy, folder)) as fetcher:
                return await fetcher.fetch_page(Url.parse(address)), proxy

    return asyncio.run(scenario())


def test_plain_requests_go_to_the_proxy_in_absolute_form(tmp_path: Path) -> None:
    found, proxy = get("http://ana.example/", tmp_path)
    assert (found.status, found.body) == (200, b"<h1>plain</h1><img src=/a.jpg>")
    assert proxy.log == ["GET http://ana.example/robots.txt", "GET http://ana.example/"]


def test_tunnels_signed_by_the_authority_are_trusted(tmp_path: Path) -> None:
    found, proxy = get("https://safe.example/", tmp_path)
    assert (found.status, found.body) == (200, b"<h1>secure</h1>")
    assert "CONNECT safe.example:443" in proxy.log


def test_tunnels_signed_by_others_are_not(tmp_path: Path) -> None:
    found, _ = get("https://forged.example/", tmp_path)
    assert found.problem is FetchProblem.TLS


def test_a_refused_tunnel_is_the_proxys_fault(tmp_path: Path) -> None:
    found, _ = get("https://nowhere.example/", tmp_path)
    assert found.problem is FetchProblem.PROXY


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "https://169.254.169.254/",
        "http://localhost/",
        "http://intranet/",
        "http://printer.local/",
    ],
)
def test_private_targets_are_refused_before_the_proxy_hears_of_them(address: str, tmp_path: Path) -> None:
    found, proxy = get(address, tmp_path)
    assert found.problem is FetchProblem.REFUSED_ADDRESS
    assert proxy.log == []


def test_redirects_to_private_targets_are_refused(tmp_path: Path) -> None:
    found, proxy = get("http://away.example/", tmp_path)
    assert found.problem is FetchProblem.REFUSED_ADDRESS
    assert not [line for line in proxy.log if "169.254" in line]


def test_an_unreadable_authority_is_one_clear_line(tmp_path: Path) -> None:
    async def scenario() -> None:
        with pytest.raises(FetchError, match="no certificate authority can be read"):
            open_fetch(FAST, FreeBudgets(), FakeClock(), EgressPolicy(upstream_ca=tmp_path / "none.pem"))

    asyncio.run(scenario())


@needs_browser
def test_the_browser_goes_through_it_too(tmp_path: Path) -> None:
    async def visit(fetch: Fetch, address: str) -> Any:
        return await fetch.browser.render(Url.parse(address))

    async def scenario() -> tuple[list[Any], list[str]]:
        async with proxying(PAGES) as proxy:
            proxy.forged["forged.example"] = trustme.CA()
            fetch = open_fetch(FAST, FreeBudgets(), FakeClock(), policy_for(proxy, tmp_path))
            try:
                addresses = (
                    "http://ana.example/",
                    "https://safe.example/",
                    "https://safe.example/big",
                    "https://forged.example/",
                    "https://nowhere.example/",
                    "http://away.example/",
                    "http://lan.example/",
                )
                return [await visit(fetch, address) for address in addresses], proxy.log
            finally:
                await fetch.close()

    (plain, secure, big, forged, nowhere, away, lan), log = asyncio.run(scenario())
    assert (plain.status, plain.problem) == (200, None)
    assert (secure.status, secure.problem) == (200, None)
    assert b"secure" in secure.html
    assert big.html.count(b"word") == 400_000
    assert forged.problem is FetchProblem.TLS
    assert nowhere.problem is FetchProblem.PROXY
    assert away.problem is FetchProblem.REFUSED_ADDRESS
    assert lan.ok
    assert not [line for line in log if "169.254" in line or "10.0.0.1" in line or "localhost" in line]
