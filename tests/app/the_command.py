"""The command line as a program of its own, for tests that look at what it writes where."""

import sys

from app.cli import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
