"""`python -m sandbox`: serve, and the few things one does to a store by hand."""

import sys

from sandbox.cli import main

sys.exit(main(sys.argv[1:]))
