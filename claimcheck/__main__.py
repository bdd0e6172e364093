"""``python -m claimcheck``."""

import sys

from claimcheck.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
