"""Spark, started here on the catalog, gives the rows that PostgreSQL serves: `make test-spark`."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from string import Template
from typing import Any

import pytest

from orchestration.iceberg import CATALOG
from orchestration.iceberg.reading import SPARK_PACKAGES, list_tables, spark_options
from orchestration.settings import Settings
from tests.integration.run.lake import Lake, LakeFactory

pytest.importorskip("pyspark", reason="pyspark is not installed: `make test-spark` installs it")
if shutil.which("java") is None:
    pytest.skip("no Java: Spark 4.1 needs 17 or newer", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3000),
    pytest.mark.filterwarnings("ignore"),
]

# What the views of PostgreSQL keep to themselves, and the files of the lake have.
HIDDEN = {"agent_id"}


@pytest.fixture(scope="module")
def published(settings: Settings) -> Lake:
    lake = LakeFactory(settings)()
    done = lake.pqr("run", "--days", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    return lake


@pytest.fixture(scope="module")
def spark(published: Lake) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("pqr")
    builder = builder.config("spark.jars.packages", ",".join(SPARK_PACKAGES))
    builder = builder.config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    exports = published.settings.exports()
    for name, value in spark_options(published.settings).items():
        key = f"spark.sql.catalog.{CATALOG}{name}"
        builder = builder.config(key, Template(value).substitute(exports))
    try:
        session = builder.getOrCreate()
    except Exception as error:
        pytest.skip(f"Spark does not start with {', '.join(SPARK_PACKAGES)}: {error}")
    yield session
    session.stop()


def test_spark_gives_the_rows_of_postgres(published: Lake, spark: Any) -> None:
    listed = list_tables(published.settings)
    assert len(listed) > 12
    for item in listed:
        frame = spark.table(f"{CATALOG}.{item.table}")
        shown = published.query(
            "select column_name from information_schema.columns"
            f" where table_schema || '.' || table_name = '{item.table}'"
        )
        hidden = set(frame.columns) - {name for (name,) in shown}
        assert hidden <= HIDDEN, item.table
        frame = frame.drop(*hidden)
        # As text on both sides: the JVM hands instants to Python in the zone of the machine.
        texts = [f"cast(`{column}` as string) as `{column}`" for column in frame.columns]
        found = sorted(_as_text(row) for row in frame.selectExpr(*texts).collect())
        columns = [_as_spark_writes(name, kind) for name, kind in frame.dtypes]
        served = published.query(f"select {', '.join(columns)} from {item.table}")
        assert found == sorted(_as_text(row) for row in served), item.table


def _as_text(row: Sequence[Any]) -> tuple[str, ...]:
    """The values of a row as text. JSON is written anew: jsonb of PostgreSQL orders its keys."""
    return tuple(map(_canonical, map(str, row)))


def _canonical(text: str) -> str:
    if text.startswith("{"):
        with suppress(json.JSONDecodeError):
            return json.dumps(json.loads(text), sort_keys=True)
    return text


def _as_spark_writes(name: str, kind: str) -> str:
    if kind == "timestamp":
        text = f"to_char({name} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"rtrim(rtrim({text}, '0'), '.')"
    if kind == "boolean":
        return f"case when {name} then 'true' when not {name} then 'false' end"
    return f"{name}::text"


def test_a_snapshot_names_its_publication(published: Lake, spark: Any) -> None:
    rows = spark.sql(
        f"select summary['pqr.publication-id'] from {CATALOG}.gold.kpi_sla_daily.snapshots"
    ).collect()
    ((live,),) = published.query("select publication_id from meta.current_publication")
    assert [int(row[0]) for row in rows] == [live]
