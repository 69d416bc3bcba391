"""``python -m creditline``."""

from creditline.cli.main import main

main()
