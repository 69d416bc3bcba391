"""Samples and stubs of every source, and the replies and servers that other folders' tests made."""

import sys
from pathlib import Path

for folder in ("sources", "engine_replies", "fetch"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
