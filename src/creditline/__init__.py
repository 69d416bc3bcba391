"""creditline: find the pages that show your pictures and see whether they credit you.

The names below are the documented, stable Python interface. They are loaded on first use, so that
``import creditline`` stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from creditline.credit import judge as judge
    from creditline.portfolio import Portfolio as Portfolio
    from creditline.records import CreditEvidence as CreditEvidence
    from creditline.records import ImageRef as ImageRef
    from creditline.records import Match as Match
    from creditline.records import Owner as Owner
    from creditline.records import Verdict as Verdict

__version__ = "0.1.0"

__all__ = ["CreditEvidence", "ImageRef", "Match", "Owner", "Portfolio", "Verdict", "judge"]

_HOME = {
    "CreditEvidence": "creditline.records",
    "ImageRef": "creditline.records",
    "Match": "creditline.records",
    "Owner": "creditline.records",
    "Portfolio": "creditline.portfolio",
    "Verdict": "creditline.records",
    "judge": "creditline.credit",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'creditline' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
