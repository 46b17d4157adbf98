"""Lets `python -m genba` do what `genba` does: archives without a Scripts folder start it this way."""

import sys

from genba.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
