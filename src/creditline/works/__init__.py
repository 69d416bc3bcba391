"""The owner's works: which files are one picture, which pictures take no part, which files are ours.

Pure: gets what pages name and what files hold, gives works with their renditions and reasons.
"""

from creditline.works.declared import Family, declared_families, with_linked_file
from creditline.works.exclusion import before_fetch, fetchable
from creditline.works.finds import INLINE_PREFIX, FileResult, FoundImage, Origin, found_on_page
from creditline.works.grouping import Seen, works_of
from creditline.works.hosts import HostBook, HostKind, host_book, site_key
from creditline.works.hotlinks import Hotlinks
from creditline.works.known import join_known
from creditline.works.ownership import credited_to_other, likely_own_name
from creditline.works.search_order import Prospect, prospects

__all__ = [
    "INLINE_PREFIX",
    "Family",
    "FileResult",
    "FoundImage",
    "HostBook",
    "HostKind",
    "Hotlinks",
    "Origin",
    "Prospect",
    "Seen",
    "before_fetch",
    "credited_to_other",
    "declared_families",
    "fetchable",
    "found_on_page",
    "host_book",
    "join_known",
    "likely_own_name",
    "prospects",
    "site_key",
    "with_linked_file",
    "works_of",
]
