"""Streamlit on the pages, ready when the first reader comes: ADDRESS PORT."""

import gc
import logging
import sys

import uvicorn
from streamlit.starlette import App
from streamlit.testing.v1 import AppTest
from streamlit.web import bootstrap

from orchestration.dashboard.server import PAGE, options

# Far above what PostgreSQL lets a reader wait: it is the database that gives up.
_PATIENCE_SECONDS = 300
# Open pages are told to come back later; who does not listen is not waited for.
_GOODBYE_SECONDS = 2


def main(address: str, port: int) -> None:
    """Serve the pages until a signal ends it."""
    flags = {name.replace(".", "_"): value for name, value in options(address, port).items()}
    bootstrap.load_config_options(flags)
    look_once()
    # Streamlit looks for garbage after each drawing of a page: what is loaded by now stays.
    gc.freeze()
    # Not bootstrap.run: its sockets wait 40 ms before the end of each file (Nagle's algorithm meets
    # delayed acknowledgements), and a browser asks for a hundred. Those that uvicorn opens do not.
    uvicorn.run(
        App(PAGE),
        host=address,
        port=port,
        log_level="warning",
        ws="websockets-sansio",  # as Streamlit's own server
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )


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
