"""How much each rule's evidence weighs. Data: change a number, run `scripts/evaluation/credits`.

A claim weighs its rule's number; one whose words leave a doubt weighs less. The owner is credited when
the heaviest claim for them is about as heavy as the heaviest for anybody else (`TIE`), since one picture
often has several creditees in one line.
"""

from __future__ import annotations

#: Weight of each rule, 0..100. The order says how near to the picture a rule looks.
WEIGHTS: dict[str, int] = {
    "credit_element": 100,
    "licence": 95,
    "caption": 95,
    "wraps_image": 90,
    "following": 90,
    "preceding": 85,
    "attributes": 75,
    "prose": 60,
    "page_line": 50,
    "structured": 40,
    "site_page": 30,
    "file_metadata": 0,
}
#: Weight of a rule that is not in the table, as a plug-in's.
DEFAULT_WEIGHT = 45
#: What is left of a weight where the words leave a doubt.
WEAK_FACTOR = 0.8
#: Claims within this distance count as equally near.
TIE = 25
#: Below this nothing is decided: the verdict is unclear.
MIN_SURE = 20


def weight(rule: str, *, strong: bool) -> float:
    """The weight of one claim."""
    full = WEIGHTS.get(rule, DEFAULT_WEIGHT)
    return full if strong else full * WEAK_FACTOR
