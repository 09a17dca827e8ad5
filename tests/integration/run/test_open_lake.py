"""Other engines, and `pqr sql`, give the rows that PostgreSQL serves."""

import csv
import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.sql import SqlCatalog

from orchestration.lake.duckdb import connect
from tests.integration.run.lake import ROOT, Lake

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1000),
    pytest.mark.filterwarnings("ignore::polars.exceptions.PerformanceWarning"),
]


@pytest.fixture(scope="module")
def catalog(published: Lake) -> Iterator[SqlCatalog]:
    """The catalog as a stranger opens it: what `pqr env` exports, and PyIceberg."""
    prefix = "PYICEBERG_CATALOG__PQR__"
    exports = published.settings.iceberg_exports()
    known = {
        name.removeprefix(prefix).lower().replace("__", ".").replace("_", "-"): value
        for name, value in exports.items()
    }
    found = load_catalog("pqr", **known)
    assert isinstance(found, SqlCatalog)
    yield found
    found.engine.dispose()


@pytest.fixture(scope="module")
def tables(catalog: SqlCatalog) -> list[str]:
    return sorted(
        ".".join(item) for space in ("silver", "gold") for item in catalog.list_tables(space)
    )


def rows(found: Any) -> list[tuple[str, ...]]:
    """Rows of any engine, in one spelling and order."""
    return sorted(tuple(map(_plain, row)) for row in found)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        value = uuid.UUID(bytes=value)
    if isinstance(value, dict) or (isinstance(value, str) and value.startswith("{")):
        # PostgreSQL keeps JSON as jsonb, the lake as text.
        return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def shown(lake: Lake, table: str, columns: list[str]) -> list[str]:
    """The columns of a lake's table that its view shows: some are in the lake alone."""
    found = lake.query(
        "select column_name from information_schema.columns"
        f" where table_schema || '.' || table_name = '{table}'"
    )
    return [column for column in columns if (column,) in found]


def served(lake: Lake, table: str, columns: list[str]) -> list[tuple[str, ...]]:
    return rows(lake.query(f"select {', '.join(columns)} from {table}"))


def test_every_view_of_gold_with_rows_has_a_table(published: Lake, tables: list[str]) -> None:
    views = published.query(
        "select table_name from information_schema.views where table_schema = 'gold'"
    )
    for (name,) in views:
        has_rows = published.query(f"select exists (select from gold.{name})") == [(True,)]
        assert f"gold.{name}" in tables or not has_rows, name
    assert {"silver.tickets", "silver.messages", "silver.status_events"} <= set(tables)


def test_duckdb_gives_the_rows_of_postgres(
    published: Lake, catalog: SqlCatalog, tables: list[str]
) -> None:
    with connect(published.settings) as duck:
        place = Path(duck.execute("select current_setting('extension_directory')").fetchall()[0][0])
        for name in ("avro", "iceberg"):
            spec = find_spec(f"duckdb_extension_{name}")
            assert spec is not None
            folder = Path((spec.submodule_search_locations or [""])[0], "extensions")
            source = folder / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
            (platform,) = (place / f"v{duckdb.__version__}").iterdir()
            shutil.copyfile(source, platform / source.name)
            duck.execute(f"load {name}")
        for table in tables:
            location = catalog.load_table(table).metadata_location
            lake = duck.sql(f"select * from iceberg_scan('{location}')")
            columns = shown(published, table, lake.columns)
            seen = lake.select(*columns).fetchall()
            assert rows(seen) == served(published, table, columns), table


def test_polars_gives_the_rows_of_postgres(
    published: Lake, catalog: SqlCatalog, tables: list[str]
) -> None:
    s3 = published.settings.s3
    storage = {
        "aws_endpoint_url": s3.endpoint_url,
        "aws_access_key_id": s3.access_key,
        "aws_secret_access_key": s3.secret_key,
        "aws_region": s3.region,
        "aws_allow_http": "true",
    }
    for table in tables:
        frame = pl.scan_iceberg(catalog.load_table(table), storage_options=storage).collect()
        columns = shown(published, table, frame.columns)
        assert rows(frame.select(columns).rows()) == served(published, table, columns), table


def test_the_list_of_tables_shows_each_engine_and_no_secret(
    published: Lake, tables: list[str]
) -> None:
    done = published.pqr("lake", "tables")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[: len(tables)]] == sorted(tables)
    for engine in ("duckdb", "polars", "spark", "trino"):
        assert f"# {engine}\n" in done.stdout
    settings = published.settings
    for secret in (settings.s3.secret_key, settings.postgres.url.password):
        assert secret not in done.stdout
    listed = json.loads(published.pqr("lake", "tables", "--json").stdout)
    assert {item["table"] for item in listed} == set(tables)
    again = published.pqr("lake", "sync")
    assert again.stdout.startswith("nothing changed"), again.stdout + again.stderr


