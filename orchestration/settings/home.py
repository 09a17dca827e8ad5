"""Where PQR_HOME is: not at a path that a program it is handed to reads as something else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from orchestration.errors import UsageError
from orchestration.settings import variables

# The S3 server splits its folder at a comma, dbt-duckdb reads a database as a URL and writes the
# place of a file into SQL as it is. All would fail only after a minute's work.
_REFUSED: Final = ",'?#"


def home_folder(env: Mapping[str, str], default: Path) -> Path:
    """The folder that PQR_HOME names, absolute; it need not exist."""
    home = variables.folder(env, "PQR_HOME", default)
    found = next((character for character in str(home) if character in _REFUSED), None)
    if found is not None:
        raise UsageError(
            f"PQR_HOME={home} has the character {found} that S3, dbt or DuckDB reads as its own:"
            " set PQR_HOME to a folder without it"
        )
    return home
