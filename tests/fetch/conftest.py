"""Lets the tests of this folder import their servers and the functions that the gate runs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
