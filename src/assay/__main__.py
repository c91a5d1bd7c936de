"""`python -m assay` is the command line."""

import sys

from assay.cli import main


def run() -> None:
    """The installed command."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
