"""Streamlit on the pages, ready when the first reader comes: ADDRESS PORT."""

import logging
import sys

from streamlit.testing.v1 import AppTest
from streamlit.web import bootstrap

from orchestration.dashboard.server import PAGE, options

# Far above what PostgreSQL lets a reader wait: it is the database that gives up.
_PATIENCE_SECONDS = 300


def main(address: str, port: int) -> None:
    """Serve the pages until a signal ends it."""
    flags = {name.replace(".", "_"): value for name, value in options(address, port).items()}
    bootstrap.load_config_options(flags)
    look_once()
    bootstrap.run(str(PAGE), False, [], flags)


def look_once() -> None:
    """Draw the first page for nobody: its imports are done, and the answers to its queries kept.

    Where the database is away this draws the notice that says so, and the first reader waits.
    """
    # It warns that there is no server around it, which is meant.
    logging.disable(logging.WARNING)
    AppTest.from_file(PAGE, default_timeout=_PATIENCE_SECONDS).run()
    logging.disable(logging.NOTSET)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
