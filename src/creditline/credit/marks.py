"""Which elements are marked as credits, by class, id, itemprop or tag."""

from __future__ import annotations

from creditline.page.document import Element
from creditline.page.hints import hints_of

_CREDIT_PROPERTIES = frozenset(
    (
        "copyrightHolder",
        "creditText",
        "creator",
        "copyrightNotice",
        "author",
        "photographer",
        "credit",
        "provider",
    )
)


def is_credit_mark(element: Element) -> bool:
    """Whether an element is marked as a credit by class, id, itemprop or tag."""
    if element.attribute_count or "-" in element.tag:
        if "credit" in hints_of(element):
            return True
        if element.get("itemprop") in _CREDIT_PROPERTIES and element.closest("figure") is not None:
            return True
    return element.tag == "cite" and element.closest("figure") is not None
