"""`python -m genba_edge` is the command line."""

import sys

from genba_edge.command import main

sys.exit(main())
