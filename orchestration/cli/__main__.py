"""`python -m orchestration.cli`, for where the console script is not on the PATH."""

from orchestration.cli.app import main

main()
