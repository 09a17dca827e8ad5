"""A dbt-duckdb plugin: what plain `dbt build` needs before it opens its sandbox.

Variables of other programs are taken out of the process, as `pqr` does it: a proxy, or PG* of
another server, would keep it from the embedded services. Missing services, and a second `dbt build`
in one sandbox, end in one line that says what to do.
"""

import os
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from orchestration.lake.duckdb import quoted
from orchestration.settings import load_settings
from orchestration.settings.variables import is_layer_of_run, isolate_process

_WAIT_SECONDS = 5


class Plugin(BasePlugin):
    """Prepares the process and tries the file that dbt is about to open; profiles.yml names it."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Open and close the DuckDB file of the target.

        Raises:
            DbtRuntimeError: Another process has it open, or the services do not answer.
        """
        isolate_process(is_dbt=not is_layer_of_run())
        if not is_layer_of_run():
            _require_services()
        os.umask(0o077)  # the sandbox holds what citizens wrote
        path = Path(self.creds.path if self.creds else "")
        if not path.is_file():
            return
        try:
            duckdb.connect(str(path)).close()
        except duckdb.IOException as error:
            holder = re.search(r"PID (\d+)", str(error))
            if "lock" not in str(error):
                raise
            who = f"process {holder[1]}" if holder else "another process"
            raise DbtRuntimeError(
                f"Another dbt works in this sandbox ({who} has {path} open): wait until it ends, or"
                " give this one a file and a name of its own:"
                " PQR_SANDBOX=me-2 PQR_DUCKDB_PATH=/tmp/mine.duckdb dbt build ..."
            ) from None

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Make the settings of the profile those of the database.

        dbt-duckdb would set each of them again for every node that it runs.
        """
        settings = dict(self.creds.settings or {}) if self.creds else {}
        # Unit tests find seeds/ whatever folder the command was typed in.
        settings["file_search_path"] = str(load_settings().project_root)
        for name, value in settings.items():
            conn.execute(f"set global {name} = {quoted(str(value))}")
        if self.creds:
            self.creds.settings = {}


def _require_services() -> None:
    """Say in one line that S3 or PostgreSQL is not there: dbt would show a traceback."""
    settings = load_settings()
    database = settings.postgres.url
    s3 = urlsplit(settings.s3.endpoint_url)
    places = {
        "S3": (s3.hostname, s3.port or 443),
        "PostgreSQL": (database.host, database.port),
    }
    for name, (host, port) in places.items():
        try:
            socket.create_connection((host, port), _WAIT_SECONDS).close()
        except OSError as error:
            raise DbtRuntimeError(
                f"{name} at {host}:{port} does not answer ({error}): `pqr up` starts it;"
                " a home other than .pqr is named by PQR_HOME"
            ) from None
