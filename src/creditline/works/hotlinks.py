"""Is this image address one of the owner's own files?

A hot-link shows the owner's file from the owner's host. Pages write it with other sizes, cache-busting
parameters or through an image proxy; hosts of the owner's image service have several names for one
file. So addresses are compared by `names.family_key`, and by path on any host that serves the owner's
pictures. A domain alone says nothing: shared hosts serve many people's pictures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from creditline.records import Work
from creditline.urls import Url
from creditline.works.hosts import own_domain, site_key
from creditline.works.names import family_key, path_key


@dataclass(frozen=True, slots=True)
class Hotlinks:
    """The owner's files by address; built by `from_works`."""

    #: `family_key` of every rendition to its work's id.
    by_key: dict[str, str]
    #: `path_key` of every rendition to its work's id, for the same file on a sister host.
    by_path: dict[str, str]
    #: Hosts that were seen to serve the owner's pictures, and domains of the owner.
    hosts: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def from_works(cls, works: Iterable[Work], domains: Iterable[str] = ()) -> Hotlinks:
        """Gather the addresses under which the owner's works lie on the web.

        A key that two works share belongs to neither by address alone, so it is left out; so are
        works that take no part, and files of folders.

        Args:
            works: The owner's works.
            domains: The owner's domains, as the settings name them.
        """
        by_key: dict[str, str | None] = {}
        by_path: dict[str, str | None] = {}
        hosts: set[str] = set()
        for work in works:
            if work.excluded is not None or work.merged_into is not None:
                continue
            for url in _web_addresses(work):
                hosts.add(url.host.removeprefix("www."))
                _put(by_key, family_key(url), work.id)
                _put(by_path, path_key(url), work.id)
        own = frozenset(domain for text in domains if (domain := own_domain(text)))
        return cls(_single(by_key), _single(by_path), frozenset(hosts), own)

    def work_of(self, url: Url) -> str | None:
        """The id of the work of which this address is a file; ``None`` when it is not the owner's."""
        known = self.by_key.get(family_key(url))
        if known is not None:
            return known
        if url.host.removeprefix("www.") in self.hosts or site_key(url) in self.domains:
            return self.by_path.get(path_key(url))
        return None

    def is_ours(self, url: Url) -> bool:
        """Whether an image address is one of the owner's files."""
        return self.work_of(url) is not None


def _web_addresses(work: Work) -> list[Url]:
    texts = [rendition.url for rendition in work.renditions] or [work.url]
    return [url for text in texts if (url := Url.try_parse(text)) is not None]


def _put(table: dict[str, str | None], key: str, work_id: str) -> None:
    table[key] = work_id if table.get(key, work_id) == work_id else None


def _single(table: dict[str, str | None]) -> dict[str, str]:
    return {key: work_id for key, work_id in table.items() if work_id is not None}