def sql(lake: Lake, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        lake.command("sql", *arguments),
        env=lake.environment,
        cwd=ROOT,
        input=text or "",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_the_ten_questions_have_answers_of_the_shape_that_the_page_shows(published: Lake) -> None:
    page = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    found = re.findall(r"```sql\n(.*?)```\n\n```\n(.*?)```", page, re.S)
    assert len(found) == 10
    done = sql(published, text=";\n".join(question for question, _ in found))
    assert done.returncode == 0, done.stderr
    answers = re.split(r"(?<=rows\))\n", done.stdout)
    for (question, shown), answer in zip(found, answers, strict=False):
        assert answer.splitlines()[0].split() == shown.splitlines()[0].split(), question
        assert answer.splitlines()[-1] == shown.splitlines()[-1], question


def test_datasets_of_two_layers_with_one_name_are_two_views(published: Lake) -> None:
    for table in ("silver.preclassification", "silver.message_entities"):
        count = f"select count(*) from {table}"
        done = sql(published, "-c", count, "--format", "csv")
        assert done.stdout.splitlines()[1:] == [str(published.query(count)[0][0])], table
    done = sql(published, "-c", "select distinct line_no is null from enrichment.message_entities")
    assert done.returncode == 0, done.stderr


def test_sql_writes_csv_json_and_parquet(published: Lake, tmp_path: Path) -> None:
    query = "select day, pqrs_type, backlog_count from gold.kpi_backlog_daily order by all"
    expected = published.query(
        "select day::text, pqrs_type, backlog_count from gold.kpi_backlog_daily order by 1, 2, 3"
    )
    done = sql(published, "-c", query, "--format", "csv")
    lines = list(csv.reader(done.stdout.splitlines()))
    assert lines[0] == ["day", "pqrs_type", "backlog_count"]
    assert lines[1:] == [list(map(str, row)) for row in expected]
    answer = json.loads(sql(published, "-c", query, "--format", "json").stdout)
    assert [tuple(item.values()) for item in answer] == expected
    file = tmp_path / "backlog.parquet"
    done = sql(published, "-c", query, "--format", "parquet", "--output", str(file))
    assert done.returncode == 0, done.stderr
    shown = pq.read_table(file).to_pylist()
    assert [(str(row["day"]), row["pqrs_type"], row["backlog_count"]) for row in shown] == expected
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


REFUSED = {
    "copy (select 1) to '{0}'": 2,
    "explain analyze copy (select 1) to '{0}'": 2,
    "explain (analyze) copy (select 1) to '{0}'": 2,
    "set threads = 1": 2,
    "attach '{0}'": 2,
    "load httpfs": 2,
    "create table mine (a integer)": 2,
    "call duckdb_tables()": 2,
    "select 1; drop view gold.kpi_sla_daily": 2,
    "selec 1": 2,
    "from nothing": 2,
    "": 2,
    "from read_csv('/etc/passwd')": 1,
    "from read_blob('{0}/../../secrets.json')": 1,
    "from glob('/*')": 1,
    "from read_parquet('http://127.0.0.1:1/x.parquet')": 1,
    "import database '/etc'": 1,
    "select error('no')": 1,
}


def test_what_is_not_a_query_of_the_lake_is_refused_in_one_line(
    published: Lake, tmp_path: Path
) -> None:
    target = tmp_path / "written"
    for query, code in REFUSED.items():
        done = sql(published, "-c", query.format(target))
        assert done.returncode == code, (query, done.stdout, done.stderr)
        assert done.stderr.startswith("pqr: "), query
        assert len(done.stderr.splitlines()) == 1, query
    assert list(tmp_path.iterdir()) == []
    done = sql(published, "-c", "select 1", "--world", "ffff")
    assert (done.returncode, "unknown" in done.stderr) == (2, True)


def test_sql_shows_control_characters_as_numbers(published: Lake) -> None:
    done = sql(published, "-c", "select chr(27) || '[31mred' as text, chr(8238) as turned")
    assert "\x1b" not in done.stdout
    assert "\\x1b[31mred" in done.stdout
    assert "\\u202e" in done.stdout


def test_sql_knows_quarantine_and_manifests(published: Lake) -> None:
    done = sql(published, "-c", "show tables; from manifests select count(*)", "--rows", "0")
    assert done.returncode == 0, done.stderr
    assert {"quarantine", "manifests", "objects", "tickets", "dim_geo"} <= set(done.stdout.split())
    hidden = sql(published, "-c", "show tables; from query_table('kpi_' || 'sla_daily')")
    assert hidden.returncode == 1
    assert "does not spell out" in hidden.stderr
