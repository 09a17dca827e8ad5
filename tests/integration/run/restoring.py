"""What a restored lake must have again, and an empty database to restore into."""

import uuid
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from orchestration.meta.migrate import migrate
from orchestration.services import postgres
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings
from tests.integration.run.lake import Lake

VIEWS = """
    select format('%I.%I', nspname, relname) from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('silver', 'gold', 'core') and relkind = 'v' order by 1
"""
# What of the control plane must be as it was. Tries are not kept, nor the times of those that did
# nothing; that the checks are back shows when the run is repeated.
CONTROL = {
    "worlds": "world_id, seed, config_hash, code_hash, first_day, kind, config, origin",
    "etl_runs": "run_id, run_seq, status, date_min, date_max, config_hash, silver_rows, gold_rows",
    "manifest_index": "manifest_seq, effective_seq, run_id, layer, manifest_sha256, committed_at",
    "manifest_objects": "manifest_seq, dataset, partition, key, size, sha256, rows, counts",
    "manifest_inputs": "manifest_seq, input_run_id, input_layer, input_manifest_sha256",
    "lineage_edges": "manifest_seq, dataset, input_layer, input_dataset, seed_sha256",
    "publications": "publication_id, world_id, run_id, status, first_day, last_day, published_at",
    "current_publication": "publication_id",
}


def served(lake: Lake) -> dict[str, object]:
    """Rows and checksum of every view that people read."""
    return {
        str(view): lake.query(
            "select count(*) || '/' || coalesce(md5(string_agg(line, E'\\n' order by line)), '')"
            f" from (select whole_row::text as line from {view} as whole_row) as lines"
        )[0][0]
        for (view,) in lake.query(VIEWS)
    }


def control(lake: Lake) -> dict[str, object]:
    return {
        table: lake.query(
            f"select count(*), md5(string_agg(line, ',' order by line)) from"
            f" (select md5(row({columns})::text) as line from meta.{table}) as lines"
        )[0]
        for table, columns in CONTROL.items()
    }


def empty_database(settings: Settings) -> Settings:
    name = f"test_{uuid.uuid4().hex[:12]}"
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
    ensure_database(own)
    migrate(own.postgres.admin_dsn)
    return replace(own, s3=settings.s3)


def restores_all(lake: Lake, file: Path, published: Lake) -> None:
    """Restore a dump, and require all that it was made of."""
    done = lake.pqr("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert served(lake) == served(published)
    assert control(lake) == control(published)


def drop(settings: Settings) -> None:
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        name = sql.Identifier(settings.postgres.url.database)
        connection.execute(sql.SQL("drop database {} with (force)").format(name))
