"""Streamlit on the pages, with what they import loaded before the first reader comes."""

import sys

from streamlit.web.cli import main

import orchestration.dashboard.screens  # noqa: F401 - a second that the first reader does not wait

if __name__ == "__main__":
    sys.exit(main(prog_name="streamlit"))
