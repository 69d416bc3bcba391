"""What a credit link leads to."""

from __future__ import annotations

from collections.abc import Iterable

from creditline.checking.looks import GONE
from creditline.records import LinkTarget, Owner, Reply, Verdict, VerdictKind
from creditline.urls import Url, page_identity, registrable_domain, same_site


def links_to_follow(verdict: Verdict, owner: Owner) -> list[Url]:
    """The credit links that lead to the owner's own sites: theirs is the only target worth a request.

    Platforms are left alone; whether a profile is there is the platform's matter.
    """
    if verdict.kind is not VerdictKind.LINKED:
        return []
    own = {registrable_domain(domain) for domain in owner.domains}
    hrefs = [item.href for item in verdict.evidence if item.href and item.credits_owner and not item.rejected]
    urls = (Url.try_parse(href) for href in dict.fromkeys(hrefs))
    return [url for url in urls if url is not None and url.registrable_domain in own]


def link_target(asked: Url, reply: Reply) -> LinkTarget | None:
    """What one credit link led to; ``None`` where it could not be told."""
    if reply.problem is not None or reply.status is None:
        return None
    if reply.status in GONE:
        return LinkTarget.DEAD
    if not reply.ok:
        return None
    if not same_site(asked, reply.final_url):
        return LinkTarget.WRONG_PAGE
    same = page_identity(asked).rstrip("/") == page_identity(reply.final_url).rstrip("/")
    return LinkTarget.LIVE if same else LinkTarget.REDIRECTS


def best_target(targets: Iterable[LinkTarget | None]) -> LinkTarget | None:
    """Of several credit links, the one that serves the owner best."""
    order = (LinkTarget.LIVE, LinkTarget.REDIRECTS, LinkTarget.WRONG_PAGE, LinkTarget.DEAD)
    known = [target for target in targets if target is not None]
    return min(known, key=order.index, default=None)
