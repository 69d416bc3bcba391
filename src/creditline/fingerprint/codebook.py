"""The places by which local-feature codes are filed: the same on every machine, for ever.

An inverted file looks for the neighbours of a code only in the lists of the nearest centres. Centres learnt
from the works make every index another one, and new works may ask for new centres; these are fixed: codes of
the drawn pictures of the miniature web (`scripts/codebook`). So an index grows by appending, and the same
works give the same candidates however often and wherever it was put together. Measured on 240 pictures among
3,000 distractors: own work among the first eight .983, as with centres taken from the works themselves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import faiss
import numpy as np

from creditline.fingerprint.algorithm import CASCADE

#: Of which algorithm's codes it is made, and its own version.
ALGORITHM = CASCADE
VERSION = "1"

#: How many centres, and the bytes of each: the part of a code that is not its mirror partner.
CENTRES = 4096
CENTRE_BYTES = 16

PATH = Path(__file__).with_name("codebook.bin")


@cache
def centres() -> faiss.IndexBinaryFlat:
    """The centres, to be searched for the nearest ones."""
    codes = np.frombuffer(PATH.read_bytes(), np.uint8).reshape(CENTRES, CENTRE_BYTES)
    index = faiss.IndexBinaryFlat(CENTRE_BYTES * 8)
    index.add(codes)
    return index
