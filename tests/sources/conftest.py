"""Samples of every source: what `samples.py` writes for it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
